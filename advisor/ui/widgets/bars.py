"""Bars drawn in cells: an interval on a scale that all share, and how far something has come."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from advisor.evaluation.estimate import Interval

NICE = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
"""Distances between ticks."""


@dataclass(frozen=True)
class Scale:
    """The part of 0 to 1 that a column of bars shows."""

    low: float
    high: float

    def cell(self, value: float, width: int) -> int:
        """Return the cell of `width` in which a value lies; outside values lie at the ends."""
        share = (value - self.low) / (self.high - self.low)
        return min(width - 1, max(0, round(share * (width - 1))))


def scale_for(intervals: Iterable[Interval]) -> Scale:
    """Return the scale that holds all intervals; 0 to 1 when there is none."""
    ends = [
        end
        for interval in intervals
        for end in (interval.low, interval.mean, interval.high)
        if end is not None
    ]
    if not ends:
        return Scale(0.0, 1.0)
    low, high = max(0.0, min(ends)), min(1.0, max(ends))
    low, high = math.floor(low * 20) / 20, math.ceil(high * 20) / 20
    return Scale(low, high) if high - low >= 0.1 else Scale(max(0.0, low - 0.05), high + 0.05)


def interval_bar(interval: Interval, scale: Scale, width: int) -> str:
    """Draw an interval: the mean, and how far it may be off."""
    if width < 1:
        return ""
    cells = [" "] * width
    if interval.low is not None and interval.high is not None:
        first, last = scale.cell(interval.low, width), scale.cell(interval.high, width)
        cells[first : last + 1] = ["─"] * (last + 1 - first)
        cells[first], cells[last] = "├", "┤"
    cells[scale.cell(interval.mean, width)] = "●"
    return "".join(cells)


def ticks(scale: Scale, width: int) -> str:
    """Write the figures of the scale over the cells where they lie."""
    room = max(2, width // 4)
    distance = next((d for d in NICE if (scale.high - scale.low) / d <= room), NICE[-1])
    cells = [" "] * width
    number = math.ceil(scale.low / distance - 1e-9)
    free = 0
    while number * distance <= scale.high + 1e-9:
        text = _short(number * distance)
        first = min(scale.cell(number * distance, width), width - len(text))
        if first >= free:
            cells[first : first + len(text)] = text
            free = first + len(text) + 1
        number += 1
    return "".join(cells)


def progress_bar(done: int, total: int, width: int) -> str:
    """Draw how far something has come."""
    full = round(width * min(done, total) / total) if total > 0 else 0
    return "━" * full + "╌" * (width - full)


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith("0.") else text
