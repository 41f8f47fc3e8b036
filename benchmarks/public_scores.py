"""Public scores task by task, read from a facts file, and cards whose scores lack one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.catalogue.card import Board, Field, ModelCard, PublicScore
from advisor.shortlist.ranking import BENCHMARKS

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]
Row = Mapping[str, Any]

ROUNDS = 15
RIDGE = 0.3
"""Keeps a model with one easy or hard task from a factor far outside all others."""
ENOUGH = 0.75
"""A plain mean of fewer tasks says more about which tasks than about the model."""

SHARED: dict[Field, tuple[str, frozenset[str]]] = {
    "legal": ("MTEB(Law, v1)", frozenset({"AILAStatutes", "LegalBenchCorporateLobbying"})),
    "biomedical": ("MTEB(Medical, v1)", frozenset({"TRECCOVID", "CmedqaRetrieval"})),
    "finance": ("RTEB(fin, beta)", frozenset()),
}
"""Domain benchmarks and the tasks they share with the boards (benchmarks of mteb 2.26.24)."""


class PublicBoard(NamedTuple):
    """One benchmark's retrieval tasks: nDCG@10 x 100 of every model, not a number where unknown."""

    tasks: tuple[str, ...]
    scores: Scores
    """Models in the order of the cards, by tasks."""
    trained: Flags
    """Whether the model declares to have been trained on the task."""


def read_boards(facts: Row, cards: Sequence[ModelCard]) -> dict[Board, PublicBoard]:
    """Return the four benchmarks' tasks for these cards."""
    rows = {row["name"]: row for row in facts["models"]}
    return {board: _board(rows, cards, name) for board, name in BENCHMARKS.items()}


def _board(rows: Mapping[str, Row], cards: Sequence[ModelCard], benchmark: str) -> PublicBoard:
    parts = [rows.get(card.name, {}).get("scores", {}).get(benchmark) or {} for card in cards]
    found = [part.get("retrieval_tasks") or {} for part in parts]
    tasks = tuple(sorted({task for tasks in found for task in tasks}))
    trained = [
        {*(part.get("trained_on") or ()), *(rows.get(card.name, {}).get("training_datasets") or ())}
        for part, card in zip(parts, cards, strict=True)
    ]
    return PublicBoard(
        tasks=tasks,
        scores=np.array([[tasks_.get(task, np.nan) for task in tasks] for tasks_ in found]),
        trained=np.array([[task in names for task in tasks] for names in trained]),
    )


def without(board: PublicBoard, task: str) -> PublicBoard:
    """Return the board as it would be had `task` never been part of it."""
    kept = [place for place, name in enumerate(board.tasks) if name != task]
    return PublicBoard(
        tuple(board.tasks[place] for place in kept), board.scores[:, kept], board.trained[:, kept]
    )


def filled(scores: Scores) -> Scores:
    """Fill missing tasks by a one-factor model: score = a task's mean + its slope x the model's.

    Fitted by alternating least squares on what was measured; a model without any score stays
    unknown. It is the form of the facts file's own estimates.
    """
    known = ~np.isnan(scores)
    some = known.any(axis=1)
    result = np.full(scores.shape, np.nan)
    if not some.any():
        return result
    part, seen = scores[some], known[some]
    mean, slope = np.nanmean(part, axis=0), np.ones(part.shape[1])
    for _ in range(ROUNDS):
        rest = np.where(seen, part - mean, 0.0)
        factor = (rest * slope).sum(axis=1) / ((slope**2 * seen).sum(axis=1) + RIDGE)
        factor -= np.average(factor, weights=seen.sum(axis=1))
        for task in range(part.shape[1]):
            rows = seen[:, task]
            design = np.column_stack([np.ones(rows.sum()), factor[rows]])
            mean[task], slope[task] = np.linalg.lstsq(design, part[rows, task], rcond=None)[0]
    result[some] = np.where(seen, part, mean + np.outer(factor, slope))
    return result


def plain_means(board: PublicBoard) -> Scores:
    """Return each model's mean over its tasks, unknown where too few were measured."""
    known = ~np.isnan(board.scores)
    sums = np.where(known, board.scores, 0.0).sum(axis=1)
    enough = known.sum(axis=1) >= ENOUGH * len(board.tasks)
    return np.where(enough, sums / np.maximum(known.sum(axis=1), 1), np.nan)


def cards_without(
    task: str, cards: Sequence[ModelCard], boards: Mapping[Board, PublicBoard], facts: Row
) -> list[ModelCard]:
    """Return the cards with every public score as it would be without `task`.

    Other task types are taken off: nothing here asks for them.
    """
    rows = {row["name"]: row for row in facts["models"]}
    found: list[dict[Board, PublicScore]] = [{} for _ in cards]
    for name, board in boards.items():
        rest = without(board, task)
        values = filled(rest.scores).mean(axis=1) if rest.tasks else ()
        for place, value in enumerate(values):
            if not np.isnan(value):
                found[place][name] = _score(float(value), rest, place)
    return [
        msgspec.structs.replace(
            card,
            scores=scores,
            type_scores={},
            domain_scores=_domain_scores(card, rows.get(card.name, {}), task),
        )
        for card, scores in zip(cards, found, strict=True)
    ]


def _score(value: float, board: PublicBoard, place: int) -> PublicScore:
    known = ~np.isnan(board.scores[place])
    return PublicScore(
        value=round(value, 2),
        tasks=int(known.sum()),
        of=len(board.tasks),
        basis="measured" if known.all() else "estimated",
        trained_on=tuple(
            task for task, yes in zip(board.tasks, board.trained[place], strict=True) if yes
        ),
    )


def _domain_scores(card: ModelCard, row: Row, task: str) -> dict[Field, PublicScore]:
    kept: dict[Field, PublicScore] = {}
    for field, score in card.domain_scores.items():
        benchmark, shared = SHARED[field]
        if task not in shared:
            kept[field] = score
            continue
        own = _score_on(row, task)
        if own is not None and score.tasks > 1:
            total = row["scores"][benchmark]["retrieval_mean"] * score.tasks
            rest = (total - own) / (score.tasks - 1)
            kept[field] = PublicScore(value=round(rest, 2), tasks=score.tasks - 1, of=score.of - 1)
    return kept


def _score_on(row: Row, task: str) -> float | None:
    for name in BENCHMARKS.values():
        value = ((row["scores"].get(name) or {}).get("retrieval_tasks") or {}).get(task)
        if value is not None:
            return float(value)
    return None
