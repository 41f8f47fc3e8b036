"""What the baselines share: they learn from the documents alone, and answer without a model."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from pathlib import Path

from advisor.bench import protocol
from advisor.bench.engine import Emit, EngineError, Single
from advisor.bench.ranking import Floats, Ints, write_run
from advisor.bench.serving import Pulse, peak_mib


class BaselineEngine(ABC):
    """A candidate that needs no model."""

    similarity: str
    covers: str
    """What a timed call does."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._queries: list[str] = []
        self._has_learnt = False

    @abstractmethod
    def learn(self, texts: list[str]) -> None:
        """Take the documents."""

    @abstractmethod
    def answer(self, queries: list[str], command: protocol.Search) -> tuple[Ints, Floats]:
        """Return what a run holds of every query."""

    @abstractmethod
    def call(self, query: str) -> object:
        """Do what a query costs, once."""

    def load(self, command: protocol.Load) -> protocol.Event:
        """Nothing is loaded: all is made from the documents."""
        return protocol.Loaded(
            seconds=0.0, threads=1, similarity=self.similarity, peak_mib=peak_mib()
        )

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Everything is read; there is nothing to truncate."""
        return protocol.Diagnosed(truncated_share=0.0, lost_token_share=0.0, unknown_share=0.0)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Learn the documents, or take the queries."""
        texts = protocol.read_texts(command.texts)
        if command.side == "queries":
            self._queries = texts
            return protocol.Encoded(side="queries", n=len(texts), fresh=len(texts))
        pulse = Pulse(self._emit, "indexing", len(texts), "documents")
        start = time.perf_counter()
        self.learn(texts)
        seconds = time.perf_counter() - start
        self._has_learnt = True
        pulse.beat(len(texts))
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
        """Rank the documents for every query, or do the task."""
        self._be_ready()
        start = time.perf_counter()
        write_run(Path(command.run), *self.answer(self._queries, command))
        seconds = time.perf_counter() - start
        return protocol.Searched(run=command.run, seconds=seconds, peak_mib=peak_mib())

    def single(self) -> Single:
        """Return how one query is answered."""
        self._be_ready()
        return Single(self._queries, self.call, 1, self.covers, peak_mib)

    def _be_ready(self) -> None:
        if not self._has_learnt:
            raise EngineError("protocol", "search before the documents were read")
