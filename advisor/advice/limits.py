"""The user's hard limits held against what was measured."""

from __future__ import annotations

from advisor.bench.results import Result
from advisor.needs.requirements import Requirements


def broken(result: Result, requirements: Requirements) -> tuple[str, ...]:
    """Return a sentence for every hard limit the measured candidate breaks."""
    return tuple(
        sentence
        for sentence in (
            _latency(result, requirements.max_latency_p95_ms),
            _served(result),
            _memory(result, requirements.max_memory_mib),
            _recall(result, requirements.min_recall_at_10),
        )
        if sentence
    )


def _latency(result: Result, limit: float | None) -> str | None:
    if limit is None or result.latency is None:
        return None
    if result.latency.p95 is not None and not result.latency.noisy:
        name, value = "p95 latency", result.latency.p95
    elif result.latency.p50 is not None:
        # With too few calls there is no p95, and on a busy machine it is the machine's: a median
        # over the limit has broken it all the same.
        name, value = "median latency", result.latency.p50
    else:
        return None
    return f"{name} {value:.1f} ms, limit {limit:g} ms" if value > limit else None


def _served(result: Result) -> str | None:
    """A rate that one process cannot keep up with breaks the limit as a slow query does."""
    served = result.served
    if served is None or served.within is None or served.p95 is None:
        return None
    if served.p95 <= served.within:
        return None
    return (
        f"at {served.rate:g} queries/s p95 latency {served.p95:.1f} ms, limit {served.within:g} ms"
    )


def _memory(result: Result, limit: int | None) -> str | None:
    if limit is None or result.peak_mib is None or result.peak_mib <= limit:
        return None
    return f"peak memory {result.peak_mib:,.0f} MiB, limit {limit:,} MiB"


def _recall(result: Result, limit: float | None) -> str | None:
    values = result.per_query.get("Recall@10")
    if limit is None or not values:
        return None
    mean = sum(values.values()) / len(values)
    return f"recall@10 {mean:.3f}, minimum {limit:g}" if mean < limit else None
