"""Which models are most like another: of its kind, for its languages, near its size."""

from __future__ import annotations

import math
from collections.abc import Iterable

from advisor.catalogue.card import ModelCard
from advisor.catalogue.classes import BOARDS, language_group
from advisor.catalogue.licences import commercial

OTHER_KIND = 4.0
OTHER_GROUP = 3.0
OTHER_DOMAINS = 2.0
OTHER_LICENCE = 0.5
UNKNOWN_SIZE = 1.5
POINTS = 10.0
"""So many points of public nDCG@10 weigh as much as twice the size."""
CONTEXT = 0.25
"""Weight of twice the context."""


def similar(card: ModelCard, cards: Iterable[ModelCard], most: int = 5) -> tuple[ModelCard, ...]:
    """Return up to `most` models most like `card`, nearest first; pipelines are not compared."""
    if card.n_parameters is None and not card.scores and card.kind != "hosted":
        return ()  # nothing is known that another could be like
    others = [other for other in cards if other.name != card.name and other.kind != "hybrid"]
    return tuple(sorted(others, key=lambda other: (distance(card, other), other.name))[:most])


def distance(one: ModelCard, other: ModelCard) -> float:
    """Return how unlike two models are; twice the size counts 1, the rest as the constants say."""
    total = OTHER_KIND * (one.kind != other.kind)
    total += OTHER_GROUP * (language_group(one) != language_group(other))
    total += OTHER_DOMAINS * (set(one.domains) != set(other.domains))
    total += OTHER_LICENCE * (commercial(one.license) != commercial(other.license))
    total += _doublings(one.n_parameters, other.n_parameters, UNKNOWN_SIZE)
    total += CONTEXT * _doublings(one.max_tokens, other.max_tokens, 1.0)
    board = BOARDS[language_group(one)]
    if board in one.scores and board in other.scores:
        total += abs(one.scores[board].value - other.scores[board].value) / POINTS
    return total


def _doublings(one: int | None, other: int | None, unknown: float) -> float:
    if not one or not other:
        return 0.0 if one == other else unknown
    return abs(math.log2(one / other))
