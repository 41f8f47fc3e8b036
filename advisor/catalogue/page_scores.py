"""A model's public scores as lines: bars beside its size class, and what it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.catalogue.card import Board, ModelCard, PublicScore
from advisor.catalogue.classes import Standing, size_class, standings

BAR_CELLS = 24
FULL, EMPTY = "━", "╌"
MOST_NAMES = 6


def score_rows(card: ModelCard, cards: Sequence[ModelCard]) -> Iterator[tuple[str, str]]:
    """Yield for each benchmark a bar, the class's middle half on the same scale, and the rank.

    The scores are means of nDCG@10 over retrieval tasks; those of other tasks are named so.
    """
    if not card.scores:
        yield "", "none on the four retrieval benchmarks"
    by_board = {standing.board: standing for standing in standings(card, cards)}
    ordered = [*by_board, *(board for board in card.scores if board not in by_board)]
    for board in ordered:
        score = card.scores[board]
        yield board, _drawn(score)
        if board in by_board:
            yield from _class_rows(by_board[board])
        yield from _other_tasks(card, board)
    for board in card.type_scores:
        if board not in card.scores:
            yield from _other_tasks(card, board, board)
    for field, score in card.domain_scores.items():
        yield field, _drawn(score)


def score_legend(card: ModelCard) -> str:
    """Return what the signs beside the scores mean."""
    if not card.scores:
        return ""
    size = size_class(card)
    models = "static models" if size == "static" else f"models {size}"
    told = f"├┼┤ middle half of {models}"
    estimated = any(score.basis == "estimated" for score in card.scores.values())
    return f"{told}, ~ estimated" if estimated else told


def contamination(card: ModelCard) -> Iterator[tuple[str, str]]:
    """Yield what is known of training on the benchmarks' own tasks: declared is a lower bound."""
    if not card.training_declared:
        yield "declared", "nothing: training on a benchmark cannot be excluded"
        return
    found = False
    for board, score in card.scores.items():
        if score.trained_on:
            found = True
            share = f"{len(score.trained_on)} of {score.of} tasks"
            yield board, f"{share}: {some(score.trained_on)}"
    if card.scores and not found:
        yield "declared", "none of these benchmarks' tasks"


def some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _class_rows(standing: Standing) -> Iterator[tuple[str, str]]:
    yield "", f"{_box(standing)} {standing.lower:.1f} to {standing.upper:.1f}"
    yield (
        "",
        f"rank {standing.rank} of {standing.models}; best {standing.best:.1f}, "
        f"median {standing.median:.1f}",
    )


def _other_tasks(card: ModelCard, board: Board, label: str = "") -> Iterator[tuple[str, str]]:
    held = card.type_scores.get(board, {})
    if held:
        yield label, ", ".join(f"{task} {score.value:.1f}" for task, score in held.items())


def _drawn(score: PublicScore) -> str:
    about = "~" if score.basis == "estimated" else ""
    return f"{_bar(score.value)} {about}{score.value:.1f} ({score.tasks} of {score.of} tasks)"


def _bar(value: float) -> str:
    full = _cell(value)
    return FULL * full + EMPTY * (BAR_CELLS - full)


def _box(standing: Standing) -> str:
    """Draw the middle half of the class and its median on the scale of the bar."""
    track = ["·"] * BAR_CELLS
    # In the last cell of the bar that the value would have.
    ends = [_cell(value) for value in (standing.lower, standing.median, standing.upper)]
    first, middle, last = (max(0, end - 1) for end in ends)
    track[first : last + 1] = ["─"] * (last + 1 - first)
    track[first], track[last] = "├", "┤"
    track[middle] = "┼"
    return "".join(track)


def _cell(value: float) -> int:
    return round(BAR_CELLS * min(max(value, 0.0), 100.0) / 100)
