"""A record as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.record.cells import UNKNOWN, aligned, cells, ndcg, number, shorten, signed, wrap
from advisor.record.cost_text import cost_rows, price_sentence, worth_lines
from advisor.record.decision import CandidatePart, Category, DecisionRecord
from advisor.record.nature import natures
from advisor.record.show_beside import changed_queries, chunks, under_load
from advisor.text import one_line

MARKS = {"clear": "CLEAR", "probable": "PROBABLE", "tie": "TIE", "insufficient": "NOT ENOUGH"}


def as_text(record: DecisionRecord, width: int = 80, *, path: str | None = None) -> str:
    """Return the record as text no wider than `width` cells."""
    parts = [
        _headline(record, width),
        _table(record, width),
        _signs(record, width),
        _reasons(record, width),
        _would_change(record, width),
        _next_steps(record, width),
        _costs(record, width),
        _categories(record, width),
        chunks(record, width),
        under_load(record, width),
        changed_queries(record, width),
        _smaller_vectors(record, width),
        _not_measured(record, width),
        _evidence(record, width),
    ]
    if path is not None:
        parts.append(f"Record  {one_line(path)}")
    return "\n\n".join(part for part in parts if part)


def _headline(record: DecisionRecord, width: int) -> str:
    kind = record.verdict.kind
    word = MARKS.get(kind, shorten(kind, width // 2).upper())
    sentence = wrap(record.verdict.sentence, width)
    note = record.record.note
    lines = [f"{'─' * (width - cells(word) - 1)} {word}", sentence]
    return "\n".join([*lines, *([wrap(note, width, "Note: ", "      ")] if note else [])])


def _table(record: DecisionRecord, width: int) -> str:
    header = ("candidate", "nDCG@10", "public", "p95 ms", "docs/s", "MiB")
    numbers = 9, 13, 6, 7, 8, 7
    name_cells = max(16, width - 2 - sum(numbers[1:]) - 2 * 5 - 2)
    rows = [_row(candidate, record.verdict.pick, name_cells) for candidate in record.candidates]
    widths = (name_cells, *numbers[1:])
    lines = [aligned(("", *header), (1, *widths))]
    lines += [aligned(row, (1, *widths)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(part: CandidatePart, pick: str | None, name_cells: int) -> tuple[str, ...]:
    sign = "▸" if part.name == pick else {"measured": " ", "failed": "!"}.get(part.status, "✕")
    name = shorten(part.name + (" *" if part.mark else ""), name_cells)
    if part.quality is None:
        return sign, name, shorten(part.status, 13), *[UNKNOWN] * 4
    quality, speed = part.quality, part.speed
    half = (
        f" ±{ndcg((quality.high - quality.low) / 2)}"
        if quality.low is not None and quality.high is not None
        else ""
    )
    p95 = speed.latency_p95_ms if speed else None
    median = speed.latency_p50_ms if speed else None
    latency = number(p95) if p95 is not None else f"~{number(median)}" if median else UNKNOWN
    return (
        sign,
        name,
        f"{ndcg(quality.mean)}{half}",
        number(part.public_score),
        latency,
        number(speed.documents_per_s if speed else None),
        number(speed.memory_peak_mib if speed else None),
    )


def _signs(record: DecisionRecord, width: int) -> str:
    """Explain the signs beside names and figures, and what is no model of one vector a text."""
    lines = [
        wrap(f"* {one_line(part.name, 40)}: {part.mark}", width, "  ", "    ")
        for part in record.candidates
        if part.mark
    ]
    lines += [wrap(said, width, "  ", "    ") for said in natures(record.candidates)]
    if any(_median_only(part) for part in record.candidates):
        lines.append(wrap("~ the median: a p95 needs 200 calls", width, "  ", "    "))
    return "\n".join(lines)


def _median_only(part: CandidatePart) -> bool:
    speed = part.speed
    return speed is not None and speed.latency_p95_ms is None and speed.latency_p50_ms is not None


def _reasons(record: DecisionRecord, width: int) -> str:
    lines = []
    for part in record.candidates:
        reason = part.why_not or part.reason
        if reason and part.name != record.verdict.pick:
            lines.append(wrap(f"{one_line(part.name, 40)}: {reason}", width, "  ", "    "))
    return "Why not the others\n" + "\n".join(lines) if lines else ""


def _would_change(record: DecisionRecord, width: int) -> str:
    lines = [wrap(change, width, "  ", "    ") for change in record.verdict.would_change]
    return "Would change with\n" + "\n".join(lines) if lines else ""


def _next_steps(record: DecisionRecord, width: int) -> str:
    lines = [wrap(step, width, "  ", "    ") for step in record.verdict.next_steps]
    return "To try next\n" + "\n".join(lines) if lines else ""


def _costs(record: DecisionRecord, width: int) -> str:
    """Return what each candidate costs, and at what prices."""
    rows = cost_rows(record)
    if not rows:
        return ""
    widths = (1, max(16, width - 54), 24, 11, 8)
    lines = [aligned(("", "costs in USD", "a month", "a million", "once"), widths)]
    for name, *figures in rows:
        lines.append(aligned(("", shorten(name, widths[1]), *figures), widths))
    told = [price_sentence(record), *worth_lines(record)]
    told.append("`show --format md` has the formulas with their numbers.")
    return "\n".join(
        [
            *(line.rstrip() for line in lines),
            *(wrap(one, width, "  ", "    ") for one in told if one),
        ]
    )


def _categories(record: DecisionRecord, width: int) -> str:
    """Return quality by category and by language of the queries."""
    groups = {
        "category": {part.name: part.quality.categories for part in record.candidates
                     if part.quality and part.quality.categories},
        "language": {part.name: part.quality.languages for part in record.candidates
                     if part.quality and part.quality.languages},
    }  # fmt: skip
    return "\n\n".join(_group_tables(name, found, width) for name, found in groups.items() if found)


def _group_tables(group: str, found: Mapping[str, Mapping[str, Category]], width: int) -> str:
    """Return quality by group, in as many tables as the width asks for."""
    means = {part: {name: own["mean"] for name, own in of.items()} for part, of in found.items()}
    names = list(dict.fromkeys(name for values in means.values() for name in values))
    column = min(12, max(6, (width - 24) // max(1, len(names)) - 2))
    most = max(1, (width - 24) // (column + 2))
    tables = [
        _category_table(group, means, names[start : start + most], column, width)
        for start in range(0, len(names), most)
    ]
    return "\n\n".join(tables)


def _category_table(
    group: str,
    means: Mapping[str, Mapping[str, float]],
    names: Sequence[str],
    column: int,
    width: int,
) -> str:
    widths = (1, max(12, width - 2 - (column + 2) * len(names)), *[column] * len(names))
    header = shorten(f"nDCG@10 by {group}", widths[1])
    lines = [aligned(("", header, *(shorten(name, column) for name in names)), widths)]
    for candidate, values in means.items():
        figures = (ndcg(values[name]) if name in values else UNKNOWN for name in names)
        lines.append(aligned((" ", shorten(candidate, widths[1]), *figures), widths))
    return "\n".join(line.rstrip() for line in lines)


def _smaller_vectors(record: DecisionRecord, width: int) -> str:
    """Return the forms of the pick's vectors, or of the leader's where nothing is picked."""
    name = record.verdict.pick or record.verdict.leader
    forms = next((part.variants for part in record.candidates if part.name == name), ())
    if not forms:
        return ""
    head = f"smaller vectors of {one_line(name or '', 40)}"
    lines = [_form_row(("", head, "change", "from", "to", "bytes"), width)]
    lines += [
        _form_row(
            (
                "▸" if form.advised else " ",
                f"{form.form}, {form.dim} dimensions{'' if form.trained else ' (not trained so)'}",
                signed(form.change),
                signed(form.low),
                signed(form.high),
                f"{form.bytes:,}",
            ),
            width,
        )
        for form in forms
    ]
    return "\n".join(lines)


def _form_row(row: Sequence[str], width: int) -> str:
    label = max(20, width - 2 - 4 * 9)
    widths = (1, label, 7, 7, 7, 7)
    return aligned((row[0], shorten(row[1], label), *row[2:]), widths).rstrip()


def _not_measured(record: DecisionRecord, width: int) -> str:
    absent = [gone for gone in record.rejected if gone.command]
    lines = [
        wrap(
            f"{', '.join(gone.models)}: {gone.reason}; fetch with: {gone.command}",
            width,
            "  ",
            "    ",
        )
        for gone in absent
    ]
    others = sum(len(gone.models) for gone in record.rejected if not gone.command)
    if others:
        lines.append(f"  {others} more models do not fit the answers; the record says why.")
    return "Not measured here\n" + "\n".join(lines) if lines else ""


def _evidence(record: DecisionRecord, width: int) -> str:
    data, machine = record.data, record.hardware
    of = f" of {data.documents_of:,}" if data.sampled and data.documents_of else ""
    of_queries = f" of {data.queries_of:,}" if data.sampled and data.queries_of else ""
    machine_words = (
        f"on {one_line(machine.cpu, 40)}, {machine.cores} cores"
        if machine.source == "detected"
        else f"here; limits for: {one_line(machine.cpu, 40)}"
    )
    lines = [
        ("Decision", f"{one_line(record.record.name, 80)}, {record.record.created}"),
        (
            "Evidence",
            f"{data.queries:,}{of_queries} queries, {data.documents:,}{of} documents of "
            f"{one_line(data.name, 40)}; judgements: {data.evidence}",
        ),
        ("Measured", machine_words),
    ]
    if data.rounds:
        lines.append(("Rounds", "; ".join(data.rounds)))
    gap = record.verdict.smallest_gap_ndcg
    if gap is not None:
        lines.append(
            ("Power", f"{data.queries:,} queries can show gaps of about {gap:.2f} nDCG@10")
        )
    lines += [("Note", note) for note in record.notes]
    return "\n".join(wrap(text, width, f"{label:<10}", " " * 10) for label, text in lines)
