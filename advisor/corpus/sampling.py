"""Cutting a large dataset down so that models keep their order (methods, section 4)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from advisor.corpus.dataset import Dataset, Document, Query, Sampling
from advisor.corpus.drawing import query_order
from advisor.corpus.picking import Mined, Picked, Picker
from advisor.corpus.problems import counted
from advisor.errors import UsageError


def sample(
    dataset: Dataset,
    *,
    queries: int | None,
    documents: int | None,
    seed: int,
    mined: Mined | None = None,
) -> Dataset:
    """Return `dataset` with at most so many queries and documents; None keeps all.

    The queries are those of `sampled_queries`, so a smaller sample is the beginning of a larger
    one. The documents are all relevant ones of these queries, hard negatives (what was judged
    and is not relevant, the best others of BM25 and of `mined`), and at least 30 % drawn evenly
    over categories, languages and lengths; relevant ones are kept even beyond `documents`, and
    copies among them become one. The same seed gives the same sample. Raises UsageError for
    numbers below 1.
    """
    for word, number in (("queries", queries), ("documents", documents)):
        if number is not None and number < 1:
            raise UsageError(f"A sample needs at least 1 of the {word}, found {number}.")
    cut_queries = queries is not None and queries < len(dataset.queries)
    if not cut_queries and not cuts_documents(dataset, documents):
        return dataset
    chosen = sampled_queries(dataset, queries, seed)
    kept = msgspec.structs.replace(
        dataset, queries=chosen, qrels={query.id: dataset.qrels[query.id] for query in chosen}
    )
    how = "all documents"
    if documents is not None and cuts_documents(dataset, documents):
        picked = Picker(dataset, chosen, seed, documents, mined).pick(chosen, documents)
        kept = _with_documents(kept, picked)
        how = _how(kept, picked, dataset.documents_of, mined)
        if len(picked.relevant) > documents:
            note = (
                f"The {counted(len(chosen), 'query', 'queries')} have {len(picked.relevant):,} "
                f"relevant documents, more than the {documents:,} asked for; all are kept."
            )
            kept = msgspec.structs.replace(kept, notes=(*kept.notes, note))
    size = f"{len(chosen):,} of {counted(len(dataset.queries), 'query', 'queries')}"
    return msgspec.structs.replace(
        kept,
        sampling=Sampling(
            documents_of=dataset.documents_of,
            queries_of=len(dataset.queries),
            seed=seed,
            how=f"{size if cut_queries else 'All queries'}; {how}.",
        ),
    )


def cuts_documents(dataset: Dataset, documents: int | None) -> bool:
    """Say whether a sample of so many documents leaves any out."""
    return documents is not None and documents < len(dataset.corpus)


def sampled_queries(dataset: Dataset, queries: int | None, seed: int) -> tuple[Query, ...]:
    """Return the queries a sample of so many has, in its order."""
    if queries is None or queries >= len(dataset.queries):
        return dataset.queries
    return tuple(query_order(dataset.queries, seed)[:queries])


def _with_documents(dataset: Dataset, picked: Picked) -> Dataset:
    """Keep what was picked and its judgements; the first of several copies stands for all."""
    everything = picked.all
    documents = [document for document in dataset.corpus if document.id in everything]
    first: dict[str, str] = {}
    stands_for = {one.id: first.setdefault(one.text, one.id) for one in documents}
    return msgspec.structs.replace(
        dataset,
        corpus=tuple(document for document in documents if stands_for[document.id] == document.id),
        qrels={
            query: _merged(
                [(stands_for[one], grade) for one, grade in grades.items() if one in everything]
            )
            for query, grades in dataset.qrels.items()
        },
    )


def _merged(grades: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Give a document that stands for several the best of their grades."""
    best: dict[str, int] = {}
    for document, grade in grades:
        best[document] = max(grade, best.get(document, grade))
    return best


def _how(kept: Dataset, picked: Picked, of: int, mined: Mined | None) -> str:
    corpus: tuple[Document, ...] = kept.corpus
    judged = any(grade <= 0 for grades in kept.qrels.values() for grade in grades.values())
    sources = ["the judgements"] * judged + ["BM25"] + ([mined.finder] if mined else [])
    found = f"{', '.join(sources[:-1])} and {sources[-1]}" if len(sources) > 1 else "BM25 alone"
    copies = len(picked.all) - len(corpus)
    merged = f", {counted(copies, 'copy', 'copies')} merged" if copies else ""
    return (
        f"{len(corpus):,} of {of:,} documents ({len(picked.relevant):,} relevant, "
        f"{len(picked.hard):,} hard negatives from {found}, {len(picked.background):,} drawn "
        f"evenly over categories, languages and lengths{merged}); in fewer documents the right "
        "ones are easier to find, so absolute scores are optimistic"
    )
