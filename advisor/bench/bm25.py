"""BM25, the baseline of tasks that rank documents: exact words in place of a model."""

from __future__ import annotations

from advisor.bench import protocol
from advisor.bench.baseline import BaselineEngine
from advisor.bench.ranking import Floats, Ints
from advisor.bench.solving import ranked_among, read_given
from advisor.corpus.lexical import LexicalIndex

_SHOWN = 10
"""Documents that a timed search brings."""


class Bm25Engine(BaselineEngine):
    """BM25 over the documents."""

    similarity = "bm25"
    covers = "splitting one query into terms and searching the sample"

    _index: LexicalIndex
    _documents: int

    def learn(self, texts: list[str]) -> None:
        """Index the documents."""
        self._index, self._documents = LexicalIndex(texts), len(texts)

    def answer(self, queries: list[str], command: protocol.Search) -> tuple[Ints, Floats]:
        """Rank the documents for every query."""
        if command.task == "retrieval":
            return self._index.top(queries, command.depth)
        among = self._index.top(queries, self._documents)
        return ranked_among(read_given(command.given), *among)

    def call(self, query: str) -> object:
        """Split it into terms and search."""
        return self._index.top([query], _SHOWN)
