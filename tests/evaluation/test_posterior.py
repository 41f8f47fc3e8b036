"""The posterior: agreement with closed forms, ties, and what it claims under repetition."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from advisor.evaluation.posterior import (
    Posterior,
    draw,
    lead_group,
    mean_regret,
    posterior,
    probability_at_least,
    probability_equal,
    share_best,
    share_within,
)

Array = NDArray[np.float64]


def scores_like_ndcg(rng: np.random.Generator, models: int, n: int) -> Array:
    """Scores of equally good models in steps of 1/8 with a strong common query effect."""
    query = rng.normal(0.5, 0.35, n)
    noisy = np.clip(query + rng.normal(0, 0.2, (models, n)), 0, 1)
    return np.asarray(np.round(noisy * 8) / 8, dtype=np.float64)


def exchangeable_scores(models: int, n: int) -> Array:
    """Scores whose sample covariance is exactly .03 for each model plus .05 common to all."""
    raw = np.random.default_rng(0).normal(size=(models + 1, n))
    raw -= raw.mean(axis=1, keepdims=True)
    white = np.linalg.qr(raw.T)[0].T * (n - 1) ** 0.5
    means = np.linspace(0.4, 0.6, models)[:, np.newaxis]
    return np.asarray(means + white[:models] * 0.03**0.5 + white[models] * 0.05**0.5)


def test_without_a_prior_the_posterior_is_the_measurement() -> None:
    scores = scores_like_ndcg(np.random.default_rng(0), 3, 40)
    post = posterior(scores)
    assert post.mean == pytest.approx(scores.mean(axis=1))
    assert post.covariance == pytest.approx(np.cov(scores) / 40)
    assert post.weight.tolist() == [1.0, 1.0, 1.0]
    assert post.units == 40


def test_with_a_prior_exchangeable_models_follow_the_scalar_formula() -> None:
    n, tau = 25, 0.05
    scores = exchangeable_scores(4, n)
    prior = [0.7, 0.6, 0.65, 0.5]
    post = posterior(scores, prior, tau)
    v = 0.03 / n
    w = tau**2 / (tau**2 + v)
    m = np.array(prior) - np.mean(prior)
    x = scores.mean(axis=1) - scores.mean()
    centring = np.eye(4) - 0.25
    assert post.weight == pytest.approx(np.full(4, w))
    assert post.mean - post.mean.mean() == pytest.approx(m + w * (x - m))
    assert centring @ post.covariance @ centring == pytest.approx(w * v * centring)


def test_the_level_of_the_prior_does_not_matter() -> None:
    scores = scores_like_ndcg(np.random.default_rng(1), 3, 30)
    low = posterior(scores, [0.1, 0.2, 0.15], 0.05)
    high = posterior(scores, [0.6, 0.7, 0.65], 0.05)
    assert low.mean == pytest.approx(high.mean)


def test_a_wide_prior_leaves_the_measurement_alone_and_a_narrow_one_overrules_it() -> None:
    scores = scores_like_ndcg(np.random.default_rng(2), 2, 30)
    flat = posterior(scores)
    wide = posterior(scores, [0.9, 0.1], 1e4)
    assert wide.mean == pytest.approx(flat.mean, abs=1e-6)
    assert wide.covariance == pytest.approx(flat.covariance, abs=1e-6)
    narrow = posterior(scores, [0.9, 0.1], 1e-6)
    assert narrow.mean[0] - narrow.mean[1] == pytest.approx(0.8, abs=1e-3)


def test_an_untrusted_prior_becomes_the_mean_of_the_others_with_twice_the_variance() -> None:
    scores = exchangeable_scores(3, 30)
    distrusted = posterior(scores, [0.4, 0.6, 0.99], 0.05, untrusted=[False, False, True])
    missing = posterior(scores, [0.4, 0.6, None], 0.05)
    assert distrusted.mean == pytest.approx(missing.mean)
    v = 0.03 / 30
    assert missing.weight[2] == pytest.approx(0.005 / (0.005 + v))
    assert missing.weight[0] == pytest.approx(0.0025 / (0.0025 + v))


def test_the_same_model_twice_shares_its_chance_evenly() -> None:
    scores = scores_like_ndcg(np.random.default_rng(3), 3, 40)
    scores[1] = scores[0]
    scores[2] -= 0.5
    post = posterior(scores)
    assert share_best(draw(post)) == pytest.approx([0.5, 0.5, 0.0], abs=1e-6)
    # With a prior the two are drawn apart, as 40 queries may: half of the draws, give or take.
    believed = posterior(scores, [0.5, 0.5, 0.9], 0.05)
    assert believed.mean[0] == pytest.approx(believed.mean[1])
    assert share_best(draw(believed)) == pytest.approx([0.5, 0.5, 0.0], abs=0.015)
    assert share_within(draw(post), 0.0)[:2].tolist() == [1.0, 1.0]
    assert mean_regret(draw(post))[:2] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert probability_equal(post, 0)[:2].tolist() == [1.0, 1.0]


def test_chances_of_a_pair_are_those_of_students_t() -> None:
    scores = scores_like_ndcg(np.random.default_rng(4), 2, 12)
    scores[0] += 0.03
    difference = scores[0] - scores[1]
    expected = stats.t.cdf(difference.mean() / (difference.std(ddof=1) / 12**0.5), 11)
    post = posterior(scores)
    assert share_best(draw(post, draws=200_000))[0] == pytest.approx(expected, abs=0.005)
    assert probability_at_least(post, 1)[0] == pytest.approx(expected, abs=1e-4)
    assert share_best(draw(post)).sum() == pytest.approx(1.0)


def test_within_grows_from_best_to_certain_with_delta() -> None:
    post = posterior(scores_like_ndcg(np.random.default_rng(5), 4, 30))
    chances = np.array([share_within(draw(post), delta) for delta in (0.0, 0.01, 0.05, 1.0)])
    assert (np.diff(chances, axis=0) >= 0).all()
    assert chances[0] == pytest.approx(share_best(draw(post)))
    assert chances[-1].tolist() == [1.0] * 4


def test_regret_of_a_surely_worse_model_is_its_gap() -> None:
    rng = np.random.default_rng(6)
    scores = np.vstack([rng.random(50), np.zeros(50)])
    scores[1] = scores[0] - 0.2 + rng.normal(0, 0.01, 50)
    gap = scores[0].mean() - scores[1].mean()
    assert mean_regret(draw(posterior(scores))) == pytest.approx([0.0, gap], abs=1e-3)


def test_the_lead_group_keeps_close_models_and_drops_hopeless_ones() -> None:
    scores = scores_like_ndcg(np.random.default_rng(7), 3, 60)
    scores[2] -= 0.3
    post = posterior(scores)
    assert lead_group(post, int(post.mean.argmax())).tolist() == [True, True, False]


def test_equality_of_two_models_needs_a_narrow_posterior() -> None:
    rng = np.random.default_rng(8)
    base = rng.random(400)
    close = np.vstack([base, base + rng.normal(0, 0.02, 400)])
    apart = np.vstack([base, base + rng.normal(0, 0.5, 400)])
    assert probability_equal(posterior(close), 0)[1] > 0.99
    assert probability_equal(posterior(apart), 0)[1] < 0.5


def test_queries_of_one_document_widen_the_posterior() -> None:
    scores = np.repeat(scores_like_ndcg(np.random.default_rng(9), 2, 20), 3, axis=1)
    alone = posterior(scores)
    together = posterior(scores, clusters=np.repeat(np.arange(20), 3).tolist())
    assert together.units == 20
    assert np.trace(together.covariance) > 2.5 * np.trace(alone.covariance)


def test_one_model_alone_is_the_best() -> None:
    post = posterior(np.array([[0.1, 0.5, 0.4]]), [0.5], 0.05)
    assert share_best(draw(post)).tolist() == [1.0]
    assert lead_group(post, 0).tolist() == [True]


def test_models_that_never_vary_are_compared_by_their_means() -> None:
    post = posterior(np.array([[1.0] * 20, [1.0] * 20, [0.5] * 20]))
    assert share_best(draw(post)).tolist() == [0.5, 0.5, 0.0]
    assert probability_at_least(post, 0).tolist() == [1.0, 1.0, 0.0]


def test_the_same_seed_gives_the_same_chances() -> None:
    post = posterior(scores_like_ndcg(np.random.default_rng(10), 3, 30))
    assert share_best(draw(post, seed=5)).tolist() == share_best(draw(post, seed=5)).tolist()


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (np.ones((2, 1)), "two queries"),
        (np.ones((2, 0)), "finite"),
        (np.ones(5), "finite"),
        (np.array([[0.1, np.nan], [0.2, 0.3]]), "finite"),
    ],
)
def test_too_few_or_broken_scores_are_refused(scores: Array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        posterior(scores)


@pytest.mark.parametrize(
    ("prior", "tau"),
    [([0.1, 0.2], None), ([0.1, 0.2], 0.0), ([0.1], 0.05), ([0.1, float("inf")], 0.05)],
)
def test_a_prior_without_spread_or_of_the_wrong_length_is_refused(
    prior: list[float], tau: float | None
) -> None:
    with pytest.raises(ValueError, match="prior means"):
        posterior(scores_like_ndcg(np.random.default_rng(0), 2, 20), prior, tau)


def test_stated_chances_come_true_when_truth_follows_the_prior() -> None:
    rng = np.random.default_rng(12)
    stated: list[float] = []
    came_true: list[bool] = []
    prior = [0.50, 0.53, 0.56]
    for _ in range(1000):
        truth = np.array(prior) + rng.normal(0, 0.05, 3)
        scores = truth[:, np.newaxis] + rng.normal(0, 0.3, 30) + rng.normal(0, 0.2, (3, 30))
        post = posterior(scores, prior, 0.05)
        chances = share_best(draw(post, draws=1000))
        leader = int(chances.argmax())
        stated.append(float(chances[leader]))
        came_true.append(leader == int(truth.argmax()))
    assert np.mean(came_true) == pytest.approx(np.mean(stated), abs=0.045)


def test_where_few_queries_are_all_answered_the_prior_still_counts() -> None:
    scores = np.ones((3, 10))
    scores[2, :4] = 0.0
    post = posterior(scores, [0.40, 0.45, 0.42], 0.05)
    assert int(post.mean.argmax()) == 1
    assert post.mean[0] > post.mean[2]
    # Against a spread that was seen nothing is added: both rivals are apart on most queries.
    seen = scores_like_ndcg(np.random.default_rng(5), 3, 200)
    plain, believed = posterior(seen), posterior(seen, [0.4, 0.4, 0.4], 1e3)
    assert believed.covariance == pytest.approx(plain.covariance, rel=0.05)


def test_combining_prior_and_measurement_beats_either_alone() -> None:
    rng = np.random.default_rng(13)
    regret = {"prior": 0.0, "measured": 0.0, "combined": 0.0}
    for _ in range(500):
        prior = rng.normal(0.5, 0.05, 5)
        truth = prior + rng.normal(0, 0.05, 5)
        scores = truth[:, np.newaxis] + rng.normal(0, 0.3, 10) + rng.normal(0, 0.2, (5, 10))
        post: Posterior = posterior(scores, list(prior), 0.05)
        for name, belief in (
            ("prior", prior),
            ("measured", post.measured),
            ("combined", post.mean),
        ):
            regret[name] += float(truth.max() - truth[int(belief.argmax())]) / 500
    assert regret["combined"] < 0.85 * min(regret["prior"], regret["measured"])
