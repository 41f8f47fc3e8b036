"""The steps of a run: which comes next, what a session must have done before, what it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from advisor.bench import protocol
from advisor.bench.cache import VECTORS
from advisor.bench.candidate import Candidate
from advisor.bench.plan import Plan, Texts
from advisor.bench.results import latency_from
from advisor.bench.state import State
from advisor.errors import WorkerError
from advisor.text import one_line, plain

QUALITY_STEPS = ("load", "diagnose", "documents", "queries", "search")


@dataclass(frozen=True)
class TextFiles:
    """The texts as files for the sessions of one run."""

    documents: str
    queries: str

    @classmethod
    def written(cls, folder: Path, texts: Texts) -> TextFiles:
        """Write the texts into `folder`, which goes when the run ends; WorkerError if it cannot."""
        documents, queries = folder / "documents.json", folder / "queries.json"
        try:
            protocol.write_texts(documents, texts.documents)
            protocol.write_texts(queries, texts.queries)
        except OSError as error:
            raise WorkerError(
                f"the texts for this run cannot be written ({error.strerror or error}): "
                f"{one_line(str(folder), 120)}; make room there, or name another folder in TMPDIR"
            ) from error
        return cls(str(documents), str(queries))


def next_step(states: Iterable[State], blocks: int) -> tuple[State, str] | None:
    """Return whose step comes next and which, None when everything is done.

    Quality and a first timing block candidate by candidate, then the other blocks go round all
    candidates, then one more for those whose blocks lie far apart.
    """
    alive = [state for state in states if state.ended is None]
    # The baseline needs no imports: it is measured while the host does its own. What a person
    # has just added comes before what was planned.
    alive.sort(key=lambda state: (state.candidate.kind != "baseline", not state.added))
    first = ("time-0",) if blocks else ()
    for state in alive:
        for name in QUALITY_STEPS + first:
            if name not in state.done:
                return state, name
    for block in range(1, blocks):
        for state in alive:
            if f"time-{block}" not in state.done:
                return state, f"time-{block}"
    for state in alive:
        repeat = f"time-{blocks}"
        latency = latency_from(state.blocks(), earlier=False)
        if latency is not None and latency.noisy and repeat not in state.done:
            return state, repeat
    return None


def needs(candidate: Candidate, step: str) -> tuple[str, ...]:
    """Return the steps a session must have done itself before `step`."""
    if step == "load":
        return ()
    if step == "search":
        return ("load", "documents", "queries")
    if step.startswith("time-"):
        indexed = ("documents",) if candidate.kind == "baseline" else ()
        return ("load", *indexed, "queries")
    return ("load",)


def command_for(
    state: State, step: str, files: TextFiles, plan: Plan, cache: Path
) -> protocol.Command:
    """Return what the candidate's session is asked for a step."""
    match step:
        case "load":
            return _load(state.candidate, cache)
        case "diagnose":
            return protocol.Diagnose(documents=files.documents, queries=files.queries)
        case "documents":
            return protocol.Encode(side="documents", texts=files.documents)
        case "queries":
            return protocol.Encode(side="queries", texts=files.queries)
        case "search":
            state.journal.run.parent.mkdir(parents=True, exist_ok=True)
            return protocol.Search(depth=plan.depth, run=str(state.journal.run))
    block = int(step.removeprefix("time-"))
    return protocol.Time(block=block, calls=plan.calls, most_seconds=plan.block_seconds)


def _load(candidate: Candidate, cache: Path) -> protocol.Load:
    return protocol.Load(
        path=candidate.folder,
        device=candidate.device,
        threads=candidate.threads,
        query_prompt=candidate.query_prompt,
        document_prompt=candidate.document_prompt,
        remote_code=candidate.remote_code,
        vectors=str(vectors_of(candidate, cache)),
        weights_hash=candidate.weights_hash,
        name=plain(candidate.name),
    )


def vectors_of(candidate: Candidate, cache: Path) -> Path:
    """Return the folder with all encodings of the candidate's weights."""
    return cache / VECTORS / (candidate.weights_hash[:32] or "none")
