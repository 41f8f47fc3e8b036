"""What is measured of one candidate so far, kept step by step, so that nothing is done twice."""

from __future__ import annotations

import functools
import hashlib
import platform
from pathlib import Path

import msgspec

from advisor.bench import protocol
from advisor.bench.cache import MEASURED, read_sealed, write_sealed, writing
from advisor.bench.candidate import Candidate
from advisor.bench.libraries import VECTOR_LIBRARIES, installed, versions
from advisor.bench.plan import Plan
from advisor.errors import WorkerError

VERSION = 3
"""Raise this when the meaning of a kept step changes: older ones are then measured again."""

_BM25 = ("bm25s", "PyStemmer")


class Journal:
    """The finished steps of one candidate on one set of texts, on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the steps are kept."""
        return self._folder

    @property
    def run(self) -> Path:
        """Where the candidate's run is kept."""
        return self._folder / "run.npz"

    @property
    def variants(self) -> Path:
        """Where the runs by smaller forms of its vectors are kept."""
        return self._folder / "variants.npz"

    def get(self, step: str) -> protocol.Event | None:
        """Return a finished step's event; a damaged one counts as not done."""
        try:
            event = protocol.decode_event(read_sealed(self._path(step)))
            if isinstance(event, protocol.Searched):
                read_sealed(self.run)
            if isinstance(event, protocol.Varied):
                read_sealed(self.variants)
        except (OSError, ValueError, WorkerError):
            return None
        return event

    def put(self, step: str, event: protocol.Event) -> None:
        """Keep a finished step; CacheError when it cannot be written."""
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_sealed(self._path(step), protocol.encode(event))

    def _path(self, step: str) -> Path:
        return self._folder / f"{step}.json"


def journal_for(candidate: Candidate, plan: Plan, texts: str, cache: Path) -> Journal:
    """Return the journal of a candidate on texts of this fingerprint.

    Whatever changes a number is in the key: kind, content of the weights, prompts, device, threads,
    the texts, depth, calls, the libraries, the machine and whether bf16 is allowed. The candidate's
    name is not.
    """
    facts = {
        "version": VERSION,
        "kind": candidate.kind,
        "over": [candidate.over, candidate.top_k],
        "weights": candidate.weights_hash or candidate.kind,
        "backend": [candidate.backend, installed(candidate.backend)],
        "prompts": [candidate.query_prompt, candidate.document_prompt],
        "device": candidate.device,
        "threads": candidate.threads,
        "twin": candidate.twin,
        "texts": texts,
        "depth": plan.depth,
        "calls": plan.calls,
        "bf16": plan.bf16,
        **_chunks(candidate, plan),
        "machine": machine_key(candidate.threads),
    }
    key = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:32]
    return Journal(cache / MEASURED / key)


def _chunks(candidate: Candidate, plan: Plan) -> dict[str, str]:
    """Return how documents are cut; BM25 reads them whole whatever is asked for."""
    chunking = plan.dataset.chunking
    return {} if chunking is None or candidate.kind == "baseline" else {"chunks": str(chunking)}


def machine_key(threads: int) -> str:
    """Return a name for this machine as models see it: CPU, libraries and threads."""
    libraries = versions(*VECTOR_LIBRARIES, *_BM25)
    facts = [platform.machine(), platform.node(), _cpu(), libraries, threads]
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:16]


@functools.cache
def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
