"""Cutting a large dataset down so that models keep their order (methods, section 4)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from advisor.corpus.dataset import Dataset, Query, Sampling
from advisor.corpus.lexical import LexicalIndex
from advisor.corpus.problems import counted
from advisor.errors import UsageError

_HARD_NEGATIVES: Final = 30
"""At most so many per query."""
_BACKGROUND_SHARE: Final = 0.3
"""At least so much of the sample is drawn evenly from the rest."""


def _draw(seed: int, what: str, item_id: str) -> int:
    """Return a number that looks random but depends on nothing else, not even on a library."""
    text = f"{seed}\0{what}\0{item_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def sample(dataset: Dataset, *, queries: int | None, documents: int | None, seed: int) -> Dataset:
    """Return `dataset` with at most so many queries and documents; None keeps all.

    The queries are those of `query_order`, so a smaller sample is the beginning of a larger one.
    The documents are all judged ones of these queries, BM25's best others (hard negatives), and
    at least 30 % drawn evenly; judged ones are kept even beyond `documents`. The same seed gives
    the same sample. Raises UsageError for numbers below 1.
    """
    for word, number in (("queries", queries), ("documents", documents)):
        if number is not None and number < 1:
            raise UsageError(f"A sample needs at least 1 of the {word}, found {number}.")
    cut_queries = queries is not None and queries < len(dataset.queries)
    cut_documents = documents is not None and documents < len(dataset.corpus)
    if not cut_queries and not cut_documents:
        return dataset
    chosen = tuple(query_order(dataset.queries, seed)[:queries]) if cut_queries else dataset.queries
    qrels = {query.id: dataset.qrels[query.id] for query in chosen}
    corpus, notes, how = dataset.corpus, dataset.notes, "all documents"
    if cut_documents and documents is not None:
        known = {document.id: at for at, document in enumerate(dataset.corpus)}
        judged = {known[document] for grades in qrels.values() for document in grades}
        hard, background = _others(dataset, chosen, judged, documents, seed)
        kept = judged | hard | background
        corpus = tuple(document for at, document in enumerate(dataset.corpus) if at in kept)
        how = (
            f"{len(corpus):,} of {len(dataset.corpus):,} documents ({len(judged):,} judged, "
            f"{len(hard):,} hard negatives from BM25, {len(background):,} drawn evenly); in fewer "
            "documents the right ones are easier to find, so absolute scores are optimistic"
        )
        if len(judged) > documents:
            notes = (
                *notes,
                f"The {counted(len(chosen), 'query', 'queries')} have {len(judged):,} judged "
                f"documents, more than the {documents:,} asked for; all of them were kept.",
            )
    size = f"{len(chosen):,} of {counted(len(dataset.queries), 'query', 'queries')}"
    how = f"{size if cut_queries else 'All queries'}; {how}."
    return msgspec.structs.replace(
        dataset,
        corpus=corpus,
        queries=chosen,
        qrels=qrels,
        notes=notes,
        sampling=Sampling(
            documents_of=len(dataset.corpus), queries_of=len(dataset.queries), seed=seed, how=how
        ),
    )


def query_order(queries: Iterable[Query], seed: int) -> list[Query]:
    """Return the queries shuffled so that every beginning has the categories in proportion."""
    by_category: dict[str | None, list[Query]] = defaultdict(list)
    for query in queries:
        by_category[query.category].append(query)
    placed: list[tuple[float, int, Query]] = []
    for category, members in by_category.items():
        members.sort(key=lambda query: (_draw(seed, "query", query.id), query.id))
        # Evenly spread over 0 to 1, each category from its own start.
        start = _draw(seed, "category", category or "") / 2**64
        placed += [
            ((at + start) / len(members), _draw(seed, "query", query.id), query)
            for at, query in enumerate(members)
        ]
    placed.sort(key=lambda place: (place[0], place[1], place[2].id))
    return [query for _, _, query in placed]


def _others(
    dataset: Dataset, queries: Sequence[Query], judged: set[int], documents: int, seed: int
) -> tuple[set[int], set[int]]:
    """Return the indices of hard negatives and of the evenly drawn documents.

    Texts equal to one already chosen are passed over: a copy of a relevant document would count
    against whoever finds it.
    """
    room = documents - len(judged)
    if room <= 0:
        return set(), set()
    texts = [document.text for document in dataset.corpus]
    taken = {texts[at] for at in judged}

    def take(candidates: Iterable[int], most: int) -> set[int]:
        chosen: set[int] = set()
        for at in candidates:
            if len(chosen) >= most:
                break
            if at not in judged and at not in hard and texts[at] not in taken:
                chosen.add(at)
                taken.add(texts[at])
        return chosen

    hard: set[int] = set()
    background = -int(-documents * _BACKGROUND_SHARE // 1)
    if room > background:
        hard = take(_hard_negatives(texts, queries, dataset.qrels, dataset), room - background)
    drawn = sorted(range(len(texts)), key=lambda at: _draw(seed, "document", dataset.corpus[at].id))
    return hard, take(drawn, room - len(hard))


def _hard_negatives(
    texts: Sequence[str],
    queries: Sequence[Query],
    qrels: dict[str, dict[str, int]],
    dataset: Dataset,
) -> Iterable[int]:
    """Yield BM25's finds that are not judged for the query, every query's best first."""
    most_judged = max((len(qrels[query.id]) for query in queries), default=0)
    indices, _ = LexicalIndex(texts).top(
        [query.text for query in queries], _HARD_NEGATIVES + most_judged
    )
    found = [
        [int(at) for at in row if at >= 0 and dataset.corpus[int(at)].id not in qrels[query.id]][
            :_HARD_NEGATIVES
        ]
        for query, row in zip(queries, indices, strict=True)
    ]
    for rank in range(_HARD_NEGATIVES):
        for row in found:
            if rank < len(row):
                yield row[rank]
