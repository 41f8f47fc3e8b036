"""The light session: a process without torch that a run or a download is given.

`python -m advisor.bench.light --session-fd N --log FILE` serves one session: BM25 as a candidate,
and downloads from the Hub.
"""

from __future__ import annotations

import argparse
import socket
import time

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import Emit, Engine, EngineError, Single
from advisor.bench.kin import die_with_parent, go_first
from advisor.bench.ranking import Floats, Ints, write_run
from advisor.bench.serving import (
    Pulse,
    peak_mib,
    serve,
    take_output,
)
from advisor.bench.solving import ranked_among, read_given
from advisor.bench.tfidf import TfidfEngine
from advisor.corpus.dataset import RANKED
from advisor.corpus.lexical import LexicalIndex

BM25_COVERS = "splitting one query into terms and searching the sample"


class Bm25Engine:
    """BM25 over the documents, as a candidate that needs no model."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._index: LexicalIndex | None = None
        self._queries: list[str] = []
        self._documents = 0

    def load(self, command: protocol.Load) -> protocol.Event:
        """Nothing is loaded: the index is made from the documents."""
        return protocol.Loaded(seconds=0.0, threads=1, similarity="bm25", peak_mib=peak_mib())

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """BM25 reads every term; there is nothing to truncate."""
        return protocol.Diagnosed(truncated_share=0.0, lost_token_share=0.0, unknown_share=0.0)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Index the documents, or take the queries."""
        texts = protocol.read_texts(command.texts)
        if command.side == "queries":
            self._queries = texts
            return protocol.Encoded(side="queries", n=len(texts), fresh=len(texts))
        pulse = Pulse(self._emit, "indexing", len(texts), "documents")
        start = time.perf_counter()
        self._index, self._documents = LexicalIndex(texts), len(texts)
        seconds = time.perf_counter() - start
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
        """Rank the documents for every query."""
        from pathlib import Path

        start = time.perf_counter()
        indices, scores = self._ranked(command)
        write_run(Path(command.run), indices, scores)
        seconds = time.perf_counter() - start
        return protocol.Searched(run=command.run, seconds=seconds, peak_mib=peak_mib())

    def _ranked(self, command: protocol.Search) -> tuple[Ints, Floats]:
        index = self._ready()
        if command.task == "retrieval":
            return index.top(self._queries, command.depth)
        return ranked_among(read_given(command.given), *index.top(self._queries, self._documents))

    def single(self) -> Single:
        """Return how one query is answered: terms and search together."""
        index = self._ready()
        return Single(self._queries, lambda text: index.top([text], 10), 1, BM25_COVERS, peak_mib)

    def _ready(self) -> LexicalIndex:
        if self._index is None:
            raise EngineError("protocol", "search before the documents were indexed")
        return self._index


class LightEngine:
    """A baseline, and downloads; the Hub's library is imported when it is first needed."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._baseline: Engine = Bm25Engine(emit)

    def load(self, command: protocol.Load) -> protocol.Event:
        """Take the baseline of the task: BM25 where documents are ranked, else TF-IDF."""
        if command.task not in RANKED:
            self._baseline = TfidfEngine(self._emit)
        return self._baseline.load(command)

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Say how it reads the texts."""
        return self._baseline.diagnose(command)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Index the documents, or take the queries."""
        return self._baseline.encode(command)

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank the documents for every query, or do the task."""
        return self._baseline.search(command)

    def single(self) -> Single:
        """Return how one query is answered."""
        return self._baseline.single()

    def weigh(self, command: protocol.Weigh) -> protocol.Event:
        """Ask the Hub what a download would bring."""
        from advisor.bench.hub.planning import plan_download

        plan = plan_download(command.repo, command.revision)
        return protocol.Weighed(
            repo=plan.repo,
            revision=plan.revision,
            files=len(plan.files),
            bytes=plan.total_bytes,
            missing_bytes=plan.missing_bytes,
        )

    def fetch(self, command: protocol.Fetch) -> protocol.Event:
        """Download what is missing; progress counts the missing bytes alone."""
        from advisor.bench.hub.fetching import download
        from advisor.bench.hub.planning import plan_download

        plan = plan_download(command.repo, command.revision)
        pulse = Pulse(self._emit, "downloading", plan.missing_bytes, "bytes")
        path = download(plan, lambda done, total: pulse.beat(done - plan.already_bytes))
        return protocol.Fetched(path=str(path), revision=plan.revision, bytes=plan.missing_bytes)


def main() -> None:
    """Serve the session on the inherited socket."""
    parser = argparse.ArgumentParser(prog="advisor.bench.light")
    parser.add_argument("--session-fd", type=int, required=True)
    parser.add_argument("--log", required=True)
    options = parser.parse_args()
    take_output(options.log)
    die_with_parent()
    go_first()
    np.seterr(all="ignore")
    serve(socket.socket(fileno=options.session_fd), LightEngine, "fresh")


if __name__ == "__main__":
    main()
