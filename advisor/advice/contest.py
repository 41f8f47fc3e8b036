"""Who takes part in "who is best": models and what the user named, and a hybrid that is better."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.bench.results import Result
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.words import MIN_QUERIES


def competes(result: Result) -> bool:
    """Say whether a candidate stands for itself in the contest.

    A baseline, and a hybrid that nobody asked for, are shown beside the models.
    """
    return result.candidate.named or result.candidate.kind not in ("baseline", "hybrid")


def surely_better(contestants: Sequence[Result], beside: Sequence[Result]) -> tuple[Result, ...]:
    """Return the hybrids beside the contest whose lead over the best contestant is no chance.

    A hybrid ranks nearly as its model does: were it always in the contest, the two could hardly be
    told apart, and no verdict would ever be sure of a model.
    """
    best = max(contestants, key=_mean)
    values = best.scores
    if len(values) < MIN_QUERIES:
        return ()
    better = []
    for result in beside:
        own = result.scores
        lead = mean_interval([own[query] - value for query, value in values.items()])
        if result.candidate.kind == "hybrid" and lead.low is not None and lead.low > 0:
            better.append(result)
    return tuple(better)


def _mean(result: Result) -> float:
    values = result.scores.values()
    return sum(values) / len(values)
