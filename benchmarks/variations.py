"""The product's rules one by one: the replay without each, and with its constant changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np

from advisor.catalogue.card import Board
from advisor.shortlist import choosing, proposing, ranking, resources
from benchmarks.ranking_constants import Calibration
from benchmarks.replay import Fold, Setting, ours

Change = Callable[[ExitStack], None]
Boards = dict[Board, float]


def _set(name: str, value: float) -> Change:
    return lambda stack: _patch(stack, ranking, name, value)


def _patch(stack: ExitStack, place: object, name: str, value: object) -> None:
    stack.enter_context(patch.object(place, name, value))


def _no_kin(stack: ExitStack) -> None:
    _patch(stack, choosing.Chooser, "_kin", lambda *_: None)


def _no_shares(stack: ExitStack) -> None:
    stack.enter_context(patch.dict(choosing.SHARES, {"accuracy": {}}))


def _no_length(stack: ExitStack) -> None:
    _patch(stack, ranking, "TRUNCATED", 0)
    _patch(stack, resources, "HOPELESS_CONTEXT", float("inf"))


CHANGES: dict[str, Change] = {
    "as it is": lambda _: None,
    "no rule per organisation": _no_kin,
    "one per organisation": lambda stack: _patch(stack, choosing, "PER_ORGANISATION", 1),
    "no place kept from the largest": _no_shares,
    "no model of the domain out of turn": lambda stack: _patch(
        stack, proposing, "_out_of_turn", lambda *_: {}
    ),
    "no move by the domain's benchmark": lambda stack: _patch(
        stack, ranking, "_domain_moves", lambda *_: {}
    ),
    "no limit to the context, truncation 0": _no_length,
    "truncation 0 (6)": _set("TRUNCATED", 0),
    "truncation 12": _set("TRUNCATED", 12),
    "error of estimates 0 (2.1)": _set("ESTIMATE_ERROR", 0),
    "error of estimates 4.2": _set("ESTIMATE_ERROR", 4.2),
    "trained on 0 (2)": _set("TRAINED", 0),
    "trained on 4": _set("TRAINED", 4),
    "undeclared 0 (1)": _set("UNDECLARED", 0),
    "undeclared 2": _set("UNDECLARED", 2),
    "one board only 0 (3)": _set("NARROW", 0),
    "one board only 6": _set("NARROW", 6),
}
"""What is changed; in brackets the product's value."""


@contextmanager
def changed(change: Change) -> Iterator[None]:
    """Run the product with one rule or constant changed."""
    with ExitStack() as stack:
        change(stack)
        yield


def best_of(folds: Sequence[Fold], most: int) -> Boards:
    """Return the mean regret of the product's best of `most` by board, settings weighing alike."""
    pick = ours(most)
    regrets: dict[Setting, list[float]] = {}
    for fold in folds:
        regrets.setdefault(fold.setting, []).append(fold.regret(pick(fold)))
    boards: dict[Board, list[float]] = {}
    for setting, values in regrets.items():
        boards.setdefault(setting.board, []).append(float(np.mean(values)))
    return {board: float(np.mean(values)) for board, values in boards.items()}


def without_the_board(
    folds: Sequence[Fold], calibrations: Mapping[Board, Calibration], most: int
) -> Boards:
    """Return each board's regret with the measured constants of the other boards only."""
    found: Boards = {}
    for board in calibrations:
        others = [figures for name, figures in calibrations.items() if name != board]
        error = float(np.mean([figures.estimate_error for figures in others]))
        trained = max(0.0, float(np.mean([figures.trained for figures in others])))
        with ExitStack() as stack:
            _patch(stack, ranking, "ESTIMATE_ERROR", error)
            _patch(stack, ranking, "TRAINED", trained)
            _patch(stack, ranking, "UNDECLARED", trained / 2)
            own = [fold for fold in folds if fold.setting.board == board]
            found |= best_of(own, most)
    return found
