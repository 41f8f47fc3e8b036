"""Candidates against each other under one set of answers: who leads, and what is in reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from advisor.advice.advice import Assessment
from advisor.advice.contest import competes
from advisor.advice.costs.machine_time import machine_seconds
from advisor.advice.measurements import Measurements, Scores
from advisor.advice.rule import Ruling, within_reach
from advisor.bench.results import Result
from advisor.corpus.dataset import Evidence
from advisor.evaluation import posterior as beliefs
from advisor.evaluation.power import gap_shown, queries_to_settle
from advisor.evaluation.words import TieFlavour, Verdict, grade, tie_flavour
from advisor.evaluation.yardstick import Yardstick, yardstick
from advisor.needs.requirements import Requirements


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
    gap: float
    """Leader minus the runner-up as measured; 0 without one."""
    spread: float
    """Standard deviation of their differences, as of independent queries."""
    words: Yardstick
    """What is measured and counted."""

    def word(self, n: int, evidence: Evidence) -> Verdict:
        """Return the word that says how surely the leader is known."""
        return grade(self.p_best, self.regret, n, evidence, p_value=self.p_value)


def compare(
    known: Measurements,
    contestants: Sequence[Result],
    others: Sequence[Result],
    requirements: Requirements,
    ruling: Ruling,
) -> Comparison:
    """Compare contestants on the shared queries; at least two independent ones are needed.

    `others` (baselines, models that break a limit) get their gap to the leader and their chance
    to be within reach, but do not take part in "who is best". Whoever was dropped by a race has
    no score on these queries; the chance each had left is taken from the leader's (a union
    bound, so that racing never makes a verdict surer).
    """
    names = [result.candidate.name for result in contestants]
    places = [known.place(name) for name in names]
    post = known.posterior.of(places)
    first = int(np.argmax(post.mean))
    leader = names[first]
    drawn = known.drawn[:, places]
    best = beliefs.share_best(drawn)
    reach = within_reach(known, names, [one.candidate.name for one in others], requirements)
    rivals = [name for name in names if name != leader]
    beside = [one.candidate.name for one in others if one.candidate.name != leader]
    p_values = {**known.p_values(leader, rivals), **known.p_values(leader, beside)}
    assessments = {
        result.candidate.name: msgspec.structs.replace(
            _assessed(known, result, requirements, leader, reach, p_values, result in contestants),
            costs=ruling.costs.get(result.candidate.name),
            broken_limits=ruling.broken[result.candidate.name],
        )
        for result in (*contestants, *others)
    }
    for name, chance in zip(names, best, strict=True):
        assessments[name] = msgspec.structs.replace(assessments[name], p_best=float(chance))
    runner_up = _runner_up(names, post, first)
    spread = known.spread(leader, runner_up) if runner_up else 0.0
    gap = float(known.gap(leader, runner_up).mean) if runner_up else 0.0
    # Several queries of one document show less: as many units with the same error of the mean.
    of_units = spread * (known.units / len(known.queries)) ** 0.5
    return Comparison(
        assessments=assessments,
        contestants=tuple(names),
        dropped=len(known.dropped),
        leader=leader,
        runner_up=runner_up,
        p_best=max(0.0, float(best[first]) - sum(drop.p_at_least for drop in known.dropped)),
        regret=float(beliefs.mean_regret(drawn)[first]),
        p_value=max((p_values[name] for name in rivals), default=0.0),
        flavour=_flavour(post, first, known.scores[places]),
        smallest_gap=gap_shown(known.units, of_units) if spread else None,
        queries_to_settle=queries_to_settle(gap, spread) if spread else None,
        gap=gap,
        spread=spread,
        words=yardstick(known.dataset.task),
    )


def _assessed(
    known: Measurements,
    result: Result,
    requirements: Requirements,
    leader: str,
    reach: Mapping[str, float],
    p_values: Mapping[str, float],
    in_contest: bool,
) -> Assessment:
    name = result.candidate.name
    beside = not in_contest and not competes(result)
    return Assessment(
        name=name,
        quality=known.quality(name),
        posterior=None if beside else float(known.posterior.mean[known.place(name)]),
        weight=None if beside else float(known.posterior.weight[known.place(name)]),
        behind=known.gap(leader, name) if name != leader else None,
        p_value=p_values.get(name),
        p_within=reach[name],
        cost_s=machine_seconds(result, requirements),
    )


def _flavour(post: beliefs.Posterior, first: int, scores: Scores) -> TieFlavour:
    lead = beliefs.lead_group(post, first)
    # A model entered twice ranks alike, whatever few queries can rule out of two models.
    alike = (scores == scores[first]).all(axis=1)
    equal = np.where(alike, 1.0, beliefs.probability_equal(post, first))
    rivals = (index for index in range(len(post.mean)) if lead[index] and index != first)
    return tie_flavour([float(equal[index]) for index in rivals])


def _runner_up(names: Sequence[str], post: beliefs.Posterior, first: int) -> str | None:
    """Return the model the leader is hardest to tell from."""
    if len(names) < 2:
        return None
    close = beliefs.probability_at_least(post, first).copy()
    close[first] = -1.0
    return names[int(np.argmax(close))]
