"""How many documents a reranker should read, from what was measured of its first stage."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.metrics import evaluate

DEPTHS = (10, 20, 50, 100)
FLAT = 0.01
"""Recall that a deeper list must add to be worth reading (the least that people give up)."""


def reading_notes(results: Sequence[Result], dataset: Dataset) -> tuple[str, ...]:
    """Return a sentence on K and N for each candidate that reranks another.

    K, what the reranker reads, is where recall of the first stage stops growing; N, what is passed
    on, is where recall of the reranked list has all of that but a point.
    """
    by_name = {result.candidate.name: result for result in results}
    notes = []
    for result in results:
        if result.candidate.kind != "reranked" or not result.rankings:
            continue
        first = by_name.get(result.candidate.parts[0])
        if first is not None and first.rankings:
            notes.append(_note(first, result, dataset))
    return tuple(notes)


def _note(first: Result, second: Result, dataset: Dataset) -> str:
    before, after = _recalls(first, dataset), _recalls(second, dataset)
    k = where_flat(before)
    within = {depth: value for depth, value in after.items() if depth <= k}
    n = where_flat(within)
    said = ", ".join(f"{value:.2f} at {depth}" for depth, value in before.items())
    read = second.candidate.top_k
    more = f"; only {read} were read here, so more may be found with K = {k}" if k > read else ""
    return (
        f"{second.candidate.name}: recall of {first.candidate.name} is {said}. Reading K = {k} is "
        f"enough{more}; after reranking N = {n} hold nearly all of it ({after[n]:.2f})."
    )


def where_flat(recalls: dict[int, float]) -> int:
    """Return the smallest depth whose recall is within a point of the deepest one's."""
    deepest = recalls[max(recalls)]
    return min(depth for depth, value in recalls.items() if value >= deepest - FLAT)


def _recalls(result: Result, dataset: Dataset) -> dict[int, float]:
    labels = {depth: f"Recall@{depth}" for depth in DEPTHS}
    values = evaluate(result.rankings, dataset.qrels, labels.values())
    return {
        depth: sum(values[label].values()) / len(values[label]) for depth, label in labels.items()
    }
