"""The two charts of a report as geometry: where bars, points, ticks and names stand, in pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from advisor.record.cells import ndcg, number, shorten
from advisor.record.decision import CandidatePart, DecisionRecord

WIDTH = 720
"""Of both drawings; the page scales them."""
NAMES = 250
"""Left part of the intervals, where the names stand."""
LINE = 30
"""Height of one candidate among the intervals."""
PLOT_HEIGHT = 320
LABEL_CELLS = 30
LABEL_LINE = 15
"""Names of points that stand closer than this would cover each other."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 24, 24, 44
"""Margins of the plot, where the scales stand."""
_Scale: TypeAlias = Callable[[float], float]
_TEXT_CELL = 7.8
"""About the width of a letter of a name."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line of a scale and its figure."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One candidate's mean and its 95 % interval."""

    name: str
    y: float
    mean: float
    low: float | None
    high: float | None
    figures: str
    picked: bool
    baseline: bool


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Quality with intervals, one line a candidate."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One candidate at its latency and quality; `label_y` and `anchor` place its name."""

    name: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    picked: bool
    baseline: bool
    figures: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Quality against latency, the latency on a logarithmic scale."""

    width: int
    height: int
    left: int
    bottom: int
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    limit: float | None
    """Where the user's latency limit stands, if it is on the scale."""


def intervals(record: DecisionRecord) -> Intervals | None:
    """Return the candidates' nDCG@10 with intervals, best first; None when nothing is measured."""
    parts = sorted(
        (part for part in record.candidates if part.quality is not None),
        key=lambda part: -(part.quality.mean if part.quality else 0.0),
    )
    if not parts:
        return None
    ends = [
        end
        for part in parts
        if (quality := part.quality) is not None
        for end in (quality.low, quality.high, quality.mean)
        if end is not None
    ]
    steps = _steps(max(0.0, min(ends)), min(1.0, max(ends)))
    first, last = steps[0], steps[-1]

    def x(value: float) -> float:
        share = (value - first) / (last - first)
        return round(NAMES + 10 + min(1.0, max(0.0, share)) * (WIDTH - NAMES - 30), 1)

    return Intervals(
        width=WIDTH,
        height=LINE * len(parts) + 30,
        ticks=tuple(Tick(at=x(step), label=ndcg(step)) for step in steps),
        bars=tuple(_bar(part, index, record, x) for index, part in enumerate(parts)),
    )


def _bar(part: CandidatePart, index: int, record: DecisionRecord, x: _Scale) -> Bar:
    quality = part.quality
    assert quality is not None  # only measured ones are drawn
    low, high = quality.low, quality.high
    ends = f" ({ndcg(low)} to {ndcg(high)})" if low is not None and high is not None else ""
    return Bar(
        name=shorten(part.name, LABEL_CELLS),
        y=index * LINE + LINE / 2,
        mean=x(quality.mean),
        low=None if low is None else x(low),
        high=None if high is None else x(high),
        figures=f"{part.name}: {quality.metric} {ndcg(quality.mean)}{ends}",
        picked=part.name == record.verdict.pick,
        baseline=part.kind == "baseline",
    )


def plot(record: DecisionRecord) -> Plot | None:
    """Return quality against p95 latency (the median where no p95 is known); None under two."""
    known = [
        (part, latency, part.quality.mean)
        for part in record.candidates
        if part.quality is not None
        and part.speed is not None
        and (latency := part.speed.latency_p95_ms or part.speed.latency_p50_ms) is not None
        and latency > 0
    ]
    if len(known) < 2:
        return None
    low = math.floor(math.log10(min(latency for _, latency, _ in known)))
    high = max(low + 1, math.ceil(math.log10(max(latency for _, latency, _ in known))))
    steps = _steps(min(mean for *_, mean in known), max(mean for *_, mean in known))

    def x(latency: float) -> float:
        share = (math.log10(latency) - low) / (high - low)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(mean: float) -> float:
        share = (mean - steps[0]) / (steps[-1] - steps[0])
        return round(PLOT_HEIGHT - _BOTTOM - share * (PLOT_HEIGHT - _BOTTOM - _TOP), 1)

    dots = [_dot(part, latency, mean, x(latency), y(mean), record) for part, latency, mean in known]
    limit = record.answers.get("latency_ms")
    inside = isinstance(limit, int | float) and 10**low <= limit <= 10**high
    return Plot(
        width=WIDTH,
        height=PLOT_HEIGHT,
        left=_LEFT,
        bottom=PLOT_HEIGHT - _BOTTOM,
        x_ticks=tuple(
            Tick(at=x(10.0**power), label=f"{10.0**power:g}") for power in range(low, high + 1)
        ),
        y_ticks=tuple(Tick(at=y(step), label=ndcg(step)) for step in steps),
        # The pick is drawn last, over a hybrid of it that stands in the same place.
        dots=tuple(sorted(_apart(dots), key=lambda dot: dot.picked)),
        limit=x(float(limit)) if inside and isinstance(limit, int | float) else None,
    )


def _dot(
    part: CandidatePart, latency: float, mean: float, x: float, y: float, record: DecisionRecord
) -> Dot:
    name = shorten(part.name, LABEL_CELLS)
    # A name goes to the left of its point where it would run over the right margin.
    fits = x + 10 + _TEXT_CELL * len(name) < WIDTH
    median = part.speed is not None and part.speed.latency_p95_ms is None
    return Dot(
        name=name,
        x=x,
        y=y,
        label_x=x + 10 if fits else x - 10,
        label_y=y,
        anchor="start" if fits else "end",
        picked=part.name == record.verdict.pick,
        baseline=part.kind == "baseline",
        figures=f"{part.name}: {record.measure.main} {ndcg(mean)}, {number(latency)} ms "
        + ("(the median)" if median else "(p95)"),
    )


def _apart(dots: Sequence[Dot]) -> tuple[Dot, ...]:
    """Move names down until none covers another; the points stay where they are."""
    placed: list[Dot] = []
    for dot in sorted(dots, key=lambda one: one.label_y):
        label_y = dot.label_y
        for other in placed:
            if label_y - other.label_y < LABEL_LINE and _overlap(dot, other):
                label_y = other.label_y + LABEL_LINE
        placed.append(replace(dot, label_y=label_y))
    return tuple(placed)


def _overlap(one: Dot, other: Dot) -> bool:
    first, second = _span(one), _span(other)
    return first[0] < second[1] and second[0] < first[1]


def _span(dot: Dot) -> tuple[float, float]:
    long = _TEXT_CELL * len(dot.name)
    return (
        (dot.label_x, dot.label_x + long) if dot.anchor == "start" else (dot.label_x - long, dot.x)
    )


def _steps(low: float, high: float) -> list[float]:
    """Return round figures from below `low` to above `high`, five or so."""
    span = max(high - low, 0.02)
    step = next(one for one in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if span / one <= 6)
    first = math.floor(low / step + 1e-9)
    last = max(first + 1, math.ceil(high / step - 1e-9))
    return [round(index * step, 4) for index in range(first, last + 1)]
