"""What racing costs and loses: on simulated scores, and on full runs of real models.

`python -m benchmarks.racing` simulates; `python -m benchmarks.racing --data FOLDER --models-dir
FOLDER --models A,B,C` encodes the data once with each model and then races them over many seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.bench.racing import hopeless
from advisor.corpus.nesting import DOCUMENTS_PER_QUERY, ROUNDS

Scores = NDArray[np.float64]
"""(models, queries): nDCG@10 of every query."""

QUERIES = (*ROUNDS, 256)
MOST_DOCUMENTS = 2_000
DOCUMENTS = tuple(min(round(n * DOCUMENTS_PER_QUERY), MOST_DOCUMENTS) for n in QUERIES)
SPREAD_OF_QUERIES = 0.3
"""Standard deviation of the difference of two models over queries (methods, 2)."""
FELT = 0.02
"""nDCG@10 that the usual priority gives up; losing more is felt."""


class Found(NamedTuple):
    """What racing came to over many repeats, beside the full run of the same scores."""

    cost: float
    """Documents encoded, by those of a full run."""
    lost: float
    """Share of repeats in which it drops the model that is best and that the full run picks."""
    gone: float
    """Share in which it drops the best, whether the full run would have known it or not."""
    regret: float
    """Mean nDCG@10 by which the pick is worse than the best."""
    full_regret: float
    felt: float
    """Share of repeats in which that is more than .02."""
    full_felt: float


def race(parts: Sequence[Scores], documents: Sequence[int]) -> tuple[list[int], float]:
    """Return who reaches the last part, by row, and the share of the full run's documents."""
    alive = list(range(len(parts[0])))
    encoded = np.zeros(len(parts[0]))
    for scores, size in zip(parts[:-1], documents, strict=False):
        encoded[alive] = size
        rows = {str(model): scores[model].tolist() for model in alive}
        left = hopeless(rows, entered=len(encoded))
        alive = [model for model in alive if str(model) not in left]
    encoded[alive] = documents[-1]
    return alive, float(encoded.mean()) / documents[-1]


def summed(
    races: Sequence[tuple[Sequence[Scores], Sequence[int], Scores]],
) -> Found:
    """Race each of (parts, documents of the parts, true means) and sum it up."""
    rows = []
    for parts, documents, truth in races:
        alive, cost = race(parts, documents)
        measured = parts[-1].mean(axis=1)
        best, full = int(np.argmax(truth)), int(np.argmax(measured))
        pick = max(alive, key=lambda model: measured[model])
        gone = best not in alive
        off, full_off = truth[best] - truth[pick], truth[best] - truth[full]
        rows.append((cost, gone and full == best, gone, off, full_off, off > FELT, full_off > FELT))
    return Found(*np.array(rows, np.float64).mean(axis=0).tolist())


def simulated(models: int, repeats: int, spread: float, seed: int = 0) -> Found:
    """Race models whose true means lie `spread` (standard deviation) around each other."""
    rng = np.random.default_rng(seed)
    noise = SPREAD_OF_QUERIES / np.sqrt(2)
    races = []
    for _ in range(repeats):
        truth = rng.normal(0.5, spread, models)
        scores = truth[:, np.newaxis] + rng.normal(0, noise, (models, QUERIES[-1]))
        races.append(([scores[:, :n] for n in QUERIES], DOCUMENTS, truth))
    return summed(races)
