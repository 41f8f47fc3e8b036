"""The decision as far as it has come at the desk: the data, the choice, the run, the record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

import msgspec

from advisor.bench import protocol
from advisor.bench.cache import cache_dir
from advisor.bench.choosing import Choice, edited, from_names
from advisor.bench.downloads import download
from advisor.bench.locate import Places, available, default_places
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.runner import Runner
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Dataset
from advisor.corpus.readers import read_dataset
from advisor.deciding.steps import (
    Needs,
    choose,
    command_of,
    conclude,
    cut,
    explained,
    machine_of,
    needs_of,
)
from advisor.desk import messages
from advisor.desk.describing import described
from advisor.errors import UsageError
from advisor.needs import hardware
from advisor.needs.answers import Answers, AnswerSet
from advisor.record.decision import DecisionRecord
from advisor.record.store import save_record

Tell = Callable[[messages.Told], None]

Thing = TypeVar("Thing")
_NOBODY = AnswerSet(values=Answers(), sources={})


class Walk:
    """One decision; each method carries out one request and returns its reply."""

    def __init__(self, processes: Processes, tell: Tell) -> None:
        """Tell news to `tell`; candidates run in `processes`."""
        self._processes, self._tell = processes, tell
        self._places: Places | None = None
        self._whole: tuple[str, Dataset] | None = None
        self._sample: Dataset | None = None
        self._amount = Amount()
        self._needs: Needs | None = None
        self._choice: Choice | None = None
        self._runner: Runner | None = None
        self._choosing = messages.Choose(answers=_NOBODY)
        self._failures: dict[str, str] = {}
        self._record: DecisionRecord | None = None

    async def carry_out(self, request: messages.Request) -> messages.Reply:
        """Do what is asked; AdvisorError when it cannot be done."""
        match request:
            case messages.Look():
                return await self._look(request)
            case messages.Read():
                return await asyncio.to_thread(self._read, request)
            case messages.Choose():
                return await asyncio.to_thread(self._choose, request)
            case messages.Fetch():
                return await self._fetch(request)
            case messages.Measure():
                return await self._measure()
            case messages.Decide():
                return await asyncio.to_thread(self._decide, request)
            case messages.Save():
                return await asyncio.to_thread(self._save, request)
            case messages.Add():
                return await self._add(request)
        self._steer(request)
        return messages.Done()

    async def _look(self, request: messages.Look) -> messages.Looked:
        await self._processes.warm_up()
        self._places = default_places(Path(request.models_dir) if request.models_dir else None)
        here = await asyncio.to_thread(self._here)
        machine = await asyncio.to_thread(hardware.detect)
        return messages.Looked(machine=machine, here=here)

    def _here(self) -> tuple[str, ...]:
        return tuple(available(load_catalogue().cards, _known(self._places)))

    def _read(self, request: messages.Read) -> messages.Described:
        if self._whole is None or self._whole[0] != request.place:
            self._whole = request.place, read_dataset(request.place)
        whole = self._whole[1]
        self._sample, self._amount = cut(whole, request.amount), request.amount
        return described(whole, self._sample)

    def _choose(self, request: messages.Choose) -> messages.Chosen:
        places, sample = _known(self._places), _known(self._sample)
        self._needs = needs_of(request.answers, sample, machine_of(request.answers))
        choice = choose(self._needs.requirements, request.names, places)
        choice = edited(choice, request.removed, request.added, places, self._needs.requirements)
        self._choosing, self._choice = request, explained(choice, self._failures)
        return messages.Chosen(choice=self._choice)

    async def _fetch(self, request: messages.Fetch) -> messages.Fetched:
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
        plan = Plan(dataset=sample, candidates=choice.candidates)
        runner = await asyncio.to_thread(Runner, plan, self._processes, cache_dir())
        self._runner = runner
        async with aclosing(runner.events()) as updates:
            async for update in updates:
                self._tell(messages.Told(update=update))
        results = runner.results()
        measured = sum(1 for result in results if result.per_query)
        return messages.Measured(measured=measured, of=len(results))

    def _steer(self, request: messages.Request) -> None:
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

    async def _add(self, request: messages.Add) -> messages.Done:
        runner, needs, places = _known(self._runner), _known(self._needs), _known(self._places)
        name = request.name
        # Hashing a model's files takes a moment.
        added = await asyncio.to_thread(
            from_names, [name], load_catalogue(), places, needs.requirements
        )
        for gone in added.absent:
            raise UsageError(f"{gone.name}: {gone.reason}")
        for candidate in added.candidates:
            if candidate.kind != "baseline":
                runner.add(candidate)
        self._choosing = msgspec.structs.replace(
            self._choosing, added=(*self._choosing.added, name)
        )
        return messages.Done()

    def _decide(self, request: messages.Decide) -> messages.Decided:
        needs, sample = _known(self._needs), _known(self._sample)
        results = _known(self._runner).results()
        asked = self._choosing
        edited_by_hand = bool(asked.names or asked.removed or asked.added)
        names = [result.candidate.name for result in results if result.candidate.kind != "baseline"]
        self._record = conclude(
            name=request.name,
            needs=needs,
            dataset=sample,
            choice=_known(self._choice),
            results=results,
            reproduce=command_of(
                request.profile,
                sample,
                self._amount,
                models=names if edited_by_hand else (),
            ),
            seed=self._amount.seed,
        )
        return messages.Decided(record=self._record)

    def _save(self, request: messages.Save) -> messages.Saved:
        record = _known(self._record).named(request.name, request.note)
        path = save_record(record, Path(request.folder))
        return messages.Saved(path=str(path), record=record)


def _known(thing: Thing | None) -> Thing:
    if thing is None:
        raise UsageError("This comes too early: a step before it is missing.")
    return thing
