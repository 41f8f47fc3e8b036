"""What is found wrong with a set of files, collected so that one message or note names it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from advisor.corpus.kinds import KINDS, Remedy, Severity
from advisor.errors import DataError
from advisor.text import one_line

SHOWN: Final = 10
"""How many problems a message spells out; the rest are counted."""
PLACES: Final = 5
"""How many places of each kind of finding are kept."""


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


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of thing found in the data, how often and where."""

    kind: str
    """A key of `KINDS`."""
    severity: Severity
    remedy: Remedy
    count: int
    what: str
    """The number and what was found."""
    detail: str = ""
    """What was found at the first place, or with which figures."""
    places: tuple[str, ...] = ()
    """The first ones, as file:line, file, or id."""
    effect: str
    way_out: str


LeftOut = Callable[[str, str, str], None]
"""Is told the kind, the place and the reason of each row that is left out."""


class Problems:
    """The findings of one dataset; with an error among them it cannot be used.

    Where `skip` is set, errors whose remedy is to leave the row out are counted and left out.
    """

    def __init__(self, name: str, *, skip: bool = False, left_out: LeftOut | None = None) -> None:
        """Start without findings for the dataset called `name`; `left_out` is told of each row."""
        self._left_out = left_out
        self._name = name
        self.skips = skip
        self._counts: dict[str, int] = {}
        self._places: dict[str, list[str]] = {}
        self._details: dict[str, str] = {}
        self._first: list[str] = []
        self._said: list[str] = []
        self.stopping = 0
        """Errors that nothing was done about."""

    @property
    def said(self) -> tuple[str, ...]:
        """Whole sentences, without what was counted."""
        return tuple(self._said)

    @property
    def errors(self) -> int:
        """All errors, those that were skipped too."""
        return sum(n for kind, n in self._counts.items() if KINDS[kind].severity == "error")

    def add(self, kind: str, place: str, sentence: str) -> None:
        """Count an error at `place` (file, or file:line)."""
        self.count(kind, place, sentence)
        if self.skips and KINDS[kind].remedy == "skip":
            return
        self.stopping += 1
        if self.stopping <= SHOWN:
            self._first.append(f"{one_line(place)}: {sentence}")

    def count(self, kind: str, place: str, detail: str = "", times: int = 1) -> None:
        """Count something found at `place`; `detail` of the first is kept."""
        self._counts[kind] = self._counts.get(kind, 0) + times
        if self._left_out is not None and KINDS[kind].remedy == "skip":
            self._left_out(kind, place, detail or KINDS[kind].one)
        places = self._places.setdefault(kind, [])
        if len(places) < PLACES:
            places.append(one_line(place))
        self._details.setdefault(kind, detail)

    def count_once(self, kind: str, place: str) -> None:
        """Count something about a whole file, however often the file is read."""
        if place not in self._places.get(kind, ()):
            self.count(kind, place)

    def say(self, sentence: str) -> None:
        """Add a whole sentence."""
        self._said.append(sentence)

    def check(self) -> None:
        """Raise DataError with all errors that were not skipped, if there are any."""
        if self.stopping == 1:
            raise DataError(self._first[0])
        if self.stopping:
            head = f"{self.stopping:,} problems in {quoted(self._name)}:"
            rest = self.stopping - len(self._first)
            tail = [f"... and {rest:,} more."] if rest else []
            raise DataError("\n  ".join([head, *self._first, *tail]))

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence per kind of thing that was left out or put right, then the others."""
        kinds = (
            f"{what_of(kind, count)}{_skipped(kind)} (first: {self._places[kind][0]})."
            for kind, count in self._counts.items()
        )
        return (*kinds, *self._said)

    def findings(self) -> tuple[Finding, ...]:
        """Return everything found, a finding per kind, in the order of `KINDS`."""
        return tuple(
            finding(kind, self._counts[kind], self._places[kind], self._details[kind])
            for kind in KINDS
            if kind in self._counts
        )


def what_of(kind: str, count: int) -> str:
    """Return the number and what was found."""
    known = KINDS[kind]
    if not known.many:
        return known.one
    return f"{count:,} {known.one if count == 1 else known.many}"


def finding(kind: str, count: int, places: list[str], detail: str = "") -> Finding:
    """Return a finding with what is known of its kind."""
    known = KINDS[kind]
    return Finding(
        kind=kind,
        severity=known.severity,
        remedy=known.remedy,
        count=count,
        what=what_of(kind, count),
        detail=detail,
        places=tuple(places),
        effect=known.effect,
        way_out=known.way_out,
    )


def _skipped(kind: str) -> str:
    return ": skipped" if KINDS[kind].severity == "error" else ""
