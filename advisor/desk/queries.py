"""What the desk says of single queries: those to judge, and those two candidates differ on."""

from __future__ import annotations

import msgspec


class ToJudge(msgspec.Struct, frozen=True, kw_only=True):
    """One query and the documents to judge for it, without saying who found them."""

    id: str
    text: str
    documents: dict[str, str]
    """Document id to its text, cut; in the order to show them."""
    grades: dict[str, int] = {}
    """What was judged before."""


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A document and where each of the two has it, from 1; None is not found."""

    text: str
    grade: int | None
    """None is not judged."""
    first: int | None
    second: int | None


class Contrast(msgspec.Struct, frozen=True, kw_only=True):
    """One query, with the nDCG@10 of both."""

    text: str
    category: str | None
    first: float
    second: float
    documents: tuple[Placed, ...]
    """Relevant ones first, then what stands on top of either list."""
    unsolved: bool
    """Whether no candidate has a relevant document among its first ten: a label to doubt."""
