"""When no model is left: which limits clash, and which one to relax first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import msgspec

from advisor.shortlist.constraints import Dropped, Limit

_WORDS: dict[Limit, str] = {
    "hosted": "keeping texts on your machines",
    "licence": "commercial use",
    "languages": "the languages",
    "memory": "the memory limit",
    "latency": "the latency limit",
    "indexing": "the time to index",
    "dimension": "the dimensions your vector store indexes",
    "not measurable": "what this version can measure",
}
_UNITS: dict[Limit, str] = {
    "memory": "MiB",
    "latency": "ms",
    "indexing": "minutes",
    "dimension": "dimensions",
}


class WhyNone(msgspec.Struct, frozen=True, kw_only=True):
    """Which limits left nothing, and what would bring models back."""

    broken: dict[Limit, int]
    """How many models break each limit."""
    relax: tuple[Limit, ...]
    """The fewest limits whose removal brings models back, those that bring back most."""
    brings_back: int
    sentence: str


def why_none(dropped: Iterable[Dropped]) -> WhyNone:
    """Return which limits clash and the smallest relaxation that leaves models to measure."""
    drops = tuple(dropped)
    broken = Counter(part.limit for drop in drops for part in drop.broken)
    # No answer of the user brings back what this version cannot measure.
    sets = Counter(
        frozenset(part.limit for part in drop.broken)
        for drop in drops
        if all(part.limit != "not measurable" for part in drop.broken)
    )
    counts = dict(broken.most_common())
    if not sets:
        sentence = "No model of the catalogue can be measured by this version for these needs."
        return WhyNone(broken=counts, relax=(), brings_back=0, sentence=sentence)
    # A set also brings back whatever breaks only part of it.
    gains = {limits: sum(n for other, n in sets.items() if other <= limits) for limits in sets}
    best = min(gains, key=lambda limits: (len(limits), -gains[limits], sorted(limits)))
    relax = tuple(sorted(best))
    return WhyNone(
        broken=counts,
        relax=relax,
        brings_back=gains[best],
        sentence=_say(relax, gains[best], drops),
    )


def _say(relax: tuple[Limit, ...], brings_back: int, drops: tuple[Dropped, ...]) -> str:
    what = " and ".join(_WORDS[limit] for limit in relax)
    head = f"No model is left. Giving up {what} brings back {brings_back}"
    nearest = _nearest(relax[0], drops) if len(relax) == 1 else None
    if nearest is None:
        return f"{head}."
    needed, name = nearest
    return f"{head}; {math.ceil(needed):,} {_UNITS[relax[0]]} would admit {name}."


def _nearest(limit: Limit, drops: tuple[Dropped, ...]) -> tuple[float, str] | None:
    alone = [
        (drop.broken[0].needed, drop.card.name)
        for drop in drops
        if len(drop.broken) == 1 and drop.limit == limit
    ]
    return min(
        ((needed, name) for needed, name in alone if needed is not None),
        default=None,
    )
