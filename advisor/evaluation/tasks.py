"""The values of each text or pair, under every metric of a task that ranks nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.evaluation import jackknife

Values = NDArray[np.float64]


def similarity(wanted: Sequence[float], given: Sequence[float]) -> dict[str, Values]:
    """Return the pairs' values: people's scores against a model's, on any scale each."""
    people, model = np.asarray(wanted, np.float64), np.asarray(given, np.float64)
    return {
        "Spearman": jackknife.spearman(people, model),
        "Pearson": jackknife.pearson(people, model),
    }


def classification(wanted: Sequence[str], given: Sequence[str]) -> dict[str, Values]:
    """Return the texts' values: 1 for the right label and 0 for a wrong one, and of macro F1."""
    right = [float(one == other) for one, other in zip(wanted, given, strict=True)]
    return {"Accuracy": np.asarray(right), "F1 macro": jackknife.macro_f1(wanted, given)}


def clustering(wanted: Sequence[str], given: NDArray[np.int64]) -> dict[str, Values]:
    """Return the texts' values, the mean over the repeats; `given` is (n, repeats)."""
    repeats = [jackknife.clustering(wanted, column) for column in given.T]
    return {label: np.mean([one[label] for one in repeats], axis=0) for label in repeats[0]}
