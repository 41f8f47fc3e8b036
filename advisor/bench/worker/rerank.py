"""Cross-encoders through sentence-transformers: they read a query and a document together."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import Emit, EngineError, Single
from advisor.bench.ranking import Floats, Ints, read_run, write_run
from advisor.bench.serving import Pulse, peak_mib
from advisor.bench.worker import folder
from advisor.bench.worker.cutting import Cutter, Pieces
from advisor.bench.worker.dense import PROBE
from advisor.bench.worker.loading import arguments
from advisor.bench.worker.reading import Reader

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 16
"""Pairs read together, the longest first (the library sorts them)."""


class RerankEngine:
    """One cross-encoder over the run of another candidate."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._model: CrossEncoder | None = None
        self._command: protocol.Load | None = None
        self._queries: list[str] = []
        self._documents: list[list[str]] | None = None
        """The chunks of every document; a document that is read whole is one."""
        self._cutter: Cutter | None = None
        self._found: tuple[Ints, Floats] | None = None
        """The first stage's run, read when it is first needed."""

    def load(self, command: protocol.Load) -> protocol.Event:
        """Load the folder; safetensors only, and no code of its own without consent."""
        self._emit(protocol.Loading())
        path = Path(command.path)
        folder.check(path, remote_code=command.remote_code)
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(command.threads)
        start = time.perf_counter()
        model = CrossEncoder(str(path), **arguments(path, command))
        seconds = time.perf_counter() - start
        self._model, self._command = model, command
        if command.chunks is not None:
            limit = self._max_tokens()
            # A chunk is read together with a query, which has the other half.
            half = None if limit is None else limit // 2
            self._cutter = Cutter(Reader(model.tokenizer), command.chunks, half, "")
        if model.num_labels != 1:
            raise EngineError(
                "not a reranker",
                f"it gives {model.num_labels} figures a pair, and which of them ranks is not said",
            )
        start = time.perf_counter()
        self._scores(PROBE, [PROBE])
        return protocol.Loaded(
            seconds=round(seconds, 4),
            first_call_ms=round((time.perf_counter() - start) * 1e3, 3),
            max_tokens=self._max_tokens(),
            n_parameters=sum(weights.numel() for weights in model.parameters()),
            device=str(model.device),
            dtype=str(next(model.parameters()).dtype).removeprefix("torch."),
            threads=command.threads,
            modules=tuple(type(module).__name__ for module in model),
            similarity="cross-encoder",
            peak_mib=peak_mib(),
        )

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Count tokens; what is cut off depends on the pair and is not said."""
        reader = Reader(self._ready().tokenizer)
        documents, unknown = reader.count(protocol.read_texts(command.documents))
        queries, more = reader.count(protocol.read_texts(command.queries))
        everything = int(documents.sum() + queries.sum())
        return protocol.Diagnosed(
            unknown_share=round((unknown + more) / everything, 6) if everything else None,
            document_tokens=int(documents.sum()),
            query_tokens=int(queries.sum()),
            longest_tokens=int(documents.max()) if len(documents) else None,
        )

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Take the texts: nothing is encoded before a query is known."""
        texts = protocol.read_texts(command.texts)
        if command.side == "queries":
            self._queries = texts
        else:
            pieces = self._cutter.cut(texts) if self._cutter else Pieces(texts, None)
            self._documents = pieces.lists()
        return protocol.Encoded(side=command.side, n=len(texts), fresh=len(texts))

    def search(self, command: protocol.Search) -> protocol.Event:
        """Put the first stage's best in a new order; the others follow as they were."""
        start = time.perf_counter()
        found = self._first_run()
        indices, scores = found[0].copy(), found[1].copy()
        queries = self._queries
        pulse = Pulse(self._emit, "reranking", len(queries), "queries")
        for row, query in enumerate(queries):
            top = self._top(row)
            own = self._best(query, top)
            # Equal scores stay in the first stage's order: the sort is stable.
            order = np.argsort(-own, kind="stable")
            indices[row, : len(top)] = top[order]
            # Scores only tell the order: those that are not read again go below.
            rest = indices.shape[1] - len(top)
            least = float(own.min()) if len(own) else 0.0
            scores[row] = np.concatenate([own[order], least - 1.0 - np.arange(rest)])
            pulse.beat(row + 1)
        write_run(Path(command.run), indices[:, : command.depth], scores[:, : command.depth])
        seconds = round(time.perf_counter() - start, 4)
        return protocol.Searched(run=command.run, seconds=seconds, peak_mib=peak_mib())

    def single(self) -> Single:
        """Return how the best of one query are read again."""
        load, queries = self._loaded(), self._queries
        rows = {query: row for row, query in enumerate(queries)}
        return Single(
            queries,
            lambda text: self._best(text, self._top(rows[text])),
            load.threads,
            f"reading the {load.top_k} best again",
            peak_mib,
        )

    def _best(self, query: str, documents: Ints) -> Floats:
        """Return for each of these documents the score of its best chunk."""
        if self._documents is None:
            raise EngineError("protocol", "reading again before the documents were given")
        chunks = [self._documents[index] for index in documents]
        if not chunks:
            return np.empty(0, np.float32)
        scores = self._scores(query, [chunk for own in chunks for chunk in own])
        starts = np.cumsum([0, *(len(own) for own in chunks[:-1])])
        best: Floats = np.maximum.reduceat(scores, starts)
        return best

    def _top(self, row: int) -> Ints:
        found: Ints = self._first_run()[0][row, : self._loaded().top_k]
        return found[found >= 0]

    def _first_run(self) -> tuple[Ints, Floats]:
        if self._found is None:
            self._found = read_run(Path(self._loaded().first_run))
        return self._found

    def _scores(self, query: str, documents: list[str]) -> Floats:
        if not documents:
            return np.empty(0, np.float32)
        pairs: Any = [(query, document) for document in documents]
        scores: Floats = np.asarray(
            self._ready().predict(pairs, batch_size=BATCH, show_progress_bar=False), np.float32
        )
        if not np.isfinite(scores).all():
            raise EngineError("not finite", "it returns NaN or infinity for some pairs")
        return scores

    def _max_tokens(self) -> int | None:
        limit: int | None = self._ready().max_seq_length
        return limit

    def _loaded(self) -> protocol.Load:
        self._ready()
        assert self._command is not None  # set together with the model
        return self._command

    def _ready(self) -> CrossEncoder:
        if self._model is None:
            raise EngineError("protocol", "the model is not loaded")
        return self._model
