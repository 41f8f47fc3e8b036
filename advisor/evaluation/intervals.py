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
    row = np.asarray(values, dtype=np.float64)
    if plain.low is None or plain.high is None or row.min() < 0 or row.max() > 1:
        return plain
    n = len(row) + 2 * _HALF
    centre = (float(row.sum()) + _HALF) / n
    deviations = cluster_sums((row - centre)[np.newaxis, :], clusters)
    units = deviations.shape[1] + 2 * _HALF
    squares = float((deviations**2).sum()) + _HALF * (centre**2 + (1 - centre) ** 2)
    error = (squares * units / (units - 1)) ** 0.5 / n
    half = float(stdtrit(units - 1, (1 + confidence) / 2)) * error
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Interval(plain.mean, min(low, plain.mean), max(high, plain.mean), plain.n)
