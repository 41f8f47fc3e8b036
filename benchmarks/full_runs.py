"""Every model of a folder on every query and document of a data set, kept as per-query scores."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import msgspec

from advisor.bench.cache import atomic_write, cache_dir
from advisor.bench.candidate import Candidate
from advisor.bench.choosing import from_names
from advisor.bench.locate import Places
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.results import Result
from advisor.bench.runner import Runner
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.dataset import Dataset
from advisor.errors import AdvisorError
from advisor.needs.requirements import Requirements

MAIN = "nDCG@10"


class FullRun(msgspec.Struct, frozen=True, kw_only=True):
    """One model on one data set, all documents and all queries."""

    model: str
    """The folder's name."""
    repo: str | None = None
    data: str
    fingerprint: str
    """Of the data, as `Dataset.fingerprint`."""
    weights: str
    """Hash of the model's files."""
    ndcg: dict[str, float]
    """Query id to nDCG@10."""


def full_runs(
    data: Dataset,
    models: Path,
    kept: Path,
    requirements: Requirements,
    *,
    only_kept: bool = False,
) -> tuple[tuple[Candidate, FullRun], ...]:
    """Return every model that can be measured with its run; what lies in `kept` is not run again.

    A model that fails is said and left out, and with `only_kept` every one without a run.
    """
    fingerprint = data.fingerprint()
    folder = kept / data.name
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for candidate in _candidates(models, requirements):
        file = folder / f"{candidate.name}.json"
        run = _kept(file, fingerprint, candidate.weights_hash)
        if run is None and only_kept:
            continue
        if run is None:
            result = asyncio.run(measured(data, (candidate,)))[0]
            if not result.per_query:
                print(f"  {candidate.name}: {result.reason or result.status}", flush=True)
                continue
            run = FullRun(
                model=candidate.name,
                repo=candidate.repo,
                data=data.name,
                fingerprint=fingerprint,
                weights=candidate.weights_hash,
                ndcg=dict(result.per_query[MAIN]),
            )
            atomic_write(file, msgspec.json.encode(run))
        mean = sum(run.ndcg.values()) / len(run.ndcg)
        print(f"  {data.name} {run.model}: {MAIN} {mean:.4f}", flush=True)
        found.append((candidate, run))
    return tuple(found)


async def measured(
    data: Dataset, candidates: Sequence[Candidate], depth: int = 100
) -> tuple[Result, ...]:
    """Rank `depth` documents for every query with each model, untimed; the cache is used."""
    plan = Plan(dataset=data, candidates=tuple(candidates), depth=depth, blocks=0)
    with tempfile.TemporaryDirectory() as logs:
        async with Processes(Path(logs)) as processes:
            runner = Runner(plan, processes, cache_dir())
            async with aclosing(runner.events()) as updates:
                async for _ in updates:
                    pass
            return runner.results()


def _kept(file: Path, fingerprint: str, weights: str) -> FullRun | None:
    """Return what is kept, None when it is of other data or weights."""
    if not file.is_file():
        return None
    run = msgspec.json.decode(file.read_bytes(), type=FullRun)
    return run if (run.fingerprint, run.weights) == (fingerprint, weights) else None


def _candidates(models: Path, requirements: Requirements) -> Iterator[Candidate]:
    """Yield the models of a folder, the smallest first: what comes early can be looked at early."""
    places = Places(models_dirs=(models,), hub_cache=models)
    found = []
    for folder in sorted(path for path in models.iterdir() if path.is_dir()):
        try:
            choice = from_names([str(folder)], load_catalogue(), places, requirements)
        except AdvisorError as error:
            print(f"  {folder.name}: {error}", flush=True)
            continue
        found += [one for one in choice.candidates if one.kind != "baseline"]
    yield from sorted(found, key=lambda candidate: candidate.disk_bytes or 0)
