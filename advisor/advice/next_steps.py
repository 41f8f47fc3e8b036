"""What to try next: what gained in this run, what a missed minimum asks for, fine-tuning."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from advisor.advice.gains import gains_over, worthwhile
from advisor.advice.measurements import Measurements
from advisor.advice.reasons import points, prompt_trial
from advisor.bench.results import Result
from advisor.evaluation.metrics import evaluate
from advisor.evaluation.words import percent
from advisor.needs.requirements import Requirements

MUCH_TRUNCATED = 0.2
"""Share of documents cut off from which chunks or a longer context are worth a try."""
DEPTHS = (10, 20, 50, 100)
"""Where recall is looked at: what a reranker may take in."""
SHALLOW = 2
"""So many times the depth a corpus must hold: half of everything found says nothing."""
ROOM = 0.1
"""recall@100 less recall@10 from which ordering anew, or fine-tuning, has something to find."""
FLAT = 0.01
"""A deeper list that brings less recall than this brings nothing."""
LEAST_PAIRS, USUAL_PAIRS = 500, 1_000
"""Labelled pairs for fine-tuning (methods, 11)."""
MINUTES_PER_1000_PAIRS = 2.4
"""And epoch on 2 cores at 80 GFLOP/s for a model with SMALL_ACTIVE parameters at work."""
SMALL_ACTIVE = 10.6e6
TOO_GOOD = 0.95
"""Recall@10 above which nothing is left to gain."""


def next_steps(known: Measurements, best: str, requirements: Requirements) -> tuple[str, ...]:
    """Return what the numbers suggest when the best misses the least recall, the cheapest first.

    Each step is told with the gain seen in this run where there is one (methods, 12). Where no
    minimum was asked for, or it is met, only what surely gained in this run.
    """
    result = known.measured[known.place(best)]
    minimum, recall = requirements.min_recall_at_10, _recall(result, 10, known)
    if minimum is None or recall is None or not misses_minimum(known, best, minimum):
        return tuple(worthwhile(known, best))
    head = f"recall@10 of {best} is {recall:.3f}, your minimum {minimum:g}:"
    steps = [
        *_context(result),
        *_prompt(result),
        *_hybrid(known, best),
        *_rerank(result, known),
        *_larger(known, best),
    ]
    return tuple(f"{head} {step}" for step in steps)


def misses_minimum(known: Measurements, name: str, minimum: float) -> bool:
    """Say whether a candidate's recall@10 is known and below the user's minimum."""
    recall = _recall(known.measured[known.place(name)], 10, known)
    return recall is not None and recall < minimum


def fine_tuning(known: Measurements, best: str, requirements: Requirements) -> tuple[str, ...]:
    """Return whether fine-tuning would pay, where the user has labelled pairs; else nothing.

    It needs room (recall@100 at least .1 above recall@10) and 500 pairs (methods, 11).
    """
    pairs = requirements.labelled_pairs
    result = known.measured[known.place(best)]
    near, far = _recall(result, 10, known), _recall(result, 100, known)
    if not pairs or near is None or far is None:
        return ()
    room = far - near
    if room < ROOM or near > TOO_GOOD:
        return (
            f"Fine-tuning {best} would hardly pay: recall@100 is {far:.3f} and recall@10 "
            f"{near:.3f}, so there is little a better order could win.",
        )
    if pairs < LEAST_PAIRS:
        return (
            f"Fine-tuning {best} has room (recall@100 {far:.3f}, recall@10 {near:.3f}), but "
            f"{pairs:,} pairs are few: {LEAST_PAIRS} are the least, {USUAL_PAIRS:,} to 5,000 "
            "usual.",
        )
    active = result.loaded.n_active_parameters if result.loaded else None
    time = ""
    if active:
        minutes = MINUTES_PER_1000_PAIRS * active / SMALL_ACTIVE * pairs / 1_000
        time = f"; about {max(1, minutes):.0f} minutes an epoch on two cores (estimated)"
    return (
        f"Fine-tuning {best} is worth a trial: recall@100 is {far:.3f} against recall@10 "
        f"{near:.3f}, and there are {pairs:,} pairs. Published gains are 3 to 10 points on domain "
        f"jargon and about none on general text{time}. Keep 50 queries or more out of it, split "
        "by document.",
    )


def _context(result: Result) -> Iterator[str]:
    read = result.diagnosis
    cut = read.truncated_share if read is not None else None
    if cut is not None and cut >= MUCH_TRUNCATED:
        yield (
            f"{percent(cut)} of the documents are cut off; cut them into chunks (--chunks "
            "tokens:256/32 measures it), or take a model that reads more (its gain was not "
            "measured here)"
        )


def _prompt(result: Result) -> Iterator[str]:
    trial = prompt_trial(result)
    if trial is not None and trial.low is not None and trial.low > 0:
        yield f"leave out its query prompt: nDCG@10 {trial.mean:+.3f} on these queries"


def _hybrid(known: Measurements, best: str) -> Iterator[str]:
    """BM25 finds what the model misses: how often, on these queries."""
    measured = _measured(known, best, "hybrid")
    if measured:
        yield from measured
        return
    main = known.measured[known.place(best)].scores
    lexical = [one for one in known.measured if one.candidate.kind == "baseline"]
    for other in lexical:
        own = other.per_query.get("Recall@10", {})
        mine = known.measured[known.place(best)].per_query.get("Recall@10", {})
        better = [query for query in main if own.get(query, 0.0) > mine.get(query, 0.0)]
        if mine and better:
            most = fmean(max(own.get(query, 0.0), mine.get(query, 0.0)) for query in mine)
            yield (
                f"put {other.candidate.name} beside it (hybrid search): it finds more on "
                f"{len(better)} of {len(main)} queries; both together reach recall@10 "
                f"{most:.3f} at the most"
            )


def _measured(known: Measurements, best: str, kind: str) -> tuple[str, ...]:
    """Return what was measured of pipelines of a kind around the best."""
    return tuple(
        f"{gain.how[0].lower()}{gain.how[1:]}: {gain.words}"
        for gain in gains_over(known, best)
        if gain.kind == kind
    )


def _rerank(result: Result, known: Measurements) -> Iterator[str]:
    """Recall far above the first ten: a reranker can bring it forward."""
    measured = _measured(known, result.candidate.name, "reranked")
    if measured:
        yield from measured
        return
    recalls = {depth: _recall(result, depth, known) for depth in DEPTHS}
    near, far = recalls[10], recalls[100]
    if near is None or far is None or far - near < ROOM:
        return
    enough = next(
        depth for depth in DEPTHS if far - (recalls[depth] or 0.0) < FLAT or depth == DEPTHS[-1]
    )
    yield (
        f"rerank its first {enough} down to 10: recall@{enough} is {recalls[enough]:.3f}, which a "
        "reranker can reach at the most (no reranker was measured here)"
    )


def _larger(known: Measurements, best: str) -> Iterator[str]:
    absent = [one for one in known.results if one.status in ("not here", "failed")]
    names = ", ".join(one.candidate.name for one in absent[:3])
    yield (
        "take a larger model, or one of the domain"
        + (f" (not measured here: {names})" if names else "")
        + f"; the best of {len(known.competing)} measured is {points(known.quality(best).mean)}"
    )


def _recall(result: Result, depth: int, known: Measurements) -> float | None:
    """Return mean recall at a depth; None where the rankings or the corpus are too short for it."""
    if depth == 10 and (values := result.per_query.get("Recall@10")):
        return fmean(values.values())
    if len(known.dataset.corpus) < SHALLOW * depth:
        return None
    longest = max((len(ranking) for ranking in result.rankings.values()), default=0)
    if longest < depth:
        return None
    label = f"Recall@{depth}"
    return fmean(evaluate(result.rankings, known.dataset.qrels, [label])[label].values())
