"""Quality by category and by language, as text."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, aligned, ndcg, shorten, wrap
from advisor.record.decision import DecisionRecord
from advisor.record.group_text import TOO_FEW, GroupRow, groups_in, sure_word

MOST_LABELS = 12
"""More are left to the views that can be scrolled."""


def by_group(record: DecisionRecord, width: int) -> str:
    """Return quality by category and by language, in as many tables as the width asks for."""
    tables = []
    for groups in groups_in(record):
        rows, main = groups.rows, record.measure.main
        if record.data.task == "classification" and len(rows) > MOST_LABELS:
            more = f"{main} {groups.title}: {len(rows)} labels, in `show --format html`."
            tables.append(wrap(more, width))
            continue
        column = min(13, max(10, (width - 24) // len(rows) - 2))
        most = max(1, (width - 24) // (column + 2))
        tables += [
            _group_table(groups.title, main, rows[start : start + most], column, width)
            for start in range(0, len(rows), most)
        ]
        signs = {sure_word(one) for group in rows for one in group.standings.values()} - {""}
        told = [f"{_SIGNS[word]} {word} than the leader" for word in sorted(signs)]
        told += [TOO_FEW] if any(group.is_small for group in rows) else []
        if told:
            tables[-1] += "\n" + wrap("; ".join(told), width, "  ", "    ")
    return "\n\n".join(tables)


_SIGNS = {"surely better": "+", "surely worse": "−", "": ""}


def _group_table(title: str, main: str, rows: Sequence[GroupRow], column: int, width: int) -> str:
    widths = (1, max(12, width - 2 - (column + 2) * len(rows)), *[column] * len(rows))
    head = shorten(f"{main} {title}", widths[1])
    names = (f"{shorten(row.name, column - 2)}{' ?' if row.is_small else ''}" for row in rows)
    lines = [aligned(("", head, *names), widths)]
    counts = (f"n = {next(iter(row.standings.values()))['n']:,.0f}" for row in rows)
    lines.append(aligned(("", "", *counts), widths))
    for candidate in dict.fromkeys(name for row in rows for name in row.standings):
        found = (row.standings.get(candidate) for row in rows)
        figures = (
            UNKNOWN if one is None else f"{_SIGNS[sure_word(one)]}{ndcg(one['mean'])}"
            for one in found
        )
        lines.append(aligned((" ", shorten(candidate, widths[1]), *figures), widths))
    return "\n".join(line.rstrip() for line in lines)
