"""One value a text or a pair for a figure that only a whole set has, such as a correlation.

The value is a jackknife pseudo-value (Tukey 1958), n·θ − (n−1)·θ without the unit, moved so that
the mean of all is θ as measured. Means, intervals, paired tests and beliefs then take it as they
take a query's nDCG. Everything here is leave-one-out in closed form, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Counts = NDArray[np.int64]

_BLOCK = 256
"""Rows of the comparison of all with all that are in memory at once."""


def pseudo_values(whole: float, without: Values) -> Values:
    """Return the values, (n,), from the figure of all and the figures without each unit."""
    n = len(without)
    values: Values = whole + (n - 1) * (without.mean() - without)
    return values


def spearman(first: Values, second: Values) -> Values:
    """Return the pairs' values of Spearman's rank correlation, equal values sharing their rank.

    0 throughout where one side does not vary: then there is no order.
    """
    # A second to import, and most runs rank no pairs.
    from scipy.stats import rankdata

    x, y = rankdata(first), rankdata(second)
    without = np.empty(len(x))
    for start in range(0, len(x), _BLOCK):
        part = slice(start, start + _BLOCK)
        # Ranks of all without each one of the block, which then lies outside the sums.
        one, two = (_ranks_without(ranks, part) for ranks in (x, y))
        without[part] = _correlations(one, two, np.arange(len(x))[part])
    return pseudo_values(_correlation(x, y), without)


def pearson(first: Values, second: Values) -> Values:
    """Return the pairs' values of Pearson's correlation; 0 where one side does not vary."""
    n = len(first)
    x, y = first - first.mean(), second - second.mean()
    m = n - 1
    sums_x, sums_y = -x, -y  # the deviations add up to nothing
    covariance = (x * y).sum() - x * y - sums_x * sums_y / m
    spread_x = (x * x).sum() - x * x - sums_x**2 / m
    spread_y = (y * y).sum() - y * y - sums_y**2 / m
    return pseudo_values(_correlation(x, y), _ratio(covariance, np.sqrt(spread_x * spread_y)))


def macro_f1(wanted: Sequence[str], given: Sequence[str]) -> Values:
    """Return the texts' values of F1 averaged over all labels that occur on either side."""
    labels = sorted({*wanted, *given})
    place = {label: at for at, label in enumerate(labels)}
    true, said = (np.array([place[one] for one in side]) for side in (wanted, given))
    size = len(labels)
    hits = np.bincount(true[true == said], minlength=size).astype(float)
    either = (np.bincount(true, minlength=size) + np.bincount(said, minlength=size)).astype(float)
    f1 = _ratio(2 * hits, either)
    right = true == said

    def changed(label: Counts, less_hits: NDArray[np.bool_], less: Values) -> Values:
        return np.asarray(_ratio(2 * (hits[label] - less_hits), either[label] - less) - f1[label])

    of_true = changed(true, right, 1.0 + right)
    of_said = np.where(right, 0.0, changed(said, right, np.ones(len(said))))
    return pseudo_values(float(f1.mean()), (f1.sum() + of_true + of_said) / size)


def clustering(labels: Sequence[str], clusters: Counts) -> dict[str, Values]:
    """Return the texts' values of V-measure, NMI, ARI and purity; `clusters` is (n,).

    NMI is normalised by the arithmetic mean, as scikit-learn does by default, and so equals
    V-measure (Rosenberg, Hirschberg 2007); ARI after Hubert and Arabie 1985.
    """
    _, true = np.unique(np.asarray(labels), return_inverse=True)
    _, found = np.unique(clusters, return_inverse=True)
    table = np.zeros((true.max() + 1, found.max() + 1), np.int64)
    np.add.at(table, (true, found), 1)
    v_measure = _v_measure(table, true, found)
    return {
        "V-measure": v_measure,
        "NMI": v_measure,
        "ARI": _adjusted_rand(table, true, found),
        "Purity": _purity(table, true, found),
    }


def _v_measure(table: Counts, true: Counts, found: Counts) -> Values:
    n = table.sum()
    counts = table[true, found], table.sum(axis=1)[true], table.sum(axis=0)[found]
    sums = [_plogp(part).sum() for part in (table, table.sum(axis=1), table.sum(axis=0))]
    less = [
        total - _plogp(count) + _plogp(count - 1) for total, count in zip(sums, counts, strict=True)
    ]
    whole = _v_of(np.asarray([n]), *(np.asarray([total]) for total in sums))
    return pseudo_values(float(whole[0]), _v_of(np.full(len(true), n - 1), *less))


def _v_of(n: Counts, both: Values, one: Values, other: Values) -> Values:
    """Return 2·I / (H + H) from the sums of x·log x over cells, rows and columns."""
    of_cells, of_rows, of_columns = (np.log(n) - part / n for part in (both, one, other))
    together = of_rows + of_columns
    shared = np.maximum(0.0, together - of_cells)
    # Two sides of one group each agree wholly.
    return np.where(together > 1e-12, _ratio(2 * shared, together), 1.0)


def _adjusted_rand(table: Counts, true: Counts, found: Counts) -> Values:
    n = table.sum()
    parts = (table, table.sum(axis=1), table.sum(axis=0))
    counts = (table[true, found], parts[1][true], parts[2][found])
    pairs = [float((part * (part - 1) // 2).sum()) for part in parts]
    # Taking one of x away takes x - 1 pairs away.
    less = [total - (count - 1.0) for total, count in zip(pairs, counts, strict=True)]
    whole = _rand_of(np.asarray([float(n)]), *(np.asarray([total]) for total in pairs))
    return pseudo_values(float(whole[0]), _rand_of(np.full(len(true), n - 1.0), *less))


def _rand_of(n: Values, both: Values, one: Values, other: Values) -> Values:
    by_chance = one * other / (n * (n - 1) / 2)
    most = (one + other) / 2
    return np.where(most > by_chance, _ratio(both - by_chance, most - by_chance), 1.0)


def _purity(table: Counts, true: Counts, found: Counts) -> Values:
    n, most = table.sum(), table.max(axis=0)
    is_only_most = (table == most).sum(axis=0) == 1
    falls = is_only_most[found] & (table[true, found] == most[found])
    return pseudo_values(float(most.sum() / n), (most.sum() - falls) / (n - 1))


def _plogp(counts: Counts) -> Values:
    return np.where(counts > 0, counts * np.log(np.maximum(counts, 1)), 0.0)


def _ranks_without(ranks: Values, part: slice) -> Values:
    """Return the ranks of all, (block, n), when each one of the block is taken away."""
    gone = ranks[part, np.newaxis]
    return np.asarray(ranks - (gone < ranks) - 0.5 * (gone == ranks))


def _correlations(x: Values, y: Values, gone: Counts) -> Values:
    """Return the correlation of each row of x and y, (block, n), without the column `gone`."""
    rows = np.arange(len(gone))
    n = x.shape[1] - 1
    mean = (n + 1) / 2  # of the ranks 1 to n
    x, y = x - mean, y - mean
    x[rows, gone] = y[rows, gone] = 0.0
    return _ratio((x * y).sum(axis=1), np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1)))


def _correlation(x: Values, y: Values) -> float:
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / spread if spread > 0 else 0.0


def _ratio(part: Values, whole: Values) -> Values:
    """Return part / whole, 0 where the whole is nothing."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)
