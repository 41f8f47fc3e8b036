"""The catalogue's filters: what each key leads to next, and the line that says what is on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from textual.content import Content

from advisor.catalogue.card import ModelCard
from advisor.catalogue.finding import (
    COMMERCIAL,
    KINDS,
    SORTS,
    Wanted,
    language_tags,
    order_of,
)
from advisor.catalogue.reading import tags_in_words
from advisor.needs.languages import SEVERAL
from advisor.needs.requirements import Requirements
from advisor.ui.text import ACCENT, MUTED, STRONG, joined, shown

ROOMY = 70
"""With fewer cells only what is on is said."""


@dataclass(frozen=True)
class Filter:
    """One key that goes through the values of a field of `Wanted`; None and () are any."""

    key: str
    name: str
    field: str
    values: tuple[Any, ...]


FILTERS = (
    Filter("l", "language", "languages", ((), ("en",), language_tags("chinese"), (SEVERAL,))),
    Filter("c", "licence", "license", (None, COMMERCIAL)),
    Filter("s", "size", "max_params", (None, 50_000_000, 150_000_000, 600_000_000)),
    Filter("k", "kind", "kind", (None, *KINDS)),
    Filter("o", "order", "sort", SORTS),
)
EVERYTHING = Wanted(sort="score")
_BY_FIELD = {one.field: one for one in FILTERS}


def asked_by(needs: Requirements) -> Wanted:
    """Return the filters that what is needed sets: its languages and its licence."""
    tags = dict.fromkeys((*needs.document_languages, *needs.query_languages))
    return Wanted(
        languages=tuple(tags)[:1] if len(tags) == 1 else (SEVERAL,) if tags else (),
        license=COMMERCIAL if needs.commercial_use else None,
    )


def turned(asked: Wanted, field: str, by: int = 1) -> Wanted:
    """Return what is asked with one field at its next value; `by` -1 goes backwards."""
    values = _BY_FIELD[field].values
    now = order_of(asked) if field == "sort" else getattr(asked, field)
    at = values.index(now) if now in values else 0
    return msgspec.structs.replace(asked, **{field: values[(at + by) % len(values)]})


def as_shown(found: Iterable[ModelCard], asked: Wanted) -> tuple[ModelCard, ...]:
    """Return what was found in the order of the table, which begins with the model's own name."""
    by_name = order_of(asked) == "name"
    return (
        tuple(sorted(found, key=lambda card: card.short_name.lower())) if by_name else tuple(found)
    )


def line(asked: Wanted, width: int) -> Content:
    """Return the filters with their keys and what each stands at."""
    parts = [_part(one, asked, width) for one in FILTERS]
    return Content("   ").join(part for part in parts if part is not None)


def _part(one: Filter, asked: Wanted, width: int) -> Content | None:
    key, value = Content.styled(one.key, ACCENT), _in_words(one, asked)
    if value is not None:
        by = " by " if one.field == "sort" else " "
        return joined(key, by, shown(value, STRONG))
    return joined(key, shown(f" any {one.name}", MUTED)) if width >= ROOMY else None


def _in_words(one: Filter, asked: Wanted) -> str | None:
    value = getattr(asked, one.field)
    if one.field == "sort":
        return order_of(asked)
    if not value:
        return None
    if one.field == "languages":
        chinese = language_tags("chinese")
        return "Chinese" if value == chinese else tags_in_words(value).removeprefix("in ")
    return f"≤ {value / 1e6:,.0f} M" if one.field == "max_params" else str(value)
