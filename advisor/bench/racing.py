"""The rule of a race: who leaves after a round, by the scores of that round (methods, 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from advisor.bench.dropped import Dropped
from advisor.evaluation.clusters import Clusters
from advisor.evaluation.intervals import mean_interval, quality_interval
from advisor.evaluation.posterior import LEAD_GROUP_SHARE, posterior, probability_at_least

LEAST_QUERIES: Final = 16
"""No score of fewer queries ends anything."""
LEAST_LEFT: Final = 2
"""So many always reach the last round: a verdict compares, and it compares that round alone."""
FAR_OVER: Final = 1.5
"""A median so many times the latency limit is no whim of the machine's."""


def hopeless(
    scores: Mapping[str, Sequence[float]], entered: int, clusters: Clusters | None = None
) -> dict[str, tuple[str, float]]:
    """Return who leaves, with the round's leader and P(at least as good as the leader).

    `scores` holds the per-query quality of everyone still in the race, aligned by query, baselines
    left out; `entered` is how many models the race began with. One leaves when that chance is
    below .10 / (entered - 1): not before 16 independent queries, and never when fewer than two
    would be left. `clusters` are the documents the queries come from, where several share one.
    """
    names = list(scores)
    if len(names) <= LEAST_LEFT:
        return {}
    independent = len(set(clusters)) if clusters is not None else len(scores[names[0]])
    if independent < LEAST_QUERIES:
        return {}
    rows = np.array([scores[name] for name in names], np.float64)
    post = posterior(rows, clusters=clusters)
    leader = int(np.argmax(post.mean))
    chances = probability_at_least(post, leader)
    limit = LEAD_GROUP_SHARE / max(1, entered - 1)
    leaving = [index for index in np.argsort(chances, kind="stable") if chances[index] < limit]
    return {
        names[index]: (names[leader], float(chances[index]))
        for index in leaving[: len(names) - LEAST_LEFT]
    }


def dropped(
    scores: Mapping[str, Sequence[float]],
    entered: int,
    documents: int,
    clusters: Clusters | None = None,
) -> dict[str, Dropped]:
    """Return who leaves after a round of `documents` documents, as `hopeless`, with its figures."""
    return {
        name: Dropped(
            queries=len(scores[name]),
            documents=documents,
            leader=leader,
            p_at_least=chance,
            quality=quality_interval(scores[name], clusters=clusters),
            behind=mean_interval(
                [best - own for best, own in zip(scores[leader], scores[name], strict=True)],
                clusters=clusters,
            ),
        )
        for name, (leader, chance) in hopeless(scores, entered, clusters).items()
    }


def far_over(
    median_ms: float | None,
    peak_mib: float | None,
    max_latency_ms: float | None,
    max_memory_mib: int | None,
) -> str | None:
    """Say which hard limit a candidate clearly breaks by what is measured so far, None for none.

    A peak only grows, so any peak over the limit is one. A median over the limit has broken a
    limit on the p95; it counts as clear from half as much again.
    """
    if max_memory_mib is not None and peak_mib is not None and peak_mib > max_memory_mib:
        return f"peak memory {peak_mib:,.0f} MiB, limit {max_memory_mib:,} MiB"
    if max_latency_ms is None or median_ms is None or median_ms <= FAR_OVER * max_latency_ms:
        return None
    return f"median latency {median_ms:.1f} ms, limit {max_latency_ms:g} ms"
