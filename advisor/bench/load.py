"""Latency under load: queries that come at random, whether the last one is answered or not."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from advisor.bench import protocol
from advisor.bench.engine import Single
from advisor.bench.results import CALLS_FOR, percentile

MOST_ARRIVALS = 1_000
"""What a p99 needs; a slow rate stops at the time allowed."""
LEAST_ARRIVALS = CALLS_FOR[95]
TRIES = 5
STEP_DOWN = 0.9
"""What is kept of a rate that proves too high."""
REPLAYS = 4_000
"""Arrivals of a computed queue."""
UTMOST = 0.98
"""Share of the time at work above which a queue has no steady length to speak of."""


@dataclass(frozen=True)
class Trial:
    """One open loop: what was asked for, and what came of it."""

    rate: float
    achieved: float
    """Answers a second, from the first arrival to the last answer."""
    latencies_ms: tuple[float, ...]
    """From the moment a query came to its answer."""
    service_s: tuple[float, ...]
    """Of the calls alone."""

    def keeps(self, within_ms: float) -> bool:
        """Say whether 95 % were answered in time; no when there were too few to know."""
        p95 = percentile(list(self.latencies_ms), 95)
        return p95 is not None and p95 <= within_ms


def load_test(command: protocol.LoadTest, single: Single) -> protocol.LoadTested:
    """Serve queries one by one at `command.rate`, and look for the highest rate within the target.

    One process answers one query at a time, in the order they came; arrivals are Poisson's, and a
    latency counts from the scheduled moment (methods, section 6), so that a queue is seen. The
    highest rate is first computed from the calls' own times and then run until one holds.
    """
    dice = random.Random(command.seed)
    asked = open_loop(single, command.rate, command.most_seconds, dice)
    within = command.within_ms
    highest = None
    if within is not None:
        highest = _highest(asked, within, lambda rate: _again(command, single, rate, dice))
    values = list(asked.latencies_ms)
    return protocol.LoadTested(
        rate=command.rate,
        achieved=round(asked.achieved, 3),
        n=len(values),
        p50_ms=percentile(values, 50),
        p95_ms=percentile(values, 95),
        p99_ms=percentile(values, 99),
        within_ms=within,
        highest_rate=highest,
    )


def open_loop(single: Single, rate: float, most_seconds: float, dice: random.Random) -> Trial:
    """Answer queries that arrive at `rate` a second, for at most so long or `MOST_ARRIVALS`."""
    arrivals, queries = poisson(rate, MOST_ARRIVALS, dice), single.mix()
    texts = [dice.choice(queries) for _ in arrivals]
    latencies, services = [], []
    start = time.perf_counter()
    for arrival, text in zip(arrivals, texts, strict=True):
        early = start + arrival - time.perf_counter()
        if early > 0:
            time.sleep(early)
        began = time.perf_counter()
        if began - start > most_seconds:
            break
        single.call(text)
        ended = time.perf_counter()
        latencies.append(round((ended - start - arrival) * 1e3, 4))
        services.append(ended - began)
    took = time.perf_counter() - start
    return Trial(rate, len(latencies) / took, tuple(latencies), tuple(services))


def poisson(rate: float, number: int, dice: random.Random) -> list[float]:
    """Return the moments, in seconds, at which so many queries come at random."""
    moments, now = [], 0.0
    for _ in range(number):
        now += dice.expovariate(rate)
        moments.append(now)
    return moments


def queued(services: Sequence[float], arrivals: Sequence[float]) -> list[float]:
    """Return each query's seconds from coming to answer in a queue of one server (Lindley, 1952).

    W' = max(0, W + S - T): the next waits as long as this one waits and is served, less the time
    until it comes.
    """
    waits = [0.0]
    for (before, after), service in zip(pairwise(arrivals), services, strict=False):
        waits.append(max(0.0, waits[-1] + service - (after - before)))
    return [wait + service for wait, service in zip(waits, services, strict=False)]


def computed_rate(services: Sequence[float], within_s: float, dice: random.Random) -> float | None:
    """Return the highest rate whose p95 stays within so long by the computed queue.

    None when a query that waits for nobody takes longer already.
    """
    drawn = [dice.choice(services) for _ in range(REPLAYS)]
    # Arrivals of rate 1 are stretched, so that all rates are compared on the same dice.
    ones = poisson(1.0, REPLAYS, dice)

    def holds(rate: float) -> bool:
        times = sorted(queued(drawn, [one / rate for one in ones]))
        return times[math.ceil(0.95 * len(times)) - 1] <= within_s

    low, high = 0.0, UTMOST * len(drawn) / sum(drawn)
    if holds(high):
        return high
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low if low > high / 1e3 else None


def _highest(asked: Trial, within_ms: float, again: Callable[[float], Trial]) -> float | None:
    """Return the highest rate that was run and held; None when none of the tries did."""
    if not asked.service_s:
        return None
    rate = computed_rate(asked.service_s, within_ms / 1e3, random.Random(0))
    for _ in range(TRIES):
        if rate is None:
            break
        if rate <= asked.rate and asked.keeps(within_ms):
            break
        trial = again(rate)
        if trial.keeps(within_ms):
            return round(rate, 2)
        rate *= STEP_DOWN
    return asked.rate if asked.keeps(within_ms) else None


def _again(command: protocol.LoadTest, single: Single, rate: float, dice: random.Random) -> Trial:
    # Long enough for the p95 that decides, and no longer than three times the first trial.
    seconds = max(command.most_seconds, 1.5 * LEAST_ARRIVALS / rate)
    return open_loop(single, rate, min(seconds, 3 * command.most_seconds), dice)
