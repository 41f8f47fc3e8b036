"""Whether a decision holds against a new run: the reasons, and the answer."""

import msgspec

from advisor.record.holding import holding
from tests.record import made


def test_the_same_figures_again_hold() -> None:
    held = holding(made.record(), made.record())
    assert held.holds
    assert held.sentences == (
        "The decision for one holds.",
        "Measured on the same 40 queries and 250 documents.",
    )


def test_a_pick_below_its_recorded_interval_does_not_hold() -> None:
    worse = made.record([made.result("one", 0.3), *made.results()[1:]])
    held = holding(made.record(), worse)
    assert not held.holds
    assert "below its recorded interval" in held.sentences[1]
    assert any("out of reach" in said for said in held.sentences)
    assert any("would take two now" in said for said in held.sentences)


def test_a_pick_that_could_not_be_measured_does_not_hold() -> None:
    failed = made.record([made.failed("one"), *made.results()[1:]])
    held = holding(made.record(), failed)
    assert not held.holds
    assert "one could not be measured: weights are a pickle file." in held.sentences


def test_another_pick_while_the_old_one_is_within_reach_holds() -> None:
    record = made.record()
    verdict = msgspec.structs.replace(
        record.verdict, pick="two", within_reach=("one", "two"), sentence="Take two."
    )
    held = holding(record, msgspec.structs.replace(record, verdict=verdict))
    assert held.holds
    assert "The same rule would take two now. Take two." in held.sentences


def test_a_record_that_picks_nothing_holds_while_nothing_can_be_picked() -> None:
    undecided = made.record([made.result(), made.baseline()])
    assert holding(undecided, undecided).holds
    held = holding(undecided, made.record())
    assert not held.holds
    assert held.sentences[0] == "The record picks no model; now it is one."


def test_a_busy_machine_is_named_beside_a_broken_limit() -> None:
    record = made.record()
    one = record.candidates[0]
    assert one.speed is not None
    slow = msgspec.structs.replace(
        one,
        speed=msgspec.structs.replace(one.speed, latency_noisy=True),
        why_not="over your limit: median latency 300 ms, limit 100 ms",
    )
    verdict = msgspec.structs.replace(record.verdict, pick="two", within_reach=("two",))
    new = msgspec.structs.replace(
        record, verdict=verdict, candidates=(slow, *record.candidates[1:])
    )
    assert any("the machine was busy" in said for said in holding(record, new).sentences)
