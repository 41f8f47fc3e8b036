"""The class of a model: its size, its language group, and how its scores stand in that class."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Literal

import msgspec

from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.reading import MULTILINGUAL, base, code_only

SizeClass = Literal[
    "static", "up to 50 M", "50 to 150 M", "150 to 600 M", "over 600 M", "of unknown size"
]
Group = Literal["English", "Chinese", "multilingual", "code", "other"]
"""Which languages a model is for; `other` also where its card names none."""
BOARDS: dict[Group, Board] = {
    "English": "en",
    "Chinese": "zh",
    "multilingual": "multilingual",
    "code": "code",
    "other": "multilingual",
}
"""The public benchmark that says most about a group."""
DiskClass = Literal["under 100 MB", "100 to 500 MB", "over 500 MB", "unknown"]
MIB_IN_MB = 2**20 / 1e6
FEWEST = 4
"""With fewer models a quartile is one of them and says nothing about a class."""


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


def disk_class(card: ModelCard) -> DiskClass:
    """Return the class by the size of the published weights."""
    if card.memory_usage_mb is None:
        return "unknown"
    megabytes = card.memory_usage_mb * MIB_IN_MB
    if megabytes < 100:
        return "under 100 MB"
    return "100 to 500 MB" if megabytes <= 500 else "over 500 MB"


def language_group(card: ModelCard) -> Group:
    """Return the group by the languages the card names and counts."""
    named = {base(code) for code in card.languages if not code.endswith("-Code")}
    if code_only(card) or "code" in card.domains:
        return "code"
    if (card.n_languages or len(named)) >= MULTILINGUAL:
        return "multilingual"
    if "zho" in named:
        return "Chinese"
    return "English" if named == {"eng"} else "other"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A public retrieval score beside those of the models of the same size class."""

    board: Board
    value: float
    size: SizeClass
    models: int
    """How many of the class have a score there, this one included."""
    rank: int
    """1 is the best; models of the same score share the better rank."""
    best: float
    upper: float
    """A quarter of the class is above it."""
    median: float
    lower: float
    """A quarter of the class is below it."""


def standings(card: ModelCard, cards: Iterable[ModelCard]) -> tuple[Standing, ...]:
    """Compare each of the card's public scores with its size class, the group's own board first.

    A board on which fewer than `FEWEST` of the class were measured is left out.
    """
    peers = [other for other in cards if size_class(other) == size_class(card)]
    own = BOARDS[language_group(card)]
    boards = sorted(card.scores, key=lambda board: board != own)
    found = (_standing(card, board, peers) for board in boards)
    return tuple(standing for standing in found if standing is not None)


def _standing(card: ModelCard, board: Board, peers: list[ModelCard]) -> Standing | None:
    values = sorted(
        (peer.scores[board].value for peer in peers if board in peer.scores), reverse=True
    )
    if len(values) < FEWEST:
        return None
    value = card.scores[board].value
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Standing(
        board=board,
        value=value,
        size=size_class(card),
        models=len(values),
        rank=1 + sum(other > value for other in values),
        best=values[0],
        upper=upper,
        median=median,
        lower=lower,
    )
