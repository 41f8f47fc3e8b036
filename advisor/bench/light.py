"""The light session: a process without torch that a run or a download is given.

`python -m advisor.bench.light --session-fd N --log FILE` serves one session: BM25 as a candidate,
and downloads from the Hub.
"""

from __future__ import annotations

import argparse
import socket

import numpy as np

from advisor.bench import protocol
from advisor.bench.bm25 import Bm25Engine
from advisor.bench.engine import Emit, Engine, Single
from advisor.bench.kin import die_with_parent, go_first
from advisor.bench.serving import Pulse, serve, take_output
from advisor.bench.tfidf import TfidfEngine
from advisor.corpus.dataset import RANKED


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
