"""The report of one model: what it is, what was measured of it, when to take it and when not."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.record.cells import UNKNOWN, number
from advisor.record.decision import CandidatePart
from advisor.record.markdown import bullets, escaped
from benchmarks.reports import advice, tuning
from benchmarks.reports.kept import Folder, Run
from benchmarks.reports.model_fails import fails
from benchmarks.reports.model_tables import (
    index_section,
    quality_section,
    reading_section,
    speed_section,
)
from benchmarks.reports.told import MARKED, card_of, millions, public


def model_page(name: str, runs: Sequence[Run]) -> str:
    """Return the page of a model that at least one run holds, measured or failed."""
    parts = [part for run in runs if (part := run.part(name)) is not None]
    measured = [run for run in runs if _has_quality(run, name)]
    folder = next((run.beside.folders[name] for run in runs if name in run.beside.folders), None)
    head = [f"# {escaped(name)}", escaped(_lead(parts[0], folder))]
    if parts[0].mark:
        head.append(f"> {escaped(parts[0].mark)}. {MARKED}")
    if not measured:
        return _joined(*head, _not_measured(parts[0]), "## What it is", _facts(parts[0], folder))
    last = measured[-1].part(name)
    assert last is not None
    return _joined(
        *head,
        "## When to take it",
        bullets(advice.take(name, measured)) or "On none of these sets is it the one to take.",
        "## When not",
        bullets(advice.leave(name, measured)) or "Nothing measured here speaks against it.",
        "## What it is",
        _facts(last, folder),
        "## Quality",
        quality_section(name, measured),
        "## Speed and memory",
        speed_section(name, measured),
        "## Index size and smaller vectors",
        index_section(name, measured),
        "## How it reads the texts",
        reading_section(name, measured),
        "## Where it fails",
        fails(name, measured),
        "## Fine-tuning",
        escaped(f"Room for it: {tuning.line(measured, name)}.")
        + " What that means is said in [the guide](../guide.md#fine-tuning).",
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _has_quality(run: Run, name: str) -> bool:
    part = run.part(name)
    return part is not None and part.quality is not None


def _lead(part: CandidatePart, folder: Folder | None) -> str:
    size = f", {millions(part.n_parameters)} parameters" if part.n_parameters else ""
    reads = f"; reads {folder.languages}" if folder is not None and folder.languages else ""
    licence = f"; licence {part.license}" if part.license else ""
    return f"A {part.kind} model{size}{reads}{licence}."


def _not_measured(part: CandidatePart) -> str:
    return f"## Not measured\n\n{escaped(part.reason or part.status)}. Nothing is said of it here."


def _facts(part: CandidatePart, folder: Folder | None) -> str:
    card = card_of(part)
    speed = part.speed
    rows: list[tuple[str, str]] = [
        ("kind", part.kind),
        ("published as", part.repo or (folder.origin if folder else "") or "not known"),
        (
            "parameters",
            f"{millions(part.n_parameters)}, at work on a token: "
            f"{millions(part.n_active_parameters)}",
        ),
        ("files", f"{number(speed.disk_mib)} MiB" if speed and speed.disk_mib else UNKNOWN),
        ("dimensions", f"{part.embed_dim:,}" if part.embed_dim else UNKNOWN),
        ("reads at most", f"{part.max_tokens:,} tokens" if part.max_tokens else "no limit known"),
        ("licence", part.license or "not known"),
        ("prompts", _prompts(part)),
        ("pooling, comparison", f"{part.pooling or UNKNOWN}, {part.similarity or UNKNOWN}"),
        ("run by", f"{part.backend or UNKNOWN}, {part.dtype or UNKNOWN}"),
    ]
    if folder is not None:
        rows.insert(2, ("languages", folder.languages or UNKNOWN))
        rows.append(("these files", _files(folder)))
    of = "public score of the published weights" if part.mark else "public score"
    rows += [(f"{of}, {board}", score) for board, score in (public(card) if card else [])]
    if card is None:
        rows.append(("public score", "none: the catalogue does not hold these weights"))
    elif not card.scores:
        rows.append(("public score", "none in the catalogue"))
    return "\n".join(
        ["| | |", "|---|---|", *(f"| {label} | {escaped(text)} |" for label, text in rows)]
    )


def _files(folder: Folder) -> str:
    """Say how the files came from what was published, where the folder does."""
    if not folder.conversion:
        return "as they were found"
    return "as published" if folder.conversion.startswith("none") else folder.conversion


def _prompts(part: CandidatePart) -> str:
    if not (part.query_prompt or part.document_prompt):
        return "none"
    source = f" ({part.prompt_source})" if part.prompt_source else ""
    return f"query {part.query_prompt or ''!r}, document {part.document_prompt or ''!r}{source}"
