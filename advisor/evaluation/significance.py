"""Randomisation tests on paired per-query differences, repeatable by their seed.

Under the null hypothesis each difference might as well have had the other sign (Fisher). Queries
that come from one document are flipped together.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.evaluation.clusters import Clusters, cluster_sums

EXACT_UP_TO = 15
"""Units (queries or clusters) up to which all sign patterns are enumerated: 32,768 at most."""
FLIPS = 10_000
"""Random sign patterns above that."""
_TOLERANCE = 1e-9
"""Slack, relative to the largest possible statistic, so that equal sums count as equal."""
_NOISE = 1e-12
"""Differences smaller than this are rounding noise and count as 0."""
_BLOCK_CELLS = 2_000_000
"""Signs held at once, 16 MB as float64."""


def max_t_test(
    differences: Mapping[str, Sequence[float]], seed: int = 0, clusters: Clusters | None = None
) -> dict[str, float]:
    """Compare several models with one leader: two-sided p values adjusted for their number.

    They are by name, and that of one model alone is that of its own sign-flip test. Exact up to 15
    units (share of all patterns at least as extreme, the observed one included), otherwise
    p = (1 + #{|T_b| >= |T|}) / (B + 1) over B = 10,000 flips. All zero gives 1.

    Single-step maxT with common sign vectors (Westfall, Young 1993; Boytsov et al., CIKM 2013):
    each pattern's largest |statistic| over all models is what every model is held against. The
    statistic is S / sqrt(sum of squares), whose order is that of |t| because flips leave the sum
    of squares alone; it needs no division by a variance that may be zero. The sequences (leader
    minus model, or the reverse) share one order of queries. ValueError when there are no
    differences, one is not finite, or their lengths differ.
    """
    if not differences:
        return {}
    columns = [np.asarray(values, dtype=np.float64) for values in differences.values()]
    if len({column.shape for column in columns}) > 1 or columns[0].size == 0:
        message = "each model needs one difference per query, at least one"
        raise ValueError(message)
    sums = cluster_sums(np.vstack(columns), clusters)
    if not np.isfinite(sums).all():
        message = "a difference is not a finite number"
        raise ValueError(message)
    sums = np.where(np.abs(sums) < _NOISE, 0.0, sums)
    norms = np.sqrt((sums**2).sum(axis=1, keepdims=True))
    scaled = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
    observed = np.abs(scaled.sum(axis=1))
    units = scaled.shape[1]
    threshold = observed - _TOLERANCE * units**0.5
    exceeded = np.zeros(len(columns), dtype=np.int64)
    patterns = 0
    for signs in _sign_patterns(units, seed):
        largest = np.abs(signs @ scaled.T).max(axis=1)
        exceeded += (largest[:, np.newaxis] >= threshold).sum(axis=0)
        patterns += len(signs)
    if units > EXACT_UP_TO:
        exceeded, patterns = exceeded + 1, patterns + 1
    shares = exceeded / patterns
    return {name: float(share) for name, share in zip(differences, shares, strict=True)}


def _sign_patterns(units: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Blocks of sign vectors (rows of +1 and -1): all of them for few units, else random ones."""
    if units <= EXACT_UP_TO:
        bits = np.arange(2**units)[:, np.newaxis] >> np.arange(units) & 1
        yield np.asarray(bits * 2 - 1, dtype=np.float64)
        return
    rng = np.random.default_rng(seed)
    left = FLIPS
    while left:
        rows = min(left, max(1, _BLOCK_CELLS // units))
        yield np.asarray(rng.integers(0, 2, (rows, units), dtype=np.int8) * 2 - 1, np.float64)
        left -= rows
