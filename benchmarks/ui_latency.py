"""How quick and how light the interface is, measured over a real pseudo-terminal.

Usage: python benchmarks/ui_latency.py [--starts N] [--keys N] [--data PLACE] [--models A,B]

Prints four figures: the first painted screen against an empty Textual application (interleaved
starts), a key press until it shows while both cores compute, how soon a candidate begins, and the
memory of the interface's process with the libraries it must not hold.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("an empty application")
Empty().run()
"""
COMMAND = str(Path(sys.executable).parent / "embed-advisor")
HIGHLIGHT = "23373a"
"""Background of the highlighted line in the dark theme."""
NEVER = ("torch", "transformers", "sentence_transformers")


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=15)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--data", default="xquad-en")
    parser.add_argument("--models", default="all-MiniLM-L6-v2,multilingual-e5-small")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "EMBED_ADVISOR_CACHE": f"{folder}/cache",
            "XDG_STATE_HOME": f"{folder}/state",
            "XDG_CONFIG_HOME": f"{folder}/config",
        }
        met = [
            first_paint(env, options.starts),
            keys_while_busy(env, options.keys),
            during_a_run(env, options.data, options.models, options.keys),
        ]
    return 0 if all(met) else 1


def first_paint(env: dict[str, str], starts: int) -> bool:
    """Start both applications in turn and compare the medians."""
    ours: list[float] = []
    empty: list[float] = []
    for _ in range(starts):
        empty.append(_until_painted([sys.executable, "-c", EMPTY], env, "an empty application"))
        ours.append(_until_painted([COMMAND], env, "New decision"))
    ratio = statistics.median(ours) / statistics.median(empty)
    print(
        f"first painted screen: {1e3 * statistics.median(ours):.0f} ms, an empty Textual "
        f"application {1e3 * statistics.median(empty):.0f} ms: ratio {ratio:.2f} (target 1.30; "
        f"{starts} starts each, interleaved, spread {min(ours):.2f}-{max(ours):.2f} s)"
    )
    return ratio <= 1.3


def _until_painted(command: list[str], env: dict[str, str], sign: str) -> float:
    with Terminal(command, env) as terminal:
        terminal.until(sign)
        seconds = time.perf_counter() - terminal.started
        terminal.press("ctrl+q")
        terminal.wait()
    return seconds


def keys_while_busy(env: dict[str, str], keys: int) -> bool:
    """Walk the list at Home up and down while every core is busy with something else."""
    with Terminal([COMMAND], env) as terminal, busy_cores():
        terminal.until("plain-rag")
        _settle(terminal, 4.0)  # the desk and the bench host do their imports
        times = _walk_a_list(terminal, keys)
        terminal.press("ctrl+q")
        terminal.wait()
    return _say_keys("a key at Home while other programs keep both cores busy", times)


def during_a_run(env: dict[str, str], data: str, models: str, keys: int) -> bool:
    """Measure keys, memory and libraries while real models are being measured."""
    folder = str(Path(__file__).resolve().parent.parent)
    command = [COMMAND, "--data", data, "--profile", "plain-rag", "--models", models]
    with Terminal(command, env, folder=folder) as terminal:
        process = psutil.Process(terminal.pid)
        memory = [_to_the_benchmark(terminal, process)]
        begun = _until_another_session(terminal, 0)
        terminal.until("nDCG@10")
        times = _walk_a_list(terminal, keys)
        memory.append(process.memory_info().rss / 2**20)
        over = "All measured" in terminal.text()
        mapped = Path(f"/proc/{terminal.pid}/maps").read_text(encoding="utf-8", errors="replace")
        added = _add_one(terminal)
        memory.append(process.memory_info().rss / 2**20)
        terminal.press("ctrl+q")
        terminal.wait()
    held = [name for name in NEVER if f"/{name}/" in mapped]
    peak = max(memory)
    kept = _say_keys("a key while models are measured", times)
    if over:
        print("  the run was over before the keys were: take larger data or models")
    print(
        f"the first candidate's process is there {begun:.2f} s after the run was asked for, that "
        f"of a model added meanwhile {added:.2f} s after (target 0.50)"
    )
    print(f"memory of the interface: {peak:.0f} MiB at most (target 150)")
    print(f"mapped of {', '.join(NEVER)}: {', '.join(held) or 'none'}")
    return kept and peak < 150 and not held and max(begun, added) <= 0.5


def _to_the_benchmark(terminal: Terminal, process: psutil.Process) -> float:
    """Press Enter until models are measured; the interface's largest memory on the way, MiB."""
    peak = 0.0
    for sign in ("New decision", "judgements", "models are left", "will be measured"):
        terminal.until(sign)
        _settle(terminal, 3.0)  # the imports of the bench host go on behind the questions
        peak = max(peak, process.memory_info().rss / 2**20)
        terminal.press("enter")
    return peak


def _until_another_session(terminal: Terminal, before: int) -> float:
    """Seconds until there are more candidates' processes than before."""
    asked = time.perf_counter()
    while _sessions(terminal.pid) <= before:
        if time.perf_counter() - asked > 60:
            message = f"no session came; the screen shows:\n{terminal.text()}"
            raise TimeoutError(message)
        terminal.read(0.01)
    return time.perf_counter() - asked


def _sessions(interface: int) -> int:
    """Count the candidates' processes: forked by the bench host, or started for BM25."""
    below = psutil.Process(interface).children(recursive=True)
    hosts = {one.pid for one in below if "--control-fd" in _command_line(one)}
    ours = (one for one in below if one.ppid() in hosts or "--session-fd" in _command_line(one))
    return sum(1 for one in ours if one.status() != psutil.STATUS_ZOMBIE)


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _add_one(terminal: Terminal) -> float:
    """Add a model to the run; seconds until its process is there."""
    terminal.press("a")
    terminal.until("Add a model")
    terminal.press(*"potion-base-8M")
    _settle(terminal, 0.5)
    before = _sessions(terminal.pid)
    terminal.press("enter")
    return _until_another_session(terminal, before)


def _walk_a_list(terminal: Terminal, keys: int) -> list[float]:
    """Press down and up in turn; seconds from each key until the highlight has moved."""
    times = []
    for number in range(keys):
        _settle(terminal, 0.05)
        before = _highlighted(terminal)
        pressed = time.perf_counter()
        terminal.press("up" if number % 2 else "down")
        while _highlighted(terminal) in (before, None):
            if time.perf_counter() - pressed > 10:
                message = f"the highlight did not move; the screen shows:\n{terminal.text()}"
                raise TimeoutError(message)
            terminal.read(0.2)
        times.append(time.perf_counter() - pressed)
    return times


def _highlighted(terminal: Terminal) -> int | None:
    """Return the row of the highlight, told by its background."""
    rows = (
        row
        for row in range(terminal.screen.lines)
        if terminal.screen.buffer[row][4].bg == HIGHLIGHT
    )
    return next(rows, None)


def _settle(terminal: Terminal, seconds: float) -> None:
    """Take everything that comes within so many seconds."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        terminal.read(left)


def _say_keys(what: str, times: list[float]) -> bool:
    ordered = sorted(times)
    p95 = 1e3 * ordered[int(0.95 * (len(ordered) - 1))]
    print(
        f"{what}: p50 {1e3 * statistics.median(times):.0f} ms, p95 {p95:.0f} ms, longest "
        f"{1e3 * ordered[-1]:.0f} ms (target p95 50; {len(times)} keys)"
    )
    return p95 <= 50


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core busy with an endless loop of its own."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    sys.exit(main())
