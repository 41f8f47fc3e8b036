"""What public scores say about the candidates before anything is measured (methods, 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import msgspec

from advisor.bench.candidate import Candidate
from advisor.catalogue.card import Board
from advisor.shortlist.ranking import BENCHMARKS, SPREAD

SLOPE: dict[Board, float] = {"en": 0.87, "zh": 1.0, "multilingual": 0.53, "code": 1.0}
"""Points on data of one's own for a point of the public score.

English and multilingual as published results replay; Chinese and code are not far from 1 there.
"""


class Prior(msgspec.Struct, frozen=True, kw_only=True):
    """Prior means on the scale of nDCG from 0 to 1, in the order of the candidates."""

    board: Board
    means: tuple[float | None, ...]
    """slope × public score; only their differences count."""
    tau: float
    """Standard deviation of the truth around them."""
    models: int
    """Of the candidates; the rest are baselines and pipelines of the others."""
    untrusted: tuple[bool, ...]
    """Which scores are known to flatter: the others' mean stands there, with twice the variance."""

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        known = sum(
            mean is not None and not doubted
            for mean, doubted in zip(self.means, self.untrusted, strict=True)
        )
        return (
            f"Public scores ({BENCHMARKS[self.board]}) of {known} of the {self.models} models "
            f"count as a prior: {SLOPE[self.board]:g} points for a point of difference, "
            f"± {100 * self.tau:g} points. The more queries, the less they count; the score "
            "without them stands beside."
        )


def prior_of(candidates: Sequence[Candidate]) -> Prior | None:
    """Return the prior; None, which is a flat one, where fewer than two scores can be trusted.

    A score counts when it is of the benchmark most candidates are on, the model does not declare
    to have been trained on most of that benchmark, and the weights are the published ones.
    """
    boards = Counter(one.public_board for one in candidates if one.public_score is not None)
    boards.pop(None, None)
    if not boards:
        return None
    board = cast(Board, boards.most_common(1)[0][0])
    if board not in SLOPE:
        return None
    untrusted = tuple(bool(one.public_doubt or one.mark) for one in candidates)
    means = tuple(
        SLOPE[board] * one.public_score / 100
        if one.public_score is not None and one.public_board == board
        else None
        for one in candidates
    )
    trusted = [m for m, doubt in zip(means, untrusted, strict=True) if m is not None and not doubt]
    if len(trusted) < 2:
        return None
    return Prior(
        board=board,
        means=means,
        tau=SPREAD[board] / 100,
        models=sum(one.races for one in candidates),
        untrusted=untrusted,
    )
