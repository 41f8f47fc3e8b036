"""The interval of one mean."""

import numpy as np
import pytest
from scipy import stats

from advisor.evaluation.intervals import gap_interval, mean_interval, quality_interval


def test_the_interval_is_the_t_interval_of_scipy() -> None:
    values = [0.1, 0.4, 0.35, 0.8, 0.0]
    interval = mean_interval(values, confidence=0.9)
    low, high = stats.t.interval(0.9, 4, loc=np.mean(values), scale=stats.sem(values))
    assert interval.low == pytest.approx(low)
    assert interval.high == pytest.approx(high)
    assert interval.mean == pytest.approx(0.33)
    assert interval.n == 5


def test_one_value_or_one_cluster_has_no_interval() -> None:
    single = mean_interval([0.4])
    assert (single.mean, single.low, single.high, single.n) == (0.4, None, None, 1)
    assert mean_interval([0.4, 0.6], clusters=["d", "d"]).low is None


def test_clusters_of_one_query_each_change_nothing() -> None:
    values = [0.2, 0.9, 0.4, 0.4]
    assert mean_interval(values, clusters=["a", "b", "c", "d"]) == mean_interval(values)


def test_queries_of_one_document_are_not_counted_as_independent() -> None:
    values = [0.0, 0.0, 0.5, 0.5, 1.0, 1.0]
    alone = mean_interval(values)
    together = mean_interval(values, clusters=[1, 1, 2, 2, 3, 3])
    halved = mean_interval([0.0, 0.5, 1.0])
    assert alone.low is not None
    assert together.low is not None
    assert together.low < alone.low
    assert together.low == pytest.approx(halved.low)


@pytest.mark.parametrize("values", [[], [0.1, float("nan")]])
def test_no_values_or_a_broken_one_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        mean_interval(values)


def test_clusters_must_be_as_many_as_the_values() -> None:
    with pytest.raises(ValueError, match="3 cluster labels for 2 queries"):
        mean_interval([0.1, 0.2], clusters=["a", "b", "c"])


@pytest.mark.parametrize("n", [20, 60])
def test_the_interval_covers_the_true_mean_of_ndcg_like_values(n: int) -> None:
    rng = np.random.default_rng(n)
    repeats = 1500
    covered = 0
    for _ in range(repeats):
        interval = mean_interval(list(rng.beta(0.8, 0.6, n)))
        assert interval.low is not None
        assert interval.high is not None
        covered += interval.low <= 0.8 / 1.4 <= interval.high
    assert 0.93 <= covered / repeats <= 0.97


def test_a_quality_interval_has_width_even_where_every_query_failed_and_stays_within_0_and_1() -> (
    None
):
    none, every = quality_interval([0.0] * 10), quality_interval([1.0] * 10)
    assert (none.mean, none.low, every.mean, every.high) == (0.0, 0.0, 1.0, 1.0)
    assert none.high is not None
    assert every.low is not None
    assert 0.05 < none.high < 0.3
    assert every.low == pytest.approx(1 - none.high)


def test_with_many_queries_a_quality_interval_is_students() -> None:
    values = np.random.default_rng(0).uniform(0, 1, 2_000).tolist()
    plain, quality = mean_interval(values), quality_interval(values)
    assert plain.low is not None
    assert quality.low is not None
    assert quality.mean == plain.mean
    assert quality.low == pytest.approx(plain.low, abs=5e-4)
    clustered = quality_interval(values, clusters=[i // 4 for i in range(2_000)])
    assert clustered.low == pytest.approx(
        mean_interval(values, clusters=[i // 4 for i in range(2_000)]).low, abs=2e-3
    )


@pytest.mark.parametrize(("found", "n"), [(0.97, 10), (0.97, 25), (0.06, 10), (0.06, 25)])
def test_a_quality_interval_covers_where_students_does_not(found: float, n: int) -> None:
    rng = np.random.default_rng(1)
    held = {"student": 0, "quality": 0}
    for _ in range(400):
        sample = (rng.uniform(0, 1, n) < found).astype(float).tolist()
        for name, interval in (
            ("student", mean_interval(sample)),
            ("quality", quality_interval(sample)),
        ):
            assert interval.low is not None
            assert interval.high is not None
            held[name] += interval.low <= found <= interval.high
    assert held["student"] < 0.85 * 400
    assert held["quality"] >= 0.93 * 400


def test_the_interval_of_a_gap_covers_where_most_queries_are_won_by_neither() -> None:
    rng = np.random.default_rng(2)
    held = {"student": 0, "gap": 0}
    for _ in range(400):
        sample = rng.choice([-1.0, 0.0, 1.0], 25, p=[0.01, 0.91, 0.08]).tolist()
        for name, interval in (("student", mean_interval(sample)), ("gap", gap_interval(sample))):
            assert interval.low is not None
            assert interval.high is not None
            held[name] += interval.low <= 0.07 <= interval.high
    assert held["student"] < 0.9 * 400
    assert held["gap"] >= 0.93 * 400
    assert gap_interval(sample).mean == mean_interval(sample).mean
