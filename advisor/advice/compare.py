"""Candidates against each other: the posterior over the contestants, tests against the leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.advice.advice import Assessment
from advisor.advice.cost import machine_seconds
from advisor.advice.limits import broken
from advisor.bench.results import Result
from advisor.evaluation import posterior as beliefs
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.power import queries_to_settle, smallest_detectable_gap
from advisor.evaluation.significance import max_t_test
from advisor.evaluation.words import TieFlavour, grade, tie_flavour
from advisor.needs.requirements import Requirements

MAIN_METRIC = "nDCG@10"


@dataclass(frozen=True)
class Comparison:
    """The measured candidates compared; `contestants` are those that meet the hard limits."""

    assessments: dict[str, Assessment]
    contestants: tuple[str, ...]
    leader: str
    runner_up: str | None
    p_best: float
    regret: float
    p_value: float
    flavour: TieFlavour
    smallest_gap: float | None
    queries_to_settle: int | None

    def word(self, n: int, evidence: str) -> str:
        """Return the word that says how surely the leader is known."""
        return grade(self.p_best, self.regret, n, evidence, p_value=self.p_value)  # type: ignore[arg-type]


def compare(
    contestants: Sequence[Result],
    others: Sequence[Result],
    requirements: Requirements,
    seed: int,
) -> Comparison:
    """Compare measured results on their shared queries; at least two queries are needed.

    `others` (baselines, models that break a limit) get their gap to the leader and their chance
    to be within reach, but do not take part in "who is best".
    """
    queries = sorted(contestants[0].per_query[MAIN_METRIC])
    rows = {result.candidate.name: _row(result, queries) for result in (*contestants, *others)}
    names = [result.candidate.name for result in contestants]
    scores = np.vstack([rows[name] for name in names])
    post = beliefs.posterior(scores)
    first = int(np.argmax(post.mean))
    leader = names[first]
    p_best = beliefs.probability_best(post, seed=seed)
    regret = beliefs.expected_regret(post, seed=seed)
    within = dict(
        zip(
            names,
            beliefs.probability_within(post, requirements.give_up_ndcg, seed=seed),
            strict=True,
        )
    )
    for other in others:
        joined = np.vstack([scores, rows[other.candidate.name]])
        reach = beliefs.probability_within(
            beliefs.posterior(joined), requirements.give_up_ndcg, seed=seed
        )
        within[other.candidate.name] = reach[-1]
    gaps = {name: rows[leader] - row for name, row in rows.items() if name != leader}
    # Contestants are one family of tests, whose largest p value the verdict rests on; what
    # stands beside them is another.
    families = (
        {name for name in gaps if name in names},
        {name for name in gaps if name not in names},
    )
    p_values = {
        name: p_value
        for family in families
        for name, p_value in max_t_test(
            {name: list(gap) for name, gap in gaps.items() if name in family}, seed
        ).items()
    }
    assessments = {
        result.candidate.name: Assessment(
            name=result.candidate.name,
            quality=mean_interval(list(rows[result.candidate.name])),
            posterior=float(post.mean[names.index(result.candidate.name)])
            if result.candidate.name in names
            else None,
            behind=mean_interval(list(gaps[result.candidate.name]))
            if result.candidate.name in gaps
            else None,
            p_value=p_values.get(result.candidate.name),
            p_best=float(p_best[names.index(result.candidate.name)])
            if result.candidate.name in names
            else None,
            p_within=float(within[result.candidate.name]),
            cost_s=machine_seconds(result, requirements),
            broken_limits=broken(result, requirements),
        )
        for result in (*contestants, *others)
    }
    runner_up = _runner_up(names, post, first)
    lead = beliefs.lead_group(post, first)
    equal = beliefs.probability_equal(post, first)
    rivals = [equal[index] for index in range(len(names)) if lead[index] and index != first]
    spread = float(np.std(gaps[runner_up], ddof=1)) if runner_up else None
    gap = float(np.mean(gaps[runner_up])) if runner_up else 0.0
    return Comparison(
        assessments=assessments,
        contestants=tuple(names),
        leader=leader,
        runner_up=runner_up,
        p_best=float(p_best[first]),
        regret=float(regret[first]),
        p_value=max((p_values[name] for name in names if name != leader), default=0.0),
        flavour=tie_flavour(rivals),
        smallest_gap=smallest_detectable_gap(len(queries), spread) if spread else None,
        queries_to_settle=queries_to_settle(gap, spread) if spread else None,
    )


def _row(result: Result, queries: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = result.per_query[MAIN_METRIC]
    return np.array([values[query] for query in queries], np.float64)


def _runner_up(names: Sequence[str], post: beliefs.Posterior, first: int) -> str | None:
    """Return the model the leader is hardest to tell from."""
    if len(names) < 2:
        return None
    close = beliefs.probability_at_least(post, first).copy()
    close[first] = -1.0
    return names[int(np.argmax(close))]
