"""What was looked at beside the comparison, as text: load, changed queries, chunks."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, aligned, ndcg, number, shorten, signed
from advisor.record.chunk_text import chunk_rows
from advisor.record.decision import DecisionRecord, Look


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


def chunks(record: DecisionRecord, width: int) -> str:
    """Return what cutting documents into chunks brought each; empty where none was cut."""
    rows = chunk_rows(record)
    if not rows:
        return ""
    widths = (1, max(16, width - 2 - 6 * 9), 7, 7, 7, 7, 7, 7)
    head = ("", "nDCG@10 in chunks", "a doc", "chunks", "cut off", "change", "from", "to")
    lines = [aligned(head, widths)]
    lines += [aligned(("", shorten(name, widths[1]), *rest), widths) for name, *rest in rows]
    return "\n".join(line.rstrip() for line in lines)
