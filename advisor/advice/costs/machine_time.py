"""What a candidate costs in seconds of the measured machine, whatever the machine costs."""

from __future__ import annotations

from advisor.advice.costs.formulas import DAYS_A_MONTH
from advisor.advice.costs.scale import QUERIES_PER_DAY
from advisor.bench.results import Result
from advisor.needs.requirements import Requirements


def machine_seconds(result: Result, requirements: Requirements) -> float | None:
    """Return the machine's seconds a month: all queries, and the documents encoded once.

    queries a day × 30.4 × median latency + documents ÷ documents a second. None when the latency
    was not measured.
    """
    if result.latency is None or result.latency.p50 is None:
        return None
    asked = requirements.queries_per_day
    queries = (QUERIES_PER_DAY if asked is None else asked) * DAYS_A_MONTH
    seconds = queries * result.latency.p50 / 1e3
    if requirements.n_documents and result.throughput is not None:
        seconds += requirements.n_documents / result.throughput.documents_per_s
    return seconds
