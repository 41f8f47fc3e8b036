"""Candidates against each other: the posterior over the contestants, tests against the leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.advice.advice import Assessment
from advisor.advice.cost import machine_seconds
from advisor.advice.limits import broken
from advisor.bench.dropped import Dropped
from advisor.bench.results import Result
from advisor.corpus.dataset import Evidence
from advisor.evaluation import posterior as beliefs
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.metrics import MAIN_METRIC
from advisor.evaluation.power import queries_to_settle, smallest_detectable_gap
from advisor.evaluation.significance import max_t_test
from advisor.evaluation.words import TieFlavour, Verdict, grade, tie_flavour
from advisor.needs.requirements import Requirements

Row: TypeAlias = NDArray[np.float64]
"""Per-query quality, (n,)."""
Scores: TypeAlias = NDArray[np.float64]
"""Rows of several candidates, (K, n)."""


@dataclass(frozen=True)
class Comparison:
    """The measured candidates compared; `contestants` are those that meet the hard limits."""

    assessments: dict[str, Assessment]
    contestants: tuple[str, ...]
    dropped: int
    """How many a race left behind: no figure of theirs is in here but their chance."""
    leader: str
    runner_up: str | None
    p_best: float
    regret: float
    p_value: float
    flavour: TieFlavour
    smallest_gap: float | None
    queries_to_settle: int | None

    def word(self, n: int, evidence: Evidence) -> Verdict:
        """Return the word that says how surely the leader is known."""
        return grade(self.p_best, self.regret, n, evidence, p_value=self.p_value)


def compare(
    contestants: Sequence[Result],
    others: Sequence[Result],
    requirements: Requirements,
    seed: int,
    dropped: Sequence[Dropped] = (),
) -> Comparison:
    """Compare measured results on their shared queries; at least two queries are needed.

    `others` (baselines, models that break a limit) get their gap to the leader and their chance
    to be within reach, but do not take part in "who is best". Whoever was `dropped` by a race
    has no score on these queries; the chance each had left is taken from the leader's (a union
    bound, so that racing never makes a verdict surer).
    """
    queries = sorted(contestants[0].per_query[MAIN_METRIC])
    rows = {result.candidate.name: _row(result, queries) for result in (*contestants, *others)}
    names = [result.candidate.name for result in contestants]
    scores = np.vstack([rows[name] for name in names])
    post = beliefs.posterior(scores)
    first = int(np.argmax(post.mean))
    leader = names[first]
    best = dict(zip(names, beliefs.probability_best(post, seed=seed), strict=True))
    means = dict(zip(names, post.mean, strict=True))
    reach = _within(names, others, rows, scores, requirements.give_up_ndcg, seed)
    gaps = {name: rows[leader] - row for name, row in rows.items() if name != leader}
    p_values = _p_values(gaps, names, seed)
    assessments = {}
    for result in (*contestants, *others):
        name = result.candidate.name
        assessments[name] = Assessment(
            name=name,
            quality=mean_interval(list(rows[name])),
            posterior=float(means[name]) if name in means else None,
            behind=mean_interval(list(gaps[name])) if name in gaps else None,
            p_value=p_values.get(name),
            p_best=float(best[name]) if name in best else None,
            p_within=reach[name],
            cost_s=machine_seconds(result, requirements),
            broken_limits=broken(result, requirements),
        )
    runner_up = _runner_up(names, post, first)
    rival = gaps[runner_up] if runner_up else None
    spread = float(np.std(rival, ddof=1)) if rival is not None else 0.0
    return Comparison(
        assessments=assessments,
        contestants=tuple(names),
        dropped=len(dropped),
        leader=leader,
        runner_up=runner_up,
        p_best=max(0.0, float(best[leader]) - sum(drop.p_at_least for drop in dropped)),
        regret=float(beliefs.expected_regret(post, seed=seed)[first]),
        p_value=max((p_values[name] for name in names if name != leader), default=0.0),
        flavour=_flavour(post, first),
        smallest_gap=smallest_detectable_gap(len(queries), spread) if spread else None,
        queries_to_settle=queries_to_settle(float(np.mean(rival)), spread)
        if rival is not None and spread
        else None,
    )


def _within(
    names: Sequence[str],
    others: Sequence[Result],
    rows: Mapping[str, Row],
    scores: Scores,
    give_up: float,
    seed: int,
) -> dict[str, float]:
    """Return each one's chance to be within the given-up points of the best contestant."""
    post = beliefs.posterior(scores)
    chances = beliefs.probability_within(post, give_up, seed=seed)
    reach = dict(zip(names, map(float, chances), strict=True))
    for other in others:
        # One at a time, so that one that stands beside the contest changes nothing in it.
        joined = beliefs.posterior(np.vstack([scores, rows[other.candidate.name]]))
        chance = beliefs.probability_within(joined, give_up, seed=seed)[-1]
        reach[other.candidate.name] = float(chance)
    return reach


def _p_values(gaps: Mapping[str, Row], names: Sequence[str], seed: int) -> dict[str, float]:
    """Return p values against the leader, corrected within each family.

    Contestants are one family, whose largest p value the verdict rests on; what stands beside
    them is another.
    """
    families = ([n for n in gaps if n in names], [n for n in gaps if n not in names])
    return {
        name: p_value
        for family in families
        for name, p_value in max_t_test({n: list(gaps[n]) for n in family}, seed).items()
    }


def _flavour(post: beliefs.Posterior, first: int) -> TieFlavour:
    lead = beliefs.lead_group(post, first)
    equal = beliefs.probability_equal(post, first)
    rivals = (index for index in range(len(post.mean)) if lead[index] and index != first)
    return tie_flavour([float(equal[index]) for index in rivals])


def _row(result: Result, queries: Sequence[str]) -> Row:
    values = result.per_query[MAIN_METRIC]
    return np.array([values[query] for query in queries], np.float64)


def _runner_up(names: Sequence[str], post: beliefs.Posterior, first: int) -> str | None:
    """Return the model the leader is hardest to tell from."""
    if len(names) < 2:
        return None
    close = beliefs.probability_at_least(post, first).copy()
    close[first] = -1.0
    return names[int(np.argmax(close))]
