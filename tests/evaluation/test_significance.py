"""The randomisation tests: exact values, symmetry, and their error rates under simulation."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from advisor.evaluation import significance
from advisor.evaluation.clusters import Clusters
from advisor.evaluation.significance import max_t_test


def sign_flip_test(
    differences: Sequence[float], seed: int = 0, clusters: Clusters | None = None
) -> float:
    """Return the p value of one model alone."""
    return max_t_test({"": differences}, seed, clusters)[""]


def highest_count(repeats: int, rate: float) -> float:
    """Three standard errors above the expected number of rejections."""
    return float(repeats * rate + 3 * (repeats * rate * (1 - rate)) ** 0.5)


def test_few_queries_are_tested_by_all_sign_patterns() -> None:
    differences = [0.3, -0.1, 0.2, 0.05, 0.4]
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, differences, strict=True)))
        for signs in itertools.product([1, -1], repeat=5)
    ]
    expected = sum(value >= abs(sum(differences)) - 1e-9 for value in sums) / 32
    assert sign_flip_test(differences) == pytest.approx(expected)


def test_ten_queries_all_won_give_the_smallest_exact_p() -> None:
    assert sign_flip_test([0.1] * 10) == pytest.approx(2 / 2**10)


def test_many_queries_are_tested_by_random_flips_close_to_the_exact_p(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    differences = list(np.random.default_rng(3).normal(0.12, 0.3, 15))
    exact = sign_flip_test(differences)
    monkeypatch.setattr(significance, "EXACT_UP_TO", 0)
    assert sign_flip_test(differences) == pytest.approx(exact, abs=0.02)


def test_the_smallest_p_of_random_flips_counts_the_observed_pattern() -> None:
    assert sign_flip_test([0.5] * 60) == pytest.approx(1 / 10_001)


@pytest.mark.parametrize("n", [3, 15, 16, 1190])
def test_no_difference_at_all_gives_p_one(n: int) -> None:
    assert sign_flip_test([0.0] * n) == 1.0
    assert sign_flip_test([1e-17] * n) == 1.0


def test_equal_sums_count_as_equal_in_spite_of_rounding() -> None:
    assert sign_flip_test([0.1, 0.2, -0.3]) == 1.0
    assert sign_flip_test([0.1, 0.1, 0.1, -0.1]) == pytest.approx(10 / 16)


def test_the_same_seed_gives_the_same_p_and_direction_does_not_matter() -> None:
    differences = list(np.random.default_rng(0).normal(0.05, 0.3, 80))
    p = sign_flip_test(differences, seed=4)
    assert sign_flip_test(differences, seed=4) == p
    assert sign_flip_test([-value for value in differences], seed=4) == p


def test_queries_of_one_document_are_flipped_together() -> None:
    differences = [0.3, 0.3, 0.1, 0.1, 0.2, 0.2]
    assert sign_flip_test(differences, clusters=list("aabbcc")) == pytest.approx(2 / 2**3)
    assert sign_flip_test(differences) == pytest.approx(2 / 2**6)


@pytest.mark.parametrize("n", [12, 30])
def test_equal_models_are_called_different_in_five_percent(n: int) -> None:
    rng = np.random.default_rng(n)
    repeats = 400
    p_values = [
        sign_flip_test(list(rng.normal(0, 0.3, n) * (rng.random(n) < 0.7)), seed=repeat)
        for repeat in range(repeats)
    ]
    assert sum(p <= 0.05 for p in p_values) <= highest_count(repeats, 0.05)
    assert 0.4 < np.mean(p_values) < 0.62


def test_max_t_keeps_the_family_wise_error_over_five_equal_rivals() -> None:
    rng = np.random.default_rng(11)
    repeats = 250
    adjusted = unadjusted = 0
    for repeat in range(repeats):
        scores = rng.normal(0, 0.25, (6, 30))
        gaps = {str(row): list(scores[0] - scores[row]) for row in range(1, 6)}
        adjusted += min(max_t_test(gaps, seed=repeat).values()) <= 0.05
        unadjusted += min(sign_flip_test(gap, seed=repeat) for gap in gaps.values()) <= 0.05
    assert adjusted <= highest_count(repeats, 0.05)
    assert unadjusted > highest_count(repeats, 0.05)


def test_max_t_with_one_rival_is_the_pair_test() -> None:
    differences = list(np.random.default_rng(5).normal(0.1, 0.3, 40))
    assert max_t_test({"rival": differences})["rival"] == sign_flip_test(differences)


def test_max_t_never_gives_less_than_the_pair_test() -> None:
    rng = np.random.default_rng(6)
    gaps = {name: list(rng.normal(0.08, 0.3, 14)) for name in "abcd"}
    adjusted = max_t_test(gaps)
    assert all(adjusted[name] >= sign_flip_test(gap) for name, gap in gaps.items())


def test_max_t_scales_so_that_a_noisy_rival_does_not_hide_a_steady_one() -> None:
    rng = np.random.default_rng(8)
    gaps = {"steady": list(rng.normal(0.02, 0.01, 40)), "noisy": list(rng.normal(0, 1, 40))}
    assert max_t_test(gaps)["steady"] < 0.001


def test_max_t_handles_rivals_without_variance() -> None:
    noisy = list(np.random.default_rng(1).normal(0, 0.3, 30))
    p_values = max_t_test({"same": [0.0] * 30, "constant": [0.1] * 30, "noisy": noisy})
    assert p_values["same"] == 1.0
    assert p_values["constant"] == pytest.approx(1 / 10_001)


def test_max_t_without_rivals_is_empty() -> None:
    assert max_t_test({}) == {}


@pytest.mark.parametrize(
    "differences", [{"a": []}, {"a": [0.1], "b": [0.1, 0.2]}, {"a": [float("nan"), 0.1]}]
)
def test_missing_uneven_or_broken_differences_are_refused(
    differences: dict[str, list[float]],
) -> None:
    with pytest.raises(ValueError, match="difference"):
        max_t_test(differences)


def test_a_large_test_stays_within_its_block_of_memory() -> None:
    sizes = [block.nbytes for block in significance._sign_patterns(1190, seed=0)]
    assert max(sizes) <= 16_000_000
    assert sum(sizes) == 10_000 * 1190 * 8
