"""The chart of quality against what it takes, as the terminal shows it."""

import pytest

from advisor.record.cells import cells
from advisor.ui.verdict_text import drawing
from advisor.ui.widgets.chart import Point, chart, on_the_pareto_line
from tests.record import made

POINTS = [
    Point("multilingual-e5-small", 29.0, 0.695, picked=True),
    Point("all-MiniLM-L6-v2", 12.0, 0.265),
    Point("potion-base-8M", 0.3, 0.222),
    Point("BM25", 0.1, 0.6),
]


def test_quality_goes_up_and_latency_to_the_right() -> None:
    assert [line.rstrip() for line in chart(POINTS, 60, 9)] == [
        "  .73 │                       multilin…5-small ●",
        "      │  ◆ BM25 ································",
        "      │",
        "  .46 │",
        "      │",
        "      │                                  ○ all-MiniLM-L6-v2",
        "  .18 │         ○ potion-base-8M",
        "      └─────────────────────────────────────────────────────",
        "       nDCG@10 by latency, 0.10 to 29.0 ms (log scale)",
    ]


def test_latencies_close_together_are_not_drawn_on_a_log_scale() -> None:
    drawn = chart([Point("a", 20.0, 0.5), Point("b", 40.0, 0.6)], 60, 9)
    assert drawn[-1].strip() == "nDCG@10 by latency, 20.0 to 40.0 ms"


def test_a_limit_is_a_line_between_those_that_meet_it_and_those_that_do_not() -> None:
    drawn = chart(POINTS, 60, 9, limit=20.0)
    column = drawn[2].index("┊")
    assert drawn[0].index("●") > column
    assert drawn[6].index("○") < column
    # Labels are written over it, marks never.
    assert sum(line[column] == "┊" for line in drawn[:7]) >= 5


def test_no_points_or_no_room_draw_nothing() -> None:
    assert chart([], 60, 9) == []
    assert chart(POINTS, 12, 9) == []
    assert chart(POINTS, 60, 3) == []


def test_one_point_stands_alone() -> None:
    drawn = chart(POINTS[:1], 60, 9)
    assert sum(line.count("●") for line in drawn) == 1


def test_where_two_lie_on_one_cell_the_pick_shows() -> None:
    drawn = chart([Point("a", 5.0, 0.5, picked=True), Point("b", 5.0, 0.5)], 60, 9)
    assert sum(line.count("●") for line in drawn) == 1
    assert sum(line.count("○") for line in drawn) == 0


@pytest.mark.parametrize("width", range(20, 100, 7))
@pytest.mark.parametrize("height", [4, 9, 15])
def test_no_line_is_wider_than_asked_and_no_label_covers_a_mark(width: int, height: int) -> None:
    crowd = [Point(f"模型-{n}-中文名稱很長很長", 5.0 + n, 0.5 + n / 100) for n in range(8)]
    drawn = chart(crowd, width, height)
    assert all(cells(line) <= width for line in drawn)
    places = {(round(point.taken), point.quality) for point in crowd}
    assert 1 <= sum(line.count(sign) for line in drawn for sign in "○◆") <= len(places)


def test_labels_stand_apart_from_each_other_and_from_marks() -> None:
    names = ("模型一二三四", "模型五六七", "abcdefgh", "a模b型c", "BM25")
    for step in range(1, 40):
        crowd = [Point(name, 5.0 + step * n / 10, 0.5) for n, name in enumerate(names)]
        (row,) = [line for line in chart(crowd, 70, 5) if "◆" in line]
        assert cells(row.rstrip()) <= 70
        assert set(row[7:].split()) <= {"○", "◆", *names}, row


def test_a_mark_above_a_letter_takes_no_cell_of_its_own() -> None:
    name = "e\u0301" * 8
    drawn = chart([Point("a", 5.0, 0.5), Point(name, 9.0, 0.5)], 40, 9)
    assert name in "".join(drawn)
    assert len({cells(line) for line in drawn[:-1]}) == 1


@pytest.mark.parametrize("limit", [0.0, -5.0])
def test_a_limit_of_nothing_draws_no_line(limit: float) -> None:
    assert chart(POINTS, 60, 9, limit=limit) == chart(POINTS, 60, 9)


def test_values_that_are_zero_or_equal_are_drawn() -> None:
    assert chart([Point("a", 0.0, 0.0), Point("b", 0.0, 0.0)], 60, 9)


def test_dots_follow_those_that_nobody_beats_and_diamonds_mark_them() -> None:
    small, large = Point("small", 1.0, 0.5), Point("large", 4.0, 0.7)
    beaten = Point("beaten", 3.0, 0.4)
    drawn = chart([small, large, beaten], 60, 9)
    assert on_the_pareto_line([small, large, beaten]) == [small, large]
    assert sum(line.count("◆") for line in drawn) == 2
    (low,) = [line for line in drawn if "small" in line]
    (high,) = [line for line in drawn if "large" in line]
    assert "·" in low[low.index("◆") :] and "·" not in high
    assert any(line[high.index("◆")] == "·" for line in drawn)


def test_the_axis_turns_from_latency_to_cost_and_memory_and_round() -> None:
    record = made.record()
    feet = [drawing(record, 74, turn).plain.splitlines()[-2] for turn in range(3)]
    assert "by latency" in feet[0]
    assert len({*feet}) > 1
    assert "x turns the axis" in drawing(record, 74).plain
