"""The rule of a race: who leaves after a round, and how seldom that is the best."""

import numpy as np
import pytest

from advisor.bench.racing import FAR_OVER, dropped, far_over, hopeless
from advisor.evaluation.posterior import posterior, probability_at_least
from benchmarks.racing import DOCUMENTS, QUERIES, simulated

RNG = np.random.default_rng(0)
BASE = RNG.uniform(0.2, 0.8, 64)


def scores(**lead: float) -> dict[str, list[float]]:
    """Models that differ by their lead and by a little noise of their own."""
    rng = np.random.default_rng(1)
    return {name: list(BASE + more + rng.normal(0, 0.05, 64)) for name, more in lead.items()}


def first(n: int, **lead: float) -> dict[str, list[float]]:
    return {name: row[:n] for name, row in scores(**lead).items()}


def test_who_is_far_behind_leaves_and_who_is_close_stays() -> None:
    left = hopeless(first(32, best=0.2, close=0.19, far=0.0), entered=3)
    assert left.keys() == {"far"}
    leader, chance = left["far"]
    assert leader in ("best", "close")
    assert 0 <= chance < 0.10 / 2


def test_nobody_leaves_before_sixteen_queries() -> None:
    assert not hopeless(first(15, best=0.3, close=0.29, far=0.0), entered=3)
    assert hopeless(first(16, best=0.3, close=0.29, far=0.0), entered=3).keys() == {"far"}


def test_queries_of_one_document_count_once() -> None:
    rows = first(32, best=0.3, close=0.29, far=0.0)
    pairs = [f"document {place // 2}" for place in range(32)]
    assert hopeless(rows, entered=3, clusters=pairs).keys() == {"far"}
    assert not hopeless(rows, entered=3, clusters=[f"document {place % 15}" for place in range(32)])


def test_two_always_stay_the_likelier_of_the_hopeless_among_them() -> None:
    left = hopeless(first(64, best=0.4, bad=0.2, worse=0.1, worst=0.0), entered=4)
    assert list(left) == ["worst", "worse"]
    assert not hopeless(first(64, best=0.4, bad=0.0), entered=8)


def test_a_model_entered_twice_never_leaves_without_its_twin_being_better() -> None:
    row = scores(model=0.1)["model"]
    assert not hopeless({"a": row, "b": list(row), "c": list(row)}, entered=3)


def test_the_more_models_entered_the_surer_it_must_be() -> None:
    rng = np.random.default_rng(4)
    rows = {name: list(rng.normal(mean, 0.3, 32)) for name, mean in (("a", 0.6), ("b", 0.6))}
    rows["c"] = list(np.array(rows["a"]) - rng.normal(0.2, 0.3, 32))
    post = posterior(np.array(list(rows.values())))
    chance = float(probability_at_least(post, int(np.argmax(post.mean)))[2])
    entered = round(1 + 0.10 / chance)
    assert "c" in hopeless(rows, entered=entered - 1)
    assert "c" not in hopeless(rows, entered=entered + 1)


def test_who_leaves_keeps_the_figures_of_its_round_and_says_them() -> None:
    rows = first(32, best=0.2, close=0.2, far=0.0)
    gone = dropped(rows, entered=3, documents=500)["far"]
    assert (gone.queries, gone.documents, gone.quality.n) == (32, 500, 32)
    assert gone.quality.mean == pytest.approx(np.mean(rows["far"]))
    assert gone.behind.mean == pytest.approx(np.mean(rows[gone.leader]) - np.mean(rows["far"]))
    assert gone.sentence().startswith("dropped after 32 queries on 500 documents: under 0.1 %")
    assert f"behind {gone.leader}" not in gone.sentence()
    assert f"as good as {gone.leader}, {gone.behind.mean:.3f} nDCG@10" in gone.sentence()


def test_a_peak_over_the_limit_is_over_it_and_a_median_only_when_far() -> None:
    assert far_over(None, 101.0, None, 100) == "peak memory 101 MiB, limit 100 MiB"
    assert far_over(10.0, 99.0, 9.0, 100) is None
    assert far_over(9.0 * FAR_OVER + 0.1, None, 9.0, None) == "median latency 13.6 ms, limit 9 ms"
    assert far_over(1e9, 1e9, None, None) is None


def test_a_race_of_eight_costs_about_half_and_hardly_ever_loses_what_a_full_run_finds() -> None:
    assert (QUERIES[0], DOCUMENTS[0]) == (16, 250)
    found = simulated(models=8, repeats=400, spread=0.09, seed=1)
    assert 0.4 < found.cost < 0.56
    assert found.lost <= 0.01
    assert found.regret - found.full_regret < 0.001
