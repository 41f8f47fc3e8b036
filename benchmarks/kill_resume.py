"""Runs that are killed at random moments and begun again: the record must be the undisturbed one's.

Usage: python benchmarks/kill_resume.py DATA MODELS_DIR --models A,B [--kills 10] [--report FILE]

SIGKILL hits the whole process group or one random process of it, at a random moment of the time
that an undisturbed run takes. Then the same command runs again over the same cache. Everything
that is no time, size of memory or date must be equal.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil

from benchmarks.own_run import answer, command, place_of, start, surroundings

UNITS = ("_s", "_ms", "_mib", "_qps", "_per_s", "_per_month")
"""How keys end whose values are times, memory, or worked out from them."""
CHANGING = frozenset({
    # What is worked out from times, and sentences that name them.
    "costs", "sentence", "why_not", "would_change", "notes", "reason", "best_value", "pareto",
    # Of the timing itself, and of what was kept.
    "latency_noise", "latency_noisy", "latency_repeated", "latency_blocks", "latency_calls",
    "latency_basis", "throughput_basis", "load_basis", "memory_basis", "proof_speedup",
    # Of the moment and the machine's probe.
    "created", "date", "gflops", "share_of_cpu",
})  # fmt: skip
"""Keys whose values may differ between two runs of the same command on the same machine."""


class Seen(NamedTuple):
    """One killed run and the one after it."""

    at_s: float
    hit: str
    differences: tuple[str, ...]
    orphans: int


def main() -> int:
    """Run, print, write; 1 when a record differs or a process stays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("models_dir", type=Path)
    parser.add_argument("--models", required=True)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    order = command(place_of(options.data), options.models_dir, options.models)
    with tempfile.TemporaryDirectory() as place:
        began = time.monotonic()
        undisturbed = record_of(answer(start(order, Path(place), surroundings(Path(place)))), place)
        took = time.monotonic() - began
    seen = []
    text = ""
    for _ in range(options.kills):
        with tempfile.TemporaryDirectory() as place:
            seen.append(disturbed(order, Path(place), dice, took, undisturbed))
        print(seen[-1], file=sys.stderr)
        text = report(seen, took, options.models, Path(options.data).name)
        if options.report:
            options.report.write_text(text, encoding="utf-8")
    print(text)
    return 1 if any(one.differences or one.orphans for one in seen) else 0


def disturbed(
    order: Sequence[str], place: Path, dice: random.Random, took: float, wanted: Mapping[str, Any]
) -> Seen:
    """Kill one run, run again, and compare."""
    env, at_s = surroundings(place), dice.uniform(0.05, 0.95) * took
    process = start(order, place, env)
    time.sleep(at_s)
    hit, below = kill(process, dice)
    process.communicate()
    orphans = len(psutil.wait_procs(below, timeout=30)[1])
    said = record_of(answer(start(order, place, env)), str(place))
    return Seen(at_s, hit, tuple(differences(wanted, said)), orphans)


def kill(process: subprocess.Popen[str], dice: random.Random) -> tuple[str, list[psutil.Process]]:
    """Kill the command or one process below it; what was hit, and everything that must go."""
    if process.poll() is not None:
        return "nothing: it had ended", []
    top = psutil.Process(process.pid)
    below = top.children(recursive=True)
    victim = dice.choice([top, *below])
    words = " ".join(victim.cmdline()[1:4]) if victim.is_running() else ""
    os.kill(victim.pid, signal.SIGKILL)
    if victim is not top:
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)
    return ("the command" if victim is top else words.split("--")[0].strip()), below


def record_of(said: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Read the record that a run has named."""
    return tomllib.loads((Path(place) / said["record"]).read_text(encoding="utf-8"))


def differences(left: object, right: object, where: str = "") -> Iterator[str]:
    """Yield the keys whose values differ, times left out."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            if key not in CHANGING and not key.endswith(UNITS):
                yield from differences(left.get(key), right.get(key), f"{where}.{key}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif left != right:
        yield f"{where}: {left!r} against {right!r}"


def report(seen: Sequence[Seen], took: float, models: str, data: str) -> str:
    """Return a table with one row a kill."""
    names = [name.rpartition("/")[2] for name in models.split(",")]
    lines = [
        f"# Killed and begun again: {', '.join(names)} on {data}\n",
        "Made by `python benchmarks/kill_resume.py`. Times, memory, costs and the sentences that "
        "name them are not compared; everything else of the two records is.\n",
        f"An undisturbed run took {took:.0f} s. Records equal apart from times: "
        f"{sum(not one.differences for one in seen)} of {len(seen)}. Processes left: "
        f"{sum(one.orphans for one in seen)}.\n",
        "| killed | after s | differences |",
        "|---|--:|---|",
    ]
    for one in seen:
        lines.append(f"| {one.hit} | {one.at_s:.1f} | {'; '.join(one.differences) or 'none'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
