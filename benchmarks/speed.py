"""How long a whole comparison takes, against a plain sentence-transformers script.

Usage: python benchmarks/speed.py DATA MODELS_DIR [--models A,B] [--repeat 3]
       [--without CONTENDER]... [--report FILE]

DATA is a folder in BEIR layout. Every contender runs in processes of its own, in turns, so that a
slow minute of the machine falls on all; embedbench is one of them where it is installed. CPU and
memory are of all its processes, read ten times a second: memory is the highest sum of the
processes' own peaks (VmHWM), which counts pages they share more than once. The last table is of
the first model, which must be a transformer (`benchmarks/ceiling.py`).
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil

from benchmarks.own_run import ROOT, command, surroundings

MODELS = "all-MiniLM-L6-v2,paraphrase-MiniLM-L3-v2,multilingual-e5-small,potion-base-8M"
EVERY_S = 0.1
PLAIN, OTHER = "plain script", "embedbench"
OURS: dict[str, tuple[str, ...]] = {
    "run --full": ("--full",),
    "run --full, again": ("--full",),
    "run --full --no-bf16": ("--full", "--no-bf16"),
    "run, sampled": (),
}
"""`again` stands after the run whose cache it finds; every other one begins with nothing."""
TARGETS = {
    "run --full": 0.5,
    "run --full, again": 0.05,
    "run --full --no-bf16": 0.85,
    "run, sampled": 0.2,
}
"""Most of the plain script's time."""


class Taken(NamedTuple):
    """What one contender took once."""

    wall_s: float
    cpu_s: float
    memory_mib: float
    ndcg: Mapping[str, float]


def main() -> None:
    """Measure in turns, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("models_dir", type=Path)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], help="a contender's name")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    names = options.models.split(",")
    folders = [str((options.models_dir / name).resolve()) for name in names]
    data = options.data.resolve()
    found: dict[str, list[Taken]] = {}
    orders = commands(data, options.models_dir, names, folders)
    for name in options.without:
        del orders[name]
    for turn in range(options.repeat):
        with tempfile.TemporaryDirectory() as place:
            for name, order in orders.items():
                cache = name.removesuffix(", again").replace(" ", "")
                taken = measure(order, Path(place), cache)
                found.setdefault(name, []).append(taken)
                print(f"turn {turn + 1}  {name:<22} {taken.wall_s:7.1f} s", file=sys.stderr)
    parts = [table(found), qualities(found, names), ceiling(folders[0]), raw(found)]
    report = "\n".join(parts)
    print(report)
    if options.report:
        options.report.write_text(report, encoding="utf-8")


def commands(
    data: Path, models_dir: Path, names: Sequence[str], folders: Sequence[str]
) -> dict[str, list[str]]:
    """Return what each contender is started with."""
    ours = command(str(data), models_dir, ",".join(names))
    scripts = {PLAIN: "plain_encode.py"}
    if importlib.util.find_spec(OTHER) is not None:
        scripts[OTHER] = "embedbench_run.py"
    others = {
        name: [sys.executable, str(ROOT / "benchmarks" / script), str(data), *folders]
        for name, script in scripts.items()
    }
    return others | {name: [*ours, *options] for name, options in OURS.items()}


def measure(order: Sequence[str], place: Path, cache: str) -> Taken:
    """Run one contender to its end and watch its processes; CalledProcessError when it fails."""
    env = surroundings(place, cache)
    start = time.perf_counter()
    with (place / "stdout").open("w+") as out, (place / "stderr").open("w+") as err:
        process = subprocess.Popen(order, cwd=place, env=env, stdout=out, stderr=err)
        cpu, memory = watch(process)
        wall = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        said = out.read()
        if process.returncode:
            raise SystemExit(f"{order[1:4]} ended with {process.returncode}:\n{err.read()}")
    return Taken(wall, cpu, memory, ndcg_of(json.loads(said.splitlines()[-1])))


def watch(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Return CPU seconds and the highest memory, MiB, of a process and all below it."""
    cpu: dict[tuple[int, float], float] = {}
    highest = 0.0
    top = psutil.Process(process.pid)
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            together = 0.0
            for each in (top, *top.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
                    times = each.cpu_times()
                    cpu[each.pid, each.create_time()] = times.user + times.system
                    together += peak_mib(each.pid)
            highest = max(highest, together)
        time.sleep(EVERY_S)
    return sum(cpu.values()), highest


def peak_mib(pid: int) -> float:
    """Return a process's VmHWM."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def ndcg_of(said: Mapping[str, object]) -> dict[str, float]:
    """Read nDCG@10 by model from either contender's JSON."""
    candidates = said.get("candidates")
    if not isinstance(candidates, list):
        return {name: value for name, value in said.items() if isinstance(value, float)}
    return {each["name"]: each["metrics"]["nDCG@10"] for each in candidates if each["metrics"]}


def table(found: Mapping[str, Sequence[Taken]]) -> str:
    """Return the medians, and the median of the turns' ratios to the plain script."""
    lines = [
        "| | wall s | of plain | target | CPU s | of plain | memory MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, takes in found.items():
        ratios = [own.wall_s / plain.wall_s for own, plain in zip(takes, found[PLAIN], strict=True)]
        cpu = [own.cpu_s / plain.cpu_s for own, plain in zip(takes, found[PLAIN], strict=True)]
        target = f"≤ {TARGETS[name]:g}" if name in TARGETS else ""
        lines.append(
            f"| {name} | {statistics.median(t.wall_s for t in takes):.1f} "
            f"| {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}) "
            f"| {target} | {statistics.median(t.cpu_s for t in takes):.1f} "
            f"| {statistics.median(cpu):.3f} "
            f"| {statistics.median(t.memory_mib for t in takes):,.0f} |"
        )
    return "\n".join(lines) + "\n"


def qualities(found: Mapping[str, Sequence[Taken]], names: Sequence[str]) -> str:
    """Return nDCG@10 of every contender and model, of the first turn."""
    lines = [f"| nDCG@10 | {' | '.join(names)} |", f"|---{'|--:' * len(names)}|"]
    for contender, takes in found.items():
        cells = [f"{takes[0].ndcg[name]:.4f}" if name in takes[0].ndcg else "–" for name in names]
        lines.append(f"| {contender} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def ceiling(folder: str) -> str:
    """Return how near the first model's encoding of long texts comes to the matrix products."""
    script = str(ROOT / "benchmarks" / "ceiling.py")
    command = [sys.executable, script, folder, "--lengths", "250", "--budgets", "1024"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def raw(found: Mapping[str, Sequence[Taken]]) -> str:
    """Return every single figure."""
    lines = ["| turn | | wall s | CPU s | memory MiB |", "|--:|---|--:|--:|--:|"]
    for turn in range(len(found[PLAIN])):
        for name, takes in found.items():
            own = takes[turn]
            figures = f"{own.wall_s:.2f} | {own.cpu_s:.2f} | {own.memory_mib:,.0f}"
            lines.append(f"| {turn + 1} | {name} | {figures} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
