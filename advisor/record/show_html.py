"""A record as one HTML page that needs nothing else: no network, no text of it is markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from advisor.record.cells import UNKNOWN, ndcg, number
from advisor.record.charts import intervals, plot
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.glance import at_a_glance, by_quality, metric_in_words
from advisor.record.group_text import TOO_FEW, Groups, group_sections, groups_in
from advisor.record.nature import marks, natures
from advisor.record.sections import (
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

_COLUMNS = (
    "95 % interval", "public", "p50 ms", "p95 ms", "documents/s", "MiB",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What a table shows, and the value it is sorted by; an empty one goes last."""

    text: str
    value: str


@dataclass(frozen=True)
class Row:
    """One candidate's line."""

    picked: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table that can be sorted."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


def as_html(record: DecisionRecord) -> str:
    """Return the page. Every text of the record is escaped and without controls."""
    # Our own files, and only they, go in as they are.
    script = _own("sort.js")
    digest = hashlib.sha256(script.encode()).digest()
    return _template().render(
        record=record,
        title=f"Embedding model: {record.verdict.pick or 'undecided'}",
        word=record.verdict.kind.upper(),
        style=Markup(_own("report.css")),
        script=Markup(script),
        script_hash=Markup(base64.b64encode(digest).decode()),
        intervals=intervals(record),
        plot=plot(record),
        table=_comparison(record),
        why_not=tuple(why_not(record)),
        sure=tuple(how_sure(record)),
        consequences=consequences(record),
        glance=at_a_glance(record),
        metric=metric_in_words(record),
        size=size_in_words(record),
        costs=cost_sections(record),
        sections=(*chunk_sections(record), *changed_section(record), *other_sections(record)),
        matrices=tuple(_matrix(record, groups) for groups in groups_in(record)),
        differences=group_sections(record),
        answers=tuple(_answers(record)),
        rests_on=(*record.assumptions, *record.notes),
        rejected=tuple(left_out(record)),
        machine=tuple(_machine(record)),
        verify=verify_command(record),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("advisor.record"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Take the controls out of every text that is not our own markup."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _own(name: str) -> str:
    return (resources.files("advisor.record") / "templates" / name).read_text("utf-8")


def _comparison(record: DecisionRecord) -> Table:
    parts = by_quality(record)
    return Table(
        columns=("candidate", record.measure.main, *_COLUMNS),
        rows=tuple(Row(part.name == record.verdict.pick, tuple(_cells(part))) for part in parts),
        remarks=(*(f"* {mark}" for mark in marks(parts)), *natures(parts)),
    )


def _cells(part: CandidatePart) -> Iterator[Cell]:
    quality, speed = part.quality, part.speed
    yield Cell(part.name + (" *" if part.mark else ""), part.name)
    if quality is None:
        yield Cell(part.status, "")
        yield Cell(UNKNOWN, "")
    else:
        yield _figure(quality.mean, ndcg(quality.mean))
        known = quality.low is not None and quality.high is not None
        low, high = quality.low or 0.0, quality.high or 0.0
        yield Cell(f"{ndcg(low)} to {ndcg(high)}", f"{low:g}") if known else Cell(UNKNOWN, "")
    yield _figure(part.public_score)
    for name in ("latency_p50_ms", "latency_p95_ms", "documents_per_s", "memory_peak_mib"):
        yield _figure(getattr(speed, name) if speed is not None else None)


def _figure(value: float | None, text: str | None = None) -> Cell:
    return Cell(text or number(value), "" if value is None else f"{value:.6g}")


def _matrix(record: DecisionRecord, groups: Groups) -> Table:
    names = tuple(f"{row.name}{' ?' if row.is_small else ''}" for row in groups.rows)
    rows = []
    for part in by_quality(record):
        own = [row.standings.get(part.name) for row in groups.rows]
        if any(own):
            means = (None if one is None else one["mean"] for one in own)
            cells = (_figure(mean, None if mean is None else ndcg(mean)) for mean in means)
            rows.append(Row(part.name == record.verdict.pick, (Cell(part.name, part.name), *cells)))
    small = any(row.is_small for row in groups.rows)
    return Table(
        columns=(f"{record.measure.main} {groups.title}", *names),
        rows=tuple(rows),
        remarks=(TOO_FEW,) if small else (),
    )


def _answers(record: DecisionRecord) -> Iterator[tuple[str, str, str]]:
    for key, value in record.answers.items():
        yield words_of(key), answer_in_words(value), record.answer_sources.get(key, "")


def _machine(record: DecisionRecord) -> Iterator[str]:
    machine = record.hardware
    cores = (
        f", {machine.cores} {'core' if machine.cores == 1 else 'cores'}" if machine.cores else ""
    )
    memory = f", {machine.memory_mib:,} MiB" if machine.memory_mib else ""
    gpu = f", {machine.gpu}" if machine.gpu else ""
    yield f"{machine.cpu or 'unknown processor'}{cores}{memory}{gpu} ({machine.source})"
    for name, version in record.software.items():
        yield f"{name} {version}"
