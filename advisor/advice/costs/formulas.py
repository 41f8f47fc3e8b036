"""The formulas of cost, each a pure function that returns its figure with the formula and inputs.

Every figure has a low and a high end from the inputs' own ranges; nothing is hidden in a constant
that is not among the inputs (methods, 9).
"""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec

HOURS_A_MONTH = 730.5
DAYS_A_MONTH = 30.4
GIB = 2**30
GRAPH_LINKS = 16
"""M of an HNSW graph: pgvector's, Milvus's and Qdrant's usual."""
GRAPH_FACTOR = 1.1
"""What lists and upper layers add."""


class Range(msgspec.Struct, frozen=True):
    """An input that is not known exactly."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Write the value, and the ends where they differ."""
        if self.low == self.high:
            return number(self.value)
        return f"{number(self.value)} ({number(self.low)} to {number(self.high)})"


def exactly(value: float) -> Range:
    """Return a range without width."""
    return Range(value, value, value)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A cost or a size, with how it came about."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    formula: str
    """In words."""
    inputs: str
    """The same with the numbers put in."""


def self_hosted_queries(
    queries_per_month: float, ms: Range, usd_per_hour: Range, utilisation: float
) -> Figure:
    """Return USD a month for the time queries take on a machine that others share.

    queries × seconds ÷ 3,600 ÷ utilisation × USD an hour: a machine is never busy all the time,
    and its idle time is paid as well.
    """
    hours = queries_per_month / 1e3 / 3_600 / utilisation
    return Figure(
        name="queries",
        value=hours * ms.value * usd_per_hour.value,
        low=hours * ms.low * usd_per_hour.low,
        high=hours * ms.high * usd_per_hour.high,
        unit="USD/month",
        formula="queries × ms ÷ 3,600,000 ÷ utilisation × USD an hour",
        inputs=f"{number(queries_per_month)} × {ms} ÷ 3,600,000 ÷ {utilisation:g} × {usd_per_hour}",
    )


def instances_for(peak_per_s: float, ms: float, busy: float, spare: int = 0) -> int:
    """Return how many machines hold the peak: ceil(peak ÷ rate) + spare.

    The rate of one is 1,000 ÷ ms × busy: single queries one after another, and a share of the
    time kept free, without which queues grow.
    """
    return max(1, ceil(peak_per_s * ms / 1e3 / busy)) + spare


def self_hosted_fleet(
    peak_per_s: float, ms: Range, usd_per_hour: Range, busy: float, spare: int = 0
) -> Figure:
    """Return USD a month for machines of one's own that hold the peak rate day and night."""
    most, least = (instances_for(peak_per_s, at, busy, spare) for at in (ms.high, ms.low))
    usual = instances_for(peak_per_s, ms.value, busy, spare)
    return Figure(
        name="machines",
        value=usual * HOURS_A_MONTH * usd_per_hour.value,
        low=least * HOURS_A_MONTH * usd_per_hour.low,
        high=most * HOURS_A_MONTH * usd_per_hour.high,
        unit="USD/month",
        formula="(ceil(queries/s at the peak × ms ÷ 1,000 ÷ busy) + spare) × 730.5 × USD an hour",
        inputs=(
            f"(ceil({number(peak_per_s)} × {ms} ÷ 1,000 ÷ {busy:g}) + {spare}) × 730.5 × "
            f"{usd_per_hour}"
        ),
    )


def indexing(documents: int, documents_per_s: float, usd_per_hour: Range) -> Figure:
    """Return USD for encoding all documents once, on a machine that does nothing else."""
    hours = documents / documents_per_s / 3_600
    return Figure(
        name="first indexing",
        value=hours * usd_per_hour.value,
        low=hours * usd_per_hour.low,
        high=hours * usd_per_hour.high,
        unit="USD once",
        formula="documents ÷ documents/s ÷ 3,600 × USD an hour",
        inputs=f"{number(documents)} ÷ {number(documents_per_s)} ÷ 3,600 × {usd_per_hour}",
    )


def new_documents(documents_per_month: int, documents_per_s: float, usd_per_hour: Range) -> Figure:
    """Return USD a month for encoding what is added or changed, as the first indexing counts."""
    each = indexing(documents_per_month, documents_per_s, usd_per_hour)
    return _renamed(each, "new documents", "documents a month")


def hosted_new_documents(documents_per_month: int, tokens: Range, usd_per_million: float) -> Figure:
    """Return USD a month for sending what is added or changed to a provider."""
    each = hosted_indexing(documents_per_month, tokens, usd_per_million)
    return _renamed(each, "new documents", "documents a month")


def _renamed(once: Figure, name: str, documents: str) -> Figure:
    return msgspec.structs.replace(
        once,
        name=name,
        unit="USD/month",
        formula=once.formula.replace("documents", documents, 1),
    )


def re_indexing(once: Figure, months: float) -> Figure:
    """Return USD a month for encoding everything again every so many months."""
    return Figure(
        name="re-indexing",
        value=once.value / months,
        low=once.low / months,
        high=once.high / months,
        unit="USD/month",
        formula="first indexing ÷ months until the model is changed",
        inputs=f"{number(once.value)} ÷ {months:g}",
    )


def hnsw_bytes(dim: int, bytes_per_dim: float, fixed: float = 0.0) -> float:
    """Return the bytes of a vector in an HNSW index: (d × bytes + fixed + 8 M) × 1.1."""
    return (dim * bytes_per_dim + fixed + 8 * GRAPH_LINKS) * GRAPH_FACTOR


def storage(
    documents: int, vector_bytes: float, usd_per_gib: Range, of: str, chunks: float | None = None
) -> Figure:
    """Return USD a month for keeping the vectors; `of` says in what index.

    A document has as many vectors as `chunks`, on average; None is one.
    """
    gib = documents * (chunks or 1.0) * vector_bytes / GIB
    words = "" if chunks is None else " × chunks a document"
    times = "" if chunks is None else f" × {number(chunks)}"
    return Figure(
        name="storage",
        value=gib * usd_per_gib.value,
        low=gib * usd_per_gib.low,
        high=gib * usd_per_gib.high,
        unit="USD/month",
        formula=f"documents{words} × bytes a vector ({of}) ÷ 2³⁰ × USD a GiB",
        inputs=f"{number(documents)}{times} × {number(vector_bytes)} ÷ 2³⁰ × {usd_per_gib}",
    )


def hosted_queries(queries_per_month: float, tokens: Range, usd_per_million: float) -> Figure:
    """Return USD a month for queries sent to a provider."""
    sent = _sent(queries_per_month, "queries × tokens a query", tokens, usd_per_million)
    return Figure(name="queries", unit="USD/month", **sent)


def hosted_indexing(documents: int, tokens: Range, usd_per_million: float) -> Figure:
    """Return USD for sending all documents to a provider once."""
    sent = _sent(documents, "documents × tokens a document", tokens, usd_per_million)
    return Figure(name="first indexing", unit="USD once", **sent)


def _sent(texts: float, words: str, tokens: Range, usd_per_million: float) -> dict[str, Any]:
    """Return what a provider takes for texts of so many tokens each."""
    each = texts * usd_per_million / 1e6
    return {
        "value": each * tokens.value,
        "low": each * tokens.low,
        "high": each * tokens.high,
        "formula": f"{words} ÷ 1,000,000 × USD a million tokens",
        "inputs": f"{number(texts)} × {tokens} ÷ 1,000,000 × {usd_per_million:g}",
    }


def break_even(usd_per_hour: Range, tokens: Range, usd_per_million: float) -> Figure:
    """Return the queries a day from which one machine that is always on costs less than a provider.

    The machine must be able to answer them, which its latency says; indexing and storage, which
    both need, are left out.
    """
    per_query = usd_per_million / 1e6

    def queries(usd: float, tokens_each: float) -> float:
        return usd * HOURS_A_MONTH / (tokens_each * per_query) / DAYS_A_MONTH

    return Figure(
        name="break-even",
        value=queries(usd_per_hour.value, tokens.value),
        low=queries(usd_per_hour.low, tokens.high),
        high=queries(usd_per_hour.high, tokens.low),
        unit="queries/day",
        formula=(
            "730.5 × USD an hour ÷ (tokens a query × USD a million tokens ÷ 1,000,000) ÷ 30.4"
        ),
        inputs=f"730.5 × {usd_per_hour} ÷ ({tokens} × {usd_per_million:g} ÷ 1,000,000) ÷ 30.4",
    )


def together(name: str, figures: list[Figure], unit: str) -> Figure:
    """Return the sum of figures of one unit."""
    return Figure(
        name=name,
        value=sum(figure.value for figure in figures),
        low=sum(figure.low for figure in figures),
        high=sum(figure.high for figure in figures),
        unit=unit,
        formula=" + ".join(figure.name for figure in figures),
        inputs=" + ".join(number(figure.value) for figure in figures),
    )


def number(value: float) -> str:
    """Write a number with three digits that count, thousands apart."""
    if value == 0 or abs(value) >= 1e15:
        return f"{value:.3g}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    shown = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0") if "e" in shown and abs(value) >= 1e-6 else shown
