"""Latency, noise and throughput are folded from events, and what was not measured stays unknown."""

import pytest

from advisor.bench import protocol
from advisor.bench.results import latency_from, percentile, throughput_from


def timed(block: int, *latencies: float) -> protocol.Timed:
    return protocol.Timed(block=block, latencies_ms=latencies, covers="encoding", cpu_share=0.9)


def test_percentiles_need_their_calls() -> None:
    assert percentile([1.0] * 49, 50) is None
    assert percentile([1.0] * 50, 50) == 1.0
    assert percentile([1.0] * 199, 95) is None
    assert percentile([float(value) for value in range(1, 201)], 95) == 190.0
    assert percentile([1.0] * 999, 99) is None


def test_three_blocks_of_seventy_give_a_p95_and_no_p99() -> None:
    latency = latency_from([timed(block, *([10.0] * 70)) for block in range(3)], earlier=False)
    assert latency is not None
    assert (latency.p50, latency.p95, latency.p99, latency.n) == (10.0, 10.0, None, 210)
    assert latency.noise == 0.0
    assert not latency.noisy


def test_blocks_far_apart_are_noisy_and_say_how_far() -> None:
    latency = latency_from([timed(0, *[10.0] * 60), timed(1, *[13.0] * 60)], earlier=False)
    assert latency is not None
    assert latency.noisy
    assert latency.noise == pytest.approx(3.43 * 3 / 10, abs=1e-4)  # two blocks say little


def test_differences_below_the_clocks_grain_are_not_noise() -> None:
    latency = latency_from([timed(0, *[0.05] * 60), timed(1, *[0.09] * 60)], earlier=False)
    assert latency is not None
    assert not latency.noisy


def test_nothing_timed_is_unknown_and_not_zero() -> None:
    assert latency_from([], earlier=False) is None
    assert latency_from([timed(0)], earlier=False) is None
    assert throughput_from(None, earlier=False) is None
    encoded = protocol.Encoded(side="documents", n=5, fresh=0)
    assert throughput_from(encoded, earlier=False) is None


def test_throughput_from_the_cache_is_said_to_be_from_earlier() -> None:
    encoded = protocol.Encoded(
        side="documents", n=10, fresh=4, tokens=1_000, timed=10, characters=4_000, seconds=2.0
    )
    throughput = throughput_from(encoded, earlier=False)
    assert throughput is not None
    assert (throughput.tokens_per_s, throughput.documents_per_s) == (500.0, 5.0)
    assert throughput.basis == "measured earlier"


def test_a_repeated_block_stands_in_for_the_slowest() -> None:
    blocks = [timed(0, *[70.0] * 41), *(timed(n, *[20.0 + n / 10] * 41) for n in range(1, 6))]
    latency = latency_from(blocks, earlier=False)
    assert latency is not None
    assert (latency.n, latency.blocks, latency.repeated, latency.noisy) == (205, 5, True, False)
    assert latency.p95 == 20.5


def test_a_quick_block_among_slow_ones_is_not_hidden_by_a_repeat() -> None:
    blocks = [timed(0, *[20.0] * 41), *(timed(n, *[25.0] * 41) for n in range(1, 6))]
    latency = latency_from(blocks, earlier=False)
    assert latency is not None
    assert (latency.noise, latency.noisy) == (0.25, True)
