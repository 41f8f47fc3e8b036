"""Makes ten broken copies of a real set, to see what `check-data` says of each.

Usage: python benchmarks/broken_data.py SOURCE OUT [--check]

SOURCE is a BEIR folder; OUT receives a folder per fault. With --check the command is run on each,
and a line says which findings it has. Every fault is one that real exports have.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]
EVERY = 20
"""One in so many rows is broken."""


def read(path: Path) -> list[Row]:
    """Read JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def write(path: Path, rows: list[Row]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def change(path: Path, how: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of a file."""
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    path.write_text("\n".join(how(lines)) + "\n", "utf-8")


def other_encoding(folder: Path) -> None:
    """Save everything in the encoding of another time."""
    for path in folder.glob("*.jsonl"):
        path.write_bytes(path.read_text("utf-8").encode("gb18030"))


def mixed_encoding(folder: Path) -> None:
    """Put lines of another encoding between those of UTF-8."""
    path = folder / "corpus.jsonl"
    lines = path.read_bytes().rstrip(b"\n").split(b"\n")
    for at in range(3, len(lines), EVERY):
        lines[at] = lines[at].decode("utf-8").encode("gb18030") + b"\xff"
    path.write_bytes(b"\n".join(lines) + b"\n")


def broken_lines(folder: Path) -> None:
    """Cut lines off in the middle, as an export that was interrupted does."""

    def cut(lines: list[str]) -> list[str]:
        return [one[: len(one) // 2] if n % EVERY == 7 else one for n, one in enumerate(lines)]

    change(folder / "corpus.jsonl", cut)


def empty_texts(folder: Path) -> None:
    """Empty some documents and queries."""
    for name in ("corpus.jsonl", "queries.jsonl"):
        rows = read(folder / name)
        for row in rows[::EVERY]:
            row.update({key: "  " for key in row if key != "_id"})
        write(folder / name, rows)


def duplicates(folder: Path) -> None:
    """Add the same document under another id, and nearly the same, and the same row again."""
    rows = read(folder / "corpus.jsonl")
    same = [{**row, "_id": f"{row['_id']}-copy"} for row in rows[::EVERY]]
    near = [
        {**row, "_id": f"{row['_id']}-new", "text": f"{row['text']} (2nd edition)"}
        for row in rows[1::EVERY]
    ]
    write(folder / "corpus.jsonl", [*rows, *same, *near, *rows[2::EVERY]])


def clashing_ids(folder: Path) -> None:
    """Give two documents one id."""
    rows = read(folder / "corpus.jsonl")
    for first, second in zip(rows[::EVERY], rows[1::EVERY], strict=False):
        second["_id"] = first["_id"]
    write(folder / "corpus.jsonl", rows)


def shifted(folder: Path) -> None:
    """Join questions and answers by line, one line off."""
    path = next((folder / "qrels").iterdir())

    def shift(lines: list[str]) -> list[str]:
        cells = [line.split("\t") for line in lines[1:]]
        answers = [row[1] for row in cells]
        moved = [*answers[1:], answers[0]]
        rows = ["\t".join((row[0], new, *row[2:])) for row, new in zip(cells, moved, strict=True)]
        return [lines[0], *rows]

    change(path, shift)


def odd_grades(folder: Path) -> None:
    """Write negative and fractional grades, and judge what is not there."""
    path = next((folder / "qrels").iterdir())

    def odd(lines: list[str]) -> list[str]:
        cells = [line.split("\t") for line in lines[1:]]
        for at, row in enumerate(cells):
            match at % EVERY:
                case 1:
                    row[2] = "-1"
                case 2:
                    row[2] = "0.5"
                case 3:
                    row[1] = f"gone-{at}"
                case 4:
                    row[0] = f"gone-{at}"
        return [lines[0], *("\t".join(row) for row in cells)]

    change(path, odd)


def shouting(folder: Path) -> None:
    """Put every query in capital letters, and control characters into documents."""
    queries = read(folder / "queries.jsonl")
    write(folder / "queries.jsonl", [{**row, "text": row["text"].upper()} for row in queries])
    rows = read(folder / "corpus.jsonl")
    for row in rows[::EVERY]:
        row["text"] = row["text"].replace(" ", "\x0c ", 3) + "\x1b[0m"
    write(folder / "corpus.jsonl", rows)


def few_queries(folder: Path) -> None:
    """Keep the judgements of twelve queries, and the queries themselves of all."""
    path = next((folder / "qrels").iterdir())
    kept = {row["_id"] for row in random.Random(0).sample(read(folder / "queries.jsonl"), 12)}
    change(
        path,
        lambda lines: [lines[0], *(line for line in lines[1:] if line.split("\t")[0] in kept)],
    )


FAULTS: dict[str, Callable[[Path], None]] = {
    fault.__name__.replace("_", "-"): fault
    for fault in (
        *(other_encoding, mixed_encoding, broken_lines, empty_texts, duplicates),
        *(clashing_ids, shifted, odd_grades, shouting, few_queries),
    )
}


def main() -> int:
    """Make the copies, and check them when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for name, fault in FAULTS.items():
        folder = options.out / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(options.source, folder, copy_function=shutil.copyfile)
        fault(folder)
        print(f"{name:<16}{said_of(folder) if options.check else folder}", flush=True)
    return 0


def said_of(folder: Path) -> str:
    """Return the exit code and the findings of `check-data`."""
    command = [sys.executable, "-m", "advisor.cli", "check-data", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        return f"{done.returncode}  {done.stderr.strip()}"
    findings = json.loads(done.stdout)["findings"]
    return f"{done.returncode}  " + ", ".join(f"{one['kind']} {one['count']}" for one in findings)


if __name__ == "__main__":
    sys.exit(main())
