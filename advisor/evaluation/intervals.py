"""The confidence interval of one mean, of any values and of qualities between 0 and 1."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from advisor.evaluation.clusters import Clusters, cluster_sums, covariance_of_means
from advisor.evaluation.estimate import Interval

_HALF = 0.5
"""Of a query, at either end of the range."""


def mean_interval(
    values: Sequence[float], confidence: float = 0.95, clusters: Clusters | None = None
) -> Interval:
    """Student's t interval of a mean, with as many degrees of freedom as units less one.

    Units are the values, or the clusters when several queries come from one document.
    No bootstrap: it understates the spread below 50 queries (Smucker, Allan, Carterette,
    SIGIR 2009). ValueError when there are no values or one is not finite.
    """
    row = np.asarray(values, dtype=np.float64)[np.newaxis, :]
    if row.size == 0 or not np.isfinite(row).all():
        message = "a mean needs at least one value, and only finite ones"
        raise ValueError(message)
    n = row.shape[1]
    mean = float(row.mean())
    if cluster_sums(row, clusters).shape[1] < 2:
        return Interval(mean, None, None, n)
    variance, units = covariance_of_means(row, clusters)
    half = float(stdtrit(units - 1, (1 + confidence) / 2)) * float(variance[0, 0]) ** 0.5
    return Interval(mean, mean - half, mean + half, n)


def quality_interval(
    values: Sequence[float], confidence: float = 0.95, clusters: Clusters | None = None
) -> Interval:
    """Return the interval of the mean of values between 0 and 1, such as nDCG of single queries.

    As `mean_interval`, with half a query at 0 and half a query at 1 taken in beside the measured
    ones (the weight of Jeffreys' prior for a share; the idea is that of Agresti, Coull 1998), and
    within 0 and 1. Few queries that all failed, or all succeeded, leave Student's interval without
    width: it covers 63 to 80 % of samples of 10 and 87 to 90 % of 25 where a model finds nearly
    everything or nearly nothing (benchmark_results/calibration.md). The mean stays as measured.
    """
    plain = mean_interval(values, confidence, clusters)
    if plain.low is None or min(values) < 0 or max(values) > 1:
        return plain
    low, high = _with_halves(values, (0.0, 1.0), 0.0, confidence, clusters)
    return Interval(
        plain.mean, min(max(0.0, low), plain.mean), max(min(1.0, high), plain.mean), plain.n
    )


def gap_interval(
    differences: Sequence[float], confidence: float = 0.95, clusters: Clusters | None = None
) -> Interval:
    """Return the interval of the mean of paired differences of qualities, from -1 to 1.

    As `mean_interval`, with half a query at -1, half a query at 1 and one at 0 taken in (Agresti,
    Min 2005, for matched shares). Student's covers 80 to 93 % of samples of 10 and 25 where most
    queries are won by neither (benchmark_results/calibration.md). The mean stays as measured.
    """
    plain = mean_interval(differences, confidence, clusters)
    if plain.low is None:
        return plain
    low, high = _with_halves(differences, (-1.0, 1.0), 1.0, confidence, clusters)
    return Interval(plain.mean, min(low, plain.mean), max(high, plain.mean), plain.n)


def _with_halves(
    values: Sequence[float],
    ends: tuple[float, float],
    more: float,
    confidence: float,
    clusters: Clusters | None,
) -> tuple[float, float]:
    """Take in half a query at either end, and `more` queries at 0."""
    row = np.asarray(values, dtype=np.float64)
    added = 2 * _HALF + more
    n = len(row) + added
    centre = (float(row.sum()) + _HALF * sum(ends)) / n
    deviations = cluster_sums((row - centre)[np.newaxis, :], clusters)
    units = deviations.shape[1] + added
    squares = float((deviations**2).sum()) + more * centre**2
    squares += _HALF * sum((end - centre) ** 2 for end in ends)
    error = (squares * units / (units - 1)) ** 0.5 / n
    half = float(stdtrit(units - 1, (1 + confidence) / 2)) * error
    return centre - half, centre + half
