"""The run: carries out a plan step by step and tells what happens.

Quality comes first, candidate by candidate; then the timing blocks go round all candidates, so
that a slow minute of the machine does not fall on one of them alone. A candidate can be skipped
or added, and the run stopped, at any moment: what is finished is in the journal.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import psutil

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Scored, Update, Waiting
from advisor.bench.journal import journal_for
from advisor.bench.plan import Plan, Texts, with_twins
from advisor.bench.processes import Processes
from advisor.bench.ranking import read_run
from advisor.bench.results import (
    Result,
    Status,
    latency_from,
)
from advisor.bench.session import SessionLost
from advisor.bench.state import State
from advisor.errors import WorkerError
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.metrics import METRICS, evaluate
from advisor.text import one_line

QUALITY_STEPS = ("load", "diagnose", "documents", "queries", "search")
MAIN_METRIC = "nDCG@10"
ROOM_MIB = 1_024
"""Memory left free before another model is loaded beside the idle ones."""


class Runner:
    """Carries out one plan. `events()` is the run; the other methods may be called meanwhile."""

    def __init__(self, plan: Plan, processes: Processes, cache: Path) -> None:
        self._plan, self._processes, self._cache = plan, processes, cache
        self._texts = Texts(plan.dataset)
        self._fingerprint = self._texts.fingerprint()
        self._states: dict[str, State] = {}
        self._stopped: str | None = None
        self._current: State | None = None
        for candidate in with_twins(plan.candidates):
            self.add(candidate)

    # What a person may do while it runs -------------------------------------------------------

    def add(self, candidate: Candidate) -> None:
        """Take one more candidate into the run; WorkerError when its name is taken."""
        if candidate.name in self._states:
            raise WorkerError(f"two candidates are called {candidate.name}; rename one")
        journal = journal_for(candidate, self._plan, self._fingerprint, self._cache)
        self._states[candidate.name] = State(candidate, journal)

    def skip(self, name: str) -> None:
        """End one candidate's measuring; what it has stays."""
        self._end(self._states[name], "skipped", "skipped by hand")

    def stop(self, reason: str) -> None:
        """End the run soon: what is measured is measured, the rest is stopped early."""
        self._stopped = reason
        if self._current is not None and self._current.session is not None:
            self._current.session.kill()

    # The run ----------------------------------------------------------------------------------

    async def events(self) -> AsyncGenerator[Update, None]:
        """Measure everything and yield what happens; close it to stop at once."""
        timer = None
        if self._plan.time_limit_s is not None:
            reason = f"the time limit of {self._plan.time_limit_s:g} s was reached"
            timer = asyncio.get_running_loop().call_later(
                self._plan.time_limit_s, self.stop, reason
            )
        with tempfile.TemporaryDirectory(prefix="embed-advisor-") as folder:
            self._files = _TextFiles(Path(folder), self._texts)
            try:
                while self._stopped is None and (step := self._next_step()):
                    self._current = step[0]
                    async with aclosing(self._carry_out(*step)) as updates:
                        async for update in updates:
                            yield update
            finally:
                if timer is not None:
                    timer.cancel()
                for state in self._states.values():
                    if state.session is not None:
                        state.session.kill()
        for state in self._states.values():
            if state.ended is None:
                self._finish(state)
                assert state.ended is not None  # _finish has just set it
                yield Update(candidate=state.candidate.name, event=state.ended)

    def results(self) -> tuple[Result, ...]:
        """Return what is measured so far, in the order of the candidates."""
        return tuple(state.fold(self._stopped) for state in self._states.values())

    # Which step comes next --------------------------------------------------------------------

    def _next_step(self) -> tuple[State, str] | None:
        alive = [state for state in self._states.values() if state.ended is None]
        # The baseline needs no imports: it is measured while the host does its own.
        alive.sort(key=lambda state: state.candidate.kind != "baseline")
        for state in alive:
            for name in QUALITY_STEPS + self._blocks(0):
                if name not in state.done:
                    return state, name
        for block in range(1, self._plan.blocks):
            for state in alive:
                if f"time-{block}" not in state.done:
                    return state, f"time-{block}"
        for state in alive:
            repeat = f"time-{self._plan.blocks}"
            latency = latency_from(state.blocks(), earlier=False)
            if latency is not None and latency.noisy and repeat not in state.done:
                return state, repeat
        return None

    def _blocks(self, block: int) -> tuple[str, ...]:
        return (f"time-{block}",) if self._plan.blocks > block else ()

    # One step ---------------------------------------------------------------------------------

    async def _carry_out(self, state: State, step: str) -> AsyncGenerator[Update, None]:
        name = state.candidate.name
        kept = state.journal.get(step)
        if kept is not None:
            state.earlier.add(step)
            if step == "load" and (opened := state.journal.get("open")) is not None:
                state.done["open"] = opened
            for event in self._take(state, step, kept):
                yield Update(candidate=name, event=event, earlier=True)
            return
        try:
            async with aclosing(self._ask(state, step)) as answers:
                async for answer in answers:
                    yield Update(candidate=name, event=answer)
        except SessionLost as lost:
            if not self._lost(state, lost):
                return
        if state.ended is not None:
            yield Update(candidate=name, event=state.ended)

    async def _ask(
        self, state: State, step: str
    ) -> AsyncGenerator[protocol.Event | Waiting | Scored, None]:
        if state.session is None:
            yield Waiting()
            await self._open(state)
        elif not state.session.alive:
            raise state.session.lost()
        for needed in (*self._needs(state, step), step):
            if needed in state.prepared:
                continue
            session = state.session
            assert session is not None  # opened above
            async with aclosing(
                session.ask(self._command(state, needed), self._plan.silence_s)
            ) as answers:
                async for event in answers:
                    if isinstance(event, protocol.Loading | protocol.Progress):
                        yield event
                        continue
                    if isinstance(event, protocol.Failed):
                        self._fail(state, f"{event.kind}: {event.text}")
                        return
                    self._keep(state, needed, event)
                    for told in self._take(state, needed, event):
                        yield told

    async def _open(self, state: State) -> None:
        state.prepared.clear()
        if state.candidate.kind == "baseline":
            session = await self._processes.open_desk_session(state.candidate.name)
        else:
            await self._make_room(state.candidate)
            session = await self._processes.open_model_session(state.candidate.name)
        state.session, state.log = session, str(session.log)

    async def _make_room(self, candidate: Candidate) -> None:
        """Close idle sessions while memory is short; they are opened again when needed."""
        needed = 2 * (candidate.disk_bytes or 0) / 2**20 + ROOM_MIB
        for state in self._states.values():
            if psutil.virtual_memory().available / 2**20 > needed:
                return
            if state.session is not None and state.session.alive:
                await state.session.quit()
                state.session = None

    def _needs(self, state: State, step: str) -> tuple[str, ...]:
        """Return the steps this session must have done itself before `step`."""
        if step == "load":
            return ()
        if step == "search":
            return ("load", "documents", "queries")
        if step.startswith("time-"):
            indexed = ("documents",) if state.candidate.kind == "baseline" else ()
            return ("load", *indexed, "queries")
        return ("load",)

    def _command(self, state: State, step: str) -> protocol.Command:
        candidate, files = state.candidate, self._files
        match step:
            case "load":
                vectors = self._cache / "vectors" / (candidate.weights_hash[:32] or "none")
                return protocol.Load(
                    path=candidate.folder,
                    device=candidate.device,
                    threads=candidate.threads,
                    query_prompt=candidate.query_prompt,
                    document_prompt=candidate.document_prompt,
                    remote_code=candidate.remote_code,
                    vectors=str(vectors),
                    weights_hash=candidate.weights_hash,
                )
            case "diagnose":
                return protocol.Diagnose(documents=files.documents, queries=files.queries)
            case "documents":
                return protocol.Encode(side="documents", texts=files.documents)
            case "queries":
                return protocol.Encode(side="queries", texts=files.queries)
            case "search":
                state.journal.run.parent.mkdir(parents=True, exist_ok=True)
                return protocol.Search(depth=self._plan.depth, run=str(state.journal.run))
        block = int(step.removeprefix("time-"))
        return protocol.Time(
            block=block, calls=self._plan.calls, most_seconds=self._plan.block_seconds
        )

    # What an answer means ---------------------------------------------------------------------

    def _keep(self, state: State, step: str, event: protocol.Event) -> None:
        state.prepared.add(step)
        state.earlier.discard(step)
        if step == "load" and state.session is not None and state.session.opened is not None:
            state.done["open"] = state.session.opened
            state.journal.put("open", state.session.opened)
        if step in ("documents", "queries") and step in state.done:
            return  # read again from the cache for this session; the first figures count
        state.journal.put(step, event)

    def _take(
        self, state: State, step: str, event: protocol.Event
    ) -> tuple[protocol.Event | Scored, ...]:
        if step not in ("documents", "queries") or step not in state.done:
            state.done[step] = event
        if not isinstance(event, protocol.Searched):
            return (event,)
        return (event, self._score(state))

    def _score(self, state: State) -> Scored:
        indices, _ = read_run(state.journal.run)
        ids = self._texts.document_ids
        rankings = {
            query: tuple(ids[index] for index in row if index >= 0)
            for query, row in zip(self._texts.query_ids, indices.tolist(), strict=True)
        }
        per_query = evaluate(rankings, self._plan.dataset.qrels, METRICS)
        state.judged = Result(
            candidate=state.candidate, status="measured", rankings=rankings, per_query=per_query
        )
        values = {label: list(scores.values()) for label, scores in per_query.items()}
        return Scored(
            metrics={label: sum(scores) / len(scores) for label, scores in values.items()},
            quality=mean_interval(values[MAIN_METRIC]),
        )

    def _lost(self, state: State, lost: SessionLost) -> bool:
        """Decide what a lost session means; False when the step is simply to be tried again."""
        state.session = None
        if self._stopped is not None or state.ended is not None:
            return False
        if lost.with_host:
            state.log = str(self._processes.host_log)
        if lost.with_host and not state.restarted:
            state.restarted = True  # not this candidate's fault: once more, with a new host
            return False
        self._fail(state, str(lost))
        return True

    def _fail(self, state: State, reason: str) -> None:
        self._end(state, "failed", one_line(reason, 300))

    def _end(self, state: State, status: Status, reason: str | None) -> None:
        state.ended = Ended(status=status, reason=reason, log=state.log)
        if state.session is not None:
            state.session.kill()
            state.session = None

    def _finish(self, state: State) -> None:
        if "search" in state.done:
            self._end(state, "measured", None)
        else:
            self._end(state, "stopped early", self._stopped)


class _TextFiles:
    """The texts as files for the sessions of this run; they go when the run ends."""

    def __init__(self, folder: Path, texts: Texts) -> None:
        self.documents = str(folder / "documents.json")
        self.queries = str(folder / "queries.json")
        protocol.write_texts(Path(self.documents), texts.documents)
        protocol.write_texts(Path(self.queries), texts.queries)
