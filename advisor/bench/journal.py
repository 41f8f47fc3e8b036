"""What is measured of one candidate so far, kept step by step, so that nothing is done twice."""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib import metadata
from pathlib import Path

import msgspec

from advisor.bench import protocol
from advisor.bench.cache import atomic_write
from advisor.bench.candidate import Candidate
from advisor.bench.plan import Plan
from advisor.errors import WorkerError

VERSION = 1
"""Raise this when the meaning of a kept step changes: older ones are then measured again."""


class Journal:
    """The finished steps of one candidate on one set of texts, on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def run(self) -> Path:
        """Where the candidate's run is kept."""
        return self._folder / "run.npz"

    def get(self, step: str) -> protocol.Event | None:
        """Return a finished step's event; a damaged one counts as not done."""
        try:
            event = protocol.decode_event(self._path(step).read_bytes())
        except (OSError, WorkerError):
            return None
        if isinstance(event, protocol.Searched) and not self.run.is_file():
            return None
        return event

    def put(self, step: str, event: protocol.Event) -> None:
        """Keep a finished step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        atomic_write(self._path(step), protocol.encode(event))

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
        "prompts": [candidate.query_prompt, candidate.document_prompt],
        "device": candidate.device,
        "threads": candidate.threads,
        "twin": candidate.twin,
        "texts": texts,
        "depth": plan.depth,
        "calls": plan.calls,
        "bf16": plan.bf16,
        "machine": machine_key(candidate.threads),
    }
    key = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:32]
    return Journal(cache / "measured" / key)


def machine_key(threads: int) -> str:
    """Return a name for this machine as models see it: CPU, libraries and threads."""
    facts = [platform.machine(), platform.node(), _cpu(), _libraries(), threads]
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:16]


@functools.cache
def _libraries() -> dict[str, str]:
    names = ("torch", "sentence-transformers", "transformers", "bm25s")
    return {name: metadata.version(name) for name in names}


@functools.cache
def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
