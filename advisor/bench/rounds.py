"""The rounds of a run: parts of the data, how a run on one is judged, and who then leaves."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from advisor.bench.assessing import assessed
from advisor.bench.events import Ended, Scored
from advisor.bench.plan import Plan, Texts
from advisor.bench.racing import dropped, far_over
from advisor.bench.ranking import read_run
from advisor.bench.results import Result
from advisor.bench.state import LOOK, State
from advisor.corpus.dataset import RANKED, Dataset
from advisor.evaluation.clusters import sources
from advisor.evaluation.intervals import quality_interval
from advisor.evaluation.metrics import METRICS, evaluate
from advisor.evaluation.yardstick import yardstick

FEWEST_CALLS = 10
"""Timed calls before a median says that a limit is clearly broken."""


@dataclass(frozen=True)
class Round:
    """One part of the data, as sessions and journals know it."""

    dataset: Dataset
    texts: Texts
    fingerprint: str
    mark: str
    """What its steps are called by, behind their names: `@16`; nothing in the last round."""

    def judged(self, state: State, run: Path) -> Result:
        """Return rankings and per-query values of the candidate's run on this round."""
        indices, scores = read_run(run)
        if self.dataset.task not in RANKED:
            return Result(
                candidate=state.candidate,
                status="measured",
                task=self.dataset.task,
                per_query=assessed(self.dataset, self.texts.given, indices, scores),
            )
        ids = self.texts.document_ids
        rankings = {
            query: tuple(ids[index] for index in row if index >= 0)
            for query, row in zip(self.texts.query_ids, indices.tolist(), strict=True)
        }
        return self.judge(state, rankings)

    def judge(self, state: State, rankings: Mapping[str, tuple[str, ...]]) -> Result:
        """Return the rankings with their per-query values on this round; none are unjudged."""
        judged = self.dataset.is_judged
        per_query = evaluate(rankings, self.dataset.qrels, METRICS) if judged else {}
        return Result(
            candidate=state.candidate,
            status="measured",
            task=self.dataset.task,
            rankings=rankings,
            per_query=per_query,
        )


def rounds_of(plan: Plan) -> tuple[Round, ...]:
    """Return the plan's rounds; the last is the whole data, and without a race the only one."""
    earlier = (_round(part, f"@{len(part.queries)}") for part in plan.parts)
    return (*earlier, _round(plan.dataset, ""))


def looks_of(plan: Plan) -> tuple[Round, ...]:
    """Return what is looked at beside the last round: the same documents, its queries changed."""
    return tuple(_round(dataset, f"{LOOK}{kind}") for kind, dataset in plan.looks)


def _round(dataset: Dataset, mark: str) -> Round:
    texts = Texts(dataset)
    return Round(dataset, texts, texts.fingerprint(), mark)


def scored(judged: Result, of: int) -> Scored:
    """Say how good a judged run is; `of` is how many queries the last round has."""
    values = {label: list(scores.values()) for label, scores in judged.per_query.items()}
    return Scored(
        metrics={label: sum(scores) / len(scores) for label, scores in values.items()},
        quality=quality_interval(list(judged.scores.values())),
        metric=yardstick(judged.task).main,
        of=of,
    )


class Outcome(NamedTuple):
    """What a run has come to."""

    results: tuple[Result, ...]
    dataset: Dataset
    """What the results were measured on: everything, or the part that a stopped race reached."""
    parts: tuple[Dataset, ...]
    """The parts that were raced on before."""


def reached(states: Iterable[State], rounds: Sequence[Round]) -> Round:
    """Return the round whose scores count: the latest that most models in the run have finished.

    At the end of a race that is the last one. A race that was stopped has a verdict on an earlier
    one all the same, and never on a mixture.
    """
    running = [state for state in states if state.ended is None or state.ended.status == "measured"]
    models = [state for state in running if state.candidate.races] or running
    finished = [sum(part.mark in state.judged for state in models) for part in rounds]
    if not any(finished):
        return rounds[-1]
    return [part for part, n in zip(rounds, finished, strict=True) if n == max(finished)][-1]


def leaving(
    states: Iterable[State], rounds: Sequence[Round], plan: Plan
) -> Iterator[tuple[State, Ended]]:
    """Yield who leaves the race by what is measured now, and why: models alone (`races`).

    A limit counts once everybody has been timed, and only while somebody keeps to it: where all
    break it, they are all of use. A round counts once everybody still in the race has finished
    it, for those that have gone no further.
    """
    if len(rounds) < 2:
        return
    models = [state for state in states if state.candidate.races]
    racing = [state for state in models if state.ended is None]
    over = list(_over(racing, plan))
    if len(over) < len(racing) and all(state.blocks() for state in racing):
        yield from over
        racing = [state for state in racing if state not in [gone for gone, _ in over]]
    for part in rounds[:-1]:
        if not all(part.mark in state.judged for state in racing):
            return
        scores = {state.candidate.name: _row(state, part) for state in racing}
        data = part.dataset
        clusters = sources(part.texts.query_ids, data.qrels, data.origins)
        left = dropped(scores, len(models), len(data.corpus), clusters)
        for state in racing:
            drop = left.get(state.candidate.name)
            if drop is not None and _latest(state, rounds) is part:
                ended = Ended(
                    status="stopped early", reason=drop.sentence(), log=state.log, dropped=drop
                )
                yield state, ended


def _over(racing: Iterable[State], plan: Plan) -> Iterator[tuple[State, Ended]]:
    for state in racing:
        calls = [call for block in state.blocks() for call in block.latencies_ms]
        median = statistics.median(calls) if len(calls) >= FEWEST_CALLS else None
        peak = state.peak_mib()
        limit = far_over(median, peak, plan.max_latency_ms, plan.max_memory_mib)
        if limit is not None:
            reason = f"over your limit: {limit}"
            yield state, Ended(status="stopped early", reason=reason, log=state.log)


def _row(state: State, part: Round) -> list[float]:
    values = state.judged[part.mark].scores
    return [values[query] for query in part.texts.query_ids]


def _latest(state: State, rounds: Sequence[Round]) -> Round:
    return [part for part in rounds if part.mark in state.judged][-1]
