"""How time and memory grow with documents, queries and candidates, and a corpus of 200,000.

Usage: python -m benchmarks.scale DATA MODELS_DIR [--models A,B,C] [--large 200000] [--report FILE]

DATA is a folder in BEIR layout. First runs of our command, one growing at a time, each with a cache
of its own; all processes count, as in `benchmarks/speed.py`, and three models race, as they do for
anybody. Then the documents of DATA, repeated with a number before each until there are so many, are
taken through the interface on a pseudo-terminal, from Home to the verdict: the memory is the
highest of the interface's own process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from benchmarks.own_run import command, surroundings
from benchmarks.speed import measure, peak_mib
from terminal import Terminal

MODELS = "potion-base-8M,paraphrase-MiniLM-L3-v2,all-MiniLM-L6-v2"
DOCUMENTS = (500, 1_000, 2_000, 4_000)
QUERIES = (10, 20, 40)
USUAL_DOCUMENTS, USUAL_QUERIES = 1_000, 40
PATIENCE_S = 600.0
MOST_MIB = 300.0
"""Of the interface's process."""


def main() -> int:
    """Run, print, write; 1 when the interface takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("models_dir", type=Path)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    names = options.models.split(",")
    data, models_dir = options.data.resolve(), options.models_dir.resolve()
    lines = ["# How time and memory grow\n", f"Models: {', '.join(names)}, and BM25.\n"]
    for line in (*growth(data, models_dir, names), ""):
        print(line, flush=True)
        lines.append(line)
    words, peak = through_the_interface(data, models_dir, names[0], options.large)
    print(words)
    lines.append(words)
    if options.report:
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0 if peak < MOST_MIB else 1


def growth(data: Path, models_dir: Path, names: list[str]) -> Iterator[str]:
    """Yield a Markdown table with a row a run."""
    yield "| grows | models | documents | queries | wall s | CPU s | MiB, all processes |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    two = names[1:] or names
    for documents in DOCUMENTS:
        yield _row("documents", data, models_dir, two, documents, USUAL_QUERIES)
    for queries in QUERIES[:-1]:
        yield _row("queries", data, models_dir, two, USUAL_DOCUMENTS, queries)
    for count in range(1, len(names) + 1):
        some = names[-count:]
        yield _row("candidates", data, models_dir, some, USUAL_DOCUMENTS, USUAL_QUERIES)


def _row(
    grows: str, data: Path, models_dir: Path, names: list[str], documents: int, queries: int
) -> str:
    sizes = ("--documents", str(documents), "--queries", str(queries))
    order = command(str(data), models_dir, ",".join(names), *sizes)
    with tempfile.TemporaryDirectory() as place:
        taken = measure(order, Path(place), "cache")
    return (
        f"| {grows} | {len(names)} | {documents:,} | {queries} | {taken.wall_s:.1f} "
        f"| {taken.cpu_s:.1f} | {taken.memory_mib:,.0f} |"
    )


def through_the_interface(
    data: Path, models_dir: Path, model: str, documents: int
) -> tuple[str, float]:
    """Take a large corpus from Home to the verdict; return what it took, and the highest memory."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        large = enlarged(data, place / "large", documents)
        order = [
            sys.executable, "-m", "advisor.cli", "--data", str(large), "--profile", "plain-rag",
            "--models", model, "--models-dir", str(models_dir), "--offline",
        ]  # fmt: skip
        env = {**surroundings(place), "XDG_STATE_HOME": f"{folder}/state"}
        started = time.perf_counter()
        with Terminal(order, env, columns=100, rows=40, folder=folder) as terminal:
            for sign in (
                "New decision",
                f"{documents:,}",
                "models are left",
                "will be measured",
                "All measured",
            ):
                terminal.until(sign, PATIENCE_S)
                terminal.press("enter")
            terminal.until("What if", PATIENCE_S)
            peak = peak_mib(terminal.pid)
            terminal.press("ctrl+q")
            terminal.wait()
        taken = time.perf_counter() - started
    words = (
        f"{documents:,} documents read, sampled and measured with {model} through the interface in "
        f"{taken:.0f} s; its process took {peak:.0f} MiB at most (target {MOST_MIB:.0f})."
    )
    return words, peak


def enlarged(data: Path, place: Path, documents: int) -> Path:
    """Write the data with its documents repeated, under new ids and with a number before each."""
    shutil.copytree(data, place)
    rows = [json.loads(line) for line in (data / "corpus.jsonl").open(encoding="utf-8")]
    with (place / "corpus.jsonl").open("a", encoding="utf-8") as out:
        for number in range(len(rows), documents):
            row = rows[number % len(rows)]
            text = f"Copy {number}. {row['text']}"
            out.write(json.dumps({**row, "_id": f"copy-{number}", "text": text}) + "\n")
    return place


if __name__ == "__main__":
    sys.exit(main())
