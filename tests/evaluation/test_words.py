"""The words: their order, and how often they are wrong under repetition."""

import numpy as np
import pytest
from numpy.typing import NDArray

from advisor.corpus.dataset import Evidence
from advisor.evaluation.posterior import (
    draw,
    lead_group,
    mean_regret,
    posterior,
    probability_equal,
    share_best,
)
from advisor.evaluation.significance import max_t_test
from advisor.evaluation.words import Verdict, grade, tie_flavour

Array = NDArray[np.float64]


def verdict(scores: Array, seed: int, *, with_test: bool = True) -> tuple[Verdict, int]:
    """The word for a run, as the advice will reach it, and the leader's row."""
    post = posterior(scores)
    leader = int(post.mean.argmax())
    word = grade(
        float(share_best(draw(post, 4000, seed))[leader]),
        float(mean_regret(draw(post, 4000, seed))[leader]),
        scores.shape[1],
        "human",
        p_value=largest_p_value(scores, leader, seed) if with_test else None,
    )
    return word, leader


def largest_p_value(scores: Array, leader: int, seed: int) -> float:
    """Of the leader against every rival, corrected for their number."""
    gaps = {
        str(row): list(scores[leader] - scores[row]) for row in range(len(scores)) if row != leader
    }
    return max(max_t_test(gaps, seed).values())


def sample(rng: np.random.Generator, gaps: list[float], n: int) -> Array:
    """nDCG-like scores with a common query effect; a model's true mean falls by its gap."""
    query = rng.normal(0.5, 0.35, n)
    noisy = np.clip(query + rng.normal(0, 0.2, (len(gaps), n)), 0, 1)
    steps = np.round(noisy * 8) / 8
    return np.asarray(steps - np.array(gaps)[:, np.newaxis], dtype=np.float64)


@pytest.mark.parametrize(
    ("chance", "regret", "n", "evidence", "word"),
    [
        (0.95, 0.004, 20, "human", "clear"),
        (0.99, 0.001, 50, "judged-here", "clear"),
        (0.99, 0.001, 50, "llm-queries", "probable"),
        (0.99, 0.001, 50, "title-body", "probable"),
        (0.99, 0.001, 50, "agreement", "insufficient"),
        (0.99, 0.001, 19, "human", "insufficient"),
        (0.96, 0.005, 50, "human", "probable"),
        (0.94, 0.001, 50, "human", "probable"),
        (0.80, 0.010, 50, "human", "probable"),
        (0.79, 0.001, 50, "human", "tie"),
        (0.79, 0.001, 50, "title-body", "tie"),
    ],
)
def test_the_words_follow_their_order(
    chance: float, regret: float, n: int, evidence: Evidence, word: Verdict
) -> None:
    assert grade(chance, regret, n, evidence) == word


def test_a_leader_that_fails_the_pair_test_is_at_most_probable() -> None:
    assert grade(0.96, 0.001, 40, "human", p_value=0.05) == "clear"
    assert grade(0.96, 0.001, 40, "human", p_value=0.06) == "probable"


def test_a_tie_is_one_of_equals_only_when_every_rival_is_surely_close() -> None:
    assert tie_flavour([0.95, 0.8]) == "equal"
    assert tie_flavour([0.95, 0.79]) == "unresolved"
    assert tie_flavour([]) == "unresolved"


def test_two_equally_good_models_are_called_clear_in_at_most_five_percent() -> None:
    rng = np.random.default_rng(40)
    words = [verdict(sample(rng, [0, 0], 40), seed)[0] for seed in range(400)]
    assert words.count("clear") <= 20


def test_two_equal_leaders_ahead_of_the_field_are_called_clear_in_at_most_five_percent() -> None:
    rng = np.random.default_rng(41)
    words = [verdict(sample(rng, [0, 0, 0.4, 0.5], 40), seed)[0] for seed in range(200)]
    assert words.count("clear") <= 10


def test_clear_names_a_slightly_worse_model_in_at_most_five_percent() -> None:
    rng = np.random.default_rng(42)
    runs = [verdict(sample(rng, [0, 0.01], 40), seed, with_test=False) for seed in range(400)]
    assert sum(run == ("clear", 1) for run in runs) <= 20


def test_a_large_gap_is_called_clear_nearly_always() -> None:
    rng = np.random.default_rng(43)
    runs = [verdict(sample(rng, [0.2, 0, 0.25], 50), seed) for seed in range(100)]
    assert sum(run == ("clear", 1) for run in runs) >= 95


@pytest.mark.parametrize("n", [20, 40, 200])
def test_a_model_against_itself_always_ties_as_an_equal(n: int) -> None:
    rng = np.random.default_rng(n)
    for seed in range(20):
        scores = np.repeat(sample(rng, [0], n), 2, axis=0)
        assert verdict(scores, seed)[0] == "tie"
        post = posterior(scores)
        assert lead_group(post, 0).tolist() == [True, True]
        assert tie_flavour(probability_equal(post, 0)[1:]) == "equal"
