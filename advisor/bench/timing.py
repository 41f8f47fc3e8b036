"""Latency of single calls: warm-up until steady, then a block of timed calls."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from advisor.bench import protocol
from advisor.bench.engine import Single

STEADY_CALLS = 5
"""Warm-up ends when this many calls in a row differ by less than `STEADY_SPREAD` (methods, 6)."""
STEADY_SPREAD = 0.10
MOST_WARM_UP_CALLS = 20
"""A machine that is never steady must not be waited for; its blocks will say that it is noisy."""
MOST_CALLS_TO_WARM_AGAIN = 10
"""For later blocks: the model has been at work before and only the caches are cold."""


def time_block(command: protocol.Time, single: Single) -> protocol.Timed:
    """Time up to `command.calls` calls over the real query mix, one query a call."""
    queries, call = single.mix(), single.call
    deadline = time.monotonic() + command.most_seconds
    most = MOST_CALLS_TO_WARM_AGAIN if command.block else MOST_WARM_UP_CALLS
    _warm_up(call, queries[0], most, deadline)
    # Every block goes through other queries, so that the blocks together see the whole mix.
    mix = itertools.cycle(queries)
    for _ in range(command.block * command.calls % len(queries)):
        next(mix)
    latencies: list[float] = []
    cpu, wall = time.process_time(), time.perf_counter()
    for text in itertools.islice(mix, command.calls):
        start = time.perf_counter()
        call(text)
        latencies.append(round((time.perf_counter() - start) * 1e3, 4))
        if time.monotonic() > deadline:
            break
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return protocol.Timed(
        block=command.block,
        latencies_ms=tuple(latencies),
        covers=single.covers,
        cpu_share=round(cpu / (wall * single.threads), 3) if wall > 0 else None,
        peak_mib=single.peak_mib(),
    )


def _warm_up(call: Callable[[str], object], text: str, most: int, deadline: float) -> None:
    # One text over and over: only then can calls that differ be told from texts that differ.
    recent: list[float] = []
    for _ in range(most):
        start = time.perf_counter()
        call(text)
        recent = [*recent[-(STEADY_CALLS - 1) :], time.perf_counter() - start]
        steady = len(recent) == STEADY_CALLS and max(recent) <= (1 + STEADY_SPREAD) * min(recent)
        if steady or time.monotonic() > deadline:
            return
