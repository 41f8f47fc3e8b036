"""The steps of a run: which comes next, what a session must have done before, what it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.plan import Plan, Texts
from advisor.bench.results import latency_from
from advisor.bench.state import State, parted

ROUND_STEPS = ("documents", "queries", "search")
QUALITY_STEPS = ("load", "diagnose", *ROUND_STEPS)


@dataclass(frozen=True)
class TextFiles:
    """The texts of one round as files for the sessions of one run."""

    documents: str
    queries: str

    @classmethod
    def written(cls, folder: Path, texts: Texts) -> TextFiles:
        """Write the texts into `folder`, which goes when the run ends."""
        folder.mkdir(exist_ok=True)
        documents, queries = folder / "documents.json", folder / "queries.json"
        protocol.write_texts(documents, texts.documents)
        protocol.write_texts(queries, texts.queries)
        return cls(str(documents), str(queries))


def next_step(
    states: Iterable[State], blocks: int, marks: Sequence[str] = ()
) -> tuple[State, str] | None:
    """Return whose step comes next and which, None when everything is done.

    Quality and a first timing block candidate by candidate, then the other blocks go round all
    candidates, then one more for those whose blocks lie far apart. In a race, whose earlier
    rounds have these `marks`, everybody is loaded and timed before anything is encoded, so that
    a broken limit shows at once, and then the rounds follow each other.
    """
    alive = [state for state in states if state.ended is None]
    # The baseline needs no imports: it is measured while the host does its own. What a person
    # has just added comes before what was planned.
    alive.sort(key=lambda state: (state.candidate.kind != "baseline", not state.added))
    first = ("time-0",) if blocks else ()
    stages = [("load", "diagnose", *first)] if marks else []
    stages += [tuple(name + mark for name in ROUND_STEPS) for mark in marks]
    for stage in (*stages, QUALITY_STEPS + first):
        for state in alive:
            for name in stage:
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
    name, mark = parted(step)
    if name == "load":
        return ()
    if name == "search":
        return ("load", f"documents{mark}", f"queries{mark}")
    if step.startswith("time-"):
        indexed = ("documents",) if candidate.kind == "baseline" else ()
        return ("load", *indexed, "queries")
    return ("load",)


def command_for(
    state: State, step: str, files: TextFiles, plan: Plan, cache: Path
) -> protocol.Command:
    """Return what the candidate's session is asked for a step; `files` are those of its round."""
    match parted(step)[0]:
        case "load":
            return load_command(state.candidate, cache)
        case "diagnose":
            return protocol.Diagnose(documents=files.documents, queries=files.queries)
        case "documents":
            return protocol.Encode(side="documents", texts=files.documents)
        case "queries":
            return protocol.Encode(side="queries", texts=files.queries)
        case "search":
            run = state.journal_of(step).run
            run.parent.mkdir(parents=True, exist_ok=True)
            return protocol.Search(depth=plan.depth, run=str(run))
    block = int(step.removeprefix("time-"))
    return protocol.Time(block=block, calls=plan.calls, most_seconds=plan.block_seconds)


def load_command(candidate: Candidate, cache: Path) -> protocol.Load:
    """Return what makes a session ready to encode as this candidate."""
    return protocol.Load(
        path=candidate.folder,
        device=candidate.device,
        threads=candidate.threads,
        query_prompt=candidate.query_prompt,
        document_prompt=candidate.document_prompt,
        remote_code=candidate.remote_code,
        vectors=str(cache / "vectors" / (candidate.weights_hash[:32] or "none")),
        weights_hash=candidate.weights_hash,
    )
