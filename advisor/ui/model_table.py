"""Models as lines of a table: which columns there is room for, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from textual.content import Content

from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.classes import BOARDS, language_group
from advisor.catalogue.page import traps
from advisor.record.cells import UNKNOWN
from advisor.shortlist.ranking import BENCHMARKS
from advisor.ui.card_text import facts, mib, points, scores
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, cut, joined, lines, shown
from advisor.ui.widgets.bars import progress_bar

Where = Literal["here", "not here", "hosted", "own", "pipeline"]
SIGNS: dict[Where, tuple[str, str]] = {
    "here": ("●", ACCENT),
    "not here": ("○", MUTED),
    "hosted": ("◇", MUTED),
    "own": ("◆", ACCENT),
    "pipeline": ("·", MUTED),
}
_SAID: dict[Where, str] = {
    "here": "Its weights are on this machine.",
    "not here": "Its weights are not on this machine; the shortlist downloads them with g.",
    "hosted": "A hosted model: this version measures models on this machine only.",
    "own": "One of your own models.",
    "pipeline": "A pipeline of several models.",
}
TAGS: dict[Board, str] = {"multilingual": "mul", "en": "en", "zh": "zh", "code": "code"}
NO_CANDIDATES = ("bm25", "hybrid")
"""Kinds that are no model to add: the baseline is always there, pipelines are not measured."""
LEAST_NAME = 24
"""A further column comes only where names keep so many cells."""
NARROW_NAME = 14
MOST_NAME = 60
LEAST_CELLS = 10
"""An organisation in less room than this says nothing."""
SCORE_CELLS = 10


@dataclass(frozen=True)
class Column:
    """One column; `cells` holds the gap before it."""

    title: str
    cells: int
    text: Callable[[ModelCard, Board | None], str]
    left: bool = False


def where_of(card: ModelCard, here: Collection[str]) -> Where:
    """Return where a model is; `here` holds the full names of those on this machine."""
    if card.place:
        return "own"
    if card.kind == "hybrid":
        return "pipeline"
    if not card.open_weights:
        return "hosted"
    return "here" if card.name in here or card.kind == "bm25" else "not here"


def header(width: int) -> Content:
    """Return the names of the columns that fit into `width` cells."""
    columns = _columns(width)
    head = "".join(
        f"  {one.title:<{one.cells - 2}}" if one.left else f"{one.title:>{one.cells}}"
        for one in columns
    )
    return shown(f"  {'model':<{_name_cells(width, columns)}}{head}", MUTED)


def row(card: ModelCard, where: Where, board: Board | None, width: int) -> Content:
    """Return one line; the public score is that of `board`, or the nearest that there is."""
    columns = _columns(width)
    sign, style = SIGNS[where]
    name = _name(card, _name_cells(width, columns))
    line = joined(Content.styled(sign, style), " ", name)
    for column in columns:
        text = where if column is WHERE else column.text(card, board)
        if column.left:
            left = cut(text, column.cells - 2)
            gap = " " * (column.cells - 2 - left.cell_length)
            line = joined(line, "  ", shown(left.plain, MUTED), gap)
        else:
            line = joined(line, shown(f"{text:>{column.cells}}"))
    return line


def about(card: ModelCard, where: Where) -> Content:
    """Return what is known of a model in a few lines."""
    public = scores(card)
    told = [
        _headline(card),
        shown(facts(card), MUTED),
        shown(f"{public}{'. ' if public else ''}{_SAID[where]}", MUTED),
    ]
    if card.note:
        told.append(joined(Content.styled("! ", WARN), shown(card.note)))
    return lines(*told)


def whole(card: ModelCard, where: Where) -> Content:
    """Return the same with a bar for each public score and every trap, where there is room."""
    told = [_headline(card), Content(), shown(facts(card)), Content(), shown(_SAID[where], MUTED)]
    told += [Content()] if card.scores else []
    for board, score in card.scores.items():
        bar = Content.styled(progress_bar(round(score.value), 100, SCORE_CELLS), ACCENT)
        told.append(joined(f"{points(score):>5} ", bar, shown(f" {BENCHMARKS[board]}", MUTED)))
    told.append(Content())
    for label, trap in traps(card):
        told.append(joined(Content.styled("! ", WARN), shown(f"{label}: {trap}")))
    return lines(*told)


def _headline(card: ModelCard) -> Content:
    licence = card.license or "licence not known"
    return joined(shown(card.name, STRONG), "  ", shown(licence, MUTED))


def _columns(width: int) -> tuple[Column, ...]:
    """Return the columns there is room for, in the order they stand in."""
    held: list[Column] = []
    room = width - 2
    for column in _BY_WORTH:
        least = NARROW_NAME if len(held) < 2 else LEAST_NAME
        if room - column.cells < least:
            break
        held.append(column)
        room -= column.cells
    return tuple(column for column in _IN_ORDER if column in held)


def _name_cells(width: int, columns: tuple[Column, ...]) -> int:
    room = width - 2 - sum(column.cells for column in columns)
    return max(NARROW_NAME, min(MOST_NAME, room))


def _name(card: ModelCard, width: int) -> Content:
    """Return the short name, and whose it is as far as there is room."""
    name = cut(card.short_name, width)
    room = width - name.cell_length - 2
    whose = cut(card.organisation, room, MUTED) if room >= LEAST_CELLS else Content()
    whole = joined(name, "  ", whose) if whose else name
    return joined(whole, " " * (width - whole.cell_length))


def _kind(card: ModelCard, board: Board | None) -> str:
    del board
    return "LLM" if card.llm_based and card.kind == "dense" else card.kind.removesuffix("-vector")


def _parameters(card: ModelCard, board: Board | None) -> str:
    del board
    millions = (card.n_parameters or 0) / 1e6
    if not millions:
        return UNKNOWN
    return f"{millions / 1e3:.1f} B" if millions >= 1_000 else f"{millions:.0f} M"


def _context(card: ModelCard, board: Board | None) -> str:
    del board
    if card.kind in ("static", "bm25"):
        return "any"  # words are looked up one by one
    return UNKNOWN if card.max_tokens is None else f"{card.max_tokens:,}"


def _dimensions(card: ModelCard, board: Board | None) -> str:
    del board
    return UNKNOWN if card.embed_dim is None else f"{card.embed_dim:,}"


def _public(card: ModelCard, board: Board | None) -> str:
    """Return the score of the wanted board, else of the model's own languages, else of any."""
    wanted = (board, BOARDS[language_group(card)], *TAGS)
    held = next((one for one in wanted if one is not None and one in card.scores), None)
    if held is None:
        return f"{UNKNOWN}     "
    return f"{points(card.scores[held])} {TAGS[held]:<4}"


KIND = Column("kind", 8, _kind, left=True)
PARAMETERS = Column("params", 7, _parameters)
WEIGHTS = Column("MiB", 7, lambda card, board: mib(card.memory_usage_mb))
DIMENSIONS = Column("dim", 7, _dimensions)
CONTEXT = Column("context", 8, _context)
LICENCE = Column("licence", 13, lambda card, board: card.license or UNKNOWN, left=True)
PUBLIC = Column("public    ", 11, _public)
WHERE = Column("where", 10, lambda card, board: "", left=True)
_IN_ORDER = (KIND, PARAMETERS, WEIGHTS, DIMENSIONS, CONTEXT, PUBLIC, LICENCE, WHERE)
_BY_WORTH = (PUBLIC, PARAMETERS, WEIGHTS, KIND, DIMENSIONS, CONTEXT, LICENCE, WHERE)
