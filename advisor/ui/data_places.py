"""The places with data that can be chosen: used before, one's own, the samples, none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from textual.widgets.option_list import Option

from advisor.ui.text import MUTED, cut, joined

NAME_CELLS = 22
OTHER, NOTHING = "\0other", "\0nothing"
"""No path holds a NUL."""


def place_options(used_before: Sequence[str]) -> list[Option]:
    """Return the lines to choose from; the id of each is `place-` and its place."""
    from advisor.corpus.samples import SAMPLES

    known = {*SAMPLES, OTHER, NOTHING}
    recent = [place for place in dict.fromkeys(used_before) if place not in known]
    return [
        *(_option(place, f"used before · {place}", _last(place)) for place in recent),
        _option(OTHER, "Documents and queries of your own", "A file or folder …"),
        *(_option(one.name, _apart_first(one.description)) for one in SAMPLES.values()),
        _option(NOTHING, "Answer the questions and see a shortlist", "No data yet"),
    ]


def _option(key: str, words: str, name: str = "") -> Option:
    prompt = cut(name or key, NAME_CELLS)
    gap = " " * (NAME_CELLS + 2 - prompt.cell_length)
    return Option(joined(prompt, gap, cut(words, 120, MUTED)), id=f"place-{key}")


def _apart_first(description: str) -> str:
    """Put what tells a sample from its relatives first."""
    common, _, apart = description.rstrip(".").rpartition("; ")
    return f"{apart} · {common}"


def _last(place: str) -> str:
    """Return the part of a path that one knows it by."""
    return PurePath(place).name or place
