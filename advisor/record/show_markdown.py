"""A record as an architecture decision record in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, ndcg, number
from advisor.record.cost_text import cost_rows, formula_lines, price_sentence, worth_lines
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.text import one_line, plain

_MD_ESCAPES = {char: f"\\{char}" for char in "\\`*_[]|#!~"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}


def as_markdown(record: DecisionRecord) -> str:
    """Return the record as an architecture decision record in Markdown."""
    verdict = record.verdict
    title = f"Embedding model: {verdict.pick}" if verdict.pick else "Embedding model: undecided"
    parts = [
        f"# {_md(title)}",
        f"{_md(record.record.name)} · {_md(record.record.created)} · {_md(record.record.tool)} · "
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
        _md(record.record.note or ""),
        "\n".join(
            f"- {_md(part.name)}: {_md(part.why_not)}" for part in record.candidates if part.why_not
        ),
        "Would change with:" if verdict.would_change else "",
        "\n".join(f"- {_md(change)}" for change in verdict.would_change),
        "To try next:" if verdict.next_steps else "",
        "\n".join(f"- {_md(step)}" for step in verdict.next_steps),
        _md_costs(record),
        "## What it rests on",
        "\n".join(f"- {_md(text)}" for text in (*record.assumptions, *record.notes)),
        "## Confirmation",
        "Run it again and compare:",
        _md_code(record.reproduce.get("command", "")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _md_context(record: DecisionRecord) -> str:
    data = record.data
    rounds = f" Rounds: {'; '.join(data.rounds)}." if data.rounds else ""
    return _md(
        f"Measured on {data.queries:,} queries and {data.documents:,} documents of {data.name} "
        f"(judgements: {data.evidence}), on {record.hardware.cpu} with {record.hardware.cores} "
        f"cores.{rounds}"
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
            measured = ndcg(quality.mean)
            if low is not None and high is not None:
                measured += f" ({ndcg(low)} to {ndcg(high)})"
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


def _md_costs(record: DecisionRecord) -> str:
    rows = cost_rows(record)
    if not rows:
        return ""
    lines = ["| candidate | USD a month | a million queries | once |", "|---|--:|--:|--:|"]
    lines += ["| " + " | ".join(_md(cell) for cell in row) + " |" for row in rows]
    told = [price_sentence(record), *worth_lines(record)]
    formulas = [
        f"- {_md(part.name)}, {_md(line)}"
        for part in record.candidates
        if part.costs is not None
        for line in formula_lines(part.costs)
    ]
    parts = ["## Costs", "\n".join(lines), *(_md(one) for one in told if one), "\n".join(formulas)]
    return "\n\n".join(part for part in parts if part)


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
