"""The index of benchmark_results: for every file the command that made it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.record.markdown import escaped
from advisor.record.store import load_record
from advisor.text import plain
from benchmarks.reports.comparison import all_models, failed_models
from benchmarks.reports.kept import Run
from benchmarks.reports.told import file_of, quality, several

COMMAND = "python -m benchmarks.reports MODELS_DIR DATA_DIR"
OTHERS = {
    "advice_quality.md": "python benchmarks/advice_quality.py FACTS",
    "calibration.md": "python -m benchmarks.calibration DATA MODELS_DIR",
    "faults.md": "python benchmarks/faults.py DATA MODELS_DIR --model NAME --report FILE",
    "fuzz.md": "python benchmarks/fuzz.py --report FILE",
    "hostile_text.md": "python benchmarks/hostile_text.py --report FILE",
    "kill_resume.md": "python benchmarks/kill_resume.py DATA MODELS_DIR --report FILE",
    "latency_loop.md": "python benchmarks/latency_loop.py DATA MODEL --report FILE",
    "null_test.md": "python benchmarks/null_test.py DATA MODEL --report FILE",
    "racing.md": "python benchmarks/racing.py --report FILE",
    "scale.md": "python -m benchmarks.scale DATA MODELS_DIR --report FILE",
    "search_scale.txt": "python benchmarks/search_scale.py --out FILE",
    "speed.md": "python benchmarks/speed.py DATA MODELS_DIR, python benchmarks/ceiling.py MODEL",
    "timing_noise.md": "python benchmarks/timing_noise.py --report FILE",
}
WHAT = {
    "advice_quality.md": "how good the shortlist is, replayed on public scores",
    "calibration.md": "how far the verdict can be trusted",
    "faults.md": "processes killed, stopped and starved: what happened and what was kept",
    "fuzz.md": "damaged files: what is read and what is refused",
    "hostile_text.md": "control characters and markup through every screen",
    "kill_resume.md": "runs killed at random and gone on with: the same record",
    "latency_loop.md": "latency of a query against a plain loop",
    "null_test.md": "one model under three names: ties, and latencies inside the noise",
    "racing.md": "what a race saves, and how often it loses the best",
    "scale.md": "how time and memory grow with documents, queries and candidates",
    "search_scale.txt": "search over a million vectors: time, memory, exactness",
    "speed.md": "speed of a comparison against a plain script",
    "timing_noise.md": "how often equal models lie outside the noise of latencies",
}
"""What the files are that other commands write here."""


def index(runs: Sequence[Run], results: Path) -> str:
    """Return the page for the folder `results`; a file without a known command is named so."""
    models = (*all_models(runs), *failed_models(runs))
    lines = ["| model | on | nDCG@10 of its best set |", "|---|--:|--:|"]
    for part in models:
        own = [run for run in runs if (held := run.part(part.name)) is not None and held.quality]
        top = max(own, key=lambda run: _mean(run, part.name), default=None)
        cell = f"{quality(top.part(part.name))}, {top.name}" if top else "could not be run"
        link = f"[{escaped(part.name)}](reports/models/{file_of(part.name)})"
        lines.append(f"| {link} | {several(len(own), 'set')} | {escaped(cell)} |")
    files = ["| file | what it is | made by |", "|---|---|---|"]
    for path in sorted(results.iterdir()):
        if path.is_file() and path.name != "README.md":
            made = OTHERS.get(path.name, "not known")
            files.append(f"| [{path.name}]({path.name}) | {WHAT.get(path.name, '')} | `{made}` |")
    files.append(f"| [reports](reports) | the reports named above | `{COMMAND}` |")
    files += [
        f"| [reports/records/{run.name}.toml](reports/records/{run.name}.toml), "
        f"[.json](reports/records/{run.name}.json) | the decision record, and beside it every "
        f"pair, deep recall and the other wishes | `{COMMAND}` |"
        for run in runs
    ]
    if (results / "records").is_dir():
        files.append(
            "| [records](records) | three decisions as the product saves them | named in "
            "[its own page](records/README.md) |"
        )
    return "\n\n".join(
        (
            "# Results of real runs",
            f"Written by `{COMMAND}`. Start with [which model to take](reports/guide.md); all "
            "figures side by side are in [the comparison](reports/comparison.md).",
            "## A report for each model",
            "\n".join(lines),
            "## Every file and the command that made it",
            "A record names in `[reproduce]` the command that repeats its own run, with how many "
            "queries it took.",
            "\n".join(files),
        )
    ) + "\n"  # fmt: skip


def records_page(folder: Path) -> str:
    """Return the page for a folder of records: what each says and the command that made it."""
    parts = [
        "# Decisions as the product saves them",
        "Each record (TOML) with its views, made by `embed-advisor show RECORD.toml --format md` "
        "and `--format html`. They hold no text of the data and no path.",
    ]
    for path in sorted(folder.glob("*.toml")):
        record, _ = load_record(path)
        views = [
            f"[{name}]({path.stem}.{suffix})"
            for name, suffix in (("record", "toml"), ("Markdown", "md"), ("HTML", "html"))
            if path.with_suffix(f".{suffix}").is_file()
        ]
        note = f"\n\n{escaped(record.record.note)}" if record.record.note else ""
        parts.append(
            f"## {escaped(path.stem)}\n\n{escaped(record.verdict.sentence)} "
            f"({', '.join(views)}){note}\n\n    {plain(record.reproduce.get('command', ''))}"
        )
    return "\n\n".join(parts) + "\n"


def _mean(run: Run, name: str) -> float:
    part = run.part(name)
    return part.quality.mean if part is not None and part.quality is not None else 0.0
