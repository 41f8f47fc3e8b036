"""What would change the advice: the same measurements under other priorities, decided again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from advisor.advice.advice import Advice
from advisor.advice.recommendation import recommend
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.needs.derive import GIVE_UP
from advisor.needs.requirements import Priority, Requirements

_WORDS: dict[Priority, str] = {
    "accuracy": "accuracy first",
    "balanced": "quality and cost in balance",
    "speed": "speed and cost first",
}


def what_would_change(
    requirements: Requirements, results: Sequence[Result], dataset: Dataset, seed: int
) -> tuple[str, ...]:
    """Return a sentence for each change known to lead to another pick, or to settle a tie.

    NothingMeasured as from `recommend`.
    """
    now = recommend(requirements, results, dataset, seed)
    return (
        *_other_priorities(now, requirements, results, dataset, seed),
        *_fewer_limits(now, requirements, results, dataset, seed),
        *_more_queries(now),
    )


def _other_priorities(
    now: Advice,
    requirements: Requirements,
    results: Sequence[Result],
    dataset: Dataset,
    seed: int,
) -> tuple[str, ...]:
    sentences = []
    for priority, words in _WORDS.items():
        if GIVE_UP[priority] == requirements.give_up_ndcg:
            continue
        other = msgspec.structs.replace(
            requirements, priority=priority, give_up_ndcg=GIVE_UP[priority]
        )
        pick = recommend(other, results, dataset, seed).pick
        if pick is not None and pick != now.pick:
            given_up = f"{GIVE_UP[priority]:.2f}".lstrip("0")
            sentences.append(f"{words} (give up {given_up}): {pick}")
    return tuple(sentences)


def _fewer_limits(
    now: Advice,
    requirements: Requirements,
    results: Sequence[Result],
    dataset: Dataset,
    seed: int,
) -> tuple[str, ...]:
    limits = (
        ("max_latency_p95_ms", "without the latency limit"),
        ("max_memory_mib", "without the memory limit"),
        ("min_recall_at_10", "without the least recall"),
    )
    sentences = []
    for field, words in limits:
        if getattr(requirements, field) is None:
            continue
        freer = msgspec.structs.replace(requirements, **{field: None})
        pick = recommend(freer, results, dataset, seed).pick
        if pick is not None and pick != now.pick:
            sentences.append(f"{words}: {pick}")
    return tuple(sentences)


def _queries_help(now: Advice) -> bool:
    """Say whether more of the same queries can lead to a surer word."""
    if now.kind == "probable":
        return now.evidence != "title-body"  # which is never more than probable
    return now.kind == "tie" and now.flavour == "unresolved"


def _more_queries(now: Advice) -> tuple[str, ...]:
    if now.queries_to_settle is None or now.runner_up is None or not _queries_help(now):
        return ()
    more = now.queries_to_settle - now.n
    if more <= 0:
        return ()
    return (f"about {more:,} more queries would settle {now.leader} against {now.runner_up}",)
