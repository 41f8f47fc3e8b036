"""What is wrong with a set of files, collected so that one message or note names it all."""

from __future__ import annotations

from collections import Counter
from typing import Final

from advisor.errors import DataError
from advisor.text import one_line

SHOWN: Final = 10
"""How many problems a message spells out; the rest are counted."""


def quoted(text: str) -> str:
    """Return outside text short, harmless and in quotes."""
    return f"'{one_line(text, 40)}'"


def listed(names: list[str], most: int = 8) -> str:
    """Return outside names quoted and joined, at most `most` of them."""
    shown = ", ".join(map(quoted, names[:most]))
    rest = len(names) - most
    return f"{shown} and {rest:,} more" if rest > 0 else shown or "none"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return "1 document", "2 documents"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


class Problems:
    """The problems of one dataset; with any of them it cannot be used."""

    def __init__(self, name: str) -> None:
        """Start without problems for the dataset called `name`."""
        self._name = name
        self._first: list[str] = []
        self.count = 0

    def add(self, place: str, sentence: str) -> None:
        """Count a problem at `place` (file, or file:line)."""
        self.count += 1
        if self.count <= SHOWN:
            self._first.append(f"{one_line(place)}: {sentence}")

    def check(self) -> None:
        """Raise DataError with all of them, if there are any."""
        if self.count == 1:
            raise DataError(self._first[0])
        if self.count:
            head = f"{self.count:,} problems in {quoted(self._name)}:"
            rest = self.count - len(self._first)
            tail = [f"... and {rest:,} more."] if rest else []
            raise DataError("\n  ".join([head, *self._first, *tail]))


class Notes:
    """What was skipped or decided while reading, counted."""

    def __init__(self) -> None:
        """Start without notes."""
        self._counts: Counter[tuple[str, str]] = Counter()
        self._places: dict[tuple[str, str], str] = {}
        self._sentences: list[str] = []

    def count(self, one: str, many: str, place: str) -> None:
        """Count an event; `one` and `many` go on after the number ("row was skipped")."""
        self._counts[one, many] += 1
        self._places.setdefault((one, many), place)

    def say(self, sentence: str) -> None:
        """Add a whole sentence."""
        self._sentences.append(sentence)

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence per kind of event, then the whole sentences."""
        kinds = (
            f"{count:,} {kind[count > 1]} (first: {one_line(self._places[kind])})."
            for kind, count in self._counts.items()
        )
        return (*kinds, *self._sentences)
