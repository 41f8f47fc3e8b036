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
