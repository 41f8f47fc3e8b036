"""What a candidate costs at the user's scale, in seconds of the measured machine."""

from __future__ import annotations

from advisor.bench.results import Result
from advisor.needs.requirements import Requirements

QUERIES_PER_DAY = 10_000
"""Assumed where the user named no load; it decides only between models of equal quality."""
SAME_COST = 0.10
"""Costs this close are the same: timing on a shared machine is no better than that."""
MOST_NOISE = 0.5
"""However noisy the timing, a model that takes twice as long is not as cheap."""
DAYS = 30


def machine_seconds(result: Result, requirements: Requirements) -> float | None:
    """Return the machine's seconds a month: all queries, and the documents encoded once.

    queries a day × 30 × median latency + documents ÷ documents a second. None when the latency
    was not measured. Prices in money come from a later stage; the order is the same on one
    machine.
    """
    if result.latency is None or result.latency.p50 is None:
        return None
    queries = (requirements.queries_per_day or QUERIES_PER_DAY) * DAYS
    seconds = queries * result.latency.p50 / 1e3
    if requirements.n_documents and result.throughput is not None:
        seconds += requirements.n_documents / result.throughput.documents_per_s
    return seconds


def cheapest(results: list[Result], requirements: Requirements) -> Result:
    """Return the candidate with the lowest cost; ties by p95 latency, then by size on disk.

    A cost within the timing noise (at least 10 %) of the lowest counts as equal to it.
    """

    def cost(result: Result) -> float:
        seconds = machine_seconds(result, requirements)
        return float("inf") if seconds is None else seconds

    def slow(result: Result) -> float:
        latency = result.latency
        return float("inf") if latency is None or latency.p95 is None else latency.p95

    def size(result: Result) -> float:
        return float(result.candidate.disk_bytes or 0)

    left = results
    for measure in (cost, slow):
        lowest = min(left, key=measure)
        limit = measure(lowest) * (1 + max(SAME_COST, *(_noise(result) for result in left)))
        left = [result for result in left if measure(result) <= limit]
    return min(left, key=size)


def _noise(result: Result) -> float:
    noise = (result.latency.noise or 0.0) if result.latency else 0.0
    return min(noise, MOST_NOISE)
