"""The steps of a run: which comes next, what a session must have done before, what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from advisor.bench import protocol
from advisor.bench.cache import VECTORS
from advisor.bench.candidate import ONNX, OPENVINO, Candidate, CandidateKind
from advisor.bench.journal import machine_key
from advisor.bench.plan import Plan, Texts
from advisor.bench.results import latency_from
from advisor.bench.state import LOOK, State, parted
from advisor.corpus.dataset import RANKED
from advisor.errors import MORE_TEMPORARY, WorkerError
from advisor.text import one_line, plain

_ENGINES: dict[CandidateKind, protocol.EngineKind] = {
    "sparse": "sparse",
    "multi-vector": "multi-vector",
    "reranked": "reranked",
}
_GRAPH_ENGINES: dict[str, protocol.EngineKind] = {ONNX: "onnx", OPENVINO: "openvino"}
MEMORY = "memory"
"""The step that wants a process which has done nothing else."""
BATCHES = 1, 8, 32
"""Texts in a batch: one query, what small machines take, and the default of the library."""
VARIANT_DEPTH = 10
"""Ranked documents kept of each smaller form: what nDCG@10 looks at."""
ROUND_STEPS = ("documents", "queries", "search")
QUALITY_STEPS = ("load", "diagnose", *ROUND_STEPS)
SINGLE = ("time-", "serve-")
"""How steps begin in which single queries are timed."""
WITH_PROOF = ("load", "diagnose", "prove", *ROUND_STEPS)


@dataclass(frozen=True)
class TextFiles:
    """The texts of one round as files for the sessions of one run."""

    documents: str
    queries: str
    given: str

    @classmethod
    def written(cls, folder: Path, texts: Texts) -> TextFiles:
        """Write the texts into `folder`, which goes when the run ends; WorkerError if it cannot."""
        documents, queries = folder / "documents.json", folder / "queries.json"
        given = folder / "given.json"
        try:
            folder.mkdir(exist_ok=True)
            protocol.write_texts(documents, texts.documents)
            protocol.write_texts(queries, texts.queries)
            given.write_bytes(msgspec.json.encode(texts.given))
        except OSError as error:
            raise WorkerError(
                f"the texts for this run cannot be written ({error.strerror or error}): "
                f"{one_line(str(folder), 120)}; {MORE_TEMPORARY}"
            ) from error
        return cls(str(documents), str(queries), str(given))


def quality_steps(candidate: Candidate, plan: Plan) -> tuple[str, ...]:
    """Return the steps to a candidate's run; bf16 is looked at on CPUs, where float32 is slow."""
    proves = plan.bf16 and candidate.is_plain and candidate.kind == "dense"
    # What is proven is that the same documents are found; a learner may see smaller differences.
    proves = proves and candidate.device == "cpu" and plan.dataset.task in RANKED
    return WITH_PROOF if proves else QUALITY_STEPS


def next_step(
    states: Iterable[State], plan: Plan, marks: Sequence[str] = ()
) -> tuple[State, str] | None:
    """Return whose step comes next and which, None when everything is done.

    Quality and a first timing block candidate by candidate, then the other blocks go round all
    candidates, then one more for those whose blocks lie far apart, then the load test where one is
    asked for; smaller forms of the vectors, changed queries and memory by batch last, for the
    verdict stands without them. In a race, whose earlier rounds have these `marks`, everybody is
    loaded and timed before anything is encoded, so that a broken limit shows at once, and then the
    rounds follow each other.
    """
    # A hybrid asks nothing of a process: it is made of its parts' answers in the end.
    alive = [state for state in states if state.ended is None and state.candidate.kind != "hybrid"]
    # The baseline needs no imports: it is measured while the host does its own. What a person
    # has just added comes before what was planned.
    # A reranker reads what another has found, so it comes last.
    alive.sort(
        key=lambda state: (
            state.candidate.kind == "reranked",
            state.candidate.kind != "baseline",
            not state.added,
        )
    )
    blocks = plan.blocks
    first = ("time-0",) if blocks else ()
    for stage in _stages(plan, marks, first):
        for state in alive:
            for name in stage(state.candidate):
                if name not in state.done:
                    return state, name
    for block in range(1, blocks):
        for state in alive:
            if f"time-{block}" not in state.done:
                return state, f"time-{block}"
    repeat = f"time-{blocks}"
    for state in _to_repeat(alive, repeat):
        if repeat not in state.done:
            return state, repeat
    if (serve := serve_step(plan)) is not None:
        for state in alive:
            if serve not in state.done and not state.candidate.parts:
                return state, serve
    with_vectors = [state for state in alive if state.candidate.kind in ("dense", "static")]
    for state in with_vectors if plan.dataset.task == "retrieval" else ():
        if "vary" not in state.done:
            return state, "vary"
    for state in alive:
        for kind, _ in plan.looks:
            for name in (f"queries{LOOK}{kind}", f"search{LOOK}{kind}"):
                if name not in state.done and not state.candidate.parts:
                    return state, name
    for state in with_vectors:
        if plan.memory and blocks and MEMORY not in state.done:
            return state, MEMORY
    return None


def _to_repeat(alive: Sequence[State], repeat: str) -> list[State]:
    """Return whose blocks lie far apart, and what these are added to in a pipeline."""

    def is_noisy(state: State) -> bool:
        latency = latency_from(state.blocks(), earlier=False)
        return repeat in state.done or (latency is not None and latency.noisy)

    noisy = [state for state in alive if is_noisy(state)]
    first = [state.first for state in noisy if state.first is not None]
    lexical = [state for state in alive if noisy and state.candidate.kind == "baseline"]
    return [state for state in (*lexical, *first, *noisy) if state.ended is None]


def serve_step(plan: Plan) -> str | None:
    """Return the name of the load test, which says at what rate and within what time."""
    if plan.load_qps is None:
        return None
    limit = plan.max_latency_ms
    return f"serve-{plan.load_qps:g}" + (f"-within-{limit:g}" if limit is not None else "")


def _stages(
    plan: Plan, marks: Sequence[str], first: tuple[str, ...]
) -> Iterator[Callable[[Candidate], tuple[str, ...]]]:
    """Yield what all candidates go through one after the other before the next stage begins."""
    if marks:
        yield partial(_before_rounds, plan, first)
    for mark in marks:
        yield partial(_of_round, mark)
    yield lambda candidate: (*quality_steps(candidate, plan), *first)


def _before_rounds(plan: Plan, first: tuple[str, ...], candidate: Candidate) -> tuple[str, ...]:
    if candidate.parts:
        return ()
    return (*quality_steps(candidate, plan)[: -len(ROUND_STEPS)], *first)


def _of_round(mark: str, candidate: Candidate) -> tuple[str, ...]:
    # What is made of others is not made for those that leave.
    return () if candidate.parts else tuple(name + mark for name in ROUND_STEPS)


def needs(candidate: Candidate, step: str) -> tuple[str, ...]:
    """Return the steps a session must have done itself before `step`."""
    name, mark = parted(step)
    if name == "load":
        return ()
    if name == "vary":
        return ("load", "documents", "queries")
    if name == "search":
        round_of_documents = "" if mark.startswith(LOOK) else mark
        return ("load", f"documents{round_of_documents}", f"queries{mark}")
    if step.startswith(SINGLE):
        indexed = ("documents",) if candidate.kind in ("baseline", "reranked") else ()
        return ("load", *indexed, "queries")
    return ("load",)


def command_for(
    state: State, step: str, files: TextFiles, plan: Plan, cache: Path
) -> protocol.Command:
    """Return what the candidate's session is asked for a step; `files` are those of its round."""
    match parted(step)[0]:
        case "load":
            return _load(state, plan, cache)
        case "diagnose":
            return protocol.Diagnose(documents=files.documents, queries=files.queries)
        case "prove":
            probe = cache / f"bf16-{machine_key(state.candidate.threads)}.json"
            return protocol.Prove(documents=files.documents, probe=str(probe))
        case "documents" | "queries" as side:
            texts = files.documents if side == "documents" else files.queries
            return protocol.Encode(side=side, texts=texts, precision=state.precision())
        case "search":
            run = state.journal_of(step).run
            run.parent.mkdir(parents=True, exist_ok=True)
            task = plan.dataset.task
            given = files.given if task != "retrieval" else ""
            return protocol.Search(depth=plan.depth, run=str(run), task=task, given=given)
        case "memory":
            return protocol.Fill(documents=files.documents, batches=BATCHES)
        case "vary":
            return protocol.Vary(
                documents=files.documents, depth=VARIANT_DEPTH, runs=str(state.journal.variants)
            )
    if plan.load_qps is not None and step == serve_step(plan):
        return protocol.LoadTest(
            rate=plan.load_qps, most_seconds=plan.load_seconds, within_ms=plan.max_latency_ms
        )
    block = int(step.removeprefix("time-"))
    return protocol.Time(block=block, calls=plan.calls, most_seconds=plan.block_seconds)


def _load(state: State, plan: Plan, cache: Path) -> protocol.Load:
    """Return what makes the candidate's session ready; a reranker's knows the first stage's run."""
    dataset = plan.dataset
    command = msgspec.structs.replace(
        load_command(state.candidate, cache), chunks=dataset.chunking, task=dataset.task
    )
    if state.first is None:
        return command
    return msgspec.structs.replace(command, first_run=str(state.first.journal.run))


def load_command(candidate: Candidate, cache: Path) -> protocol.Load:
    """Return what makes a session ready to encode as this candidate."""
    return protocol.Load(
        path=candidate.folder,
        kind=_GRAPH_ENGINES.get(candidate.backend) or _ENGINES.get(candidate.kind, "dense"),
        device=candidate.device,
        threads=candidate.threads,
        query_prompt=candidate.query_prompt,
        document_prompt=candidate.document_prompt,
        remote_code=candidate.remote_code,
        top_k=candidate.top_k,
        vectors=str(vectors_of(candidate, cache)),
        weights_hash=candidate.weights_hash,
        name=plain(candidate.name),
    )


def vectors_of(candidate: Candidate, cache: Path) -> Path:
    """Return the folder with all encodings of the candidate's weights."""
    return cache / VECTORS / (candidate.weights_hash[:32] or "none")
