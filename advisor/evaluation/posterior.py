"""What the measurement, with or without public scores, says about which model is best.

Positions 0..K-1 are models throughout, in the order of the scores' rows. Draws are repeatable by
their seed, and the functions that draw see the same draws for the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from advisor.evaluation.clusters import Clusters, covariance_of_means

Array = NDArray[np.float64]

DRAWS = 20_000
"""Draws behind each probability: standard error .0015 at .95."""
EQUAL_WITHIN = 0.01
"""Two models this close are as good as equal (methods 2)."""
LEAD_GROUP_SHARE = 0.10
"""A model leaves the lead when P(at least the leader) < .10 / (K - 1) (methods 4)."""
_NO_PRIOR = 1e6
"""Variance that stands for knowing nothing: scores lie between 0 and 1."""
_SAME = 1e-6
"""Draws closer than this are ties: rounding noise must not part a model from itself."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Jointly t-distributed true means of K models, in the unit of the scores."""

    mean: Array
    """(K,) centre of belief."""
    covariance: Array
    """(K, K) scale matrix; differences are paired, so common query effects cancel in them."""
    measured: Array
    """(K,) means as measured, unshrunk."""
    weight: Array
    """(K,) weight of the measurement against the prior, 0 to 1; 1 without a prior."""
    units: int
    """Independent queries, or clusters of queries; one more than the degrees of freedom."""

    def of(self, models: Sequence[int]) -> Posterior:
        """Return what it says of some of the models, in their order."""
        chosen = list(models)
        return Posterior(
            mean=self.mean[chosen],
            covariance=self.covariance[np.ix_(chosen, chosen)],
            measured=self.measured[chosen],
            weight=self.weight[chosen],
            units=self.units,
        )


def posterior(
    scores: Array,
    prior_means: Sequence[float | None] | None = None,
    tau: float | None = None,
    untrusted: Sequence[bool] | None = None,
    clusters: Clusters | None = None,
    unknown: Sequence[bool] | None = None,
) -> Posterior:
    """Combine per-query scores (K, n), aligned by query, with prior means on the same scale.

    Flat without prior means. With them theta_i = level + m_i + N(0, tau**2), the level flat, so
    only differences within the shortlist matter ("centred"). An untrusted or missing (None) prior
    mean becomes the trusted ones' mean, with twice the variance. With measurement covariance S
    and T = diag(tau_i**2): A = T + S, M = A^-1 - A^-1 11' A^-1 / (1' A^-1 1), mean
    x - S M (x - m), covariance S - S M S; for exchangeable models that is w = T/(T + v),
    m + w(x - m), w*v with v = s_d**2 / 2n (methods 2), which is the weight reported.
    An `unknown` one (a baseline) has no prior at all: its own measurement alone says where it is.
    ValueError for fewer than two units, scores that are not finite, or a prior without tau > 0.
    """
    if scores.ndim != 2 or scores.size == 0 or not np.isfinite(scores).all():
        message = "scores must be a finite array of models by queries"
        raise ValueError(message)
    measured = np.asarray(scores.mean(axis=1), dtype=np.float64)
    spread, units = covariance_of_means(scores, clusters)
    count = len(measured)
    if prior_means is None:
        return Posterior(measured, spread, measured, np.ones(count), units)
    if tau is None or not 0 < tau < np.inf:
        message = "prior means need their spread tau, above 0"
        raise ValueError(message)
    prior, doubled = _prior(prior_means, untrusted, count)
    variance = tau**2 * np.where(doubled, 2.0, 1.0)
    if unknown is not None:
        variance = np.where(unknown, _NO_PRIOR, variance)
    spread = spread + np.diag(_unseen(spread, units))
    inverse = np.linalg.inv(np.diag(variance) + spread)
    row_sums = inverse.sum(axis=1)
    contrast = inverse - np.outer(row_sums, row_sums) / row_sums.sum()
    gain = spread @ contrast
    covariance = spread - gain @ spread
    noise = (np.trace(spread) - spread.mean() * count) / max(1, count - 1)  # mean s_d**2 / 2n
    return Posterior(
        mean=measured - gain @ (measured - prior),
        covariance=(covariance + covariance.T) / 2,
        measured=measured,
        weight=variance / (variance + max(0.0, noise)),
        units=units,
    )


def draw(post: Posterior, draws: int = DRAWS, seed: int = 0) -> Array:
    """Draw (draws, K) multivariate t values: normal ones, stretched by the doubt about the spread.

    The degrees of freedom are units - 1, so that few queries do not overclaim. Columns of it are
    draws of fewer models, so that one set of draws serves every question.
    """
    rng = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(post.covariance)
    values = np.where(values > values.max() * 1e-12, values, 0.0)
    freedom = post.units - 1
    stretch = np.sqrt(freedom / rng.chisquare(freedom, (draws, 1)))
    normal = rng.standard_normal((draws, len(values)))
    return np.asarray(post.mean + stretch * (normal @ (vectors * np.sqrt(values)).T))


def share_best(drawn: Array) -> Array:
    """P(model is the best) for each column of draws, shape (K,); models that tie share it."""
    best = drawn >= drawn.max(axis=1, keepdims=True) - _SAME
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0), dtype=np.float64)


def share_within(drawn: Array, delta: float) -> Array:
    """P(model is at most delta below the best) for each column of draws, shape (K,)."""
    within = drawn >= drawn.max(axis=1, keepdims=True) - delta - _SAME
    return np.asarray(within.mean(axis=0), dtype=np.float64)


def mean_regret(drawn: Array) -> Array:
    """Quality expected to be given up by taking each column's model, shape (K,)."""
    return np.asarray((drawn.max(axis=1, keepdims=True) - drawn).mean(axis=0), dtype=np.float64)


def largest_loss(drawn: Array, share: float) -> Array:
    """The delta from which P(model is at most delta below the best) reaches `share`, shape (K,).

    The inverse of `share_within`, found exactly on these draws.
    """
    loss = np.sort(drawn.max(axis=1, keepdims=True) - drawn, axis=0)
    needed = max(0, int(np.ceil(share * len(drawn))) - 1)
    return np.asarray(np.maximum(0.0, loss[needed] - _SAME), dtype=np.float64)


def probability_at_least(post: Posterior, other: int, margin: float = 0.0) -> Array:
    """P(model is no more than margin below the other one) for each model, shape (K,), no draws."""
    return _t_tail(post, other, -margin)


def probability_equal(post: Posterior, other: int, delta: float = EQUAL_WITHIN) -> Array:
    """P(model and the other one differ by at most delta) for each model, shape (K,), no draws."""
    return np.maximum(0.0, _t_tail(post, other, -delta) - _t_tail(post, other, delta + 2 * _SAME))


def lead_group(post: Posterior, leader: int) -> NDArray[np.bool_]:
    """Which models, the leader among them, may still be as good as the leader, shape (K,)."""
    rivals = max(1, len(post.mean) - 1)
    return probability_at_least(post, leader) >= LEAD_GROUP_SHARE / rivals


def _unseen(spread: Array, units: int) -> Array:
    """Return what the variance of each mean lacks of what so few queries can rule out, shape (K,).

    The difference of two means is given at least half a query won by either side, as
    `intervals.gap_interval` takes in (Agresti, Min 2005): (1/2 + 1/2) / (units + 2)**2. Where two
    models answer all of ten queries the variance seen is 0, and against it no prior would count at
    all. Each of the two has half of what is missing between it and its nearest.
    """
    if len(spread) < 2:
        return np.zeros(len(spread))
    own = np.diag(spread)
    between = own[:, np.newaxis] + own - 2 * spread
    np.fill_diagonal(between, np.inf)
    lacks = 1.0 / (units + 2) ** 2 - between.min(axis=1)
    return np.asarray(np.maximum(0.0, lacks) / 2, dtype=np.float64)


def _prior(
    means: Sequence[float | None], untrusted: Sequence[bool] | None, count: int
) -> tuple[Array, NDArray[np.bool_]]:
    prior = np.array([np.nan if mean is None else mean for mean in means], dtype=np.float64)
    doubled = np.isnan(prior) | np.array(untrusted or [False] * count, dtype=np.bool_)
    if prior.shape != (count,) or doubled.shape != (count,) or np.isinf(prior).any():
        message = f"{count} models need {count} prior means, finite or None"
        raise ValueError(message)
    shortlist_mean = prior[~doubled].mean() if not doubled.all() else 0.0
    return np.where(doubled, shortlist_mean, prior), doubled


def _t_tail(post: Posterior, other: int, gap: float) -> Array:
    """P(theta_i - theta_other >= gap), up to rounding, from the marginal t of the difference."""
    own = np.diag(post.covariance)
    variance = np.maximum(0.0, own + own[other] - 2 * post.covariance[:, other])
    deviation = np.sqrt(variance)
    distance = post.mean - post.mean[other] - gap + _SAME
    certain = deviation < _SAME
    tail = stdtr(post.units - 1, distance / np.where(certain, 1.0, deviation))
    return np.asarray(np.where(certain, distance >= 0, tail), dtype=np.float64)
