"""The data sets of the reports, what each shows, and the wishes they are decided for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from advisor.corpus.samples import SAMPLES


class DataSet(NamedTuple):
    """One set, in the order the reports show it."""

    name: str
    setting: str
    """Languages of documents and queries, as the reader would say it."""
    what: str
    licence: str
    shows: str
    """What a figure on it can and cannot say."""

    @property
    def quotable(self) -> bool:
        """Whether its queries may be quoted: those of the invented company are our own."""
        return self.name.startswith("techcorp")


ENGLISH: Final = "English documents, English queries"
CHINESE: Final = "Chinese documents, Chinese queries"
CHINESE_ON_ENGLISH: Final = "English documents, Chinese queries"
ENGLISH_ON_CHINESE: Final = "Chinese documents, English queries"
MANY: Final = "twelve languages in one index"

SETTINGS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    ENGLISH: (("en",), ("en",)),
    CHINESE: (("zh-Hant",), ("zh-Hant",)),
    CHINESE_ON_ENGLISH: (("en",), ("zh-Hant",)),
    ENGLISH_ON_CHINESE: (("zh-Hant",), ("en",)),
    MANY: (("several",), ("several",)),
}
"""The languages of documents and of queries, as answers."""

_SUPPORT: Final = "support articles of an invented company, graded judgements"
_WIKIPEDIA: Final = "Wikipedia paragraphs (XQuAD), one right paragraph a question"
_FEW: Final = "60 documents: even a poor model finds much, so gaps are smaller than on a real index"

SETS: Final[dict[str, DataSet]] = {
    one.name: one
    for one in (
        DataSet("techcorp-en", ENGLISH, _SUPPORT, "Apache-2.0", _FEW),
        DataSet(
            "xquad-en", ENGLISH, _WIKIPEDIA, "CC-BY-SA-4.0",
            "saturated: questions repeat words of their paragraph, which favours BM25",
        ),
        DataSet("techcorp-zh", CHINESE, _SUPPORT, "Apache-2.0", _FEW),
        DataSet("techcorp-zh-en", CHINESE_ON_ENGLISH, _SUPPORT, "Apache-2.0", _FEW),
        DataSet(
            "xquad-xling-en-zh", CHINESE_ON_ENGLISH, _WIKIPEDIA, "CC-BY-SA-4.0",
            "shares its paragraphs with the other xquad sets; BM25 finds names and figures only",
        ),
        DataSet("techcorp-en-zh", ENGLISH_ON_CHINESE, _SUPPORT, "Apache-2.0", _FEW),
        DataSet(
            "xquad-mixed12", MANY, _WIKIPEDIA, "CC-BY-SA-4.0",
            "shares its paragraphs with the other xquad sets; a question and its paragraph seldom "
            "share a language",
        ),
    )
}  # fmt: skip


class Wish(NamedTuple):
    """What a user may want of the same measurements."""

    key: str
    words: str
    answers: Mapping[str, Any]


WISHES: Final = (
    Wish("accuracy", "accuracy first", {"priority": "accuracy"}),
    Wish("balanced", "balanced", {"priority": "balanced"}),
    Wish("speed", "speed and cost first", {"priority": "speed"}),
)


def place_of(data: DataSet, folder: Path) -> str | None:
    """Return a sample's name, or where the set lies in `folder`; None where it is not there."""
    if data.name in SAMPLES and data.quotable:
        return data.name
    place = folder / data.name
    return str(place) if place.is_dir() else None
