"""What relaxing a limit brings back, and which limits clash when no model is left."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import Dropped
from advisor.shortlist.ranking import rank
from advisor.shortlist.resources import Limit

_WORDS: dict[Limit, str] = {
    "hosted": "keeping texts on your machines",
    "licence": "commercial use",
    "languages": "the languages",
    "memory": "the memory limit",
    "latency": "the latency limit",
    "indexing": "the time to index",
    "context": "documents of this length",
    "dimension": "the dimensions your vector store indexes",
    "budget": "the monthly budget",
    "not measurable": "what this version can measure",
}
_UNITS: dict[Limit, str] = {
    "memory": "MiB",
    "latency": "ms",
    "indexing": "minutes",
    "context": "words a document or chunk",
    "dimension": "dimensions",
    "budget": "USD a month",
}
NAMED = 3
"""Models a sentence names; the rest is counted."""


class Return(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model that comes back when a limit is relaxed."""

    card: ModelCard
    needed: float | None = None
    """The value of the limit that lets it in, None for limits without a number."""
    public_score: float | None = None


class Relaxation(msgspec.Struct, frozen=True, kw_only=True):
    """What relaxing one limit, and no other, brings back."""

    limit: Limit
    returns: tuple[Return, ...]
    """By the value they need, the smallest change first; without a number the best first."""
    sentence: str


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
    return f"{head}; {_value(relax[0], needed)} would admit {name}."


def _nearest(limit: Limit, drops: tuple[Dropped, ...]) -> tuple[float, str] | None:
    alone = [
        (_distance(limit, drop.broken[0].needed), drop.broken[0].needed, drop.card.name)
        for drop in drops
        if len(drop.broken) == 1 and drop.limit == limit and drop.broken[0].needed is not None
    ]
    return min(alone)[1:] if alone else None


def relaxations(dropped: Iterable[Dropped], requirements: Requirements) -> tuple[Relaxation, ...]:
    """Return, for each limit that alone keeps models out, which come back and at which value.

    The limit that brings back most comes first. What this version cannot measure is left out: no
    answer brings it back.
    """
    alone: dict[Limit, list[Dropped]] = {}
    for drop in dropped:
        if len(drop.broken) == 1 and drop.limit != "not measurable":
            alone.setdefault(drop.limit, []).append(drop)
    found = [
        Relaxation(limit=limit, returns=returns, sentence=_told(limit, returns))
        for limit, drops in alone.items()
        if (returns := _returns(limit, drops, requirements))
    ]
    # Texts are in the languages they are in: that comes last, however much it brings back.
    return tuple(
        sorted(found, key=lambda relaxed: (relaxed.limit == "languages", -len(relaxed.returns)))
    )


def _returns(
    limit: Limit, drops: Sequence[Dropped], requirements: Requirements
) -> tuple[Return, ...]:
    needed = {drop.card.name: drop.broken[0].needed for drop in drops}
    returns = [
        Return(card=item.card, needed=needed[item.card.name], public_score=item.evidence.value)
        for item in rank([drop.card for drop in drops], requirements)
    ]
    # The order of the ranking stays among those that need the same.
    return tuple(sorted(returns, key=lambda back: _distance(limit, back.needed)))


def _distance(limit: Limit, needed: float | None) -> float:
    """How much has to give: more of everything, but shorter documents."""
    if needed is None:
        return 0.0
    return -needed if limit == "context" else needed


def _value(limit: Limit, needed: float) -> str:
    whole = math.floor(needed) if limit == "context" else math.ceil(needed)
    return f"{whole:,} {_UNITS[limit]}"


def _told(limit: Limit, returns: tuple[Return, ...]) -> str:
    names = [
        f"{back.card.short_name} ({_value(limit, back.needed)})"
        if back.needed is not None
        else back.card.short_name
        for back in returns[:NAMED]
    ]
    more = f" and {len(returns) - NAMED} more" if len(returns) > NAMED else ""
    comes = "comes" if len(returns) == 1 else "come"
    head = "With chunks for documents" if limit == "context" else f"Without {_WORDS[limit]}"
    return f"{head} {len(returns)} {comes} back: {', '.join(names)}{more}."
