"""How long a run will still take, from what of it is done."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.bench.board import Line

BLOCKS = 3
BLOCK_CALLS = 75
"""Calls of a timing block with its warm-up."""


def seconds_left(lines: Sequence[Line], documents: int, elapsed: float) -> float | None:
    """Estimate the seconds left; None while nothing is known.

    A candidate that is encoding takes its own rate; one that has not begun is taken to be like
    the mean of those that have; timing takes the calls that are left at the measured median.
    """
    models = [line for line in lines if line.name != "BM25"]
    begun = [line for line in models if line.documents_per_s or line.rate]
    if not begun:
        return None
    each = [_encoding(line, documents) for line in begun]
    mean = sum(each) / len(each)
    left = 0.0
    for line in models:
        if line.status is not None:
            continue
        if not (line.documents_per_s or line.rate):
            left += mean + 3.0
        elif line.quality is None:
            left += max(0.0, line.total - line.done) / line.rate if line.rate else 1.0
        left += _timing(line)
    return left if elapsed > 1.0 else None


def in_words(seconds: float | None) -> str:
    """Write a time left, rounded so that it does not flicker."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 60:
        return f"about {5 * round(seconds / 5)} s left"
    minutes, rest = divmod(15 * round(seconds / 15), 60)
    return f"about {minutes:.0f}:{rest:02.0f} left"


def _encoding(line: Line, documents: int) -> float:
    rate = line.documents_per_s or line.rate or 1.0
    return documents / rate


def _timing(line: Line) -> float:
    milliseconds = line.p50_ms if line.p50_ms is not None else 15.0
    return max(0, BLOCKS - line.blocks) * BLOCK_CALLS * milliseconds / 1e3
