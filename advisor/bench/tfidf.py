"""The baseline of tasks that rank nothing: weighted runs of characters in place of a model."""

from __future__ import annotations

from typing import Any

from advisor.bench import protocol
from advisor.bench.baseline import BaselineEngine
from advisor.bench.ranking import Floats, Ints
from advisor.bench.solving import read_given, solve

_RUNS = (2, 4)
"""Characters in a run: any language has them, and need not part its words."""
_MOST_RUNS = 20_000


class TfidfEngine(BaselineEngine):
    """TF-IDF over runs of 2 to 4 characters within words (scikit-learn)."""

    similarity = "cosine"
    covers = "weighting the characters of one text"

    _weights: Any
    _documents: Any

    def learn(self, texts: list[str]) -> None:
        """Learn the weights from the documents."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._weights = TfidfVectorizer(
            analyzer="char_wb", ngram_range=_RUNS, sublinear_tf=True, max_features=_MOST_RUNS
        )
        self._documents = self._weights.fit_transform(texts)

    def answer(self, queries: list[str], command: protocol.Search) -> tuple[Ints, Floats]:
        """Do the task with the weights, as a model does with its vectors."""
        given = read_given(command.given)
        return solve(command.task, given, self._weights.transform(queries), self._documents)

    def call(self, query: str) -> object:
        """Weight it."""
        return self._weights.transform([query])
