"""What the public evidence says about the models that the classic guides would take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import Dropped
from advisor.shortlist.ranking import Ranked
from advisor.shortlist.rule_of_thumb import rules_of_thumb


class Guide(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One pick of the guides and what speaks for or against it."""

    name: str
    said: str
    """What the guides say."""
    sentence: str
    """Its place by public scores and how far it is from the first, or the limit it breaks."""
    rank: int | None = None
    behind: float | None = None
    """Points of public nDCG x 100 it lies behind the first of the ranking."""


def guides(
    ranking: Sequence[Ranked], dropped: Iterable[Dropped], requirements: Requirements
) -> tuple[Guide, ...]:
    """Return every pick of the guides that the catalogue knows, in the guides' order."""
    ranked = {item.card.name: item for item in ranking}
    reasons = {drop.card.name: drop.reason for drop in dropped}
    found = []
    for name, said in rules_of_thumb(requirements):
        if name in ranked:
            found.append(_placed(ranked[name], ranking, said))
        elif name in reasons:
            found.append(Guide(name=name, said=said, sentence=f"does not fit: {reasons[name]}"))
    return tuple(found)


def _placed(item: Ranked, ranking: Sequence[Ranked], said: str) -> Guide:
    first, mine = ranking[0], item.evidence.value
    best = first.evidence.value
    if mine is None or best is None:
        return Guide(name=item.card.name, said=said, sentence=item.evidence.basis, rank=item.rank)
    behind = round(best - mine, 2)
    way = f"{behind:.1f} points behind" if behind >= 0 else f"{-behind:.1f} points above"
    apart = f", {way} {first.card.short_name}" if item is not first else ""
    return Guide(
        name=item.card.name,
        said=said,
        sentence=f"rank {item.rank} of {len(ranking)}{apart}: {item.evidence.basis}",
        rank=item.rank,
        behind=behind,
    )
