"""The recommendation: from requirements and measurements to one piece of advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.advice.advice import Advice, Assessment
from advisor.advice.compare import Comparison, compare
from advisor.advice.contest import competes
from advisor.advice.costs.growth import growth_notes
from advisor.advice.costs.scale import scale_of
from advisor.advice.groups import group_notes, groups_of
from advisor.advice.labelling import labelling_of
from advisor.advice.measurements import Measurements
from advisor.advice.next_steps import fine_tuning, misses_minimum, next_steps
from advisor.advice.notes import notes_on, notes_on_the_pick
from advisor.advice.reasons import (
    points,
    surely,
    too_few_sentence,
    verdict_sentence,
    why_not,
)
from advisor.advice.rule import REACH, Ruling, rule
from advisor.advice.worth import best_value, pareto, tiers
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.errors import NothingMeasured
from advisor.evaluation.words import MIN_QUERIES, Verdict, percent
from advisor.evaluation.yardstick import yardstick
from advisor.needs.requirements import Requirements

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
    return advise(Measurements(tuple(results), dataset, seed), requirements)


def advise(known: Measurements, requirements: Requirements) -> Advice:
    """Return the advice under these answers; asked again with others it takes a moment only.

    NothingMeasured when no candidate has a measured quality.
    """
    if not known.competing:
        raise NothingMeasured(_nothing_measured(known.results))
    if known.units < 2:
        return _insufficient(known, requirements, None)
    ruling = rule(known, requirements)
    contestants = ruling.within or known.competing
    others = [result for result in known.measured if result not in contestants]
    compared = compare(known, contestants, others, requirements, ruling)
    kind = _kind(known, compared)
    if kind == "insufficient":
        return _insufficient(known, requirements, compared)
    if ruling.pick is None:
        return _every_limit_broken(known, requirements, compared, kind)
    suffices = [result for result in others if _suffices(result, compared)]
    sentence = verdict_sentence(
        kind, compared.assessments[ruling.pick], compared, requirements.give_up_ndcg
    )
    if suffices:
        lead = _suffices_sentence(suffices[0], compared)
        sentence = f"{lead} {sentence[0].lower()}{sentence[1:]}"
    return _advice(
        known, requirements, compared, kind=kind, sentence=sentence, pick=ruling.pick,
        within_reach=ruling.reach, baseline_suffices=bool(suffices), **_worth(known, ruling),
    )  # fmt: skip


def _worth(known: Measurements, ruling: Ruling) -> dict[str, Any]:
    return {
        "pareto": pareto(known, ruling),
        "tiers": tiers(known, ruling),
        "best_value": best_value(known, ruling),
    }


def _suffices(result: Result, compared: Comparison) -> bool:
    within = compared.assessments[result.candidate.name].p_within or 0.0
    return result.candidate.kind == "baseline" and within >= REACH


def _kind(known: Measurements, compared: Comparison) -> Verdict:
    if len(known.competing) < 2 or _judged_unlike(known, compared):
        return "insufficient"
    return compared.word(known.units, known.dataset.evidence)


def _judged_unlike(known: Measurements, compared: Comparison) -> bool:
    """Say whether the pool of judgements treats the leader and its nearest rival differently.

    Only where there is a pool: with one or two judged documents a query, judged@10 is the
    quality itself and says nothing about holes.
    """
    if _judged_per_query(known.dataset) < POOLED_JUDGEMENTS or compared.runner_up is None:
        return False
    first, second = (known.judged_at_10[one] for one in (compared.leader, compared.runner_up))
    return abs(first - second) > MOST_JUDGED_GAP


def _judged_per_query(dataset: Dataset) -> float:
    return sum(map(len, dataset.qrels.values())) / max(1, len(dataset.qrels))


def _ended(result: Result) -> str:
    """Say how it ended without a measured quality."""
    if result.dropped is not None or not result.reason:
        return result.reason or result.status
    return f"{result.status}: {result.reason}"


def _insufficient(
    known: Measurements, requirements: Requirements, compared: Comparison | None
) -> Advice:
    gap = compared.smallest_gap if compared else None
    if known.units < MIN_QUERIES:
        sentence = too_few_sentence(known.units, gap, known.results, yardstick(known.dataset.task))
    elif len(known.competing) < 2:
        only = known.competing[0].candidate.name
        sentence = (
            f"Not enough evidence: {only} is the only model that could be measured here, so "
            "there is nothing to compare it with."
        )
    elif known.dataset.evidence == "agreement":
        sentence = "Not enough evidence: agreement between models is not quality."
    else:
        sentence = (
            "Not enough evidence: the judgements cover the two best models unequally (judged@10 "
            f"differs by more than {percent(MOST_JUDGED_GAP)}); judge what they found first."
        )
    return _advice(known, requirements, compared, kind="insufficient", sentence=sentence)


def _every_limit_broken(
    known: Measurements, requirements: Requirements, compared: Comparison, kind: Verdict
) -> Advice:
    leader = compared.assessments[compared.leader]
    sentence = (
        f"None of the measured models meets your limits. The best quality is {leader.name} "
        f"({compared.words.main} {points(leader.quality.mean)}), over the limit: "
        f"{'; '.join(leader.broken_limits)}."
    )
    return _advice(known, requirements, compared, kind=kind, sentence=sentence)


def _suffices_sentence(baseline: Result, compared: Comparison) -> str:
    own = compared.assessments[baseline.candidate.name].quality.mean
    best = compared.assessments[compared.leader].quality.mean
    return (
        f"{baseline.candidate.name} alone is enough for these {compared.words.units}: "
        f"{compared.words.main} {points(own)} "
        f"against {points(best)} for the best model. If you want a model all the same:"
    )


def _advice(
    known: Measurements,
    requirements: Requirements,
    compared: Comparison | None,
    *,
    kind: Verdict,
    sentence: str,
    pick: str | None = None,
    within_reach: tuple[str, ...] = (),
    baseline_suffices: bool = False,
    **worth: Any,  # noqa: ANN401 - fields of Advice
) -> Advice:
    give_up = requirements.give_up_ndcg
    picked = [result for result in known.results if result.candidate.name == pick]
    steps: tuple[str, ...] = ()
    searched = known.dataset.task == "retrieval"
    labelling = None
    if compared is not None and searched:
        labelling = labelling_of(known, compared, kind, requirements)
    groups = groups_of(known, compared.leader) if compared else ()
    if compared is not None and kind != "insufficient" and searched:
        steps = (
            *next_steps(known, _base(known, compared.leader, pick, requirements), requirements),
            *fine_tuning(known, compared.leader, requirements),
        )
    if labelling is not None:
        steps = (*steps, labelling.sentence)
    return Advice(
        kind=kind,
        sentence=sentence,
        pick=pick,
        leader=compared.leader if compared else None,
        within_reach=within_reach,
        baseline_suffices=baseline_suffices,
        flavour=compared.flavour if compared and kind == "tie" else None,
        evidence=known.dataset.evidence,
        task=known.dataset.task,
        n=len(known.queries),
        units=known.units,
        give_up=give_up,
        smallest_gap=compared.smallest_gap if compared else None,
        # For a clear winner the number would only say how few would have been enough.
        queries_to_settle=compared.queries_to_settle if compared and kind != "clear" else None,
        runner_up=compared.runner_up if compared else None,
        assessments=tuple(compared.assessments.values()) if compared else (),
        why_not=_reasons(known, compared, pick, give_up),
        notes=(
            *(
                group_notes(groups, compared.leader, compared.words, pick, give_up)
                if compared
                else ()
            ),
            *notes_on(known),
            *notes_on_the_pick(picked, known),
            *_growth(known, picked, requirements),
        ),
        groups=groups,
        prior=known.prior.words if known.prior is not None and compared else None,
        labelling=labelling,
        next_steps=steps,
        **worth,
    )


def _growth(
    known: Measurements, picked: Sequence[Result], requirements: Requirements
) -> tuple[str, ...]:
    scale = scale_of(requirements, known.texts)
    documents = len(known.dataset.corpus)
    return tuple(
        note for one in picked for note in growth_notes(one, requirements, scale, documents)
    )


def _base(known: Measurements, leader: str, pick: str | None, requirements: Requirements) -> str:
    """Return whose next steps are told: the pick's, or the best's where it misses the minimum."""
    missed = requirements.min_recall_at_10 is not None and misses_minimum(
        known, leader, requirements.min_recall_at_10
    )
    return leader if pick is None or missed else pick


def _reasons(
    known: Measurements, compared: Comparison | None, pick: str | None, give_up: float
) -> dict[str, str]:
    assessments = compared.assessments if compared else {}
    reasons: dict[str, str] = {}
    for result in known.results:
        name = result.candidate.name
        if name == pick:
            continue
        if compared is None or name not in assessments:
            reasons[name] = _ended(result)
        elif name not in compared.contestants and result.candidate.kind in _BESIDE:
            reasons[name] = _beside_reason(result, assessments[name], compared)
        else:
            picked = assessments[pick] if pick else None
            reasons[name] = why_not(result, assessments[name], picked, compared, give_up)
    return reasons


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
