"""The latency that a run reports, against a loop that anybody would write.

Usage: python benchmarks/latency_loop.py DATA MODEL_FOLDER [--repeat 5] [--report FILE]

The loop calls `encode` with one query at a time after ten calls to warm up and takes the median of
200 calls; the run is ours, with nothing kept from before. They take turns. DATA is a folder in BEIR
layout.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.own_run import answer, command, start, surroundings

MOST_APART = 0.10
LOOP = """
import itertools, json, statistics, sys, time
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
queries = itertools.cycle(json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8"))
def call():
    start = time.perf_counter()
    model.encode(next(queries), show_progress_bar=False)
    return (time.perf_counter() - start) * 1e3
[call() for _ in range(10)]
print(statistics.median(call() for _ in range(200)))
"""


def main() -> int:
    """Take turns, print, write; 1 when the medians lie more than a tenth apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    data, folder = options.data.resolve(), options.folder.resolve()
    turns = []
    for _ in range(options.repeat):
        turns.append((loop_ms(data, folder), ours_ms(data, folder)))
        print(f"loop {turns[-1][0]:.2f} ms, ours {turns[-1][1]:.2f} ms", file=sys.stderr)
    ratio = statistics.median(ours / loop for loop, ours in turns)
    rows = "\n".join(f"| {loop:.2f} | {ours:.2f} | {ours / loop:.3f} |" for loop, ours in turns)
    text = (
        f"# Median latency of one query of {data.name}, {folder.name}\n\n"
        f"Ours by the loop's, median of {len(turns)} turns: {ratio:.3f}.\n\n"
        f"| loop ms | ours ms | ours by loop |\n|--:|--:|--:|\n{rows}\n"
    )
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    return 0 if abs(ratio - 1) <= MOST_APART else 1


def loop_ms(data: Path, folder: Path) -> float:
    """Run the loop in a process of its own."""
    order = [sys.executable, "-c", LOOP, str(folder), str(data / "queries.jsonl")]
    done = subprocess.run(order, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def ours_ms(data: Path, folder: Path) -> float:
    """Return the p50 that a run says."""
    with tempfile.TemporaryDirectory() as place:
        order = command(str(data), folder.parent, f"model={folder}", "--documents", "200")
        said = answer(start(order, Path(place), surroundings(Path(place))))
    own = next(each for each in said["candidates"] if each["name"] == "model")
    return float(own["latency_ms"]["p50"])


if __name__ == "__main__":
    raise SystemExit(main())
