"""The plan of a run: which candidates, on which texts, how much of everything."""

from __future__ import annotations

import hashlib

import msgspec

from advisor.bench.candidate import Candidate
from advisor.bench.results import BLOCKS
from advisor.bench.solving import given_by
from advisor.corpus.dataset import Dataset

DEPTH = 100
"""Ranked documents kept a query."""
CALLS = 41
"""Calls a block: five blocks make the 200 that a p95 needs."""
BLOCK_SECONDS = 12.0
LOAD_SECONDS = 20.0
"""A load test at the asked rate; the search for the highest rate takes a few times that."""
SILENCE_S = 600.0
"""A session that says nothing for this long hangs. Loading has no progress to show."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be measured; the same plan on the same machine gives the same run."""

    dataset: Dataset
    candidates: tuple[Candidate, ...]
    parts: tuple[Dataset, ...] = ()
    """The nested parts of the data that a race begins on, smallest first; none is no race."""
    looks: tuple[tuple[str, Dataset], ...] = ()
    """The data with its queries changed, by the kind of change: looked at beside the runs."""
    max_latency_ms: float | None = None
    max_memory_mib: int | None = None
    """Limits that end a race for who clearly breaks them; without a race they end nothing."""
    depth: int = DEPTH
    blocks: int = BLOCKS
    calls: int = CALLS
    block_seconds: float = BLOCK_SECONDS
    silence_s: float = SILENCE_S
    time_limit_s: float | None = None
    hybrids: int = 0
    """How many of the best dense candidates are fused with BM25 when all is measured."""
    load_qps: float | None = None
    """Queries a second of the load test; None is no such test."""
    load_seconds: float = LOAD_SECONDS
    memory: bool = False
    """Whether the memory of batches is read, each candidate in one more process; never where
    nothing is timed."""
    bf16: bool = True
    """Whether quality may be read from bf16 vectors where they are proven equal."""


class Texts:
    """A dataset's texts in the order every session sees them.

    Documents are in the order of their ids, so that equal scores come out in that order.
    """

    def __init__(self, dataset: Dataset) -> None:
        corpus = sorted(dataset.corpus, key=lambda document: document.id)
        self.document_ids = tuple(document.id for document in corpus)
        self.documents = [document.text for document in corpus]
        self.query_ids = tuple(query.id for query in dataset.queries)
        self.queries = [query.text for query in dataset.queries]
        self.task = dataset.task
        self.given = given_by(dataset, self.document_ids)

    def fingerprint(self) -> str:
        """Return a hash of what sessions see; judgements of a search are not in it."""
        digest = hashlib.sha256()
        for names in (self.document_ids, self.documents, self.query_ids, self.queries):
            digest.update(msgspec.json.encode(names))
        if self.task != "retrieval":
            digest.update(msgspec.json.encode((self.task, self.given)))
        return digest.hexdigest()


def with_twins(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Number candidates with the same weights, so that each is timed for itself."""
    seen: dict[str, int] = {}
    numbered = []
    for candidate in candidates:
        key = candidate.weights_hash or candidate.name
        numbered.append(msgspec.structs.replace(candidate, twin=seen.get(key, 0)))
        seen[key] = seen.get(key, 0) + 1
    return tuple(numbered)
