"""Repeated samples of queries from full runs, and what four ways of choosing make of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.advice.measurements import Measurements
from advisor.advice.prior import prior_of
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation import posterior as beliefs
from advisor.evaluation.clusters import sources
from advisor.evaluation.intervals import quality_interval
from advisor.evaluation.words import Verdict, grade
from advisor.needs.requirements import Requirements
from advisor.shortlist.rule_of_thumb import rules_of_thumb

Scores = NDArray[np.float64]

SHORTLIST = 6
"""Models compared at a time, as the product does."""
WAYS = ("ours", "measured", "prior", "rule of thumb")


class Full(NamedTuple):
    """One data set, fully measured."""

    data: Dataset
    requirements: Requirements
    candidates: tuple[Candidate, ...]
    queries: tuple[str, ...]
    scores: Scores
    """(models, queries)."""


class Draw(NamedTuple):
    """A sample: some models, some queries."""

    models: tuple[int, ...]
    queries: NDArray[np.int64]


def draws(full: Full, n: int, repeats: int, seed: int = 0) -> Iterator[Draw]:
    """Yield samples of n queries and a shortlist each, repeatable by seed."""
    rng = np.random.default_rng((seed, n))
    models, queries = full.scores.shape
    for _ in range(repeats):
        chosen = rng.choice(models, min(SHORTLIST, models), replace=False)
        yield Draw(tuple(map(int, chosen)), rng.choice(queries, n, replace=False))


def regrets(full: Full, one: Draw) -> dict[str, float]:
    """Return what each way's pick lacks of the best of the shortlist on the full set, points.

    A way that has nothing to say about this shortlist is left out.
    """
    scores = full.scores[list(one.models)][:, one.queries]
    truth = full.scores[list(one.models)].mean(axis=1)
    candidates = [full.candidates[place] for place in one.models]
    picks = {
        "ours": int(np.argmax(believed(full, one).mean)),
        "measured": int(scores.mean(1).argmax()),
    }
    prior = prior_of(candidates)
    if prior is not None:
        known = [
            -np.inf if mean is None or doubted else mean
            for mean, doubted in zip(prior.means, prior.untrusted, strict=True)
        ]
        picks["prior"] = int(np.argmax(known))
    rule = _rule_of_thumb(full.requirements, candidates)
    if rule is not None:
        picks["rule of thumb"] = rule
    return {way: 100 * float(truth.max() - truth[pick]) for way, pick in picks.items()}


def believed(full: Full, one: Draw) -> beliefs.Posterior:
    """Return the product's belief about a sample."""
    return measurements(full, one).posterior


def measurements(full: Full, one: Draw, seed: int = 0) -> Measurements:
    """Return a sample as the product's decision takes it."""
    names = [full.queries[place] for place in one.queries]
    results = tuple(
        Result(
            candidate=full.candidates[model],
            status="measured",
            per_query={
                "nDCG@10": dict(zip(names, full.scores[model, one.queries].tolist(), strict=True))
            },
        )
        for model in one.models
    )
    return Measurements(results, full.data, seed)


def pairs_covered(full: Full, one: Draw) -> list[bool]:
    """Say for the first of the shortlist and each other whether their gap's interval holds it.

    The first is drawn at random: the gap to the best of a sample is too large on average.
    """
    known = measurements(full, one)
    leader = known.names[0]
    names = [candidate.name for candidate in full.candidates]
    means = dict(zip(names, full.scores.mean(axis=1), strict=True))
    found = []
    for name in known.names:
        if name != leader:
            gap, truth = known.gap(leader, name), means[leader] - means[name]
            found.append(bool((gap.low or 0.0) <= truth <= (gap.high or 0.0)))
    return found


def covered(full: Full, one: Draw) -> list[bool]:
    """Say for each model whether the interval of its mean holds its mean on the full set."""
    names = [full.queries[place] for place in one.queries]
    clusters = sources(names, full.data.qrels)
    found = []
    for model in one.models:
        interval = quality_interval(full.scores[model, one.queries].tolist(), clusters=clusters)
        truth = float(full.scores[model].mean())
        if interval.low is not None and interval.high is not None:
            found.append(interval.low <= truth <= interval.high)
    return found


def word_of(known: Measurements) -> tuple[Verdict, str]:
    """Return the word and the leader, by the product's own functions."""
    post = known.posterior
    first = int(np.argmax(post.mean))
    leader = known.names[first]
    others = [name for name in known.names if name != leader]
    p_value = max(known.p_values(leader, others).values())
    best = beliefs.share_best(known.drawn)[first]
    regret = beliefs.mean_regret(known.drawn)[first]
    word = grade(float(best), float(regret), known.units, known.dataset.evidence, p_value=p_value)
    return word, leader


def exchanged(full: Full, one: Draw, seed: int) -> Measurements:
    """Return two of the models with their scores exchanged at random query by query.

    Neither is better than the other, and they differ as real models do.
    """
    rng = np.random.default_rng(seed)
    first, second = (full.scores[model, one.queries] for model in one.models[:2])
    swap = rng.integers(0, 2, len(one.queries)).astype(bool)
    names = [full.queries[place] for place in one.queries]
    rows = (np.where(swap, second, first), np.where(swap, first, second))
    return Measurements(
        tuple(
            Result(
                candidate=Candidate(name=name, kind="dense"),
                status="measured",
                per_query={"nDCG@10": dict(zip(names, row.tolist(), strict=True))},
            )
            for name, row in zip("ab", rows, strict=True)
        ),
        full.data,
        seed,
    )


def with_itself(full: Full, one: Draw, seed: int) -> Measurements:
    """Return one model entered twice."""
    return measurements(
        full._replace(
            candidates=tuple(
                Candidate(name=f"{place}", kind="dense") for place in range(len(full.candidates))
            ),
            scores=np.repeat(full.scores[[one.models[0]]], len(full.scores), axis=0),
        ),
        Draw(one.models[:2], one.queries),
        seed,
    )


def _rule_of_thumb(requirements: Requirements, candidates: Sequence[Candidate]) -> int | None:
    repos = [candidate.repo for candidate in candidates]
    for name, _ in rules_of_thumb(requirements):
        if name in repos:
            return repos.index(name)
    return None
