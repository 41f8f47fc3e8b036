"""A record as an architecture decision record in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, ndcg, number
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.glance import at_a_glance, by_quality, metric_in_words
from advisor.record.group_text import group_sections
from advisor.record.markdown import bullets, escaped, table_row, titled
from advisor.record.nature import marks, natures
from advisor.record.sections import (
    Section,
    changed_section,
    chunk_sections,
    cost_sections,
    other_sections,
    words_of,
)
from advisor.record.told import (
    answer_in_words,
    consequences,
    how_sure,
    left_out,
    size_in_words,
    verify_command,
    why_not,
)
from advisor.text import plain


def as_markdown(record: DecisionRecord) -> str:
    """Return the record as an architecture decision record in Markdown."""
    verdict = record.verdict
    title = f"Embedding model: {verdict.pick}" if verdict.pick else "Embedding model: undecided"
    parts = [
        f"# {escaped(title)}",
        f"{escaped(record.record.name)} · {escaped(record.record.created)} · "
        f"{escaped(record.record.tool)} · verdict: **{escaped(verdict.kind)}**",
        "## In short",
        bullets(f"{what}: {words}" for what, words in at_a_glance(record)),
        "## Context",
        _md_context(record),
        "## Decision drivers",
        bullets(
            f"{words_of(key)}: {answer_in_words(value)} ({record.answer_sources.get(key, '')})"
            for key, value in record.answers.items()
        ),
        "## Considered options",
        _md_table(by_quality(record), record.measure.main),
        titled("Not measured:", left_out(record)),
        "## Outcome",
        escaped(verdict.sentence),
        escaped(record.record.note or ""),
        titled("How sure it is:", how_sure(record)),
        titled("Why not the others:", (f"{name}: {why}" for name, why in why_not(record))),
        titled("Would change with:", verdict.would_change),
        titled("To try next:", verdict.next_steps),
        *_section("## Costs", "\n\n".join(map(_md_section, cost_sections(record)))),
        *map(
            _md_section,
            (
                *group_sections(record),
                *chunk_sections(record),
                *changed_section(record),
                *other_sections(record),
            ),
        ),
        *_section("## Consequences", bullets(consequences(record))),
        "## What it rests on",
        bullets((*record.assumptions, *record.notes)),
        "## Confirmation",
        "This says whether the decision still holds, and ends with 1 when it does not:",
        _md_code(verify_command(record)),
        "Run it again:",
        _md_code(record.reproduce.get("command", "")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, body: str) -> tuple[str, ...]:
    return (title, body) if body else ()


def _md_context(record: DecisionRecord) -> str:
    data = record.data
    rounds = f" Rounds: {'; '.join(data.rounds)}." if data.rounds else ""
    return escaped(
        f"Measured on {size_in_words(record)} of {data.name} "
        f"(judgements: {data.evidence}), on {record.hardware.cpu}, cores: "
        f"{record.hardware.cores}.{rounds} {metric_in_words(record)}"
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
        rows.append(table_row(cells_of_row))
    told = [f"\\* {escaped(mark)}" for mark in marks(candidates)]
    told += map(escaped, natures(candidates))
    return "\n".join(rows) + ("\n\n" + "\n\n".join(told) if told else "")


def _md_section(section: Section) -> str:
    """Return a section that no view lays out by hand, such as costs."""
    title = f"{escaped(section.title[:1].upper() + section.title[1:])}:"
    if not section.columns:
        lines = (f"{name}: {value}" if name else value for name, value in section.rows)
        return titled(title, lines)
    head = [table_row(section.columns), "|" + "---|" * len(section.columns)]
    return f"{title}\n\n" + "\n".join([*head, *(table_row(row) for row in section.rows)])


def _md_code(text: str) -> str:
    return "\n".join(f"    {line}" for line in plain(text).splitlines())
