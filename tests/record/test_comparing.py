"""Two records against each other: what differs is said, what is noise is not."""

from typing import Any

import msgspec

from advisor.record.cells import cells
from advisor.record.comparing import TOPICS, as_differences, differences
from advisor.record.decision import DecisionRecord
from tests.record import made

HOSTILE = "\x1b]0;x\x07[/]\u202e" + "中文" * 60


def changed(record: DecisionRecord, part: str, **changes: Any) -> DecisionRecord:
    """Return the record with one of its sections changed."""
    section = msgspec.structs.replace(getattr(record, part), **changes)
    return msgspec.structs.replace(record, **{part: section})


def first(record: DecisionRecord, part: str, **changes: Any) -> DecisionRecord:
    """Return the record with figures of its first candidate changed."""
    one = record.candidates[0]
    section = msgspec.structs.replace(getattr(one, part), **changes)
    one = msgspec.structs.replace(one, **{part: section})
    return msgspec.structs.replace(record, candidates=(one, *record.candidates[1:]))


def topics(before: DecisionRecord, after: DecisionRecord) -> list[str]:
    return [one.topic for one in differences(before, after)]


def test_a_record_does_not_differ_from_itself() -> None:
    record = made.record()
    assert differences(record, record) == ()
    assert f"The same: {', '.join(TOPICS)}." in as_differences(record, record, 100)


def test_every_topic_says_what_is_another() -> None:
    old = made.record()
    new = changed(old, "verdict", pick="two", sentence="Take two.")
    new = changed(new, "data", content_sha256="ff" * 32, queries=41)
    new = msgspec.structs.replace(
        new,
        software={**old.software, "torch": "2.14.0"},
        answers={**old.answers, "priority": "speed"},
        candidates=(*old.candidates[:-1], msgspec.structs.replace(old.candidates[-1], name="new")),
    )
    shown = as_differences(old, new, 80)
    for said in (
        "pick: one → two", "priority: balanced → speed", "queries: 40 → 41", "→ ffffffffffff",
        "torch: 2.13.0 → 2.14.0", "broken: failed → –", "new: – → failed",
    ):  # fmt: skip
        assert said in shown, said


def test_quality_on_the_same_data_differs_by_more_than_arithmetic() -> None:
    old = made.record()
    quality = old.candidates[0].quality
    assert quality is not None
    assert topics(old, first(old, "quality", mean=quality.mean + 0.0005)) == []
    assert topics(old, first(old, "quality", mean=quality.mean + 0.005)) == ["quality"]


def test_quality_on_other_data_differs_only_beyond_both_intervals() -> None:
    old = made.record()
    other = changed(old, "data", content_sha256="ff" * 32)
    quality = old.candidates[0].quality
    assert quality is not None and quality.low is not None and quality.high is not None
    half = (quality.high - quality.low) / 2
    near, far = quality.mean + 1.2 * half, quality.mean + 1.6 * half
    assert topics(old, first(other, "quality", mean=near)) == ["data"]
    assert topics(old, first(other, "quality", mean=far)) == ["data", "quality"]


def test_speed_inside_the_noise_is_no_difference() -> None:
    old = made.record()
    assert topics(old, first(old, "speed", latency_p50_ms=10.0)) == []
    assert topics(old, first(old, "speed", latency_p50_ms=20.0)) == ["speed"]
    noisy = first(old, "speed", latency_p50_ms=17.0, latency_noise=0.9)
    assert topics(old, noisy) == []


def test_hostile_texts_fit_the_width_and_do_nothing() -> None:
    old = made.record()
    shown = as_differences(old, made.renamed(old.named(HOSTILE, ""), HOSTILE), 80)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert max(map(cells, shown.splitlines())) <= 80
