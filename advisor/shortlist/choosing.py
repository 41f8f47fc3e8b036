"""Choosing a diverse few out of a ranking: one per organisation and size class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Priority
from advisor.shortlist.ranking import Ranked

SizeClass = Literal[
    "static", "up to 50 M", "50 to 150 M", "150 to 600 M", "over 600 M", "of unknown size"
]

CAPS: dict[Priority, dict[SizeClass, int]] = {
    "accuracy": {"static": 0, "up to 50 M": 1, "150 to 600 M": 3},
    "balanced": {"static": 0, "over 600 M": 1},
    "speed": {"static": 1, "up to 50 M": 3, "150 to 600 M": 1, "over 600 M": 0},
}
"""How many of a size class come in before others had their turn; 2 where nothing is said."""
USUAL_CAP = 2
PER_ORGANISATION = 2
"""A small and a base model of one family may both come, a third would say little more."""


def size_class(card: ModelCard) -> SizeClass:
    """Return the size class by parameters; static models are a class of their own."""
    if card.kind == "static":
        return "static"
    if card.n_parameters is None:
        return "of unknown size"
    millions = card.n_parameters / 1e6
    if millions <= 50:
        return "up to 50 M"
    if millions <= 150:
        return "50 to 150 M"
    return "150 to 600 M" if millions <= 600 else "over 600 M"


class Chooser:
    """Picks from a ranking until it is full, remembering what it has."""

    def __init__(self, priority: Priority, most: int, *, diverse: bool = True) -> None:
        """Take up to `most` models; `diverse` asks for different organisations."""
        self.most = most
        self.chosen: list[Ranked] = []
        self._seeds: list[Ranked] = []
        self._caps = CAPS[priority]
        self._diverse = diverse

    @property
    def full(self) -> bool:
        """Whether nothing more is taken."""
        return len(self.chosen) >= self.most

    def take(self, items: Iterable[Ranked], *, seeds: bool = False) -> None:
        """Take some whatever the rules say; seeds use up no place of their size class."""
        for ranked in items:
            if not self.full and ranked not in self.chosen:
                self.chosen.append(ranked)
                if seeds:
                    self._seeds.append(ranked)

    def fill(self, ranking: Sequence[Ranked]) -> None:
        """Take from `ranking` in order, by the rules, then whatever is left.

        The rule per organisation outlives the caps of the size classes.
        """
        for objects in (self.objection, self._kin, lambda _: None):
            for ranked in ranking:
                if not self.full and ranked not in self.chosen and objects(ranked.card) is None:
                    self.chosen.append(ranked)

    def objection(self, card: ModelCard) -> str | None:
        """Say which rule of diversity keeps `card` out at this point."""
        kin = self._kin(card)
        if kin is not None:
            return kin
        mine = size_class(card)
        counts = Counter(size_class(r.card) for r in self.chosen if r not in self._seeds)
        cap = self._caps.get(mine, USUAL_CAP)
        if not cap:
            return f"{_sized(mine)} do not fit the priority"
        return f"enough {_sized(mine)} rank higher" if counts[mine] >= cap else None

    def _kin(self, card: ModelCard) -> str | None:
        if not self._diverse:
            return None
        kin = [r.card for r in self.chosen if r.card.organisation == card.organisation]
        for other in kin:
            if size_class(other) == size_class(card):
                return f"{other.short_name} of the same organisation and size class is listed"
        if len(kin) >= PER_ORGANISATION:
            return f"{len(kin)} models of {card.organisation} are listed"
        return None


def _sized(size: SizeClass) -> str:
    if size == "static":
        return "static word vectors"
    return f"models {size}" if size == "of unknown size" else f"models with {size} parameters"
