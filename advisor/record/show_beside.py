"""What was looked at beside the comparison, as text: groups of queries, load, changed queries."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, aligned, ndcg, number, shorten, signed, wrap
from advisor.record.decision import DecisionRecord, Look
from advisor.record.group_text import TOO_FEW, GroupRow, Groups, groups_in, sure_word


def by_group(record: DecisionRecord, width: int) -> str:
    """Return quality by category and by language, in as many tables as the width asks for."""
    tables = []
    for groups in groups_in(record):
        rows = groups.rows
        column = min(13, max(10, (width - 24) // len(rows) - 2))
        most = max(1, (width - 24) // (column + 2))
        tables += [
            _group_table(groups, rows[start : start + most], column, width)
            for start in range(0, len(rows), most)
        ]
        signs = {sure_word(one) for group in rows for one in group.standings.values()} - {""}
        told = [f"{_SIGNS[word]} {word} than the leader" for word in sorted(signs)]
        told += [TOO_FEW] if any(group.is_small for group in rows) else []
        if told:
            tables[-1] += "\n" + wrap("; ".join(told), width, "  ", "    ")
    return "\n\n".join(tables)


_SIGNS = {"surely better": "+", "surely worse": "−", "": ""}


def _group_table(groups: Groups, rows: Sequence[GroupRow], column: int, width: int) -> str:
    widths = (1, max(12, width - 2 - (column + 2) * len(rows)), *[column] * len(rows))
    head = shorten(f"nDCG@10 {groups.title}", widths[1])
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


def under_load(record: DecisionRecord, width: int) -> str:
    """Return how each candidate served the rate that was asked for."""
    tested = [
        (part.name, part.speed)
        for part in record.candidates
        if part.speed and part.speed.load_rate_qps is not None
    ]
    if not tested:
        return ""
    rate, within = tested[0][1].load_rate_qps, tested[0][1].load_within_ms
    head = f"under {rate:g} queries/s, one process"
    most = f"≤ {within:g} ms at" if within is not None else ""
    lines = [_load_row((head, "served/s", "p50 ms", "p95 ms", most), width)]
    for name, speed in tested:
        figures = (speed.load_achieved_qps, speed.load_p50_ms, speed.load_p95_ms)
        highest = f"{number(speed.load_highest_qps)}/s" if within is not None else ""
        lines.append(_load_row((name, *map(number, figures), highest), width))
    return "\n".join(lines)


def _load_row(row: Sequence[str], width: int) -> str:
    label = max(20, width - 2 - 4 * 11)
    return aligned(("", shorten(row[0], label), *row[1:]), (1, label, 9, 9, 9, 11)).rstrip()


def changed_queries(record: DecisionRecord, width: int) -> str:
    """Return what small changes of the queries do to each candidate."""
    looks = {part.name: part.changed_queries for part in record.candidates if part.changed_queries}
    kinds = list(dict.fromkeys(look.kind for own in looks.values() for look in own))
    if not kinds:
        return ""
    lines = [_change_row(("change of nDCG@10 by", *kinds), width)]
    for name, own in looks.items():
        found = {look.kind: look for look in own}
        figures = (_change(found[kind]) if kind in found else UNKNOWN for kind in kinds)
        lines.append(_change_row((name, *figures), width))
    return "\n".join(lines)


def _change(look: Look) -> str:
    half = f" ±{ndcg((look.high - look.low) / 2)}" if look.low is not None and look.high else ""
    return f"{signed(look.change)}{half}"


def _change_row(row: Sequence[str], width: int) -> str:
    columns = len(row) - 1
    label = max(16, width - 3 - 14 * columns)
    return aligned(("", shorten(row[0], label), *row[1:]), (1, label, *[12] * columns)).rstrip()
