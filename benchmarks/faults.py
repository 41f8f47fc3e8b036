"""What goes wrong around a run, tried on real processes: what happens, what is kept, what is left.

Usage: python benchmarks/faults.py DATA MODELS_DIR --model NAME [--only WORDS] [--report FILE]

Each case has a place of its own, in which the real command or the real interface runs with a real
model and is disturbed. Then the same comparison runs again over what was kept. The exit code is 1
when a run did not go on, something half written is read, or a process stays.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from benchmarks.fault_interface import INTERFACE
from benchmarks.fault_place import PATIENCE_S, PHASES, Place, last
from benchmarks.fault_surroundings import SURROUNDINGS
from benchmarks.own_run import place_of

UNSAID = ("exit 1:", "waited in vain", "stays on", "the interface stayed")
"""An error that nobody explains, or no end."""


class Seen(NamedTuple):
    """One fault and what came of it."""

    name: str
    happened: str
    kept: str
    half: tuple[str, ...]
    texts: int
    orphans: int

    @property
    def bad(self) -> bool:
        """Whether a promise was broken."""
        unsaid = any(sign in self.happened for sign in UNSAID)
        # Who is killed outright can give nothing back.
        lost = "terminal left as it was" in self.happened and "SIGKILL" not in self.happened
        return bool(self.orphans) or "measured" not in self.kept or unsaid or lost


def ended(process: subprocess.Popen[str]) -> str:
    """Wait for the command and say how it ended."""
    _, complaint = process.communicate(timeout=PATIENCE_S)
    code = process.returncode
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    return f"{how}: {last(complaint)}"


def killed(role: str, phase: str, place: Place) -> str:
    """Kill one process of a run in a phase."""
    process = place.start()
    place.until(phase, process.pid)
    victims = (
        [process.pid] if role == "command" else [p.pid for p in place.below(process.pid, role)]
    )
    for pid in victims[:1]:
        os.kill(pid, signal.SIGKILL)
    return ended(process) if victims else f"there was no {role} any more; {ended(process)}"


def signalled(numbers: Sequence[signal.Signals], place: Place) -> str:
    """Send signals to the command while it encodes, half a second apart."""
    process = place.start()
    place.until("encoding", process.pid)
    for number in numbers:
        if process.poll() is None:
            process.send_signal(number)
            time.sleep(0.5)
    return ended(process)


def suspended(place: Place) -> str:
    """Stop the whole run for five seconds, as a laptop that is closed does."""
    process = place.start()
    place.until("encoding", process.pid)
    everyone = [process.pid, *(one.pid for one in place.below(process.pid))]
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in everyone:
            os.kill(pid, number)
        time.sleep(5.0)
    return ended(process)


def two_at_once(place: Place) -> str:
    """Run the same comparison twice at the same time over one cache."""
    both = [place.start(), place.start()]
    return " and ".join(ended(one) for one in both)


def headless() -> Iterator[tuple[str, Callable[[Place], str]]]:
    """Yield the faults of the command."""
    for phase in PHASES:
        for role in ("session", "host", "command"):
            yield f"SIGKILL of the {role}, {phase}", partial(killed, role, phase)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        yield number.name, partial(signalled, (number,))
    yield "Ctrl-C twice", partial(signalled, (signal.SIGINT, signal.SIGINT))
    yield "SIGSTOP, 5 s, SIGCONT of every process", suspended
    yield "two runs at once, one cache", two_at_once


def tried(name: str, fault: Callable[[Place], str], place: Place) -> Seen:
    """Try one case and look at what is there afterwards."""
    try:
        happened = fault(place)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        happened = f"waited in vain: {last(str(error))}"
    happened = happened.replace(f"{place.folder}/", "")
    orphans, half, texts = place.orphans(), place.half_written(), place.texts_left()
    try:
        kept = place.again()
    except subprocess.TimeoutExpired:
        kept = "the next run hung"
    return Seen(name, happened, kept, half, texts, orphans + place.orphans())


def report(seen: Sequence[Seen], model: str, data: str) -> str:
    """Return a table with one row a case."""
    lines = [
        "# Faults\n",
        f"Real processes, {model} on {data}. Promises broken: {sum(one.bad for one in seen)} of "
        f"{len(seen)} cases.\n",
        "| fault | what happened | what was kept | half-written files | texts left in the "
        "temporary folder | processes left |",
        "|---|---|---|---|--:|--:|",
    ]
    for one in seen:
        half = ", ".join(one.half) or "none"
        cells = (one.name, one.happened, one.kept, half, str(one.texts), str(one.orphans))
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Try everything, print, write; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("models_dir", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--only", default="", help="cases with one of these words in their name")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    seen = []
    for name, fault in (*SURROUNDINGS, *INTERFACE, *headless()):
        if not any(word in name for word in options.only.split(",")):
            continue
        with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
            data = place_of(options.data)
            place = Place(Path(folder), data, options.models_dir, options.model)
            seen.append(tried(name, fault, place))
        print(seen[-1], file=sys.stderr, flush=True)
        text = report(seen, options.model, Path(options.data).name)
        if options.report:
            options.report.write_text(text, encoding="utf-8")
    print(report(seen, options.model, Path(options.data).name))
    return 1 if any(one.bad for one in seen) else 0


if __name__ == "__main__":
    raise SystemExit(main())
