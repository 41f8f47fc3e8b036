"""How data is to be read where its files do not say it themselves."""

from __future__ import annotations

import codecs
from typing import Final, Literal, NamedTuple

import msgspec

from advisor.corpus.chunking import Chunking
from advisor.corpus.problems import quoted
from advisor.errors import UsageError

MEANINGS: Final = {
    "id": "_id",
    "title": "title",
    "text": "text",
    "question": "question",
    "answer": "answer",
    "category": "category",
    "label": "label",
    "query-id": "query_id",
    "document-id": "corpus_id",
    "score": "score",
}
"""What `--columns` may name, and the column that is then read."""
AskedTask = Literal["search", "similarity", "classification", "clustering"]
"""What a user may ask of data that can serve for more than one task."""
HELD: Final = 100_000
"""So many documents of a larger corpus are kept in memory, besides the judged ones."""


def asked_for(task: str | None) -> AskedTask | None:
    """Return what an answered task asks of data that can serve for several.

    A search asks for nothing that other data could not be measured as: None.
    """
    return task if task in ("similarity", "classification", "clustering") else None  # type: ignore[return-value]


KEY_VARIABLE: Final = "EMBED_ADVISOR_API_KEY"
"""Where a source's key is read from, and nowhere else: arguments stand in lists of processes."""


class Source(NamedTuple):
    """Who writes queries: an OpenAI-compatible endpoint and a model there."""

    address: str
    """What stands before /chat/completions."""
    model: str


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the user says about the files."""

    encoding: str | None = None
    """Of all files; None detects each file's."""
    columns: tuple[tuple[str, str], ...] = ()
    """Pairs of a meaning (a key of `MEANINGS`) and the column that has it."""
    skip: bool = False
    """Leave out rows that cannot be read, instead of refusing the data."""
    most_documents: int | None = HELD
    """Keep at most so many documents, and all judged ones; None keeps all."""
    seed: int = 0
    """Which documents are kept."""
    chunks: Chunking | None = None
    """How models cut long documents; None has them encoded as far as a model reads."""
    task: AskedTask | None = None
    """What the data is to be measured as; None goes by what it holds."""
    to_judge: bool = False
    """Keep queries that nobody has judged, for a person to judge, where a folder has some."""
    documents_alone: bool = False
    """Make no queries of documents that come without judgements."""
    queries_from: Source | None = None
    """Who has written queries for the documents; None takes those that the files hold."""


def encoding_named(name: str | None) -> str | None:
    """Return Python's name of an encoding; UsageError when there is none of the name."""
    if name is None:
        return None
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):
        raise UsageError(
            f"{quoted(name)} is no encoding; write utf-8, utf-16, gb18030, big5, shift_jis, "
            "euc-kr, latin-1, cp1252."
        ) from None
    return found.name


def columns_named(text: str) -> tuple[tuple[str, str], ...]:
    """Read `id=doc_id,text=body`; UsageError for meanings that there are not."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    for meaning, sign, column in pairs:
        if meaning.strip() not in MEANINGS or not sign or not column.strip():
            raise UsageError(
                f"--columns has {quoted(meaning + sign + column)}; write MEANING=COLUMN, the "
                f"meaning being one of {', '.join(MEANINGS)}."
            )
    return tuple((meaning.strip(), column.strip()) for meaning, _, column in pairs)
