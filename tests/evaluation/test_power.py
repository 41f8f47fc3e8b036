"""What a number of queries can show."""

import numpy as np
import pytest

from advisor.evaluation.power import gap_shown, queries_to_settle, smallest_detectable_gap
from advisor.evaluation.significance import max_t_test


@pytest.mark.parametrize(
    ("n", "gap"), [(10, 0.30), (25, 0.17), (50, 0.12), (100, 0.085), (200, 0.06)]
)
def test_the_detectable_gap_matches_the_published_table(n: int, gap: float) -> None:
    assert smallest_detectable_gap(n, 0.3) == pytest.approx(gap, rel=0.1)


def test_the_detectable_gap_is_found_in_four_of_five_simulated_runs() -> None:
    rng = np.random.default_rng(0)
    gap = smallest_detectable_gap(30, 0.3)
    runs = (list(rng.normal(gap, 0.3, 30)) for _ in range(400))
    found = [max_t_test({"": gaps}, seed=run)[""] <= 0.05 for run, gaps in enumerate(runs)]
    assert 0.73 < np.mean(found) < 0.87


def test_fewer_than_two_queries_show_nothing() -> None:
    with pytest.raises(ValueError, match="two queries"):
        smallest_detectable_gap(1, 0.3)
    assert gap_shown(1, 0.3) is None


def test_a_gap_that_no_two_scores_can_have_is_none() -> None:
    assert gap_shown(3, 0.6) is None
    assert gap_shown(50, 0.3) == smallest_detectable_gap(50, 0.3)


def test_queries_to_settle_undo_the_detectable_gap() -> None:
    assert queries_to_settle(0.06, 0.3) == 196
    assert queries_to_settle(-0.06, 0.3) == 196


def test_queries_to_settle_round_up_and_are_never_below_two() -> None:
    assert queries_to_settle(0.1, 0.1) == 8
    assert queries_to_settle(5.0, 0.1) == 2


@pytest.mark.parametrize(
    ("gap", "s_d"), [(0.0, 0.3), (float("nan"), 0.3), (float("inf"), 0.3), (1e-200, 0.3)]
)
def test_no_number_of_queries_settles_no_gap(gap: float, s_d: float) -> None:
    assert queries_to_settle(gap, s_d) is None
