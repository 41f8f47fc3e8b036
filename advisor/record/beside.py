"""What was looked at beside a candidate's measures, as parts of a record."""

from __future__ import annotations

import msgspec

from advisor.record.part import Part


class Look(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates.changed_queries]]: the queries changed a little, against them as they are."""

    kind: str
    change: float
    """Of nDCG@10, paired by query; negative is worse."""
    low: float | None = None
    """Lower end of the change's 95 % interval."""
    high: float | None = None
    overlap: float
    """Mean share of the first ten documents that stay, 0 to 1."""


class BatchMemory(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates.memory]]: a process that only loads the model and encodes batches, growing."""

    batch: int
    """Texts in the batch, the longest of the data."""
    peak_mib: float
    """Of the process so far."""
    model_mib: float | None = None
    """The same less what the process held before it loaded the model."""
    gpu_mib: float | None = None


class Direction(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates.cross_lingual]]: queries in one language, relevant documents in another."""

    query_language: str
    document_language: str
    """`same`, `other` and `any` stand for several."""
    ndcg: float
    """nDCG@10 in which only documents of that language are relevant."""
    low: float | None = None
    high: float | None = None
    n: int
    """Queries."""


class Translations(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[candidates.translations]: pairs of texts in two languages, searched both ways."""

    pairs: int
    forth: float
    """Share of queries that find their document first."""
    back: float
    """Share of documents that find their query first."""


class Twice(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[candidates.asked_twice]: questions that are asked in two languages."""

    pairs: int
    overlap: float
    """Mean share of the first ten documents that both find."""


class Neighbourhood(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[candidates.neighbourhood]: the nearest documents of each document; descriptive only."""

    documents: int
    k: int
    skew: float | None = None
    """Of how often a document is among the k nearest of others; high: a few are near everything."""
    never_share: float
    """Documents among the k nearest of no other."""
    mean_cosine: float | None = None
    """Of two different documents; near 1: all vectors point one way."""
    relevant_cosine: float | None = None
    """Median of queries and the relevant documents that were found."""
    random_cosine: float | None = None
    """Mean of queries and documents."""
    threshold_cosine: float | None = None
    """Keeps 95 % of the relevant documents that were found."""
    intruder_share: float | None = None
    """Neighbours of another category, of documents with one."""
    shared: dict[str, float] = msgspec.field(default_factory=dict)
    """Mean share of neighbours in common with each other candidate."""


class ChunksPart(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[candidates.chunks]: the documents in chunks, against documents cut off at the limit."""

    per_document: float
    """Chunks of a document, on average."""
    ndcg: float
    """nDCG@10 in chunks."""
    ndcg_cut_off: float | None = None
    """nDCG@10 with documents encoded whole, as far as the model reads."""
    change: float | None = None
    """Of nDCG@10 by cutting into chunks, paired by query."""
    low: float | None = None
    """Lower end of the change's 95 % interval."""
    high: float | None = None
