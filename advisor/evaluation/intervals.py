"""The confidence interval of one mean."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from advisor.evaluation.clusters import Clusters, cluster_sums, covariance_of_means
from advisor.evaluation.estimate import Interval


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
