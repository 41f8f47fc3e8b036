"""The load test: latencies count from the moment a query comes, and the queue is the theory's."""

import random
import statistics
import time
from collections.abc import Callable
from itertools import cycle

import pytest

from advisor.bench import protocol
from advisor.bench.engine import EngineError, Single
from advisor.bench.load import computed_rate, load_test, open_loop, poisson, queued

QUERIES = ["one", "two", "three"]


class Clock:
    """A clock that moves only when somebody sleeps or answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self.pass_by)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


def single(call: Callable[[str], object], queries: list[str] = QUERIES) -> Single:
    return Single(queries, call, 1, "nothing", lambda: None)


def test_a_queue_of_random_services_is_as_long_as_the_theory_says() -> None:
    dice = random.Random(1)
    arrivals = poisson(50.0, 200_000, dice)
    services = [dice.expovariate(100.0) for _ in arrivals]
    # M/M/1: the mean time from coming to answer is 1 / (mu - lambda).
    assert statistics.fmean(queued(services, arrivals)) == pytest.approx(1 / 50, rel=0.05)


def test_what_waits_in_the_queue_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    trial = open_loop(single(lambda _: clock.pass_by(0.015)), 50.0, 60.0, random.Random(3))
    wanted = queued([0.015] * 1_000, poisson(50.0, 1_000, random.Random(3)))
    assert [each / 1e3 for each in trial.latencies_ms] == pytest.approx(wanted, abs=1e-6)
    assert max(trial.latencies_ms) > 30
    assert trial.achieved == pytest.approx(50.0, rel=0.1)


def test_more_than_one_process_can_do_is_seen_in_what_it_achieves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    trial = open_loop(single(lambda _: clock.pass_by(0.1)), 20.0, 30.0, random.Random(0))
    assert trial.achieved == pytest.approx(10.0, rel=0.01)
    assert not trial.keeps(1_000)


def test_the_highest_rate_was_run_and_held(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    turns = cycle([0.008, 0.012])
    command = protocol.LoadTest(rate=5.0, most_seconds=60.0, within_ms=40.0)
    tested = load_test(command, single(lambda _: clock.pass_by(next(turns))))
    assert tested.achieved == pytest.approx(5.0, rel=0.15)
    assert tested.p95_ms is not None
    assert tested.p95_ms < 40
    assert tested.p99_ms is None  # 300 answers in a minute
    assert tested.highest_rate is not None
    assert 50 < tested.highest_rate < 75  # of 100 that it could do without any waiting


def test_nothing_holds_what_a_lone_query_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    command = protocol.LoadTest(rate=5.0, most_seconds=60.0, within_ms=40.0)
    tested = load_test(command, single(lambda _: clock.pass_by(0.05)))
    assert tested.highest_rate is None
    assert computed_rate([0.05], 0.04, random.Random(0)) is None


def test_without_a_limit_no_highest_rate_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    command = protocol.LoadTest(rate=50.0, most_seconds=10.0)
    tested = load_test(command, single(lambda _: clock.pass_by(0.001)))
    assert (tested.within_ms, tested.highest_rate) == (None, None)
    assert clock.now < 11


def test_a_load_without_queries_is_an_error() -> None:
    with pytest.raises(EngineError, match="queries"):
        load_test(protocol.LoadTest(rate=1.0, most_seconds=1.0), single(print, []))
