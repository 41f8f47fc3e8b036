"""Quality against what it takes as a chart of cells: a pure function from points to lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from advisor.evaluation.metrics import MAIN_METRIC
from advisor.record.cells import cells, number, shorten

AXIS = 6
"""Cells of the figures at the left."""
WIDE_SPREAD = 8.0
"""From this ratio of the slowest to the fastest on, the scale is logarithmic."""
MOST_LABEL = 16


@dataclass(frozen=True)
class Point:
    """One candidate."""

    label: str
    taken: float
    """What it takes: milliseconds, dollars a month, MiB."""
    quality: float
    picked: bool = False


class Axis(NamedTuple):
    """What lies to the right."""

    name: str
    unit: str


LATENCY = Axis("latency", "ms")


def chart(
    points: Sequence[Point],
    width: int,
    height: int,
    limit: float | None = None,
    metric: str = MAIN_METRIC,
    axis: Axis = LATENCY,
) -> list[str]:
    """Draw the points: quality upwards, what it takes to the right; `limit` is a dashed line.

    Filled diamonds lie on the Pareto line, which dots follow: nobody is better and takes no more.
    Lines of at most `width` cells; none when there is nothing to draw or no room for it. A limit
    of nothing or less is none.
    """
    if not points or width < AXIS + 12 or height < 4:
        return []
    rows, columns = height - 2, width - AXIS - 1
    grid = _Grid(columns, rows)
    limit = limit if limit is not None and limit > 0 else None
    across = _Scale([point.taken for point in points], limit)
    low, high = _range([point.quality for point in points])
    if limit is not None:
        grid.limit(round(across(limit) * (columns - 1)))
    # The pick last: where two lie on one cell, it is the one that shows.
    ordered = sorted(points, key=lambda point: point.picked)
    places = [
        (
            point,
            round(across(point.taken) * (columns - 1)),
            round((high - point.quality) / (high - low) * (rows - 1)),
        )
        for point in ordered
    ]
    front = on_the_pareto_line(points)
    grid.follow(sorted((column, row) for point, column, row in places if point in front))
    for point, column, row in places:
        grid.mark(column, row, "●" if point.picked else "◆" if point in front else "○")
    for point, column, row in reversed(places):
        grid.label(column, row, shorten(point.label, MOST_LABEL))
    lines = [_tick(low, high, row, rows) + "│" + grid.line(row) for row in range(rows)]
    return [
        *lines,
        " " * AXIS + "└" + "─" * columns,
        _foot(points, columns, across.is_log, metric, axis),
    ]


def on_the_pareto_line(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other beats: as good or better, for as little or less."""

    def beats(one: Point, other: Point) -> bool:
        no_worse = one.quality >= other.quality and one.taken <= other.taken
        return no_worse and (one.quality > other.quality or one.taken < other.taken)

    return [point for point in points if not any(beats(other, point) for other in points)]


class _Grid:
    """Cells to draw into; labels go where nothing is yet."""

    def __init__(self, columns: int, rows: int) -> None:
        self._columns = columns
        self._cells = [[" "] * columns for _ in range(rows)]

    def limit(self, column: int) -> None:
        for row in self._cells:
            row[column] = "┊"

    def follow(self, places: Sequence[tuple[int, int]]) -> None:
        """Draw dots from one (column, row) to the next: to the right, then up."""
        for (column, row), (following, higher) in pairwise(places):
            for at in range(column, following):
                self._dot(at, row)
            for line in range(higher, row + 1):
                self._dot(following, line)

    def _dot(self, column: int, row: int) -> None:
        if self._cells[row][column] == " ":
            self._cells[row][column] = "·"

    def mark(self, column: int, row: int, sign: str) -> None:
        self._cells[row][column] = sign

    def label(self, column: int, row: int, text: str) -> None:
        """Write a label beside its mark: to the right, to the left, below, above; or not at all."""
        size = cells(text)
        for first, line in (
            (column + 2, row),
            (column - 1 - size, row),
            (column + 1, row + 1),
            (column + 1, row - 1),
            (column - size, row + 1),
            (column - size, row - 1),
        ):
            if self._is_free(first, line, size):
                self._write(first, line, text)
                for beside in (first - 1, first + size):
                    if 0 <= beside < self._columns and self._cells[line][beside] == "·":
                        self._cells[line][beside] = " "
                return

    def _is_free(self, first: int, line: int, size: int) -> bool:
        """Say whether so many cells are free, and one at either side, so that no two labels touch.

        The second cell of a wide character holds nothing, and is not free.
        """
        if not 0 <= line < len(self._cells) or first < 0 or first + size > self._columns:
            return False
        around = self._cells[line][max(0, first - 1) : first + size + 1]
        return all(cell in (" ", "┊", "·") for cell in around)

    def _write(self, first: int, line: int, text: str) -> None:
        at = first
        for char in text:
            if cells(char) == 0 and at > first:
                # A mark shares the cell of what it stands on.
                self._cells[line][at - 1] += char
                continue
            self._cells[line][at : at + cells(char)] = [char, ""][: cells(char)]
            at += cells(char)

    def line(self, row: int) -> str:
        return "".join(self._cells[row])


class _Scale:
    """Where on the axis a value lies, 0 to 1."""

    def __init__(self, values: Sequence[float], limit: float | None) -> None:
        known = [max(value, 1e-3) for value in (*values, *([limit] if limit else []))]
        self.is_log = max(known) / min(known) > WIDE_SPREAD
        self._low, self._high = self._scaled(min(known)), self._scaled(max(known))

    def _scaled(self, value: float) -> float:
        return math.log(max(value, 1e-3)) if self.is_log else value

    def __call__(self, value: float) -> float:
        if self._high == self._low:
            return 0.3
        return 0.04 + 0.72 * (self._scaled(value) - self._low) / (self._high - self._low)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max(0.02, 0.08 * (high - low))
    return max(0.0, low - margin), min(1.0, high + margin)


def _tick(low: float, high: float, row: int, rows: int) -> str:
    if row not in (0, rows // 2, rows - 1):
        return " " * AXIS
    value = high - (high - low) * row / max(1, rows - 1)
    return f"{f'{value:.2f}'.removeprefix('0'):>{AXIS - 1}} "


def _foot(points: Sequence[Point], columns: int, is_log: bool, metric: str, axis: Axis) -> str:
    taken = [point.taken for point in points]
    ends = f"{number(min(taken))} to {number(max(taken))} {axis.unit}"
    words = f"{metric} by {axis.name}, {ends}{' (log scale)' if is_log else ''}"
    return " " * (AXIS + 1) + shorten(words, columns)
