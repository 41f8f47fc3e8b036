"""The page of a model in styled text, and the lines of the models most like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from advisor.catalogue.card import ModelCard
from advisor.catalogue.page import SCORES, SIMILAR, TRAPS, Section
from advisor.catalogue.page_scores import EMPTY, FULL
from advisor.record.cells import cells, wrap
from advisor.ui.model_table import SIGNS, Where
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, cut, joined, lines, shown

LABEL_CELLS = 16
NARROW = 50
"""With fewer cells texts begin right behind their labels."""
INDENT = 2
NAME_SHARE = 2 / 3


def page_text(sections: Iterable[Section], width: int) -> Content:
    """Return the sections below each other; the similar models are a list of their own."""
    told: list[Content | str] = []
    for section in sections:
        if section.title == SIMILAR:
            continue
        told += ["", *_title(section, width)]
        for label, text in section.rows:
            told += _row(label, text, width, trap=section.title == TRAPS)
    return lines(*told[1:])


def halves(sections: Sequence[Section]) -> tuple[Sequence[Section], Sequence[Section]]:
    """Return what the model is and needs, and its scores and what comes after them."""
    at = [section.title for section in sections].index(SCORES)
    return sections[:at], sections[at:]


def similar_row(card: ModelCard, where: Where, beside: str, width: int) -> Content:
    """Return one line: sign, name, and what tells it from the model that is shown."""
    sign, style = SIGNS[where]
    name = cut(card.short_name, max(10, min(40, int(width * NAME_SHARE))))
    room = width - name.cell_length - 4
    rest = joined("  ", cut(beside, room, MUTED)) if room > 0 else Content()
    return joined(Content.styled(sign, style), " ", name, rest)


def _title(section: Section, width: int) -> list[Content]:
    """Return a heading, with its legend beside or below it."""
    head = Content.styled(section.title, f"{STRONG} {ACCENT}")
    if not section.legend:
        return [head]
    legend = Content.styled(section.legend, MUTED)
    whole = joined(head, "  ", legend)
    return [whole] if whole.cell_length <= width else [head, legend]


def _row(label: str, text: str, width: int, *, trap: bool) -> list[Content]:
    sign = Content.styled("! ", WARN) if trap else Content("  ")
    if width >= NARROW:
        gap = " " * (LABEL_CELLS - cells(label))
        return [joined(sign, shown(label, MUTED), gap, _drawn(text, width, INDENT + LABEL_CELLS))]
    head = f"{label}: " if label else ""
    return [joined(sign, _drawn(f"{head}{text}", width, INDENT))]


def _drawn(text: str, width: int, indent: int) -> Content:
    """Return text in lines behind an indent, with the accent on what is full of a bar."""
    blank = " " * indent
    body = shown(wrap(text, width, blank, blank)[indent:])
    body = body.highlight_regex(f"{FULL}+", style=ACCENT)
    return body.highlight_regex(rf"{EMPTY}+|·{{2,}}", style=MUTED)
