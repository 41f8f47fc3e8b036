"""Which documents of a corpus stand in a smaller one: relevant, hard negatives, background."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from advisor.corpus.dataset import Dataset, Query
from advisor.corpus.drawing import document_order
from advisor.corpus.lexical import LexicalIndex

HARD_NEGATIVES: Final = 30
"""At most so many per query from the judgements and from each finder (methods, 4)."""
BACKGROUND_SHARE: Final = 0.3
"""At least so much of a smaller corpus is drawn evenly from the rest (methods, 4)."""


class Mined(NamedTuple):
    """What one finder takes for the best documents of each query."""

    finder: str
    """Its name, as people know it."""
    found: Mapping[str, Sequence[str]]
    """Query id to document ids, best first; relevant ones may be among them."""


class Picked(NamedTuple):
    """Document ids by why they are there; no id stands in two of the three."""

    relevant: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()
    background: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        """Every picked document."""
        return self.relevant | self.hard | self.background


_NOTHING: Final = Picked()


class Picker:
    """Picks smaller corpora of one dataset, each around its first `most` or fewer documents."""

    def __init__(
        self, dataset: Dataset, queries: Sequence[Query], seed: int, most: int, mined: Mined | None
    ) -> None:
        self._dataset, self._queries, self._seed, self._most = dataset, queries, seed, most
        self._mined = mined
        self._text = {document.id: document.text for document in dataset.corpus}

    def pick(self, queries: Sequence[Query], documents: int, before: Picked = _NOTHING) -> Picked:
        """Return about `documents` ids for these queries; everything in `before` is among them.

        All relevant ones come, even beyond the number; at least 30 % are drawn evenly. What was
        judged and is not relevant is a hard negative like others: a pool of it may be most of a
        corpus. Texts equal to one already picked are passed over: a copy of a relevant document
        would count against whoever finds it.
        """
        relevant = before.relevant.union(*(self._graded(query, True) for query in queries))
        hard, background = set(before.hard - relevant), set(before.background - relevant)
        picked = {*relevant, *hard, *background}
        texts = {self._text[document] for document in picked}

        def take(into: set[str], candidates: Iterable[str], most: int) -> None:
            for document in candidates if most > 0 else ():
                text = self._text[document]
                if document in picked or text in texts:
                    continue
                into.add(document)
                picked.add(document)
                texts.add(text)
                most -= 1
                if most <= 0:
                    break

        least = max(len(background), -int(-documents * BACKGROUND_SHARE // 1))
        room = documents - len(relevant) - least - len(hard)
        if room > 0:
            take(hard, self._hard_negatives(queries), room)
        take(background, self._background, documents - len(picked))
        return Picked(frozenset(relevant), frozenset(hard), frozenset(background))

    @cached_property
    def _background(self) -> list[str]:
        return [one.id for one in document_order(self._dataset.corpus, self._seed, self._most)]

    @cached_property
    def _lexical(self) -> Mined:
        ids = [document.id for document in self._dataset.corpus]
        index = LexicalIndex(list(self._text.values()))
        depth = depth_for(self._dataset, self._queries)
        rows, _ = index.top([query.text for query in self._queries], depth)
        found = {
            query.id: [ids[at] for at in row if at >= 0]
            for query, row in zip(self._queries, rows.tolist(), strict=True)
        }
        return Mined("BM25", found)

    def _graded(self, query: Query, relevant: bool) -> list[str]:
        """Return what was judged for a query: what is relevant, or what is not."""
        grades = self._dataset.qrels[query.id]
        return [document for document, grade in grades.items() if (grade > 0) == relevant]

    def _hard_negatives(self, queries: Sequence[Query]) -> Iterable[str]:
        """Yield what is found and not relevant for the query, every query's best first.

        What somebody has judged comes first in each rank: of the others some may be relevant.
        """
        rows: list[list[str]] = []
        for query in queries:
            ours = frozenset(self._graded(query, True))
            found = [one for one in self._lexical.found.get(query.id, ()) if one not in ours]
            pooled = frozenset(self._graded(query, False))
            nearest = [one for one in found if one in pooled]
            judged = list(dict.fromkeys((*nearest, *self._graded(query, False))))
            mined = self._mined.found.get(query.id, ()) if self._mined else ()
            rows += [judged, found, [one for one in mined if one not in ours]]
        for rank in range(HARD_NEGATIVES):
            yield from (row[rank] for row in rows if rank < len(row))


def depth_for(dataset: Dataset, queries: Sequence[Query]) -> int:
    """Return how deep a finder must look so that enough of what it finds is not relevant."""
    return HARD_NEGATIVES + max((len(dataset.qrels[query.id]) for query in queries), default=0)
