"""What word search (BM25) says about judgements: whether they fit, how hard the queries are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.drawing import draw, query_order
from advisor.corpus.lexical import LexicalIndex
from advisor.evaluation.metrics import ndcg

_QUERIES: Final = 200
_DOCUMENTS: Final = 20_000
_OFFSETS: Final = (-2, -1, 1, 2)
_LEAST_BETTER: Final = 8
_TIMES_BETTER: Final = 4
"""An offset fits better when at least 8 queries find their answer only there, and 4 times as many
as find it only where it was judged. Well-joined judgements have it the other way round."""


class Shift(NamedTuple):
    """Judgements that fit better some lines away."""

    what: str
    offset: int
    found: int
    """Queries whose judged answer word search finds."""
    found_shifted: int
    """The same where the offset is taken back."""
    of: int

    @property
    def sentence(self) -> str:
        """What was seen, without the end of a sentence."""
        lines = "line" if abs(self.offset) == 1 else "lines"
        direction = "later" if self.offset > 0 else "earlier"
        return (
            f"word search finds the judged document of {self.found} of {self.of} queries, but "
            f"that of {self.found_shifted} when the {self.what} are read {abs(self.offset)} "
            f"{lines} {direction}"
        )


class WordSearch(NamedTuple):
    """What BM25 found."""

    ndcg: float
    queries: int
    documents: int
    shift: Shift | None


def word_search(dataset: Dataset, seed: int, most: int = _DOCUMENTS) -> WordSearch:
    """Search at most 200 queries in about `most` documents, all their answers among these."""
    queries = query_order(dataset.queries, seed)[:_QUERIES]
    near = _neighbours(dataset, queries)
    documents = _documents(dataset, near, seed, most)
    index = LexicalIndex([document.text for document in documents])
    # In a small corpus anything stands among the first ten.
    top = max(1, min(10, len(documents) // 10))
    ids = [document.id for document in documents]
    found, _ = index.top([query.text for query in queries], 10)
    ranked = {
        query.id: [ids[at] for at in row if at >= 0]
        for query, row in zip(queries, found, strict=True)
    }
    return WordSearch(
        fmean(ndcg(ranked[query.id], dataset.qrels[query.id], 10) for query in queries),
        len(queries),
        len(documents),
        _shift(near, {query: set(ids[:top]) for query, ids in ranked.items()}),
    )


class _Near(NamedTuple):
    """The judged answer of a query, and what stands around it in one of the files."""

    query: str
    judged: str
    around: dict[int, str]
    """Offset to document id."""


def _neighbours(dataset: Dataset, queries: Sequence[Query]) -> dict[str, list[_Near]]:
    """Return the answers around those judged: in the corpus, and in the rows of judgements."""
    wanted = {query.id for query in queries}
    rows = list(_best(dataset))
    place = {query.id: at for at, query in enumerate(dataset.queries)}
    ways = {
        "judgements": _in_order(rows, wanted),
        "queries": _in_order(sorted(rows, key=lambda row: place[row[0]]), wanted),
    }
    if dataset.documents_of == len(dataset.corpus):
        order = [document.id for document in dataset.corpus]
        at_of = {document: at for at, document in enumerate(order)}
        ways["documents"] = [
            _Near(query, judged, _around(order, at_of[judged]))
            for query, judged in rows
            if query in wanted and judged in at_of
        ]
    return ways


def _best(dataset: Dataset) -> Iterator[tuple[str, str]]:
    for query, grades in dataset.qrels.items():
        yield query, max(grades, key=lambda document: grades[document])


def _in_order(rows: list[tuple[str, str]], wanted: set[str]) -> list[_Near]:
    answers = [judged for _, judged in rows]
    return [
        _Near(query, judged, _around(answers, at))
        for at, (query, judged) in enumerate(rows)
        if query in wanted
    ]


def _around(order: list[str], at: int) -> dict[int, str]:
    return {offset: order[at + offset] for offset in _OFFSETS if 0 <= at + offset < len(order)}


def _documents(
    dataset: Dataset, near: dict[str, list[_Near]], seed: int, most: int
) -> list[Document]:
    if len(dataset.corpus) <= most:
        return list(dataset.corpus)
    rows = [row for way in near.values() for row in way]
    kept = {one for row in rows for one in (row.judged, *row.around.values())}
    for row in near["judgements"]:
        kept.update(dataset.qrels[row.query])
    rest = sorted(
        (document.id for document in dataset.corpus if document.id not in kept),
        key=lambda one: draw(seed, "word search", one),
    )
    kept.update(rest[: max(0, most - len(kept))])
    return [document for document in dataset.corpus if document.id in kept]


def _shift(near: dict[str, list[_Near]], top: dict[str, set[str]]) -> Shift | None:
    found: list[Shift] = []
    for what, rows in near.items():
        hits = [row.judged in top[row.query] for row in rows]
        for offset in _OFFSETS:
            there = [row.around.get(offset) in top[row.query] for row in rows]
            better = sum(b and not a for a, b in zip(hits, there, strict=True))
            worse = sum(a and not b for a, b in zip(hits, there, strict=True))
            if better >= _LEAST_BETTER and better >= _TIMES_BETTER * worse:
                found.append(Shift(what, offset, sum(hits), sum(there), len(rows)))
    return max(found, key=lambda shift: shift.found_shifted, default=None)
