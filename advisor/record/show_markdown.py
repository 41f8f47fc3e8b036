"""A record as an architecture decision record in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.record.cells import UNKNOWN, ndcg, number
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.nature import natures
from advisor.record.sections import Section, cost_sections, other_sections, words_of
from advisor.record.told import (
    answer_in_words,
    consequences,
    how_sure,
    left_out,
    size_in_words,
    verify_command,
    why_not,
)
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
        _bullets(
            f"{words_of(key)}: {answer_in_words(value)} ({record.answer_sources.get(key, '')})"
            for key, value in record.answers.items()
        ),
        "## Considered options",
        _md_table(record.candidates, record.measure.main),
        _titled("Not measured:", left_out(record)),
        "## Outcome",
        _md(verdict.sentence),
        _md(record.record.note or ""),
        _titled("How sure it is:", how_sure(record)),
        _titled("Why not the others:", (f"{name}: {why}" for name, why in why_not(record))),
        _titled("Would change with:", verdict.would_change),
        _titled("To try next:", verdict.next_steps),
        *_section("## Costs", "\n\n".join(map(_md_section, cost_sections(record)))),
        *(_md_section(section) for section in other_sections(record)),
        *_section("## Consequences", _bullets(consequences(record))),
        "## What it rests on",
        _bullets((*record.assumptions, *record.notes)),
        "## Confirmation",
        "This says whether the decision still holds, and ends with 1 when it does not:",
        _md_code(verify_command(record)),
        "Run it again:",
        _md_code(record.reproduce.get("command", "")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, body: str) -> tuple[str, ...]:
    return (title, body) if body else ()


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_md(text)}" for text in texts)


def _titled(title: str, texts: Iterable[str]) -> str:
    lines = _bullets(texts)
    return f"{title}\n\n{lines}" if lines else ""


def _md_context(record: DecisionRecord) -> str:
    data = record.data
    rounds = f" Rounds: {'; '.join(data.rounds)}." if data.rounds else ""
    return _md(
        f"Measured on {size_in_words(record)} of {data.name} "
        f"(judgements: {data.evidence}), on {record.hardware.cpu} with {record.hardware.cores} "
        f"cores.{rounds}"
    )


def _md_table(candidates: Sequence[CandidatePart], metric: str) -> str:
    rows = [
        f"| candidate | status | {metric} (95 %) | public | p50 / p95 ms | documents/s | MiB |",
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
        rows.append(_row(cells_of_row))
    marks = [f"\\* {_md(part.name)}: {_md(part.mark)}" for part in candidates if part.mark]
    marks += map(_md, natures(candidates))
    return "\n".join(rows) + ("\n\n" + "\n\n".join(marks) if marks else "")


def _md_section(section: Section) -> str:
    """Return a section that no view lays out by hand, such as costs."""
    title = f"{_md(section.title[:1].upper() + section.title[1:])}:"
    if not section.columns:
        lines = (f"{name}: {value}" if name else value for name, value in section.rows)
        return _titled(title, lines)
    head = [_row(section.columns), "|" + "---|" * len(section.columns)]
    return f"{title}\n\n" + "\n".join([*head, *(_row(row) for row in section.rows)])


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(_md(text) for text in texts) + " |"


def _md(text: object) -> str:
    """Make text from outside plain in Markdown: no markup, no HTML, one line."""
    escaped = "".join(_MD_ESCAPES.get(char, char) for char in one_line(str(text)))
    # Many viewers make a link of a bare address too.
    return escaped.replace("://", "&#58;//").replace("www.", "www&#46;")


def _md_code(text: str) -> str:
    return "\n".join(f"    {line}" for line in plain(text).splitlines())
