"""Pseudo-values: their mean is the figure itself, and their interval that of the bootstrap."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from sklearn import metrics

from advisor.evaluation import jackknife, tasks
from advisor.evaluation.intervals import mean_interval

RANDOM = np.random.default_rng(7)
N = 240
PEOPLE = RANDOM.integers(0, 6, N).astype(float)
MODEL = PEOPLE + RANDOM.normal(0, 2, N)
LABELS = [str(one) for one in RANDOM.integers(0, 5, N)]
CLUSTERS = np.array(
    [int(one) if RANDOM.random() < 0.6 else RANDOM.integers(0, 5) for one in LABELS]
)
SAID = [str(one) for one in CLUSTERS]

Figure = Callable[[NDArray[np.int64]], float]


def labels(rows: NDArray[np.int64]) -> list[str]:
    return [LABELS[row] for row in rows]


def said(rows: NDArray[np.int64]) -> list[str]:
    return [SAID[row] for row in rows]


FIGURES: dict[str, tuple[NDArray[np.float64], Figure]] = {
    "Spearman": (
        jackknife.spearman(PEOPLE, MODEL),
        lambda rows: float(stats.spearmanr(PEOPLE[rows], MODEL[rows]).statistic),
    ),
    "Pearson": (
        jackknife.pearson(PEOPLE, MODEL),
        lambda rows: float(stats.pearsonr(PEOPLE[rows], MODEL[rows]).statistic),
    ),
    "F1 macro": (
        tasks.classification(LABELS, SAID)["F1 macro"],
        lambda rows: float(metrics.f1_score(labels(rows), said(rows), average="macro")),
    ),
    "V-measure": (
        jackknife.clustering(LABELS, CLUSTERS)["V-measure"],
        lambda rows: float(metrics.v_measure_score(labels(rows), said(rows))),
    ),
    "NMI": (
        jackknife.clustering(LABELS, CLUSTERS)["NMI"],
        lambda rows: float(metrics.normalized_mutual_info_score(labels(rows), said(rows))),
    ),
    "ARI": (
        jackknife.clustering(LABELS, CLUSTERS)["ARI"],
        lambda rows: float(metrics.adjusted_rand_score(labels(rows), said(rows))),
    ),
}
EVERYTHING = np.arange(N)


@pytest.mark.parametrize("name", FIGURES)
def test_the_mean_is_the_figure_of_scikit_learn_and_scipy(name: str) -> None:
    values, figure = FIGURES[name]
    assert values.mean() == pytest.approx(figure(EVERYTHING), abs=1e-12)


@pytest.mark.parametrize("name", FIGURES)
def test_each_value_is_what_leaving_the_unit_out_changes(name: str) -> None:
    values, figure = FIGURES[name]
    without = np.array([figure(np.delete(EVERYTHING, row)) for row in EVERYTHING])
    assert values == pytest.approx(jackknife.pseudo_values(figure(EVERYTHING), without), abs=1e-9)


def test_purity_is_the_share_of_the_commonest_labels() -> None:
    table = metrics.cluster.contingency_matrix(LABELS, CLUSTERS)
    values = jackknife.clustering(LABELS, CLUSTERS)["Purity"]
    assert values.mean() == pytest.approx(table.max(axis=0).sum() / N)


@pytest.mark.parametrize("name", ["Spearman", "Pearson", "F1 macro", "V-measure", "ARI"])
def test_the_interval_is_as_wide_as_the_bootstraps(name: str) -> None:
    values, figure = FIGURES[name]
    random = np.random.default_rng(1)
    resampled = [figure(random.integers(0, N, N)) for _ in range(300)]
    interval = mean_interval(values.tolist())
    assert interval.low is not None
    assert interval.high is not None
    width = float(np.subtract(*np.percentile(resampled, [97.5, 2.5])))
    assert interval.high - interval.low == pytest.approx(width, rel=0.2)


def test_the_interval_of_spearman_covers_the_truth() -> None:
    # Of two normals the rank correlation is 6/pi asin(r/2).
    r, truth, n = 0.6, 6 / np.pi * np.arcsin(0.3), 80
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        x = random.normal(size=n)
        y = r * x + np.sqrt(1 - r * r) * random.normal(size=n)
        interval = mean_interval(jackknife.spearman(x, y).tolist())
        inside += (interval.low or 0.0) <= truth <= (interval.high or 0.0)
    assert inside / 400 >= 0.93


def test_a_side_that_does_not_vary_correlates_with_nothing() -> None:
    flat = np.ones(5)
    for values in tasks.similarity(flat.tolist(), [1.0, 2.0, 3.0, 4.0, 5.0]).values():
        assert values.tolist() == [0.0] * 5


def test_repeats_of_a_clustering_are_averaged() -> None:
    both = np.stack([CLUSTERS, RANDOM.permutation(CLUSTERS)], axis=1)
    means = [metrics.v_measure_score(LABELS, column) for column in both.T]
    found = tasks.clustering(LABELS, both)["V-measure"]
    assert found.mean() == pytest.approx(np.mean(means))
