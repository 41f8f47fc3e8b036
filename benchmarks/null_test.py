"""What is said of one model under three names: a tie, and latencies within the noise shown.

Usage: python benchmarks/null_test.py DATA MODEL_FOLDER [--runs 20] [--queries 30] [--report FILE]

Every run draws other queries and measures everything anew. With --kept FILE each run is a line of
it, and the runs that it holds of the same model, data and number of queries are not made again. A
latency difference counts as shown when it is larger than the highest of the three candidates' own
noise (the spread of the timing blocks) and than 10 %, below which the product never tells two costs
apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from advisor.advice.rule import SAME_COST
from benchmarks.own_run import answer, command, place_of, start, surroundings

NAMES = ("first", "second", "third")
LEAST_QUIET = 0.95
"""Share of runs whose latency differences must lie inside the noise."""


class Seen(NamedTuple):
    """What one run said."""

    verdict: str
    qualities: frozenset[float]
    p50: tuple[float, ...]
    noise: float

    @property
    def apart(self) -> float:
        """How far the slowest lies above the quickest, as a share of the quickest."""
        return max(self.p50) / min(self.p50) - 1

    @property
    def inside(self) -> bool:
        """Whether the product would call the latencies equal."""
        return self.apart <= max(self.noise, SAME_COST)


def main() -> int:
    """Run, print, write; 1 when a run told the model from itself too often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--queries", type=int, default=30)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    folder, data = options.folder.resolve(), place_of(options.data)
    what = f"{folder.name}, {Path(data).name}, {options.queries} queries"
    known = kept(options.kept, what)
    seen, text = [], ""
    for seed in range(options.runs):
        if seed not in known:
            known[seed] = once(data, folder, options.queries, seed)
            keep(options.kept, what, seed, known[seed])
        seen.append(known[seed])
        text = report(seen, folder.name, Path(data).name, options.queries)
        print(text.splitlines()[-1], file=sys.stderr)
        if options.report:
            options.report.write_text(text, encoding="utf-8")
    print(text)
    ties = all(one.verdict == "tie" for one in seen)
    return 0 if ties and sum(one.inside for one in seen) >= LEAST_QUIET * len(seen) else 1


def once(data: str, folder: Path, queries: int, seed: int) -> Seen:
    """Measure the folder under three names, with nothing kept from before."""
    models = ",".join(f"{name}={folder}" for name in NAMES)
    wanted = ("--queries", str(queries), "--seed", str(seed))
    with tempfile.TemporaryDirectory() as place:
        order = command(data, folder.parent, models, *wanted)
        said = answer(start(order, Path(place), surroundings(Path(place))))
    own = [each for each in said["candidates"] if each["name"] in NAMES]
    return Seen(
        verdict=said["verdict"]["kind"],
        qualities=frozenset(each["quality"]["mean"] for each in own),
        p50=tuple(each["latency_ms"]["p50"] for each in own),
        noise=max(each["latency_ms"]["noise"] for each in own),
    )


def kept(file: Path | None, what: str) -> dict[int, Seen]:
    """Return the runs of `what` that are in the file, by seed."""
    if file is None or not file.is_file():
        return {}
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {
        line["seed"]: Seen(
            line["verdict"], frozenset(line["qualities"]), tuple(line["p50"]), line["noise"]
        )
        for line in lines
        if line["what"] == what
    }


def keep(file: Path | None, what: str, seed: int, one: Seen) -> None:
    """Add a run to the file."""
    if file is not None:
        line = {"what": what, "seed": seed, **one._asdict(), "qualities": sorted(one.qualities)}
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def report(seen: list[Seen], model: str, data: str, queries: int) -> str:
    """Return a table with one row a run."""
    inside, ties = sum(one.inside for one in seen), sum(one.verdict == "tie" for one in seen)
    equal = sum(len(one.qualities) == 1 for one in seen)
    lines = [
        f"# {model} against itself: {len(seen)} runs, {queries} queries of {data}\n",
        f"Verdict `tie`: {ties} of {len(seen)}. Quality equal to the last digit: {equal}. "
        f"Latency differences inside the noise shown: {inside}.\n",
        "| run | verdict | p50 ms | apart | noise | inside |",
        "|--:|---|---|--:|--:|---|",
    ]
    for number, one in enumerate(seen, 1):
        times = " ".join(f"{each:.2f}" for each in one.p50)
        lines.append(
            f"| {number} | {one.verdict} | {times} | {one.apart:.1%} | {one.noise:.1%} "
            f"| {'yes' if one.inside else 'no'} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
