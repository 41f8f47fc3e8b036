"""The recommendation: from requirements and measurements to one piece of advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.advice.advice import Advice, Assessment
from advisor.advice.changed_queries import sensitivity_notes
from advisor.advice.compare import Comparison, compare
from advisor.advice.contest import competes, surely_better
from advisor.advice.cost import cheapest
from advisor.advice.limits import broken
from advisor.advice.reasons import (
    points,
    prompted,
    prompts_note,
    surely,
    too_few_sentence,
    verdict_sentence,
    why_not,
)
from advisor.advice.reranking import reading_notes
from advisor.advice.variants import form_note, smaller_forms, smallest_harmless
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.errors import NothingMeasured
from advisor.evaluation.metrics import MAIN_METRIC, evaluate
from advisor.evaluation.posterior import LEAD_GROUP_SHARE
from advisor.evaluation.words import MIN_QUERIES, Verdict, percent
from advisor.needs.requirements import Requirements

REACH = 0.5
"""P(within the given-up points of the best) from which a cheaper model will do (methods, 3)."""
POOLED_JUDGEMENTS = 10
"""Judged documents a query from which unjudged ones among the results mean holes in a pool."""
MOST_JUDGED_GAP = 0.10
"""Difference in judged@10 from which two models are not judged alike (methods, 1)."""
_BESIDE = {"baseline": "a baseline", "hybrid": "a model with exact words"}
"""What stands beside the models unless the user named it or it is better."""


def recommend(
    requirements: Requirements,
    results: Sequence[Result],
    dataset: Dataset,
    seed: int = 0,
) -> Advice:
    """Return the advice; NothingMeasured when no candidate has a measured quality."""
    measured = [result for result in results if result.per_query]
    competing = [result for result in measured if competes(result)]
    if not competing:
        raise NothingMeasured(_nothing_measured(results))
    n = len(competing[0].per_query[MAIN_METRIC])
    keeping = [result for result in measured if not broken(result, requirements)]
    within = [result for result in keeping if competes(result)]
    within += surely_better(within, keeping) if within else []
    contestants = within or competing
    others = [result for result in measured if result not in contestants]
    notes = (*_notes(dataset, competing), *_race_notes(results), *reading_notes(results, dataset))
    if n < 2:
        return _insufficient(requirements, dataset, results, None, n, notes)
    dropped = [result.dropped for result in results if result.dropped is not None]
    compared = compare(contestants, others, requirements, seed, dropped)
    kind = _kind(compared, n, dataset, competing)
    if kind == "insufficient":
        return _insufficient(requirements, dataset, results, compared, n, notes)
    if not within:
        return _every_limit_broken(requirements, dataset, results, compared, kind, n, notes)
    reach = [
        result
        for result in within
        if (compared.assessments[result.candidate.name].p_within or 0.0) >= REACH
    ]
    # The leader is always within reach of itself in belief; with many equals no single one is.
    leader = next(r for r in within if r.candidate.name == compared.leader)
    pick = cheapest(reach or [leader], requirements)
    suffices = [r for r in others if _suffices(r, compared)]
    sentence = verdict_sentence(
        kind, compared.assessments[pick.candidate.name], compared, requirements.give_up_ndcg
    )
    if suffices:
        lead = _suffices_sentence(suffices[0], compared)
        sentence = f"{lead} {sentence[0].lower()}{sentence[1:]}"
    return _advice(
        requirements,
        dataset,
        results,
        compared,
        kind=kind,
        sentence=sentence,
        pick=pick.candidate.name,
        within_reach=tuple(r.candidate.name for r in reach or [leader]),
        baseline_suffices=bool(suffices),
        notes=notes,
        n=n,
    )


def _suffices(result: Result, compared: Comparison) -> bool:
    within = compared.assessments[result.candidate.name].p_within or 0.0
    return result.candidate.kind == "baseline" and within >= REACH


def _kind(compared: Comparison, n: int, dataset: Dataset, competing: Sequence[Result]) -> Verdict:
    if len(competing) < 2 or _judged_unlike(dataset, compared, competing):
        return "insufficient"
    return compared.word(n, dataset.evidence)


def _judged_unlike(dataset: Dataset, compared: Comparison, competing: Sequence[Result]) -> bool:
    """Say whether the pool of judgements treats the leader and its nearest rival differently.

    Only where there is a pool: with one or two judged documents a query, judged@10 is the
    quality itself and says nothing about holes.
    """
    if _judged_per_query(dataset) < POOLED_JUDGEMENTS or compared.runner_up is None:
        return False
    judged = {
        result.candidate.name: _judged_at_10(result, dataset)
        for result in competing
        if result.candidate.name in (compared.leader, compared.runner_up)
    }
    return max(judged.values()) - min(judged.values()) > MOST_JUDGED_GAP


def _judged_per_query(dataset: Dataset) -> float:
    return sum(map(len, dataset.qrels.values())) / max(1, len(dataset.qrels))


def _judged_at_10(result: Result, dataset: Dataset) -> float:
    values = evaluate(result.rankings, dataset.qrels, ["Judged@10"])["Judged@10"]
    return sum(values.values()) / len(values)


def _notes(dataset: Dataset, competing: Sequence[Result]) -> tuple[str, ...]:
    notes = list(dataset.notes)
    if dataset.sampling is not None:
        notes.append(dataset.sampling.how)
    if dataset.evidence == "title-body":
        notes.append(
            "The queries are titles and first sentences of the documents themselves, not what "
            "people ask: a verdict on them is never more than probable."
        )
    if len(dataset.corpus) < 200:
        notes.append(
            f"With {len(dataset.corpus)} documents even a poor model finds much: the figures are "
            "higher than on a real index."
        )
    notes.extend(
        f"The latency of {result.candidate.name} is noisy: its blocks differ by "
        f"{percent(result.latency.noise)}. The machine was busy; smaller differences mean nothing."
        for result in competing
        if result.latency is not None and result.latency.noisy
    )
    if len(competing) < 2:
        notes.append("Only one model could be measured, so nothing is compared.")
    return tuple(notes)


def _race_notes(results: Sequence[Result]) -> tuple[str, ...]:
    gone = [result.dropped for result in results if result.dropped is not None]
    if not gone:
        return ()
    models = sum(result.candidate.races for result in results)
    return (
        f"The models were raced: {len(gone)} of {models} left on a part of the data, with less "
        f"than {100 * LEAD_GROUP_SHARE / max(1, models - 1):.1f} % probability each of being as "
        "good as the leader there. Their figures are of that part and stand beside no others; "
        "--full measures everything.",
    )


def _ended(result: Result) -> str:
    """Say how it ended without a measured quality."""
    if result.dropped is not None or not result.reason:
        return result.reason or result.status
    return f"{result.status}: {result.reason}"


def _insufficient(
    requirements: Requirements,
    dataset: Dataset,
    results: Sequence[Result],
    compared: Comparison | None,
    n: int,
    notes: tuple[str, ...],
) -> Advice:
    gap = compared.smallest_gap if compared else None
    competing = [result for result in results if result.per_query and competes(result)]
    if n < MIN_QUERIES:
        sentence = too_few_sentence(n, gap, results)
    elif len(competing) < 2:
        only = competing[0].candidate.name
        sentence = (
            f"Not enough evidence: {only} is the only model that could be measured here, so "
            "there is nothing to compare it with."
        )
    elif dataset.evidence == "agreement":
        sentence = "Not enough evidence: agreement between models is not quality."
    else:
        sentence = (
            "Not enough evidence: the judgements cover the two best models unequally (judged@10 "
            f"differs by more than {percent(MOST_JUDGED_GAP)}); judge what they found first."
        )
    return _advice(
        requirements, dataset, results, compared, kind="insufficient", sentence=sentence,
        pick=None, within_reach=(), baseline_suffices=False, notes=notes, n=n,
    )  # fmt: skip


def _every_limit_broken(
    requirements: Requirements,
    dataset: Dataset,
    results: Sequence[Result],
    compared: Comparison,
    kind: Verdict,
    n: int,
    notes: tuple[str, ...],
) -> Advice:
    leader = compared.assessments[compared.leader]
    sentence = (
        f"None of the measured models meets your limits. The best quality is {leader.name} "
        f"(nDCG@10 {points(leader.quality.mean)}), over the limit: "
        f"{'; '.join(leader.broken_limits)}."
    )
    return _advice(
        requirements, dataset, results, compared, kind=kind, sentence=sentence,
        pick=None, within_reach=(), baseline_suffices=False, notes=notes, n=n,
    )  # fmt: skip


def _suffices_sentence(baseline: Result, compared: Comparison) -> str:
    own = compared.assessments[baseline.candidate.name].quality.mean
    best = compared.assessments[compared.leader].quality.mean
    return (
        f"{baseline.candidate.name} alone is enough for these queries: nDCG@10 {points(own)} "
        f"against {points(best)} for the best model. If you want a model all the same:"
    )


def _advice(
    requirements: Requirements,
    dataset: Dataset,
    results: Sequence[Result],
    compared: Comparison | None,
    *,
    kind: Verdict,
    sentence: str,
    pick: str | None,
    within_reach: tuple[str, ...],
    baseline_suffices: bool,
    notes: tuple[str, ...],
    n: int,
) -> Advice:
    assessments = compared.assessments if compared else {}
    picked = [result for result in results if result.candidate.name == pick]
    notes += tuple(prompts_note(result) for result in picked if prompted(result))
    notes += tuple(_form_notes(picked, len(dataset.corpus)))
    notes += tuple(sensitivity_notes(picked))
    reasons: dict[str, str] = {}
    for result in results:
        name = result.candidate.name
        if name == pick:
            continue
        if compared is None or name not in assessments:
            reasons[name] = _ended(result)
        elif name not in compared.contestants and result.candidate.kind in _BESIDE:
            reasons[name] = _beside_reason(result, assessments[name], compared)
        else:
            reasons[name] = why_not(
                result, assessments[name], assessments[pick] if pick else None, compared,
                requirements.give_up_ndcg,
            )  # fmt: skip
    return Advice(
        kind=kind,
        sentence=sentence,
        pick=pick,
        leader=compared.leader if compared else None,
        within_reach=within_reach,
        baseline_suffices=baseline_suffices,
        flavour=compared.flavour if compared and kind == "tie" else None,
        evidence=dataset.evidence,
        n=n,
        give_up=requirements.give_up_ndcg,
        smallest_gap=compared.smallest_gap if compared else None,
        # For a clear winner the number would only say how few would have been enough.
        queries_to_settle=compared.queries_to_settle if compared and kind != "clear" else None,
        runner_up=compared.runner_up if compared else None,
        assessments=tuple(assessments.values()),
        why_not=reasons,
        notes=notes,
    )


def _form_notes(picked: Sequence[Result], documents: int) -> Iterator[str]:
    for result in picked:
        best = smallest_harmless(smaller_forms(result))
        if best is not None:
            yield form_note(result.candidate.name, result.views.forms[0].bytes, best, documents)


def _beside_reason(result: Result, assessment: Assessment, compared: Comparison) -> str:
    if assessment.broken_limits and result.candidate.kind != "baseline":
        return "over your limit: " + "; ".join(assessment.broken_limits)
    gap = assessment.behind.mean if assessment.behind else 0.0
    word = "worse" if gap > 0 else "better"
    sure = surely(assessment)
    what = _BESIDE[result.candidate.kind]
    return f"{what}, for comparison: {points(abs(gap))} {word} than {compared.leader} ({sure})"


def _nothing_measured(results: Sequence[Result]) -> str:
    failed = [
        f"{result.candidate.name}: {result.reason or result.status}"
        + (f" (log: {result.log})" if result.log else "")
        for result in results
        if competes(result)
    ]
    return "No model could be measured.\n  " + "\n  ".join(failed)
