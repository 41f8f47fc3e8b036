"""The walk without an interface: from `embed-advisor run` to a saved record."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from advisor.bench import protocol
from advisor.bench.board import Board
from advisor.bench.cache import cache_dir
from advisor.bench.choice import Absent, Choice
from advisor.bench.choosing import has_usable_gpu
from advisor.bench.downloads import download
from advisor.bench.experience import learn
from advisor.bench.locate import default_places
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.rounds import Outcome
from advisor.bench.runner import Runner
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.amount import Amount, Size
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions
from advisor.deciding.asked import Asked
from advisor.deciding.forecasting import announcement, forecasts, size_of
from advisor.deciding.sources import data_of, questioned, with_judgements_here
from advisor.deciding.steps import (
    Needs,
    choose,
    conclude,
    cut,
    data_doubts,
    explained,
    machine_of,
    mined_for,
    needs_of,
    plan_of,
)
from advisor.deciding.writing import Consent, nobody_agrees
from advisor.errors import AdvisorError
from advisor.evaluation.yardstick import yardstick
from advisor.needs.profile import Profile, apply_settings, load_profile
from advisor.progress import DownloadProgress, progress_for, say
from advisor.record.decision import DecisionRecord
from advisor.record.store import save_record

Leave = Callable[[Sequence[Absent]], bool]
"""Asks a person whether these models may be fetched from the Hub."""


class Interrupted(AdvisorError):
    """The user or the system ended the run; what was measured is kept."""

    exit_code = 130


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What `embed-advisor run` was asked for."""

    profile: str
    data: str
    reading: ReadOptions = field(default_factory=ReadOptions)
    models: tuple[str, ...] = ()
    models_dir: Path | None = None
    queries: int | None = None
    documents: int | None = None
    full: bool = False
    bf16: bool = True
    load_qps: float | None = None
    views: bool = False
    sample: Size = "standard"
    seed: int = 0
    time_limit: float | None = None
    settings: tuple[str, ...] = ()
    out: Path = Path("benchmark_results")
    queries_from: str | None = None
    """Address of an endpoint that is to write queries, with the name of a model there."""
    queries_model: str | None = None
    judged_here: bool = True
    """Whether judgements made in the interface on this machine count."""
    offline: bool = False
    yes: bool = False

    @property
    def how_to_read(self) -> ReadOptions:
        """How the data is read; a full run holds all of it in memory."""
        most = None if self.full else self.reading.most_documents
        return msgspec.structs.replace(self.reading, most_documents=most, seed=self.seed)

    @property
    def amount(self) -> Amount:
        """How much of the data is measured."""
        return Amount(
            queries=self.queries,
            documents=self.documents,
            full=self.full,
            size=self.sample,
            seed=self.seed,
        )

    @property
    def asked(self) -> Asked:
        """What stands in the command that repeats it."""
        return Asked(
            amount=self.amount,
            reading=self.reading,
            models=self.models,
            settings=self.settings,
            bf16=self.bf16,
            load_qps=self.load_qps,
            views=self.views,
            time_limit_s=self.time_limit,
            judged_here=self.judged_here,
            queries_model=self.queries_model,
        )


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a run ends with."""

    record: DecisionRecord
    path: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Walked:
    """Everything that a record is made of: what was asked, chosen and measured."""

    profile: Profile
    needs: Needs
    choice: Choice
    outcome: Outcome
    dataset: Dataset
    """What was to be measured; a race or a time limit may have ended on a part of it."""


async def decide(options: RunOptions, leave: Leave, send: Consent = nobody_agrees) -> Decision:
    """Walk the whole line and save the record; who is asked what, as `walked`."""
    started = time.monotonic()
    record = await concluded(options, leave, send)
    path = save_record(record, options.out)
    return Decision(record=record, path=path, seconds=time.monotonic() - started)


async def concluded(
    options: RunOptions, leave: Leave, send: Consent = nobody_agrees
) -> DecisionRecord:
    """Walk the whole line to a record, unsaved; who is asked what, as `walked`."""
    return record_of(await walked(options, leave, send), options)


async def walked(options: RunOptions, leave: Leave, send: Consent = nobody_agrees) -> Walked:
    """Read, choose and measure.

    `leave` is asked before the Hub is, `send` before any text goes to an endpoint.
    """
    profile = apply_settings(load_profile(options.profile), options.settings)
    machine = machine_of(profile.answers)
    logs = cache_dir() / "logs" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    async with until_a_signal(), Processes(logs, gpu=has_usable_gpu(machine)) as processes:
        # The imports take seconds: they run while the data is read and the models are chosen.
        await processes.warm_up()
        whole = questioned(await data_of(options, profile.answers, send), options.seed)
        needs = needs_of(profile.answers, whole, machine)
        places = default_places(options.models_dir)
        choice = choose(needs.requirements, options.models, places, whole.task)
        fetchable = [gone for gone in choice.absent if gone.repo]
        if fetchable and not options.offline and (options.yes or leave(fetchable)):
            failures = await fetch(fetchable, processes)
            choice = explained(
                choose(needs.requirements, options.models, places, whole.task), failures
            )
        choice.refuse_nothing()
        mined = await mined_for(
            whole, options.amount, choice, places, needs.requirements, processes
        )
        dataset = cut(whole, options.amount, mined)
        plan = plan_of(
            dataset,
            choice,
            needs.requirements,
            options.asked,
        )
        announce(plan, needs)
        outcome = await measure(plan, processes)
        outcome = with_judgements_here(outcome, whole, options)
    learn(machine, outcome.results, cache_dir())
    return Walked(profile=profile, needs=needs, choice=choice, outcome=outcome, dataset=dataset)


def record_of(walk: Walked, options: RunOptions) -> DecisionRecord:
    """Decide on what was measured and make the record, unsaved."""
    return conclude(
        name=walk.profile.name,
        needs=walk.needs,
        outcome=walk.outcome,
        choice=walk.choice,
        reproduce=options.asked.command(walk.profile.name, walk.dataset),
        seed=options.seed,
    )


def announce(plan: Plan, needs: Needs) -> None:
    """Say what will be measured, and what it will take."""
    requirements = needs.requirements
    size = size_of(plan.dataset, needs.answers.values.document_languages or ())
    for doubt in data_doubts(needs, plan.dataset):
        say(doubt)
    known = forecasts(plan.candidates, requirements, size)
    for remark in load_catalogue().remarks:
        say(remark)
    say(announcement(plan.candidates, known, size, requirements.machine))


async def fetch(absent: Sequence[Absent], processes: Processes) -> dict[str, str]:
    """Download what is not here; return why, for each that could not be had."""
    failures: dict[str, str] = {}
    repos = [gone.repo for gone in absent if gone.repo is not None]
    with DownloadProgress() as progress:
        async with aclosing(download(repos, processes)) as downloads:
            async for step in downloads:
                progress.show(step)
                if isinstance(step.event, protocol.Failed):
                    failures[step.repo] = step.event.text
    return failures


async def measure(plan: Plan, processes: Processes) -> Outcome:
    """Carry out the plan and show its progress."""
    runner = Runner(plan, processes, cache_dir())
    board = Board()
    board.expect(plan.candidates, yardstick(plan.dataset.task).main)
    with progress_for(board) as progress:
        async with aclosing(runner.events()) as updates:
            async for update in updates:
                progress.show(update)
    return runner.outcome()


@asynccontextmanager
async def until_a_signal() -> AsyncGenerator[None, None]:
    """Turn SIGINT, SIGTERM and SIGHUP into the end of what runs inside, and into Interrupted."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # a coroutine runs in a task
    came: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        came.append(number)
        task.cancel()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, end, number)
    try:
        yield
    except asyncio.CancelledError:
        if not came:
            raise
        task.uncancel()
        raise Interrupted(
            "Interrupted. What was measured is kept; the same command goes on from there."
        ) from None
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
