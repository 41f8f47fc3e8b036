"""What a candidate is worth for its cost: the Pareto set, tiers, the price-performance winner."""

from __future__ import annotations

from math import log2

import numpy as np

from advisor.advice.measurements import Measurements
from advisor.advice.rule import Ruling
from advisor.evaluation import posterior as beliefs

POINT_A_DOUBLING = 0.01
"""nDCG@10 that twice the cost has to bring for the price-performance winner."""


def pareto(known: Measurements, ruling: Ruling) -> tuple[str, ...]:
    """Return those within the limits that no other beats in quality at no higher cost."""
    best, kept = -1.0, []
    for name, cost, quality in sorted(_figures(known, ruling), key=lambda one: (one[1], -one[2])):
        if quality > best:
            best = quality
            kept.append((name, cost))
    return tuple(name for name, _ in kept)


def best_value(known: Measurements, ruling: Ruling) -> str | None:
    """Return the price-performance winner: quality less a point for every doubling of cost.

    The largest belief − .01 × log2(cost ÷ lowest cost). Unlike quality ÷ cost it does not always
    name the smallest model. None where no cost is known.
    """
    figures = _figures(known, ruling)
    if not figures:
        return None
    lowest = min(cost for _, cost, _ in figures)

    def value(figure: tuple[str, float, float]) -> float:
        _, cost, quality = figure
        return quality - POINT_A_DOUBLING * (log2(cost / lowest) if lowest > 0 else 0.0)

    return max(figures, key=value)[0]


def tiers(known: Measurements, ruling: Ruling) -> tuple[tuple[str, ...], ...]:
    """Return groups of models within the limits, the best first.

    A tier holds the best of those left and whoever may still be as good as it (the rule of a
    race: P >= .10 / (K - 1)).
    """
    left = [one.candidate.name for one in ruling.within]
    found = []
    while left:
        post = known.posterior.of([known.place(name) for name in left])
        group = beliefs.lead_group(post, int(np.argmax(post.mean)))
        order = sorted(range(len(left)), key=lambda place: -post.mean[place])
        found.append(tuple(left[place] for place in order if group[place]))
        left = [name for place, name in enumerate(left) if not group[place]]
    return tuple(found)


def _figures(known: Measurements, ruling: Ruling) -> list[tuple[str, float, float]]:
    names = [one.candidate.name for one in ruling.within if one.candidate.name in ruling.costs]
    return [
        (name, ruling.costs[name].month.value, float(known.posterior.mean[known.place(name)]))
        for name in names
    ]
