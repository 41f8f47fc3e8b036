"""The run: carries out a plan step by step and tells what happens.

Quality comes first, candidate by candidate or, in a race, round by round; then the timing blocks
go round all candidates, so that a slow minute of the machine does not fall on one of them alone.
A candidate can be skipped or added, and the run stopped, at any moment: what is finished is in
the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TypeAlias

from advisor.bench import hybrid, protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Found, Paused, Scored, Timing, Update, Waiting
from advisor.bench.journal import journal_for
from advisor.bench.judging import judge_views, with_changed
from advisor.bench.keeping import Keeping
from advisor.bench.opening import Opener, has_room, make_room
from advisor.bench.passing import texts_folder
from advisor.bench.patience import silence_s
from advisor.bench.plan import Plan, with_twins
from advisor.bench.processes import Processes
from advisor.bench.results import Result, Status
from advisor.bench.rounds import Outcome, Round, leaving, looks_of, reached, rounds_of, scored
from advisor.bench.session import Session, SessionLost
from advisor.bench.state import LOOK, State, parted
from advisor.bench.steps import MEMORY, SINGLE, TextFiles, command_for, needs, next_step
from advisor.errors import WorkerError
from advisor.text import one_line

Happening: TypeAlias = protocol.Event | Waiting | Timing | Paused | Found | Scored | Ended


class Runner:
    """Carries out one plan. `events()` is the run; the other methods may be called meanwhile."""

    def __init__(self, plan: Plan, processes: Processes, cache: Path) -> None:
        self._plan, self._processes, self._cache = plan, processes, cache
        self._rounds, self._looks = rounds_of(plan), looks_of(plan)
        self._states: dict[str, State] = {}
        self._keeping = Keeping(cache)
        self._leaving: list[Session] = []
        """Sessions of candidates that have ended."""
        self._stopped: str | None = None
        self._paused = False
        self._running = False
        self._over = False
        self._timing = False
        self._asked = asyncio.Event()
        """Set by whatever a person does, so that a paused run sees it."""
        self._opener = Opener(processes, lambda state: self._over or self._given_up(state))
        self._news: asyncio.Queue[Update | None] = asyncio.Queue()
        """What happens, in order, from the steps and from what a person does; None is the end."""
        for candidate in plan.candidates:
            self.add(candidate)

    # What a person may do while it runs -------------------------------------------------------

    def add(self, candidate: Candidate) -> None:
        """Take one more candidate in; WorkerError when its name is taken or the run is over."""
        if candidate.name in self._states:
            raise WorkerError(f"two candidates are called {candidate.name}; rename one")
        if self._over:
            raise WorkerError(f"the run is over; measure again to take in {candidate.name}")
        known = (state.candidate for state in self._states.values())
        candidate = with_twins((*known, candidate))[-1]
        rounds = self._rounds[-1:] if candidate.parts else (*self._looks, *self._rounds)
        *parts, last = (
            journal_for(candidate, self._plan, part.fingerprint, self._cache) for part in rounds
        )
        first = self._states.get(candidate.parts[0]) if candidate.kind == "reranked" else None
        if candidate.kind != "hybrid":
            for journal in (*parts, last):
                self._keeping.hold(candidate, journal)
        marked = {part.mark: journal for part, journal in zip(rounds, parts, strict=False)}
        state = State(candidate, last, marked, added=self._running, first=first)
        self._states[candidate.name] = state
        if self._running:
            self._tell(state, Waiting())
            self._open_early(state)

    def skip(self, name: str) -> None:
        """End one candidate's measuring; what it has stays. WorkerError when there is none."""
        state = self._states.get(name)
        if state is None:
            raise WorkerError(f"no candidate is called {name}")
        if state.ended is None:
            self._end(state, "skipped", "skipped by hand")
            self._asked.set()

    def stop(self, reason: str) -> None:
        """End the run soon: what is measured is measured, the rest is stopped early."""
        self._stopped = self._stopped or reason
        self._asked.set()
        self._interrupt()

    def pause(self) -> None:
        """Give the machine back until `resume`; the step in hand is done again then.

        Every session ends: their models take memory, and a call or a rate measured around a
        pause would be a wrong figure. The texts that are encoded are kept.
        """
        self._paused = True
        self._interrupt()

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused = False
        self._asked.set()

    def _interrupt(self) -> None:
        for state in self._states.values():
            if state.session is not None:
                state.interrupted = True
                state.session.kill()

    # The run ----------------------------------------------------------------------------------

    async def events(self) -> AsyncGenerator[Update, None]:
        """Measure everything and yield what happens; close it to stop at once."""
        with texts_folder() as folder:
            self._files = {
                part.mark: TextFiles.written(folder / f"texts{part.mark}", part.texts)
                for part in (*self._rounds, *self._looks)
            }
            self._running = True
            measuring = asyncio.create_task(self._measure())
            measuring.add_done_callback(lambda _: self._news.put_nowait(None))
            try:
                while (update := await self._news.get()) is not None:
                    yield update
                    self._news.task_done()
                await measuring  # raises what went wrong in it
            finally:
                measuring.cancel()
                await asyncio.wait([measuring])

    async def _measure(self) -> None:
        async with self._keeping.within_limit():
            await self._measure_all()
            for session in self._leaving:
                await session.ended()  # or it would still hold what it used

    async def _measure_all(self) -> None:
        timer = None
        if self._plan.time_limit_s is not None:
            reason = f"the time limit of {self._plan.time_limit_s:g} s was reached"
            timer = asyncio.get_running_loop().call_later(
                self._plan.time_limit_s, self.stop, reason
            )
        try:
            while self._stopped is None and (step := self._next_step()):
                await (self._wait(step[0]) if self._paused else self._carry_out(*step))
                for gone in tuple(leaving(self._states.values(), self._rounds, self._plan)):
                    self._leave(*gone)
        finally:
            self._running, self._over = False, True
            if timer is not None:
                timer.cancel()
            for state in self._states.values():
                if state.session is not None:
                    state.session.kill()
        self._conclude()

    async def _wait(self, state: State) -> None:
        """Wait until a paused run goes on, is stopped, or has nothing left to do."""
        await self._say(state, Paused())
        while self._paused and self._stopped is None and self._next_step():
            self._asked.clear()
            await self._asked.wait()

    def _tell(self, state: State, event: Happening, *, earlier: bool = False) -> None:
        self._news.put_nowait(Update(candidate=state.candidate.name, event=event, earlier=earlier))

    async def _say(self, state: State, event: Happening, *, earlier: bool = False) -> None:
        """Tell it and go on when it has been heard: nobody paints while single calls are timed."""
        self._tell(state, event, earlier=earlier)
        await self._news.join()

    def outcome(self) -> Outcome:
        """Return what is measured so far, in the order of the candidates, and on which data."""
        part = self._reached()
        results = tuple(state.fold(self._stopped, part.mark) for state in self._states.values())
        before = self._rounds[: self._rounds.index(part)]
        return Outcome(results, part.dataset, tuple(one.dataset for one in before))

    def results(self) -> tuple[Result, ...]:
        """Return the results of the outcome."""
        return self.outcome().results

    def _reached(self) -> Round:
        return reached(self._states.values(), self._rounds)

    def _next_step(self) -> tuple[State, str] | None:
        marks = [part.mark for part in self._rounds[:-1]]
        return next_step(self._states.values(), self._plan, marks)

    # One step ---------------------------------------------------------------------------------

    async def _carry_out(self, state: State, step: str) -> None:
        lacking = hybrid.lacking(state.candidate, self._states, parted(step)[1])
        if lacking is not None:
            self._end(state, *lacking)
            return
        kept = state.kept(step)
        if kept is not None:
            state.earlier.add(step)
            if step == "load" and (opened := state.kept("open")) is not None:
                state.done["open"] = opened
            for event in self._take(state, step, kept):
                await self._say(state, event, earlier=True)
            return
        if step == MEMORY and state.session is not None and state.prepared:
            await state.session.quit()
            state.session = None
        try:
            session = await self._session(state)
            if session is None:
                return  # paused, stopped or skipped meanwhile; whether it is tried again shows
            for needed in (*needs(state.candidate, step), step):
                if needed not in state.prepared and not await self._ask(state, session, needed):
                    return
        except SessionLost as lost:
            self._lost(state, step, lost)
        finally:
            self._timing = False

    async def _session(self, state: State) -> Session | None:
        """Return the candidate's session, opened if it has none; None when that came too late."""
        if state.session is None:
            await self._say(state, Waiting())
            if self._given_up(state):
                return None
            if state.candidate.kind != "baseline":
                await make_room(state.candidate, self._states.values())
            await self._opener.open(state)
        if state.session is not None and not state.session.alive:
            raise state.session.lost()
        return state.session

    async def _ask(self, state: State, session: Session, step: str) -> bool:
        """Have a step done by the session; False when the candidate cannot do it."""
        self._timing = step.startswith(SINGLE)
        if self._timing:
            await self._say(state, Timing())
        files = self._files[parted(step)[1]]
        command = command_for(state, step, files, self._plan, self._cache)
        async with aclosing(
            session.ask(command, silence_s(step, state.candidate, self._plan))
        ) as answers:
            async for event in answers:
                if state.ended is not None:
                    return False  # skipped; what it said before its end came late
                if isinstance(event, protocol.Loading | protocol.Progress):
                    await self._say(state, event)
                    continue
                if isinstance(event, protocol.Failed):
                    self._failed(state, step, f"{event.kind}: {event.text}")
                    return False
                if step == "load" and step in state.done.keys() - state.earlier:
                    state.prepare(step)  # another process: the first load found the disk cold
                    await self._say(state, event)
                    continue
                self._keep(state, step, event)
                for told in self._take(state, step, event):
                    await self._say(state, told)
        return True

    # Sessions ---------------------------------------------------------------------------------

    def _open_early(self, state: State) -> None:
        """Open an added candidate's session beside the step in hand, which it does not disturb.

        Not while single queries are timed: even a fork would be seen in them; nor while memory
        is short, for then the session in hand would have to go.
        """
        if self._timing or self._paused or self._stopped is not None:
            return
        if state.candidate.parts:
            return  # no process, or not before another one is done
        if has_room(state.candidate):
            self._opener.opening(state)

    def _given_up(self, state: State) -> bool:
        return self._paused or self._stopped is not None or state.ended is not None

    # What an answer means ---------------------------------------------------------------------

    def _keep(self, state: State, step: str, event: protocol.Event) -> None:
        state.prepare(step)
        state.earlier.discard(step)
        if step == "load" and state.session is not None and state.session.opened is not None:
            state.done["open"] = state.session.opened
            state.keep("open", state.session.opened)
        if _is_side(step) and step in state.done:
            return  # read again from the cache for this session; the first figures count
        state.keep(step, event)

    def _take(
        self, state: State, step: str, event: protocol.Event
    ) -> tuple[protocol.Event | Found | Scored, ...]:
        if not _is_side(step) or step not in state.done:
            state.done[step] = event
        told = state.told(event)
        if isinstance(event, protocol.Varied):
            state.views = judge_views(state, event, self._rounds[-1])
        if isinstance(event, protocol.Diagnosed | protocol.Varied):
            return (told, Found(sentences=state.findings()))
        if not isinstance(event, protocol.Searched):
            return (told,)
        mark = parted(step)[1]
        part = next(part for part in (*self._rounds, *self._looks) if part.mark == mark)
        judged = state.judged[mark] = part.judged(state, state.journal_of(step).run)
        if not judged.per_query:
            return (told,)
        if mark.startswith(LOOK):
            state.views = with_changed(state, mark)
            return (told,)
        return (told, self._scored(judged))

    def _scored(self, judged: Result) -> Scored:
        return scored(judged, of=len(self._plan.dataset.queries))

    def _lost(self, state: State, step: str, lost: SessionLost) -> None:
        """Decide what a lost session means; unless the candidate ends, the step is tried again."""
        if state.session is not None:
            state.session.kill()
            state.session = None
        # An interrupted session may be found lost only when the run has been resumed already.
        if state.interrupted or self._given_up(state):
            return
        if lost.with_host:
            state.log = str(self._processes.host_log)
        if lost.with_host and not state.restarted:
            state.restarted = True  # not this candidate's fault: once more, with a new host
            return
        self._failed(state, step, str(lost))

    def _failed(self, state: State, step: str, reason: str) -> None:
        """End a candidate that cannot do a step; a batch too large for the machine is no fault."""
        if step == MEMORY:
            state.done[step] = protocol.Filled()
        else:
            self._fail(state, reason)

    def _fail(self, state: State, reason: str) -> None:
        self._end(state, "failed", one_line(reason, 300))

    def _end(self, state: State, status: Status, reason: str | None) -> None:
        self._leave(state, Ended(status=status, reason=reason, log=state.log))

    def _leave(self, state: State, ended: Ended) -> None:
        state.ended = ended
        self._tell(state, state.ended)
        if state.session is not None:
            state.session.kill()
            self._leaving.append(state.session)
            state.session = None

    def _conclude(self) -> None:
        """End what has no end yet, and make the hybrids of what is measured."""
        part = self._reached()
        for state in self._states.values():
            if state.ended is None and state.candidate.kind != "hybrid":
                measured = part.mark in state.judged
                self._end(
                    state, *(("measured", None) if measured else ("stopped early", self._stopped))
                )
        for candidate in hybrid.of_the_best(self._states.values(), self._plan.hybrids, part.mark):
            journal = journal_for(candidate, self._plan, part.fingerprint, self._cache)
            self._states[candidate.name] = State(candidate, journal)
        for state in self._states.values():
            if state.ended is None:
                self._fuse(state, part)

    def _fuse(self, state: State, part: Round) -> None:
        """Make a hybrid's answers from those of its parts."""
        lacking = hybrid.lacking(state.candidate, self._states, part.mark)
        if lacking is not None:
            self._end(state, *lacking)
            return
        parts = [self._states[name] for name in state.candidate.parts]
        state.earlier = set.union(*(one.earlier for one in parts))
        for step, event in hybrid.events(parts).items():
            state.done[step] = event
            self._tell(state, event, earlier=step in state.earlier)
        rankings = hybrid.rankings(parts, part.mark, self._plan.depth)
        state.judged[part.mark] = part.judge(state, rankings)
        known = all(f"search{part.mark}" in one.earlier for one in parts)
        self._tell(state, self._scored(state.judged[part.mark]), earlier=known)
        self._end(state, "measured", None)


def _is_side(step: str) -> bool:
    return parted(step)[0] in ("documents", "queries")
