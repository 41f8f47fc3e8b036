"""The decision as far as it has come at the desk: the data, the choice, the run, the record."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

import msgspec

from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise
from advisor.bench import protocol
from advisor.bench.cache import cache_dir
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.choosing import edited, from_names
from advisor.bench.downloads import download
from advisor.bench.experience import learn
from advisor.bench.locate import Places, available, default_places
from advisor.bench.processes import Processes
from advisor.bench.rounds import Outcome
from advisor.bench.runner import Runner
from advisor.bench.task_choice import for_task
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions
from advisor.deciding.asked import Asked
from advisor.deciding.steps import (
    Needs,
    choose,
    conclude,
    cut,
    explained,
    machine_of,
    mined_for,
    needs_of,
    plan_of,
    this_machine,
    with_answers,
)
from advisor.desk import messages
from advisor.desk.contrasting import contrasts
from advisor.desk.describing import described, supposed
from advisor.desk.examining import cleaned, examined
from advisor.desk.judging import Judging
from advisor.desk.reading import Reader
from advisor.desk.tables import has_tables, tabled
from advisor.desk.writing import Writer, with_kept
from advisor.errors import UsageError
from advisor.needs.answers import Answers, AnswerSet
from advisor.record.decision import DecisionRecord
from advisor.record.store import save_record

Tell = Callable[[messages.Told], None]

Thing = TypeVar("Thing")
_NOBODY = AnswerSet(values=Answers(), sources={})
_BEFORE_A_RUN = (messages.Read, messages.Write, messages.Choose, messages.Measure)
"""What would change a run under way."""


class Walk:
    """One decision; each method carries out one request and returns its reply."""

    def __init__(self, processes: Processes, tell: Tell) -> None:
        """Tell news to `tell`; candidates run in `processes`."""
        self._processes, self._tell = processes, tell
        self._places: Places | None = None
        self._reader, self._writer = Reader(), Writer(tell)
        self._whole: Dataset | None = None
        self._sample: Dataset | None = None
        self._amount, self._reading = Amount(), ReadOptions()
        self._needs: Needs | None = None
        self._choice: Choice | None = None
        self._runner: Runner | None = None
        self._starting = asyncio.Lock()
        """Held while a run is being made, so that what steers it waits for it."""
        self._examining = threading.Event()
        """Set when nobody waits any more for what the data doctor finds."""
        self._measuring = False
        self._choosing = messages.Choose(answers=_NOBODY)
        self._failures: dict[str, str] = {}
        self._record: DecisionRecord | None = None
        self._judging: Judging | None = None
        self._weighed: Measurements | None = None
        """Of the last run, kept because the same measurements are decided at every key."""

    async def carry_out(self, request: messages.Request) -> messages.Reply:
        """Do what is asked; AdvisorError, or the system's OSError, when it cannot be done."""
        if self._measuring and isinstance(request, _BEFORE_A_RUN):
            raise UsageError("A run is going on; stop it first.")
        match request:
            case messages.Look():
                return await self._look(request)
            case messages.Read():
                return await asyncio.to_thread(self._read, request)
            case messages.Write():
                return await self._writer.write(request)
            case messages.Tables():
                return await asyncio.to_thread(tabled, request)
            case messages.Examine():
                return await self._examine(request)
            case messages.Clean():
                return await asyncio.to_thread(cleaned, request)
            case messages.Choose():
                return await asyncio.to_thread(self._choose, request)
            case messages.Fetch():
                return await self._fetch(request)
            case messages.Measure():
                return await self._measure()
            case messages.Decide():
                # Taken here: a run that goes on changes them between two awaits only.
                outcome = _known(self._runner).outcome()
                return await asyncio.to_thread(self._decide, request, outcome)
            case messages.Pool():
                outcome = _known(self._runner).outcome()
                judging = _known(self._judging)
                return await asyncio.to_thread(judging.pool, outcome, self._amount.seed)
            case messages.Judge():
                return await asyncio.to_thread(_known(self._judging).judge, request)
            case messages.Contrasts():
                outcome = _known(self._runner).outcome()
                return await asyncio.to_thread(self._contrast, request, outcome)
            case messages.Export():
                return await asyncio.to_thread(_known(self._judging).export, Path(request.folder))
            case messages.Suppose():
                outcome = _known(self._runner).outcome()
                return await asyncio.to_thread(self._suppose, request, outcome)
            case messages.Save():
                return await asyncio.to_thread(self._save, request)
            case messages.Add():
                return await self._add(request)
            case messages.Stop() if self._writer.stop():
                return messages.Done()
        return await self._steer(request)

    async def _look(self, request: messages.Look) -> messages.Looked:
        # Before the host's imports keep a core busy: the machine's speed may be probed.
        machine = await asyncio.to_thread(this_machine)
        await self._processes.warm_up()
        self._places = default_places(Path(request.models_dir) if request.models_dir else None)
        here = await asyncio.to_thread(self._here)
        return messages.Looked(machine=machine, here=here)

    def _here(self) -> tuple[str, ...]:
        return tuple(available(load_catalogue().cards, _known(self._places)))

    def _read(self, request: messages.Read) -> messages.Described:
        if request.reading.queries_from is None:
            whole = self._reader.read(
                request.place, request.amount, request.reading, to_judge=request.to_judge
            )
        else:
            whole = with_kept(request, self._reader)
        sample = cut(whole, request.amount)
        judging = Judging(whole, cache_dir())
        reply = described(
            whole,
            sample,
            judging.count,
            machine=this_machine(),
            seed=request.amount.seed,
            has_tables=has_tables(request.place, request.reading),
        )
        self._judging = judging
        self._whole, self._sample, self._amount = whole, sample, request.amount
        self._reading = request.reading
        self._needs = self._choice = self._runner = self._record = None
        return reply

    async def _examine(self, request: messages.Examine) -> messages.Examined:
        # A large corpus takes minutes: nobody waits for the one looked at before.
        self._examining.set()
        self._examining = stopped = threading.Event()
        return await asyncio.to_thread(examined, request, stopped)

    def _choose(self, request: messages.Choose) -> messages.Chosen:
        places, sample = _known(self._places), _known(self._sample)
        needs = needs_of(request.answers, sample, machine_of(request.answers))
        choice = choose(needs.requirements, request.names, places, sample.task)
        choice = edited(choice, request.removed, request.added, places, needs.requirements)
        choice = for_task(explained(choice, self._failures), sample.task)
        self._needs, self._choosing, self._choice = needs, request, choice
        self._runner = self._record = None
        return messages.Chosen(choice=choice)

    async def _fetch(self, request: messages.Fetch) -> messages.Fetched:
        _known(self._places)  # nothing is downloaded for a request that comes too early
        failures: dict[str, str] = {}
        async with aclosing(download(request.repos, self._processes)) as steps:
            async for step in steps:
                self._tell(messages.Told(download=step))
                if isinstance(step.event, protocol.Failed):
                    failures[step.repo] = step.event.text
        self._failures |= failures
        for repo in set(request.repos) - set(failures):
            self._failures.pop(repo, None)
        return messages.Fetched(here=await asyncio.to_thread(self._here), failures=failures)

    async def _measure(self) -> messages.Measured:
        choice, sample = _known(self._choice), _known(self._sample)
        choice.refuse_nothing()
        self._examining.set()  # it would take a core from what is timed
        requirements, amount = _known(self._needs).requirements, self._amount
        whole, places = _known(self._whole), _known(self._places)
        self._measuring = True
        try:
            async with self._starting:
                mined = await mined_for(
                    whole, amount, choice, places, requirements, self._processes
                )
                if mined is not None:
                    sample = await asyncio.to_thread(cut, whole, amount, mined)
                    self._sample = sample
                # Finding the parts of a race and hashing texts take a moment.
                plan = await asyncio.to_thread(
                    plan_of, sample, choice, requirements, Asked(amount=amount)
                )
                runner = await asyncio.to_thread(Runner, plan, self._processes, cache_dir())
                self._runner = runner
            async with aclosing(runner.events()) as updates:
                async for update in updates:
                    self._tell(messages.Told(update=update))
        finally:
            self._measuring = False
        results = runner.results()
        learn(_known(self._needs).requirements.machine, results, cache_dir())
        measured = sum(1 for result in results if result.rankings or result.per_query)
        return messages.Measured(measured=measured, of=len(results))

    async def _steer(self, request: messages.Request) -> messages.Done:
        async with self._starting:
            runner = _known(self._runner)
        match request:
            case messages.Pause():
                runner.pause()
            case messages.Resume():
                runner.resume()
            case messages.Stop():
                runner.stop("stopped by hand")
            case messages.Skip():
                runner.skip(request.name)
        return messages.Done()

    async def _add(self, request: messages.Add) -> messages.Done:
        async with self._starting:
            runner = _known(self._runner)
        needs, places, name = _known(self._needs), _known(self._places), request.name
        # Hashing a model's files takes a moment.
        added = await asyncio.to_thread(
            from_names, [name], load_catalogue(), places, needs.requirements
        )
        for gone in added.absent:
            way_out = f"; fetch it with: {gone.command}" if gone.command else ""
            raise UsageError(f"{gone.name}: {gone.reason}{way_out}")
        added = for_task(added, _known(self._sample).task)
        for unfit, reason in added.dropped:
            raise UsageError(f"{unfit}: {reason}.")
        known = [candidate.name for candidate in _known(self._choice).candidates]
        models = added.beside(known)
        if not models:
            raise UsageError("The baseline is in every run already.")
        for candidate in models:
            runner.add(candidate)
        self._take_in(name, models)
        return messages.Done()

    def _take_in(self, name: str, models: Sequence[Candidate]) -> None:
        """Have the choice hold what was added to the run, for the record and the next run."""
        choosing, choice = self._choosing, _known(self._choice)
        self._choosing = msgspec.structs.replace(choosing, added=(*choosing.added, name))
        candidates = (*choice.candidates, *models)
        self._choice = msgspec.structs.replace(choice, candidates=candidates)

    def _contrast(self, request: messages.Contrasts, outcome: Outcome) -> messages.Contrasted:
        judged = _known(self._judging).applied(outcome, self._amount.seed)
        queries = contrasts(judged, request.first, request.second)
        return messages.Contrasted(queries=queries)

    def _decide(self, request: messages.Decide, outcome: Outcome) -> messages.Decided:
        needs, sample = _known(self._needs), _known(self._sample)
        outcome = _known(self._judging).applied(outcome, self._amount.seed)
        if request.answers is not None:
            needs = with_answers(needs, request.answers)
        asked = self._choosing
        edited_by_hand = bool(asked.names or asked.removed or asked.added)
        # The hybrids of the best come by themselves in every run.
        names = [
            one.candidate.name
            for one in outcome.results
            if one.candidate.kind != "baseline"
            and (one.candidate.kind != "hybrid" or one.candidate.named)
        ]
        self._record = conclude(
            name=request.name,
            needs=needs,
            outcome=outcome,
            choice=_known(self._choice),
            reproduce=Asked(
                amount=self._amount,
                reading=self._reading,
                models=tuple(names) if edited_by_hand else (),
                queries_model=source.model if (source := self._reading.queries_from) else None,
            ).command(request.profile, sample),
            seed=self._amount.seed,
        )
        return messages.Decided(record=self._record)

    def _suppose(self, request: messages.Suppose, outcome: Outcome) -> messages.Supposed:
        needs = _known(self._needs)
        outcome = _known(self._judging).applied(outcome, self._amount.seed)
        if self._weighed is None or self._weighed.results != tuple(outcome.results):
            self._weighed = Measurements(tuple(outcome.results), outcome.dataset, self._amount.seed)
        before = advise(self._weighed, needs.requirements)
        after = advise(self._weighed, with_answers(needs, request.answers).requirements)
        return supposed(before, after)

    def _save(self, request: messages.Save) -> messages.Saved:
        record = _known(self._record).named(request.name, request.note)
        path = save_record(record, Path(request.folder))
        return messages.Saved(path=str(path), record=record)


def _known(thing: Thing | None) -> Thing:
    if thing is None:
        raise UsageError("This comes too early: a step before it is missing.")
    return thing
