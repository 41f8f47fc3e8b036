"""The nested parts of a dataset that a race is run on, each holding the one before (methods, 4)."""

from __future__ import annotations

from typing import Final

import msgspec

from advisor.corpus.dataset import Dataset
from advisor.corpus.drawing import query_order
from advisor.corpus.picking import Picked, Picker

ROUNDS: Final = (16, 32, 64, 128)
"""Queries of the rounds before the last, which is always the whole dataset."""
DOCUMENTS_PER_QUERY: Final = 250 / 16
"""250 documents for 16 queries, 500 for 32, and so on."""
JUDGED_SHARE: Final = 0.5
"""At most so much of a part is judged: among relevant documents alone every model looks good."""
WORTH_IT: Final = 0.5
"""There is something to save when the first part has at most so much of the documents."""


def nested(dataset: Dataset, seed: int) -> tuple[Dataset, ...]:
    """Return the parts of `dataset` before the whole, smallest first; none for small data.

    A part has the first 16, 32, 64 or 128 queries (categories in proportion), all their judged
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
        asked = order[:size]
        judged = {document for query in asked for document in dataset.qrels[query.id]}
        documents = round(max(size * DOCUMENTS_PER_QUERY, len(judged) / JUDGED_SHARE))
        picked = picker.pick(asked, min(documents, total), picked)
        kept = picked.all
        # Once almost everything is in, a part is the whole corpus: copies are no reason to differ.
        whole = documents >= total
        parts.append(
            msgspec.structs.replace(
                dataset,
                corpus=dataset.corpus
                if whole
                else tuple(document for document in dataset.corpus if document.id in kept),
                queries=tuple(asked),
                qrels={query.id: dataset.qrels[query.id] for query in asked},
                notes=(),
                sampling=None,
            )
        )
    return tuple(parts) if len(parts[0].corpus) <= WORTH_IT * total else ()
