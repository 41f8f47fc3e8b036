"""A record for people: as text for a terminal, and as a Markdown decision record."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.text import one_line, plain

UNKNOWN = "–"
_MD_ESCAPES = {char: f"\\{char}" for char in "\\`*_[]|#!~"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}
MARKS = {"clear": "CLEAR", "probable": "PROBABLE", "tie": "TIE", "insufficient": "NOT ENOUGH"}


# Text ----------------------------------------------------------------------------------------


def as_text(record: DecisionRecord, width: int = 80, *, path: str | None = None) -> str:
    """Return the record as text no wider than `width` cells."""
    parts = [
        _headline(record, width),
        _table(record, width),
        _reasons(record, width),
        _categories(record, width),
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
    return f"{'─' * (width - cells(word) - 1)} {word}\n{sentence}"


def _table(record: DecisionRecord, width: int) -> str:
    header = ("candidate", "nDCG@10", "public", "p95 ms", "docs/s", "MiB")
    numbers = 9, 13, 6, 7, 8, 7
    name_cells = max(16, width - 2 - sum(numbers[1:]) - 2 * 5 - 2)
    rows = [_row(candidate, record.verdict.pick, name_cells) for candidate in record.candidates]
    widths = (name_cells, *numbers[1:])
    lines = [_aligned(("", *header), (1, *widths))]
    lines += [_aligned(row, (1, *widths)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(part: CandidatePart, pick: str | None, name_cells: int) -> tuple[str, ...]:
    sign = "▸" if part.name == pick else {"measured": " ", "failed": "!"}.get(part.status, "✕")
    name = shorten(part.name + (" *" if part.mark else ""), name_cells)
    if part.quality is None:
        return sign, name, shorten(part.status, 13), *[UNKNOWN] * 4
    quality, speed = part.quality, part.speed
    half = (
        f" ±{_ndcg((quality.high - quality.low) / 2)}"
        if quality.low is not None and quality.high is not None
        else ""
    )
    p95 = speed.latency_p95_ms if speed else None
    median = speed.latency_p50_ms if speed else None
    latency = number(p95) if p95 is not None else f"~{number(median)}" if median else UNKNOWN
    return (
        sign,
        name,
        f"{_ndcg(quality.mean)}{half}",
        number(part.public_score),
        latency,
        number(speed.documents_per_s if speed else None),
        number(speed.memory_peak_mib if speed else None),
    )


def _reasons(record: DecisionRecord, width: int) -> str:
    lines = []
    for part in record.candidates:
        reason = part.why_not or part.reason
        if reason and part.name != record.verdict.pick:
            lines.append(wrap(f"{one_line(part.name, 40)}: {reason}", width, "  ", "    "))
    for part in record.candidates:
        if part.mark:
            lines.append(wrap(f"* {one_line(part.name, 40)}: {part.mark}", width, "  ", "    "))
    return "Why not the others\n" + "\n".join(lines) if lines else ""


def _categories(record: DecisionRecord, width: int) -> str:
    """Return quality by category, in as many tables as the width asks for."""
    means = {
        part.name: {name: own["mean"] for name, own in part.quality.categories.items()}
        for part in record.candidates
        if part.quality and part.quality.categories
    }
    names = list(dict.fromkeys(name for values in means.values() for name in values))
    column = min(12, max(6, (width - 24) // max(1, len(names)) - 2))
    most = max(1, (width - 24) // (column + 2))
    tables = [
        _category_table(means, names[start : start + most], column, width)
        for start in range(0, len(names), most)
    ]
    return "\n\n".join(tables)


def _category_table(
    means: Mapping[str, Mapping[str, float]], names: Sequence[str], column: int, width: int
) -> str:
    widths = (1, max(12, width - 2 - (column + 2) * len(names)), *[column] * len(names))
    header = shorten("nDCG@10 by category", widths[1])
    lines = [_aligned(("", header, *(shorten(name, column) for name in names)), widths)]
    for candidate, values in means.items():
        figures = (_ndcg(values[name]) if name in values else UNKNOWN for name in names)
        lines.append(_aligned((" ", shorten(candidate, widths[1]), *figures), widths))
    return "\n".join(line.rstrip() for line in lines)


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
        (
            "Evidence",
            f"{data.queries:,}{of_queries} queries, {data.documents:,}{of} documents of "
            f"{one_line(data.name, 40)}; judgements: {data.evidence}",
        ),
        ("Measured", machine_words),
    ]
    gap = record.verdict.smallest_gap_ndcg
    if gap is not None:
        lines.append(
            ("Power", f"{data.queries:,} queries can show gaps of about {gap:.2f} nDCG@10")
        )
    lines += [("Note", note) for note in record.notes]
    return "\n".join(wrap(text, width, f"{label:<10}", " " * 10) for label, text in lines)


# Markdown ------------------------------------------------------------------------------------


def as_markdown(record: DecisionRecord) -> str:
    """Return the record as an architecture decision record in Markdown."""
    verdict = record.verdict
    title = f"Embedding model: {verdict.pick}" if verdict.pick else "Embedding model: undecided"
    parts = [
        f"# {_md(title)}",
        f"{_md(record.record.created)} · {_md(record.record.tool)} · "
        f"verdict: **{_md(verdict.kind)}**",
        "## Context",
        _md_context(record),
        "## Decision drivers",
        "\n".join(
            f"- {_md(key)}: {_md(_answer(value))} ({_md(record.answer_sources.get(key, ''))})"
            for key, value in record.answers.items()
        ),
        "## Considered options",
        _md_table(record.candidates),
        _md_rejected(record),
        "## Outcome",
        _md(verdict.sentence),
        "\n".join(
            f"- {_md(part.name)}: {_md(part.why_not)}" for part in record.candidates if part.why_not
        ),
        "## What it rests on",
        "\n".join(f"- {_md(text)}" for text in (*record.assumptions, *record.notes)),
        "## Confirmation",
        "Run it again and compare:",
        _md_code(record.reproduce.get("command", "")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _md_context(record: DecisionRecord) -> str:
    data = record.data
    return _md(
        f"Measured on {data.queries:,} queries and {data.documents:,} documents of {data.name} "
        f"(judgements: {data.evidence}), on {record.hardware.cpu} with {record.hardware.cores} "
        "cores."
    )


def _md_table(candidates: Sequence[CandidatePart]) -> str:
    rows = [
        "| candidate | status | nDCG@10 (95 %) | public | p50 / p95 ms | documents/s | MiB |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for part in candidates:
        quality, speed = part.quality, part.speed
        measured = UNKNOWN
        if quality is not None:
            low, high = quality.low, quality.high
            measured = _ndcg(quality.mean)
            if low is not None and high is not None:
                measured += f" ({_ndcg(low)} to {_ndcg(high)})"
        p50, p95 = (speed.latency_p50_ms, speed.latency_p95_ms) if speed else (None, None)
        cells_of_row = (
            part.name + (" *" if part.mark else ""),
            part.status,
            measured,
            number(part.public_score),
            f"{number(p50)} / {number(p95)}",
            number(speed.documents_per_s if speed else None),
            number(speed.memory_peak_mib if speed else None),
        )
        rows.append("| " + " | ".join(_md(text) for text in cells_of_row) + " |")
    marks = [f"\\* {_md(part.name)}: {_md(part.mark)}" for part in candidates if part.mark]
    return "\n".join(rows) + ("\n\n" + "\n".join(marks) if marks else "")


def _md_rejected(record: DecisionRecord) -> str:
    lines = [
        f"- {_md(', '.join(gone.models[:8]))}"
        + (f" and {len(gone.models) - 8} more" if len(gone.models) > 8 else "")
        + f": {_md(gone.reason)}"
        for gone in record.rejected
    ]
    return "Not measured:\n\n" + "\n".join(lines) if lines else ""


def _md(text: object) -> str:
    """Make text from outside plain in Markdown: no markup, no HTML, one line."""
    escaped = "".join(_MD_ESCAPES.get(char, char) for char in one_line(str(text)))
    # Many viewers make a link of a bare address too.
    return escaped.replace("://", "&#58;//").replace("www.", "www&#46;")


def _md_code(text: str) -> str:
    return "\n".join(f"    {line}" for line in plain(text).splitlines())


def _answer(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


# Cells ---------------------------------------------------------------------------------------


def cells(text: str) -> int:
    """Return the columns a terminal gives to `text`: two for East Asian wide characters."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """Return `text` on one line, cut in the middle to `width` cells."""
    line = one_line(text)
    if cells(line) <= width:
        return line
    head, tail = "", ""
    room = width - 1
    for front, back in zip(line, reversed(line), strict=True):
        if cells(head + front + tail) <= room:
            head += front
        if cells(head + back + tail) <= room:
            tail = back + tail
    return f"{head}…{tail}"


def wrap(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Wrap a paragraph to `width` cells; wide characters break anywhere."""
    lines: list[str] = []
    line = first
    words = _words(one_line(text) if not text.startswith(" ") else plain(text))
    room = max(1, width - max(cells(first), cells(rest)))
    for word in (piece for whole in words for piece in _pieces(whole, room)):
        joined = f"{line}{word}"
        if line.strip() and cells(joined.rstrip()) > width:
            lines.append(line.rstrip())
            line = f"{rest}{word.lstrip()}"
        else:
            line = joined
    return "\n".join([*lines, line.rstrip()])


def _pieces(word: str, room: int) -> Iterator[str]:
    """Cut a word that is longer than a line."""
    while cells(word) > room:
        yield word[:room]
        word = word[room:]
    yield word


def _words(text: str) -> Iterator[str]:
    """Yield words with the blank before them; a wide character is a word of its own."""
    word = ""
    for char in text:
        if char == " " or _cell(char) == 2:
            if word:
                yield word
            word = char if char == " " else ""
            if char != " ":
                yield char
        else:
            word += char
    if word:
        yield word


def number(value: float | None) -> str:
    """Write a figure with three digits at most, an en dash for unknown."""
    if value is None:
        return UNKNOWN
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _ndcg(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.2f}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Put cells side by side: the sign and the name to the left, figures to the right."""
    out = []
    for index, (text, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * max(0, width - cells(text))
        out.append(text + gap if index <= 1 else gap + text)
    return out[0] + " " + "  ".join(out[1:])
