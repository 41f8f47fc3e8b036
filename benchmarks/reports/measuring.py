"""One data set measured as the headless command measures it, and what is kept of that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

import msgspec

from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise
from advisor.bench.information import information_of
from advisor.bench.model_folder import read_json
from advisor.deciding.headless import RunOptions, Walked, record_of, walked
from advisor.deciding.steps import with_answers
from advisor.evaluation.estimate import Interval
from advisor.evaluation.metrics import MAIN_METRIC, evaluate
from advisor.needs.answers import answered
from advisor.record.figures import figure, rounded
from advisor.text import one_line, plain
from benchmarks.reports.kept import Beside, Decided, Folder, Gap, Hard, save
from benchmarks.reports.sets import WISHES, DataSet

PROFILE = "plain-rag"
DEEP, SHALLOW = 100, 2
"""Recall is looked at as deep as this, and never deeper than one in so many documents."""
FAR, MOST_HARD = 0.5, 3
"""Behind the best on a query from which it is named, and how many are named."""


def measure(
    data: DataSet, place: str, models: Path, kept: Path, queries: int | None = None
) -> None:
    """Run every model of a folder on all documents of a set and keep record and figures.

    `queries` are at most so many, drawn evenly; None is all of them. What an earlier run has
    measured comes from the product's own cache.
    """
    folders = [path for path in sorted(models.iterdir()) if path.is_dir()]
    options = RunOptions(
        profile=PROFILE,
        data=place,
        models=tuple(f"{path.name}={path.resolve()}" for path in folders),
        models_dir=models,
        full=True,
        views=data.quotable,
        queries=queries,
        offline=True,
    )
    before = os.getloadavg()[0]
    walk = asyncio.run(walked(options, lambda absent: False))
    after = os.getloadavg()[0]
    record = record_of(walk, options)
    known = Measurements(walk.outcome.results, walk.dataset, options.seed)
    deep = min(DEEP, len(walk.dataset.corpus) // SHALLOW)
    beside = Beside(
        cores_of_machine=os.cpu_count() or 1,
        load_before=figure(before),
        load_after=figure(after),
        gaps=_gaps(known),
        deep=deep,
        recall=_recall(known, deep),
        hard=_hard(known) if data.quotable else {},
        wishes=_wishes(walk, known),
        folders={path.name: _folder(path) for path in folders},
    )
    save(data.name, record, beside, kept)


def _gaps(known: Measurements) -> dict[str, dict[str, Gap]]:
    return {
        plain(one): {
            plain(other): _gap(known.gap(one, other)) for other in known.names[place + 1 :]
        }
        for place, one in enumerate(known.names[:-1])
    }


def _gap(interval: Interval) -> Gap:
    return Gap(figure(interval.mean), rounded(interval.low), rounded(interval.high))


def _recall(known: Measurements, depth: int) -> dict[str, float]:
    label = f"Recall@{depth}"
    return {
        plain(result.candidate.name): figure(
            fmean(evaluate(result.rankings, known.dataset.qrels, [label])[label].values())
        )
        for result in known.measured
        if max((len(ranking) for ranking in result.rankings.values()), default=0) >= depth
    }


def _hard(known: Measurements) -> dict[str, tuple[Hard, ...]]:
    """Return by candidate the queries on which it is furthest behind the best on them."""
    texts = {query.id: query.text for query in known.dataset.queries}
    scores = {result.candidate.name: result.per_query[MAIN_METRIC] for result in known.measured}
    return {plain(name): _behind(name, own, scores, texts) for name, own in scores.items()}


def _behind(
    name: str,
    own: Mapping[str, float],
    scores: Mapping[str, Mapping[str, float]],
    texts: Mapping[str, str],
) -> tuple[Hard, ...]:
    found = []
    for query, value in own.items():
        best = max(scores, key=lambda other: (scores[other][query], other))
        if scores[best][query] - value >= FAR:
            found.append(
                Hard(plain(texts[query]), figure(value), best, figure(scores[best][query]))
            )
    found.sort(key=lambda hard: (hard.ndcg - hard.best_ndcg, hard.query))
    return tuple(found[:MOST_HARD])


def _wishes(walk: Walked, known: Measurements) -> dict[str, Decided]:
    """Return what the product decides for every wish; measurements stay as they are."""
    decided = {}
    for wish in WISHES:
        values = msgspec.structs.replace(walk.needs.said.values, **wish.answers)
        needs = with_answers(walk.needs, answered(values))
        advice = advise(known, needs.requirements)
        decided[wish.key] = Decided(
            kind=advice.kind,
            sentence=advice.sentence,
            pick=advice.pick,
            within_reach=advice.within_reach,
            baseline_suffices=advice.baseline_suffices,
        )
    return decided


def _folder(path: Path) -> Folder:
    told = information_of(path)
    held = read_json(path / "MODEL_INFO.json")
    words = {
        key: one_line(value, 200)
        for key, value in (held.items() if isinstance(held, dict) else ())
        if isinstance(value, str)
    }
    return Folder(
        repo=told.repo,
        languages=told.languages,
        licence=told.license,
        mark=told.mark,
        origin="" if told.repo else words.get("hf_id", ""),
        conversion=words.get("conversion", ""),
    )
