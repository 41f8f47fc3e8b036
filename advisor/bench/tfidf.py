"""The baseline of tasks that rank nothing: weighted runs of characters in place of a model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from advisor.bench import protocol
from advisor.bench.engine import Emit, EngineError, Single
from advisor.bench.ranking import write_run
from advisor.bench.serving import peak_mib
from advisor.bench.solving import read_given, solve

COVERS = "weighting the characters of one text"
_RUNS = (2, 4)
"""Characters in a run: any language has them, and need not part its words."""
_MOST_RUNS = 20_000


class TfidfEngine:
    """TF-IDF over runs of 2 to 4 characters within words (scikit-learn)."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._weights: Any = None
        self._documents: Any = None
        self._queries: list[str] = []

    def load(self, command: protocol.Load) -> protocol.Event:
        """Nothing is loaded: the weights are learnt from the documents."""
        return protocol.Loaded(seconds=0.0, threads=1, similarity="cosine", peak_mib=peak_mib())

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Every character is read; there is nothing to truncate."""
        return protocol.Diagnosed(truncated_share=0.0, lost_token_share=0.0, unknown_share=0.0)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Learn the weights from the documents, or take the queries."""
        texts = protocol.read_texts(command.texts)
        if command.side == "queries":
            self._queries = texts
            return protocol.Encoded(side="queries", n=len(texts), fresh=len(texts))
        from sklearn.feature_extraction.text import TfidfVectorizer

        start = time.perf_counter()
        self._weights = TfidfVectorizer(
            analyzer="char_wb", ngram_range=_RUNS, sublinear_tf=True, max_features=_MOST_RUNS
        )
        self._documents = self._weights.fit_transform(texts)
        seconds = time.perf_counter() - start
        return protocol.Encoded(
            side="documents",
            n=len(texts),
            fresh=len(texts),
            timed=len(texts),
            characters=sum(map(len, texts)),
            seconds=seconds,
            peak_mib=peak_mib(),
        )

    def search(self, command: protocol.Search) -> protocol.Event:
        """Do the task with the weights, as a model does with its vectors."""
        start = time.perf_counter()
        queries = self._ready().transform(self._queries)
        answer = solve(command.task, read_given(command.given), queries, self._documents)
        write_run(Path(command.run), *answer)
        seconds = time.perf_counter() - start
        return protocol.Searched(run=command.run, seconds=seconds, peak_mib=peak_mib())

    def single(self) -> Single:
        """Return how one text is weighted."""
        weights = self._ready()
        return Single(self._queries, lambda text: weights.transform([text]), 1, COVERS, peak_mib)

    def _ready(self) -> Any:  # noqa: ANN401 - the library has no types
        if self._weights is None:
            raise EngineError("protocol", "search before the documents were read")
        return self._weights
