"""The decision rule: of what meets the limits, the cheapest that is probably near the best.

Methods 3. It is pure and quick, so that it can be asked again for every answer that changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from advisor.advice.contest import competes, surely_better
from advisor.advice.costs.candidate import MOST_NOISE, Costs, measured_costs
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import scale_of
from advisor.advice.limits import broken
from advisor.advice.measurements import Measurements
from advisor.bench.results import Result
from advisor.evaluation import posterior as beliefs
from advisor.needs.requirements import Requirements

REACH = 0.5
"""P(within the given-up points of the best) from which a cheaper model will do (methods, 3)."""
SAME_COST = 0.10
"""Costs this close are the same: timing on a shared machine is no better than that."""


@dataclass(frozen=True)
class Ruling:
    """What the rule says under one set of answers."""

    within: tuple[Result, ...]
    """Candidates that meet every hard limit."""
    broken: Mapping[str, tuple[str, ...]]
    """By name, the limits a measured candidate breaks, a sentence each."""
    costs: Mapping[str, Costs]
    reach: tuple[str, ...]
    """Those probably within the given-up points of the best, the pick among them."""
    leader: str | None
    """Best by belief among those within the limits."""
    pick: str | None
    """None where every candidate breaks a limit."""


def rule(known: Measurements, requirements: Requirements) -> Ruling:
    """Apply the rule; at least two independent queries must have been measured."""
    scale, price = scale_of(requirements, known.texts), machine_price(requirements)
    costs = {
        result.candidate.name: cost
        for result in known.measured
        if (cost := measured_costs(result, requirements, scale, price)) is not None
    }
    over = {
        result.candidate.name: (
            *broken(result, requirements),
            *_over_budget(costs.get(result.candidate.name), requirements.max_usd_per_month),
        )
        for result in known.measured
    }
    keeping = [one for one in known.measured if not over[one.candidate.name]]
    within = tuple(one for one in keeping if competes(one))
    within += surely_better(within, keeping) if within else ()
    if not within:
        return Ruling((), over, costs, (), None, None)
    names = [one.candidate.name for one in within]
    means = known.posterior.mean[[known.place(name) for name in names]]
    leader = names[int(np.argmax(means))]
    chances = within_reach(known, names, (), requirements)
    # The leader is always within reach of itself in belief; with many equals no single one is.
    reach = [one for one in within if chances[one.candidate.name] >= REACH]
    reach = reach or [one for one in within if one.candidate.name == leader]
    pick = cheapest(reach, costs).candidate.name
    return Ruling(within, over, costs, tuple(one.candidate.name for one in reach), leader, pick)


def within_reach(
    known: Measurements, names: Sequence[str], others: Sequence[str], requirements: Requirements
) -> dict[str, float]:
    """Return each one's chance to be within the given-up points of the best of `names`.

    The others are held against them one at a time, as all were measured, so that they change
    nothing among them and no prior of the models alone decides.
    """
    places = [known.place(name) for name in names]
    drawn = known.drawn[:, places]
    give_up = requirements.give_up_ndcg
    reach = dict(zip(names, map(float, beliefs.share_within(drawn, give_up)), strict=True))
    for other in others:
        flat = known.drawn_as_measured
        joined = np.column_stack([flat[:, places].max(axis=1), flat[:, known.place(other)]])
        reach[other] = float(beliefs.share_within(joined, give_up)[-1])
    return reach


def cheapest(results: Sequence[Result], costs: Mapping[str, Costs]) -> Result:
    """Return the candidate with the lowest cost a month; ties by p95 latency, then by size.

    A cost within the timing noise (at least 10 %) of the lowest counts as equal to it.
    """

    def cost(result: Result) -> float:
        known = costs.get(result.candidate.name)
        return float("inf") if known is None else known.month.value

    def slow(result: Result) -> float:
        latency = result.latency
        return float("inf") if latency is None or latency.p95 is None else latency.p95

    def size(result: Result) -> float:
        return float(result.candidate.disk_bytes or 0)

    left = list(results)
    for measure in (cost, slow):
        lowest = min(left, key=measure)
        limit = measure(lowest) * (1 + max(SAME_COST, *(_noise(result) for result in left)))
        left = [result for result in left if measure(result) <= limit]
    return min(left, key=size)


def reach_from(known: Measurements, requirements: Requirements) -> tuple[float, ...]:
    """Return the given-up points from which each candidate within the limits is within reach."""
    names = [one.candidate.name for one in rule(known, requirements).within]
    if not names:
        return ()
    drawn = known.drawn[:, [known.place(name) for name in names]]
    return tuple(map(float, beliefs.largest_loss(drawn, REACH)))


def pick_with(known: Measurements, requirements: Requirements, **changes: object) -> str | None:
    """Return whom the rule picks when these answers are others."""
    return rule(known, msgspec.structs.replace(requirements, **changes)).pick


def _over_budget(cost: Costs | None, limit: float | None) -> tuple[str, ...]:
    # Only what is surely too dear is out: prices come with a range.
    if cost is None or limit is None or cost.month.low <= limit:
        return ()
    return (f"costs at least {cost.month.low:,.2f} USD a month, budget {limit:,.2f} USD",)


def _noise(result: Result) -> float:
    noise = (result.latency.noise or 0.0) if result.latency else 0.0
    return min(noise, MOST_NOISE)
