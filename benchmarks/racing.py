"""What racing costs and loses: on simulated scores, and on full runs of real models.

`python -m benchmarks.racing` simulates. With `--runs FOLDER --sets FOLDER --models-dir FOLDER` the
kept full runs of `benchmarks.calibration` are raced on samples of 256 of their queries: documents
are counted as the rounds would have them, and scores are those of the whole corpus, for a run of
single scores knows no other. With `--data FOLDER --models-dir FOLDER --models A,B,C` the program's
own runner ranks all documents once, and the rounds are the real ones: a ranking in a part is the
full ranking without what is not there.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.bench.cache import cache_dir
from advisor.bench.choosing import from_names
from advisor.bench.locate import Places
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.racing import hopeless
from advisor.bench.results import Result
from advisor.bench.runner import Runner
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.dataset import Dataset
from advisor.corpus.nesting import DOCUMENTS_PER_QUERY, ROUNDS, nested
from advisor.corpus.readers import read_dataset
from advisor.corpus.sampling import sample
from advisor.evaluation.metrics import evaluate
from advisor.needs.hardware import detect
from advisor.needs.requirements import Requirements
from benchmarks.calibration import load
from benchmarks.samples import Full

Scores = NDArray[np.float64]
"""(models, queries): nDCG@10 of every query."""

QUERIES = (*ROUNDS, 256)
MOST_DOCUMENTS = 2_000
DOCUMENTS = tuple(min(round(n * DOCUMENTS_PER_QUERY), MOST_DOCUMENTS) for n in QUERIES)
SPREAD_OF_QUERIES = 0.3
"""Standard deviation of the difference of two models over queries (methods, 2)."""
FELT = 0.02
"""nDCG@10 that the usual priority gives up; losing more is felt."""


class Found(NamedTuple):
    """What racing came to over many repeats, beside the full run of the same scores."""

    cost: float
    """Documents encoded, by those of a full run."""
    lost: float
    """Share of repeats in which it drops the model that is best and that the full run picks."""
    gone: float
    """Share in which it drops the best, whether the full run would have known it or not."""
    regret: float
    """Mean nDCG@10 by which the pick is worse than the best."""
    full_regret: float
    felt: float
    """Share of repeats in which that is more than .02."""
    full_felt: float


def race(parts: Sequence[Scores], documents: Sequence[int]) -> tuple[list[int], float]:
    """Return who reaches the last part, by row, and the share of the full run's documents."""
    alive = list(range(len(parts[0])))
    encoded = np.zeros(len(parts[0]))
    for scores, size in zip(parts[:-1], documents, strict=False):
        encoded[alive] = size
        rows = {str(model): scores[model].tolist() for model in alive}
        left = hopeless(rows, entered=len(encoded))
        alive = [model for model in alive if str(model) not in left]
    encoded[alive] = documents[-1]
    return alive, float(encoded.mean()) / documents[-1]


def summed(
    races: Sequence[tuple[Sequence[Scores], Sequence[int], Scores]],
) -> Found:
    """Race each of (parts, documents of the parts, true means) and sum it up."""
    rows = []
    for parts, documents, truth in races:
        alive, cost = race(parts, documents)
        measured = parts[-1].mean(axis=1)
        best, full = int(np.argmax(truth)), int(np.argmax(measured))
        pick = max(alive, key=lambda model: measured[model])
        gone = best not in alive
        off, full_off = truth[best] - truth[pick], truth[best] - truth[full]
        rows.append((cost, gone and full == best, gone, off, full_off, off > FELT, full_off > FELT))
    return Found(*np.array(rows, np.float64).mean(axis=0).tolist())


def simulated(models: int, repeats: int, spread: float, seed: int = 0) -> Found:
    """Race models whose true means lie `spread` (standard deviation) around each other."""
    rng = np.random.default_rng(seed)
    noise = SPREAD_OF_QUERIES / np.sqrt(2)
    races = []
    for _ in range(repeats):
        truth = rng.normal(0.5, spread, models)
        scores = truth[:, np.newaxis] + rng.normal(0, noise, (models, QUERIES[-1]))
        races.append(([scores[:, :n] for n in QUERIES], DOCUMENTS, truth))
    return summed(races)


async def measured(data: Dataset, names: Sequence[str], folder: Path) -> tuple[Result, ...]:
    """Rank every document for every query with each model; what is cached is read again."""
    places = Places(models_dirs=(folder,), hub_cache=folder)
    choice = from_names(names, load_catalogue(), places, Requirements(machine=detect()))
    models = tuple(one for one in choice.candidates if one.kind != "baseline")
    plan = Plan(dataset=data, candidates=models, depth=len(data.corpus), blocks=0)
    with tempfile.TemporaryDirectory() as logs:
        async with Processes(Path(logs)) as processes:
            runner = Runner(plan, processes, cache_dir())
            async with aclosing(runner.events()) as updates:
                async for _ in updates:
                    pass
            return runner.results()


def scores_on(part: Dataset, rankings: Sequence[Mapping[str, Sequence[str]]]) -> Scores:
    """Return nDCG@10 of each model on a part, from its rankings of everything."""
    here = {document.id for document in part.corpus}
    rows = []
    for ranked in rankings:
        run = {
            query.id: [document for document in ranked[query.id] if document in here]
            for query in part.queries
        }
        values = evaluate(run, part.qrels, ["nDCG@10"])["nDCG@10"]
        rows.append([values[query.id] for query in part.queries])
    return np.array(rows, np.float64)


def raced(data: Dataset, results: Sequence[Result], seeds: int, queries: int) -> Found:
    """Race the measured models on samples of the data, drawn as a run draws them.

    The truth is the mean of all queries on all documents.
    """
    rankings = [result.rankings for result in results]
    truth = scores_on(data, rankings).mean(axis=1)
    for result, mean in zip(results, truth, strict=True):
        print(f"  {result.candidate.name:32} nDCG@10 {mean:.3f}")
    races = []
    for seed in range(seeds):
        whole = sample(data, queries=queries, documents=MOST_DOCUMENTS, seed=seed)
        parts = (*nested(whole, seed), whole)
        documents = [len(part.corpus) for part in parts]
        races.append(([scores_on(part, rankings) for part in parts], documents, truth))
    print(f"  rounds of {', '.join(f'{len(part.corpus):,}' for part in parts)} documents")
    return summed(races)


def of_kept(full: Full, seeds: int) -> Found:
    """Race kept full runs on samples of their queries; the truth is the mean of all of them."""
    truth, total = full.scores.mean(axis=1), full.scores.shape[1]
    most = min(QUERIES[-1], total)
    sizes = [*(size for size in QUERIES[:-1] if size < most), most]
    documents = [min(round(size * DOCUMENTS_PER_QUERY), MOST_DOCUMENTS) for size in sizes]
    races = []
    for seed in range(seeds):
        drawn = np.random.default_rng(seed).permutation(total)
        races.append(([full.scores[:, drawn[:size]] for size in sizes], documents, truth))
    return summed(races)


HEAD = """# What racing costs and loses

Made by `python -m benchmarks.racing`. *Cost*: documents encoded, by those of a full run. *Lost*:
races that drop the best model where the full run would have picked it. *Gone*: races that drop the
best, whether or not the full run would have known it. *Regret*: mean nDCG@10 by which the pick is
worse than the best, beside that of the full run on the same queries; *over .02*: how often it is
more. Kept runs are scored on the whole corpus, so that their rounds are harder than real ones, and
their documents are counted as rounds of a corpus of 2,000 would have them. *Real rounds*: samples
and rounds as a run draws them, held against all queries on all documents.

| what | cost | lost | gone | regret | in full | over .02 | in full |
|---|--:|--:|--:|--:|--:|--:|--:|
"""


def said(name: str, found: Found) -> str:
    """Write one line of the table."""
    return (
        f"| {name} | {found.cost:.1%} | {found.lost:.2%} | {found.gone:.2%} | {found.regret:.4f} "
        f"| {found.full_regret:.4f} | {found.felt:.2%} | {found.full_felt:.2%} |"
    )


def tell(options: argparse.Namespace, name: str, found: Found) -> None:
    """Print a line, and add it to the report."""
    line = said(name, found)
    print(line, flush=True)
    if options.report:
        known = options.report.read_text("utf-8") if options.report.is_file() else HEAD
        options.report.write_text(f"{known}{line}\n", "utf-8")


def main() -> None:
    """Print what racing costs and loses."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data")
    parser.add_argument("--models", default="")
    parser.add_argument("--models-dir", type=Path, default=Path(".models"))
    parser.add_argument("--repeats", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--queries", type=int, default=QUERIES[-1], help="of a sample of --data")
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--sets", type=Path)
    parser.add_argument("--report", type=Path, help="lines are added to it")
    options = parser.parse_args()
    if options.runs is not None:
        for folder in sorted(path for path in options.runs.iterdir() if path.is_dir()):
            place = options.sets / folder.name
            full = load(place, options.models_dir, options.runs, only_kept=True)
            if full is not None:
                name = f"kept runs of {folder.name}, {len(full.candidates)} models"
                tell(options, f"{name}, {options.seeds} samples", of_kept(full, options.seeds))
        return
    if options.data is None:
        for models in (4, 6, 8):
            for spread in (0.05, 0.09):
                found = simulated(models, options.repeats, spread)
                tell(options, f"simulated: {models} models, means {spread} apart", found)
        return
    data = read_dataset(options.data)
    results = asyncio.run(measured(data, options.models.split(","), options.models_dir))
    drawn = f"{options.seeds} samples of {options.queries} queries"
    name = f"{data.name}, {len(results)} models, real rounds, {drawn}"
    tell(options, name, raced(data, results, options.seeds, options.queries))


if __name__ == "__main__":
    main()
