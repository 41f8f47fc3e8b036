"""Choosing a diverse few out of a ranking: one per organisation and size class.

What the other tasks do not foretell of a model's score on a task, its relatives share: the
remainders correlate by .44 to .73 within an organisation and size class, by .26 to .45 within an
organisation, not at all between others (benchmark_results/advice_quality.md). A relative's chance
of being the best after all is therefore mostly the same chance again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import partial

from advisor.catalogue.card import ModelCard
from advisor.catalogue.classes import SizeClass, size_class
from advisor.needs.requirements import Priority
from advisor.shortlist.ranking import Ranked

SHARES: dict[Priority, dict[SizeClass, float]] = {
    "accuracy": {"over 600 M": 5 / 6},
    "balanced": {"over 600 M": 1 / 2},
    "speed": {
        "static": 1 / 6,
        "up to 50 M": 1 / 2,
        "50 to 150 M": 1 / 3,
        "150 to 600 M": 1 / 6,
        "over 600 M": 0,
    },
}
"""What share of the places a size class may take before others had their turn, by priority.

Ranked by quality alone the largest come first; who weighs cost has to see what less would cost.
"""
PER_ORGANISATION = 2
"""A small and a base model of one family may both come, a third would say little more."""
_VERSION = re.compile(r"[-_.]?v?\d+(\.\d+)*$", re.IGNORECASE)


class Chooser:
    """Picks from a ranking until it is full, remembering what it has."""

    def __init__(self, priority: Priority, most: int) -> None:
        """Take up to `most` models, as many of each size class as fit the priority."""
        self.most = most
        self.chosen: list[Ranked] = []
        self._caps = {size: math.ceil(most * share) for size, share in SHARES[priority].items()}

    @property
    def full(self) -> bool:
        """Whether nothing more is taken."""
        return len(self.chosen) >= self.most

    def take(self, items: Iterable[Ranked]) -> None:
        """Take some whatever the rules say."""
        for ranked in items:
            if not self.full and ranked not in self.chosen:
                self.chosen.append(ranked)

    def fill(self, ranking: Sequence[Ranked]) -> None:
        """Take from `ranking` in order, by the rules, then whatever is left.

        The rule per organisation outlives the shares of the size classes, which are doubled before
        they are given up.
        """
        doubled = partial(self.objection, times=2)
        for objects in (self.objection, doubled, self._kin, lambda _: None):
            for ranked in ranking:
                if not self.full and ranked not in self.chosen and objects(ranked.card) is None:
                    self.chosen.append(ranked)

    def objection(self, card: ModelCard, times: int = 1) -> str | None:
        """Say which rule of diversity keeps `card` out at this point."""
        kin = self._kin(card)
        if kin is not None:
            return kin
        mine = size_class(card)
        cap = self._caps.get(mine, self.most)
        if not cap:
            return f"{_sized(mine)} do not fit the priority"
        count = sum(size_class(ranked.card) == mine for ranked in self.chosen)
        return f"enough {_sized(mine)} rank higher" if count >= times * cap else None

    def _kin(self, card: ModelCard) -> str | None:
        stem = _stem(card)
        for ranked in self.chosen:
            if _stem(ranked.card) == stem and size_class(ranked.card) == size_class(card):
                return f"{ranked.card.short_name}, another version of it, is listed"
        kin = [r.card for r in self.chosen if r.card.organisation == card.organisation]
        for other in kin:
            if size_class(other) == size_class(card):
                return f"{other.short_name} of the same organisation and size class is listed"
        if len(kin) >= PER_ORGANISATION:
            return f"{len(kin)} models of {card.organisation} are listed"
        return None


def _stem(card: ModelCard) -> str:
    """The name without its version: some models moved to another organisation between two."""
    return _VERSION.sub("", card.short_name.lower())


def _sized(size: SizeClass) -> str:
    if size == "static":
        return "static word vectors"
    return f"models {size}" if size == "of unknown size" else f"models with {size} parameters"
