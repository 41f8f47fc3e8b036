"""What models that give several rows a text have in common: batches, the store, the first call."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.ragged import RaggedStore
from advisor.bench.ranking import Floats, by_document, write_run
from advisor.bench.serving import peak_mib
from advisor.bench.solving import ranked_among, read_given
from advisor.bench.vectors import VectorStore
from advisor.bench.worker.dense import PROBE, DenseEngine
from advisor.bench.worker.encoding import CHUNK_SECONDS, Encoder


class RowsEncoder(Encoder, ABC):
    """A model whose answer for a text is a matrix of its own length."""

    @abstractmethod
    def rows(self, texts: list[str], side: protocol.Side) -> list[Floats]:
        """Return the rows (m, d) of each text of one batch in float32."""

    @abstractmethod
    def dimension(self, first: Floats) -> int:
        """Return the dimension to name, given the rows of a first text."""


class RowsEngine(DenseEngine, ABC):
    """One model that gives several rows a text."""

    _width = 0
    """Numbers in a row."""

    @abstractmethod
    def _rank(
        self, queries: RaggedStore, asked: list[bytes], documents: RaggedStore, keys: list[bytes],
        depth: int,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Return the `depth` best documents of every query, indices and scores."""

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank all documents for every query, exactly, and write the run."""
        start = time.perf_counter()
        documents, keys = self._stores["documents"]
        queries, asked = self._stores["queries"]
        assert isinstance(documents, RaggedStore)  # as `_open_store` makes them
        assert isinstance(queries, RaggedStore)
        rank = partial(self._rank, queries, asked, documents, keys)
        if command.task == "reranking":
            indices, scores = ranked_among(read_given(command.given), *rank(len(keys)))
        elif self._owners is None:
            indices, scores = rank(command.depth)
        else:
            indices, scores = by_document(rank, self._owners, command.depth)
        write_run(Path(command.run), indices, scores)
        seconds = time.perf_counter() - start
        return protocol.Searched(run=command.run, seconds=round(seconds, 4), peak_mib=peak_mib())

    def _open_store(self, folder: Path) -> VectorStore:
        return RaggedStore(folder, self._width)

    def _first_call(self, encoder: Encoder) -> int:
        (first,) = self._rows_of(encoder).rows([PROBE], "queries")
        _refuse_wild([first], "queries")
        self._width = int(first.shape[1])
        return self._rows_of(encoder).dimension(first)

    def _call(self, text: str) -> object:
        return self._rows_of(self._ready()).rows([text], "queries")

    def _bring(
        self,
        store: VectorStore,
        order: list[bytes],
        texts: Mapping[bytes, str],
        side: protocol.Side,
        precision: protocol.Precision,
    ) -> Iterator[int]:
        del precision  # these have one alone
        encoder = self._rows_of(self._ready())
        assert isinstance(store, RaggedStore)  # as `_open_store` makes them
        pending: list[tuple[list[bytes], list[Floats]]] = []
        done, seconds, written = 0, 0.0, time.monotonic()
        for together in encoder.cut(order):
            start = time.perf_counter()
            rows = encoder.rows([texts[key] for key in together], side)
            seconds += time.perf_counter() - start
            _refuse_wild(rows, side)
            pending.append((together, rows))
            done += len(together)
            yield done
            if time.monotonic() - written > CHUNK_SECONDS:
                _write(store, encoder, pending, seconds)
                pending, seconds, written = [], 0.0, time.monotonic()
        _write(store, encoder, pending, seconds)

    @staticmethod
    def _rows_of(encoder: Encoder) -> RowsEncoder:
        assert isinstance(encoder, RowsEncoder)  # as `_make_encoder` makes them
        return encoder


def blocks_of(counts: np.ndarray, most_rows: int) -> Iterator[slice]:
    """Cut texts into runs of at most `most_rows` rows together; a longer text is one alone."""
    first, held = 0, 0
    for at, count in enumerate(counts.tolist()):
        if at > first and held + count > most_rows:
            yield slice(first, at)
            first, held = at, 0
        held += count
    if first < len(counts):
        yield slice(first, len(counts))


def _refuse_wild(rows: list[Floats], side: protocol.Side) -> None:
    if not all(np.isfinite(own).all() for own in rows):
        raise EngineError("not finite", f"it returns NaN or infinity for some {side}")


def _write(
    store: RaggedStore,
    encoder: Encoder,
    pending: list[tuple[list[bytes], list[Floats]]],
    seconds: float,
) -> None:
    if not pending:
        return
    keys = [key for own, _ in pending for key in own]
    rows = [one for _, own in pending for one in own]
    store.add_rows(keys, rows, encoder.tokens(keys), seconds)
