"""How far a run is and how long it will still take, from what of it is done."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.bench.board import Line

BLOCKS = 5
BLOCK_CALLS = 50
"""Calls of a timing block with its warm-up."""
BLOCK_SECONDS = 12.0
"""A block of a slow model ends after this long."""
HOUR = 3_600


def seconds_left(lines: Sequence[Line], documents: int, elapsed: float) -> float | None:
    """Estimate the seconds left; None while nothing is known.

    A candidate that is encoding takes its own rate; one that has not begun is taken to be like
    the mean of those that have; timing takes the calls that are left at the measured median. In a
    race that is the most it can take: whoever leaves early takes less.
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
        elif line.partial:
            left += _encoding(line, max(0, documents - line.encoded))
        left += _timing(line)
    return left if elapsed > 1.0 else None


def standing(lines: Sequence[Line], left: float | None) -> str:
    """Say how many are measured, and the time left where it is known."""
    measured = sum(1 for line in lines if line.quality is not None or line.status == "measured")
    return " · ".join(filter(None, (f"{measured} of {len(lines)} measured", in_words(left))))


def outcome(lines: Sequence[Line], measured: int, of: int) -> str:
    """Say what came of a run that is over, and what to do now."""
    if not measured:
        return "Nothing could be measured. esc leads back to the shortlist."
    failed = sum(1 for line in lines if line.status == "failed")
    what = "All measured" if measured == of else f"{measured} of {of} measured"
    why = f" {failed} failed: l shows the log." if failed else ""
    return f"{what}.{why} Enter shows the verdict."


def in_words(seconds: float | None) -> str:
    """Write a time left, rounded so that it does not flicker."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 60:
        return f"about {5 * round(seconds / 5)} s left"
    if seconds > HOUR:
        hours, minutes = divmod(5 * round(seconds / 300), 60)
        return f"about {hours} h {minutes} min left"
    minutes, rest = divmod(15 * round(seconds / 15), 60)
    return f"about {minutes}:{rest:02} left"


def _encoding(line: Line, documents: int) -> float:
    rate = line.documents_per_s or line.rate or 1.0
    return documents / rate


def _timing(line: Line) -> float:
    milliseconds = line.p50_ms if line.p50_ms is not None else 15.0
    return max(0, BLOCKS - line.blocks) * min(BLOCK_CALLS * milliseconds / 1e3, BLOCK_SECONDS)
