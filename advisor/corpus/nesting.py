"""The nested parts of a dataset that a race is run on, each holding the one before (methods, 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from advisor.corpus.dataset import Dataset, Query, Sampling
from advisor.corpus.drawing import query_order
from advisor.corpus.picking import Picked, Picker

ROUNDS: Final = (16, 32, 64, 128)
"""Queries of the rounds before the last, which is always the whole dataset."""
DOCUMENTS_PER_QUERY: Final = 250 / 16
"""250 documents for 16 queries, 500 for 32, and so on."""
RELEVANT_SHARE: Final = 0.5
"""At most so much of a part is relevant: among relevant documents alone every model looks good."""
WORTH_IT: Final = 0.5
"""There is something to save when the first part has at most so much of the documents."""


def nested(dataset: Dataset, seed: int) -> tuple[Dataset, ...]:
    """Return the parts of `dataset` before the whole, smallest first; none for small data.

    A part has the first 16, 32, 64 or 128 queries (categories in proportion), all their relevant
    documents, hard negatives, and documents drawn evenly; its queries and documents are all in
    the next one. There are parts only where the queries outnumber the first part's and the first
    part holds at most half of the documents. The same seed gives the same parts.
    """
    total = len(dataset.corpus)
    sizes = [size for size in ROUNDS if size < len(dataset.queries)]
    if not sizes or sizes[0] * DOCUMENTS_PER_QUERY > WORTH_IT * total:
        return ()
    order = query_order(dataset.queries, seed)
    picker = Picker(dataset, order[: sizes[-1]], seed, total, None)
    parts: list[Dataset] = []
    picked = Picked()
    for size in sizes:
        asked = tuple(order[:size])
        documents = round(
            max(size * DOCUMENTS_PER_QUERY, _relevant(dataset, asked) / RELEVANT_SHARE)
        )
        picked = picker.pick(asked, min(documents, total), picked)
        # Once almost everything is in, a part is the whole corpus: copies are no reason to differ.
        kept = picked.all if documents < total else {document.id for document in dataset.corpus}
        parts.append(_part(dataset, asked, kept, seed))
    return tuple(parts) if len(parts[0].corpus) <= WORTH_IT * total else ()


def _relevant(dataset: Dataset, queries: Iterable[Query]) -> int:
    grades = (dataset.qrels[query.id].items() for query in queries)
    return len({document for own in grades for document, grade in own if grade > 0})


def _part(
    dataset: Dataset, queries: tuple[Query, ...], kept: Collection[str], seed: int
) -> Dataset:
    corpus = tuple(document for document in dataset.corpus if document.id in kept)
    whole = dataset.sampling
    how = (
        f"A round of a race: {len(queries):,} of {len(dataset.queries):,} queries; {len(corpus):,} "
        f"of {len(dataset.corpus):,} documents (relevant ones, hard negatives, drawn evenly); "
        "in fewer documents the right ones are easier to find, so absolute scores are optimistic."
    )
    return msgspec.structs.replace(
        dataset,
        corpus=corpus,
        queries=queries,
        qrels={
            query.id: {one: grade for one, grade in dataset.qrels[query.id].items() if one in kept}
            for query in queries
        },
        sampling=Sampling(
            documents_of=whole.documents_of if whole else len(dataset.corpus),
            queries_of=whole.queries_of if whole else len(dataset.queries),
            seed=seed,
            how=f"{how} Before that: {whole.how}" if whole else how,
        ),
    )
