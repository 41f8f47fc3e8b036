"""Small changes of queries, such as people make: rankings should hardly feel them (methods, 10)."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import msgspec

from advisor.corpus.dataset import Dataset

Edit = Callable[[str, random.Random], str]

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""ASCII to the full-width forms that East Asian keyboards give."""


def typo(text: str, dice: random.Random) -> str:
    """Swap two neighbouring letters that differ, of one word; a text without two stays."""
    places = [
        place
        for place, (one, next_one) in enumerate(pairwise(text))
        if one.isalnum() and next_one.isalnum() and one.casefold() != next_one.casefold()
    ]
    if not places:
        return text
    place = dice.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def case(text: str, dice: random.Random) -> str:
    """Put everything in capitals; what is so already in small letters."""
    del dice
    return text.upper() if text != text.upper() else text.lower()


def punctuation(text: str, dice: random.Random) -> str:
    """Leave out all marks; a text of nothing else stays."""
    del dice
    kept = (" " if unicodedata.category(each).startswith("P") else each for each in text)
    return " ".join("".join(kept).split()) or text


def width(text: str, dice: random.Random) -> str:
    """Put ASCII letters and digits of an East Asian text in full width."""
    del dice
    wide = any(unicodedata.east_asian_width(each) == "W" for each in text)
    return text.translate(_WIDE) if wide else text


EDITS: dict[str, Edit] = {
    "typo": typo,
    "case": case,
    "punctuation": punctuation,
    "width": width,
}


def edited(dataset: Dataset, kind: str, seed: int) -> Dataset | None:
    """Return the data with every query changed; None where the change leaves all as they are.

    A query's change depends on its own id and the seed alone, not on which others are drawn.
    """
    queries = tuple(
        query._replace(text=EDITS[kind](query.text, random.Random(f"{seed} {kind} {query.id}")))
        for query in dataset.queries
    )
    return None if queries == dataset.queries else msgspec.structs.replace(dataset, queries=queries)


def changed_queries(dataset: Dataset, seed: int) -> tuple[tuple[str, Dataset], ...]:
    """Return the data by every kind of change that changes a query of it."""
    found = ((kind, edited(dataset, kind, seed)) for kind in EDITS)
    return tuple((kind, data) for kind, data in found if data is not None)
