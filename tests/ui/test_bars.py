"""Bars drawn in cells."""

import pytest

from advisor.evaluation.estimate import Interval
from advisor.record.cells import cells
from advisor.ui.widgets.bars import Scale, interval_bar, progress_bar, scale_for, ticks


def interval(mean: float, half: float | None) -> Interval:
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return Interval(mean=mean, low=low, high=high, n=40)


def test_intervals_share_one_scale() -> None:
    known = [interval(0.52, 0.05), interval(0.38, 0.08), interval(0.70, 0.05)]
    scale = scale_for(known)
    drawn = [ticks(scale, 24), *(interval_bar(one, scale, 24) for one in known)]
    assert drawn == [
        ".3   .4   .5   .6   .7  ",
        "         ├─●──┤         ",
        "├───●───┤               ",
        "                  ├─●──┤",
    ]


def test_without_an_interval_only_the_mean_is_drawn() -> None:
    assert interval_bar(interval(0.5, None), Scale(0.0, 1.0), 11) == "     ●     "


def test_the_ends_stay_inside_the_bar() -> None:
    assert interval_bar(interval(0.95, 0.4), Scale(0.0, 1.0), 11) == "     ├────●"
    assert interval_bar(interval(0.0, 0.2), Scale(0.0, 1.0), 11) == "●─┤        "


def test_no_interval_at_all_gives_the_whole_scale() -> None:
    assert scale_for([]) == Scale(0.0, 1.0)


def test_equal_intervals_still_have_a_scale() -> None:
    scale = scale_for([interval(0.5, 0.0)])
    assert scale.low < 0.5 < scale.high


@pytest.mark.parametrize("width", range(8, 60))
def test_every_drawing_is_as_wide_as_asked(width: int) -> None:
    scale = scale_for([interval(0.31, 0.2), interval(0.9, 0.3)])
    assert cells(ticks(scale, width)) == width
    assert cells(interval_bar(interval(0.31, 0.2), scale, width)) == width
    assert cells(progress_bar(3, 7, width)) == width


@pytest.mark.parametrize(
    ("done", "total", "drawn"),
    [
        (0, 10, "╌╌╌╌╌╌╌╌╌╌"),
        (3, 10, "━━━╌╌╌╌╌╌╌"),
        (10, 10, "━━━━━━━━━━"),
        (99, 10, "━━━━━━━━━━"),
        (0, 0, "╌╌╌╌╌╌╌╌╌╌"),
    ],
)
def test_progress_fills_from_the_left(done: int, total: int, drawn: str) -> None:
    assert progress_bar(done, total, 10) == drawn
