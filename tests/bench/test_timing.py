"""A timing block warms up, goes through the query mix, and keeps to its time."""

import itertools
import time
from collections.abc import Callable

import pytest

from advisor.bench import protocol, timing
from advisor.bench.engine import EngineError, Single


def block(calls: int = 5, number: int = 0, most_seconds: float = 60.0) -> protocol.Time:
    return protocol.Time(block=number, calls=calls, most_seconds=most_seconds)


def run(
    command: protocol.Time, queries: list[str], call: Callable[[str], object]
) -> protocol.Timed:
    return timing.time_block(command, Single(queries, call, 1, "nothing", lambda: None))


def test_every_call_is_counted_and_warm_up_is_not() -> None:
    called: list[str] = []
    timed = run(block(calls=7), ["a", "b", "c"], called.append)
    assert len(timed.latencies_ms) == 7
    assert len(called) >= 7 + timing.STEADY_CALLS


def test_blocks_together_go_through_the_whole_mix() -> None:
    queries = [f"q{i}" for i in range(12)]
    timed: list[str] = []
    for number in range(3):
        called: list[str] = []
        run(block(calls=4, number=number), queries, called.append)
        timed += called[-4:]
    assert timed == queries


def test_warm_up_uses_one_text_so_that_calls_can_be_compared() -> None:
    called: list[str] = []
    run(block(calls=2), ["first", "second"], called.append)
    assert set(called[: timing.STEADY_CALLS]) == {"first"}


def test_a_block_ends_at_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    timed = run(block(calls=1_000, most_seconds=10.0), ["a"], lambda text: None)
    assert len(timed.latencies_ms) < 20


def test_no_queries_is_an_error_with_a_reason() -> None:
    with pytest.raises(EngineError, match="queries"):
        run(block(), [], print)
