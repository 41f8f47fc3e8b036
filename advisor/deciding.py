"""The line every decision walks, from a profile to a saved record; each step is one function."""

from __future__ import annotations

import asyncio
import platform
import shlex
import signal
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import msgspec

from advisor import __version__
from advisor.advice.recommendation import recommend
from advisor.bench import protocol
from advisor.bench.board import Board
from advisor.bench.cache import cache_dir
from advisor.bench.choosing import Absent, Choice, from_names, from_shortlist, has_usable_gpu
from advisor.bench.downloads import download
from advisor.bench.locate import Places, available, default_places
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.results import Result
from advisor.bench.runner import Runner
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.dataset import Dataset
from advisor.corpus.language import guess_language
from advisor.corpus.readers import read_dataset
from advisor.corpus.sampling import sample
from advisor.errors import AdvisorError
from advisor.needs import hardware
from advisor.needs.answers import contradictions, filled, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.mistakes import mistakes
from advisor.needs.profile import Profile, apply_settings, load_profile
from advisor.needs.requirements import Machine, Requirements
from advisor.progress import DownloadProgress, progress_for
from advisor.record.build import build_record
from advisor.record.decision import DecisionRecord
from advisor.record.store import save_record
from advisor.shortlist.shortlist import shortlist

Leave = Callable[[Sequence[Absent]], bool]
"""Asks a person whether these models may be fetched from the Hub."""

DEFAULT_QUERIES = 256
DEFAULT_DOCUMENTS = 2_000
"""Sizes of a sample where the user says nothing (methods, 4)."""


class Interrupted(AdvisorError):
    """The user or the system ended the run; what was measured is kept."""

    exit_code = 130


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What `embed-advisor run` was asked for."""

    profile: str
    data: str
    models: tuple[str, ...] = ()
    models_dir: Path | None = None
    queries: int | None = None
    documents: int | None = None
    full: bool = False
    seed: int = 0
    time_limit: float | None = None
    settings: tuple[str, ...] = ()
    out: Path = Path("benchmark_results")
    offline: bool = False
    yes: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a run ends with."""

    record: DecisionRecord
    path: Path
    seconds: float


async def decide(options: RunOptions, leave: Leave) -> Decision:
    """Walk the whole line and save the record; `leave` is asked before the Hub is."""
    started = time.monotonic()
    profile = apply_settings(load_profile(options.profile), options.settings)
    machine = machine_of(profile)
    logs = cache_dir() / "logs" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    async with until_a_signal(), Processes(logs, gpu=has_usable_gpu(machine)) as processes:
        # The imports take seconds: they run while the data is read and the models are chosen.
        await processes.warm_up()
        dataset = read_sample(options)
        languages = languages_of(dataset)
        answers = with_defaults(filled(profile.answers, languages, "detected"))
        requirements = requirements_from(answers, machine)
        places = default_places(options.models_dir)
        choice = choose(requirements, options.models, places)
        fetchable = [gone for gone in choice.absent if gone.command]
        if fetchable and not options.offline and (options.yes or leave(fetchable)):
            failures = await fetch(fetchable, processes)
            choice = explained(choose(requirements, options.models, places), failures)
        choice.refuse_nothing()
        plan = Plan(dataset=dataset, candidates=choice.candidates, time_limit_s=options.time_limit)
        results = await measure(plan, processes)
    advice = recommend(requirements, results, dataset, options.seed)
    record = build_record(
        profile_name=profile.name,
        answers=answers,
        requirements=requirements,
        dataset=dataset,
        languages=languages,
        results=results,
        advice=advice,
        choice=choice,
        doubts=(*contradictions(profile.answers, languages), *mistakes(answers.values)),
        reproduce=command_of(options, profile, dataset),
        seed=options.seed,
        created=datetime.now(UTC),
        software=software(),
    )
    path = save_record(record, options.out)
    return Decision(record=record, path=path, seconds=time.monotonic() - started)


def machine_of(profile: Profile) -> Machine:
    """Return the machine the profile describes, or this one."""
    name = profile.answers.values.machine
    return hardware.detect() if name in (None, "this") else hardware.describe(name)


def read_sample(options: RunOptions) -> Dataset:
    """Read the data and cut it down to what is measured."""
    return sample(
        read_dataset(options.data),
        queries=options.queries or (None if options.full else DEFAULT_QUERIES),
        documents=options.documents or (None if options.full else DEFAULT_DOCUMENTS),
        seed=options.seed,
    )


def languages_of(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return the languages found in the data, under the keys of the answers they fill."""
    found = {
        "document_languages": guess_language([document.text for document in dataset.corpus]),
        "query_languages": guess_language([query.text for query in dataset.queries]),
    }
    return {key: (guess.tag,) for key, guess in found.items() if guess is not None}


def choose(requirements: Requirements, names: Sequence[str], places: Places) -> Choice:
    """Return the candidates: those the user named, or the shortlist's that are here."""
    catalogue = load_catalogue()
    if names:
        return from_names(names, catalogue, places, requirements)
    here = available(catalogue.cards, places)
    return from_shortlist(shortlist(requirements, catalogue.cards, here), places, requirements)


async def fetch(absent: Sequence[Absent], processes: Processes) -> dict[str, str]:
    """Download what is not here; return why, for each that could not be had."""
    failures: dict[str, str] = {}
    repos = [gone.name for gone in absent]
    with DownloadProgress() as progress:
        async with aclosing(download(repos, processes)) as downloads:
            async for step in downloads:
                progress.show(step)
                if isinstance(step.event, protocol.Failed):
                    failures[step.repo] = step.event.text
    return failures


def explained(choice: Choice, failures: Mapping[str, str]) -> Choice:
    """Give each model that could not be downloaded its reason."""
    absent = tuple(
        msgspec.structs.replace(gone, reason=f"the download failed: {failures[gone.name]}")
        if gone.name in failures
        else gone
        for gone in choice.absent
    )
    return msgspec.structs.replace(choice, absent=absent)


async def measure(plan: Plan, processes: Processes) -> tuple[Result, ...]:
    """Carry out the plan and show its progress."""
    runner = Runner(plan, processes, cache_dir())
    board = Board()
    board.expect(plan.candidates)
    with progress_for(board) as progress:
        async with aclosing(runner.events()) as updates:
            async for update in updates:
                progress.show(update)
    return runner.results()


def command_of(options: RunOptions, profile: Profile, dataset: Dataset) -> str:
    """Return the command that repeats the run, without a path of this machine."""
    amounts = [
        f"--{name} {value}"
        for name, value in (("queries", options.queries), ("documents", options.documents))
        if value is not None
    ]
    full = ["--full"] if options.full else []
    names = [name.rpartition("=")[2].rstrip("/").rsplit("/", 1)[-1] for name in options.models]
    models = [f"--models {shlex.quote(','.join(names))}"] if names else []
    settings = [f"--set {shlex.quote(setting)}" for setting in options.settings]
    words = [
        "embed-advisor run",
        shlex.quote(profile.name),
        f"--data {shlex.quote(dataset.name)}",
        *models,
        *full,
        *amounts,
        f"--seed {options.seed}",
        *settings,
    ]
    return " ".join(words)


def software() -> dict[str, str]:
    """Return the versions that a figure may depend on."""
    names = ("torch", "sentence-transformers", "transformers", "bm25s", "numpy")
    own = {"embed-advisor": __version__, "python": platform.python_version()}
    return own | {name: metadata.version(name) for name in names}


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
