"""The sentences of the advice: the verdict on top, and why each candidate was not taken."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice.advice import Assessment
from advisor.advice.compare import Comparison
from advisor.bench.results import Result
from advisor.corpus.dataset import RANKED
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import mean_interval
from advisor.evaluation.words import CLEAR_P_VALUE, MIN_QUERIES, percent
from advisor.evaluation.yardstick import Yardstick

HOPELESS_SHARE = 0.5
"""Below this share of the leader's quality a model is worth an explanation beyond the number."""

TELLING_UNKNOWN_SHARE = 0.1
TELLING_TRUNCATED_SHARE = 0.5


def points(value: float) -> str:
    """Write an nDCG figure or difference between 0 and 1 the way people say it."""
    return f"{value:.3f}"


def times(ratio: float) -> str:
    """Write a cost ratio: `6 ×`, `1.4 ×`."""
    return f"{ratio:.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×"


def cost_ratio(of: Assessment, to: Assessment) -> float | None:
    """Return how many times dearer a month `of` is than `to`, None when either is not known."""
    if of.costs is None or to.costs is None or not to.costs.month.value:
        return None
    return of.costs.month.value / to.costs.month.value


def prompted(result: Result) -> bool:
    """Say whether a model was measured with texts put before queries or documents."""
    loaded = result.loaded
    return loaded is not None and bool(loaded.query_prompt or loaded.document_prompt)


def prompt_trial(result: Result) -> Interval | None:
    """Return the change of nDCG@10 without the query prompt; None where it was not tried."""
    bare, usual = result.views.without_prompt, result.scores
    changes = [bare[query] - value for query, value in usual.items() if query in bare]
    return mean_interval(changes) if changes else None


def prompts_note(result: Result) -> str:
    """Say which texts the application must put before queries and documents, too."""
    loaded = result.loaded
    assert loaded is not None  # only of what was prompted
    if result.task not in RANKED:
        return (
            f"{result.candidate.name} was measured with {loaded.query_prompt!r} before every text; "
            "put it there in your application as well."
        )
    parts = [
        f"{prompt!r} before {whose}"
        for prompt, whose in (
            (loaded.query_prompt, "queries"),
            (loaded.document_prompt, "documents"),
        )
        if prompt
    ]
    head = f"{result.candidate.name} was measured with {' and '.join(parts)}"
    trial = prompt_trial(result)
    if trial is None or trial.low is None or trial.high is None:
        return f"{head}; put them there in your application as well."
    change = f"{trial.mean:+.3f} ({trial.low:+.3f} to {trial.high:+.3f})"
    if trial.low > 0:
        return f"{head}; on these queries it does better without the first: nDCG@10 {change}."
    return (
        f"{head}; put them there in your application as well. Without the one before queries "
        f"nDCG@10 changes by {change} here."
    )


def verdict_sentence(kind: str, pick: Assessment, compared: Comparison, give_up: float) -> str:
    """Say which model to take and how sure that is, in one or two sentences."""
    leader = compared.assessments[compared.leader]
    rivals = len(compared.contestants) - 1
    if kind == "tie":
        return _tie_sentence(pick, compared)
    if not rivals:
        return (
            f"Take {pick.name}: the only measured model that meets your limits"
            f" ({compared.words.main} {points(pick.quality.mean)})."
        )
    if pick.name == leader.name:
        rival = compared.assessments[compared.runner_up or leader.name]
        ahead = ""
        if rival.behind is not None:
            gap = rival.behind.mean
            ahead = f", {points(gap)} ahead of {rival.name}"
            if gap < 0:
                ahead = f", {points(-gap)} behind {rival.name}, and ahead with the public scores"
        of = rivals + 1 + compared.dropped
        return (
            f"Take {pick.name}: best of {of} with {percent(compared.p_best)} probability"
            f" ({compared.words.main} {points(pick.quality.mean)}{ahead})."
        )
    ratio = cost_ratio(leader, pick)
    saving = "" if ratio is None or ratio <= 1 else f", which costs {times(ratio)} as much"
    return (
        f"Take {pick.name}: within {points(give_up)} {compared.words.main} of the best with"
        f" {percent(pick.p_within)} probability. The best is {leader.name}{saving}."
    )


def _tie_sentence(pick: Assessment, compared: Comparison) -> str:
    rival_name = compared.runner_up if compared.leader == pick.name else compared.leader
    rival = rival_name or compared.leader
    if compared.flavour == "equal":
        return (
            f"A tie: {pick.name} and {rival} are as good as equal here; take {pick.name},"
            " which costs no more."
        )
    more = compared.queries_to_settle
    settle = (
        ""
        if more is None
        else f" About {compared.words.many(more)} in all would tell {compared.leader} and"
        f" {compared.runner_up} apart."
    )
    return (
        f"A tie so far: {pick.name} and {rival} cannot be told apart with these"
        f" {compared.words.units};"
        f" {pick.name} is the cheaper choice.{settle}"
        if pick.name != rival
        else f"A tie so far.{settle}"
    )


def too_few_sentence(
    n: int, smallest_gap: float | None, public: Sequence[Result], words: Yardstick
) -> str:
    """Say that the queries are too few, and what the public scores say instead."""
    able = (
        ""
        if smallest_gap is None
        else f": with {n} of them only gaps of {smallest_gap:.2f} "
        f"{words.main.partition('@')[0]} and more show"
    )
    scored = sorted(
        (result for result in public if result.candidate.public_score is not None),
        key=lambda result: -(result.candidate.public_score or 0.0),
    )
    first = (
        f" Of the models measured here the public benchmark puts {scored[0].candidate.name} first"
        f" ({scored[0].candidate.public_score:.1f} of 100, on other data than yours)."
        if len(scored) > 1
        else ""
    )
    return (
        f"Not enough evidence: fewer than {MIN_QUERIES} {words.units} decide nothing{able}.{first}"
    )


def why_not(
    result: Result,
    assessment: Assessment,
    pick: Assessment | None,
    compared: Comparison,
    give_up: float,
) -> str:
    """Say why a measured candidate was not taken."""
    if assessment.broken_limits:
        return "over your limit: " + "; ".join(assessment.broken_limits)
    if pick is None:
        return "too little evidence"
    leader = compared.assessments[compared.leader]
    if assessment.name == leader.name:
        return _why_not_the_best(assessment, pick, give_up)
    behind = assessment.behind.mean if assessment.behind else 0.0
    if (assessment.p_within or 0.0) >= 0.5:
        ratio = cost_ratio(assessment, pick)
        dearer = f"at {times(ratio)} the cost" if ratio and ratio > 1.1 else "and costs no less"
        return f"about the same quality as {pick.name} {dearer}"
    sure = surely(assessment)
    against = "the best" if pick.name != leader.name else pick.name
    if behind < 0:
        return f"measured {points(-behind)} better than {against} ({sure}); public scores say less"
    sentence = f"{points(behind)} worse than {against} ({sure})"
    if assessment.quality.mean < HOPELESS_SHARE * leader.quality.mean:
        cause = cause_of_failure(result)
        sentence += f"; {cause}" if cause else ""
    return sentence


def _why_not_the_best(leader: Assessment, pick: Assessment, give_up: float) -> str:
    gain = "its lead" if pick.behind is None else f"its lead of {points(pick.behind.mean)}"
    ratio = cost_ratio(leader, pick)
    if ratio is None or ratio <= 1.1:
        dearer = f"best quality at no higher cost than {pick.name}, which is faster or smaller"
    else:
        dearer = f"best quality, but at {times(ratio)} the cost of {pick.name}"
    return f"{dearer}; {gain} lies within the {points(give_up)} you give up"


def surely(assessment: Assessment) -> str:
    """Say whether the gap to the leader is more than chance, after correction for many models."""
    certain = assessment.p_value is not None and assessment.p_value <= CLEAR_P_VALUE
    return "clear" if certain else "not certain"


def cause_of_failure(result: Result) -> str | None:
    """Name the likeliest reason for useless quality: language, unknown tokens, truncation."""
    language = result.candidate.doubts.get("languages")
    if language:
        return f"it {language}"
    diagnosis = result.diagnosis
    if diagnosis is None:
        return None
    if (diagnosis.unknown_share or 0.0) > TELLING_UNKNOWN_SHARE:
        return f"{percent(diagnosis.unknown_share)} of the tokens are unknown to it"
    if (diagnosis.truncated_share or 0.0) > TELLING_TRUNCATED_SHARE:
        return f"it cuts off {percent(diagnosis.truncated_share)} of the documents"
    return None
