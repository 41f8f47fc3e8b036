"""The costs of one candidate at one scale: a measured one on a machine, a hosted one by price."""

from __future__ import annotations

import msgspec

from advisor.advice.costs.formulas import (
    Figure,
    Range,
    break_even,
    hnsw_bytes,
    hosted_indexing,
    hosted_new_documents,
    hosted_queries,
    indexing,
    new_documents,
    re_indexing,
    self_hosted_fleet,
    self_hosted_queries,
    storage,
    together,
)
from advisor.advice.costs.prices import MachinePrice, gib_price
from advisor.advice.costs.scale import Scale
from advisor.advice.variants import smaller_forms, smallest_harmless
from advisor.bench.results import Result
from advisor.catalogue.prices import Price
from advisor.catalogue.vector_stores import Element, Index, load_vector_stores
from advisor.needs.requirements import Requirements

UTILISATION = 0.3
"""Share of the time a machine is at work over a day (methods, 9)."""
BUSY = 0.7
"""Share of a machine's time that may be taken at the peak before queues grow."""
MODEL_MONTHS = 12.0
"""Months after which a model is taken to be changed, which encodes everything again."""
MOST_NOISE = 0.5
"""However noisy the timing, a model that takes twice as long is not as cheap."""
_ELEMENTS: dict[str, Element] = {
    "fp32": "float32", "fp16": "float16", "int8": "int8", "binary": "binary",
    "binary, rescored": "binary",
}  # fmt: skip


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What a candidate costs; figures in US dollars unless they say otherwise."""

    month: Figure
    """All that comes back every month: queries or machines, storage, re-indexing."""
    million_queries: Figure
    """A million queries, without what does not depend on them."""
    once: Figure | None = None
    """Encoding all documents the first time; None where the speed is not known."""
    parts: tuple[Figure, ...] = ()
    """What the month is made of, and what else was worked out."""
    note: str | None = None


def measured_costs(
    result: Result, requirements: Requirements, scale: Scale, price: MachinePrice
) -> Costs | None:
    """Return what a measured candidate costs on the machine; None when no latency was measured."""
    if result.latency is None or result.latency.p50 is None:
        return None
    p50, usd = result.latency.p50, price.usd_per_hour
    off = min(result.latency.noise or 0.0, MOST_NOISE) / 2
    ms = Range(p50, p50 * (1 - off), p50 * (1 + off))
    if requirements.peak_queries_per_s:
        queries = self_hosted_fleet(requirements.peak_queries_per_s, ms, usd, BUSY)
    else:
        queries = self_hosted_queries(scale.queries_per_month, ms, usd, UTILISATION)
    monthly, once = [queries], None
    if result.throughput is not None and scale.documents:
        once = indexing(scale.documents, result.throughput.documents_per_s, usd)
        monthly.append(re_indexing(once, MODEL_MONTHS))
    if result.throughput is not None and scale.documents_per_month:
        speed = result.throughput.documents_per_s
        monthly.append(new_documents(scale.documents_per_month, speed, usd))
    kept, smaller = _stored(result, requirements, scale)
    monthly += [kept] if kept else []
    others = [figure for figure in (once, smaller, _grown(result, requirements, scale)) if figure]
    million = self_hosted_queries(1e6, ms, usd, UTILISATION)
    return Costs(
        month=together("a month", monthly, "USD/month"),
        million_queries=msgspec.structs.replace(
            million, name="a million queries", unit="USD/million queries"
        ),
        once=once,
        parts=(*monthly, *others),
    )


def hosted_costs(
    price: Price, dim: int | None, requirements: Requirements, scale: Scale, machine: MachinePrice
) -> Costs | None:
    """Return what a provider's model costs by its price list; None when tokens are not known."""
    if scale.query_tokens is None or scale.document_tokens is None:
        return None
    rate = price.usd_per_million_tokens
    batch = rate if price.usd_per_million_batch is None else price.usd_per_million_batch
    queries = hosted_queries(scale.queries_per_month, scale.query_tokens, rate)
    once = hosted_indexing(scale.documents, scale.document_tokens, batch)
    monthly = [queries, re_indexing(once, MODEL_MONTHS)]
    if scale.documents_per_month:
        tokens = scale.document_tokens
        monthly.append(hosted_new_documents(scale.documents_per_month, tokens, batch))
    if dim is not None and scale.documents:
        monthly.append(_storage(dim, "float32", requirements.vector_store, scale.documents))
    million = hosted_queries(1e6, scale.query_tokens, rate)
    return Costs(
        month=together("a month", monthly, "USD/month"),
        million_queries=msgspec.structs.replace(
            million, name="a million queries", unit="USD/million queries"
        ),
        once=once,
        parts=(*monthly, once, break_even(machine.usd_per_hour, scale.query_tokens, rate)),
        note=price.doubt,
    )


def _stored(
    result: Result, requirements: Requirements, scale: Scale
) -> tuple[Figure | None, Figure | None]:
    """Return what the full vectors cost to keep, and the smallest form that does no harm."""
    dim = result.loaded.dim if result.loaded is not None else None
    if dim is None or not scale.documents:
        return None, None
    store = requirements.vector_store
    chunks = _chunks_a_document(result)
    full = _storage(dim, "float32", store, scale.documents, chunks)
    best = smallest_harmless(smaller_forms(result))
    if best is None:
        return full, None
    smaller = _storage(best.dim, _ELEMENTS[best.form], store, scale.documents, chunks)
    name = f"storage in {best.form}, {best.dim} dimensions"
    return full, msgspec.structs.replace(smaller, name=name)


def _grown(result: Result, requirements: Requirements, scale: Scale) -> Figure | None:
    """Return what storage costs a year later, were all that comes in a month new; None without."""
    dim = result.loaded.dim if result.loaded is not None else None
    if dim is None or not scale.documents_per_month:
        return None
    documents = scale.documents + 12 * scale.documents_per_month
    figure = _storage(
        dim, "float32", requirements.vector_store, documents, _chunks_a_document(result)
    )
    return msgspec.structs.replace(figure, name="storage in a year")


def _chunks_a_document(result: Result) -> float | None:
    return result.diagnosis.chunks_per_document if result.diagnosis else None


def index_bytes_a_document(dim: int, store: str | None) -> float:
    """Return the bytes of a float32 vector of so many dimensions in the store's index."""
    known = load_vector_stores().get(store or "")
    index = known.index_for(dim) if known is not None else None
    return hnsw_bytes(dim, 4.0) if index is None else _index_bytes(index, dim)


def _storage(
    dim: int, element: Element, store: str | None, documents: int, chunks: float | None = None
) -> Figure:
    known = load_vector_stores().get(store or "")
    index = None
    if known is not None:
        fitting = (one for one in known.indexes if one.element == element and one.takes(dim))
        index = next(fitting, known.index_for(dim) if element == "float32" else None)
    if known is None or index is None:
        of = f"HNSW, {element}, {dim} dimensions"
        per_dim = {"float32": 4.0, "float16": 2.0, "int8": 1.0}.get(element, 0.125)
        return storage(documents, hnsw_bytes(dim, per_dim), gib_price(in_memory=True), of, chunks)
    of = f"{known.name} {index.name}, {dim} dimensions"
    price = gib_price(in_memory=not known.on_disk)
    return storage(documents, _index_bytes(index, dim), price, of, chunks)


def _index_bytes(index: Index, dim: int) -> float:
    """Return the store's own figure where it has one that holds the graph."""
    whole = index.factor > 1 or index.bytes_fixed >= 64 or "hnsw" not in index.name.lower()
    if whole:
        return index.vector_bytes(dim)
    return hnsw_bytes(dim, index.bytes_per_dim, index.bytes_fixed)
