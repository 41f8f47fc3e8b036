"""From the runs that sessions write to rankings and figures by the user's judgements."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.bench import protocol
from advisor.bench.events import Scored
from advisor.bench.plan import Plan, Texts
from advisor.bench.ranking import Ints, read_arrays, read_run
from advisor.bench.results import Result, Varied, Views
from advisor.bench.state import State
from advisor.bench.variants import NO_PROMPT, variants_of
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.metrics import MAIN_METRIC, METRICS, evaluate


def judge(state: State, plan: Plan, texts: Texts) -> Scored:
    """Judge the candidate's run; the state keeps rankings and per-query values."""
    indices, _ = read_run(state.journal.run)
    rankings = _rankings(indices, texts)
    per_query = evaluate(rankings, plan.dataset.qrels, METRICS)
    state.judged = Result(
        candidate=state.candidate, status="measured", rankings=rankings, per_query=per_query
    )
    values = {label: list(scores.values()) for label, scores in per_query.items()}
    return Scored(
        metrics={label: sum(scores) / len(scores) for label, scores in values.items()},
        quality=mean_interval(values[MAIN_METRIC]),
    )


def judge_views(state: State, event: protocol.Varied, plan: Plan, texts: Texts) -> Views:
    """Judge what was looked at beside the run; smaller forms come with the full one first."""
    loaded = state.done.get("load")
    dim = loaded.dim if isinstance(loaded, protocol.Loaded) else None
    runs = read_arrays(state.journal.variants)

    def judged(name: str) -> Mapping[str, float]:
        rankings = _rankings(runs[name], texts)
        return evaluate(rankings, plan.dataset.qrels, [MAIN_METRIC])[MAIN_METRIC]

    return Views(
        forms=tuple(
            Varied(
                form=variant.form,
                dim=variant.dim,
                bytes=variant.bytes,
                per_query=judged(variant.name),
            )
            for variant in variants_of(dim or 0)
            if variant.name in event.names
        ),
        without_prompt=judged(NO_PROMPT) if NO_PROMPT in event.names else {},
        self_retrieval=event.self_retrieval,
    )


def _rankings(indices: Ints, texts: Texts) -> dict[str, tuple[str, ...]]:
    ids = texts.document_ids
    return {
        query: tuple(ids[index] for index in row if index >= 0)
        for query, row in zip(texts.query_ids, indices.tolist(), strict=True)
    }
