"""Faults of the interface, on a real pseudo-terminal."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from functools import partial

from benchmarks.fault_place import PATIENCE_S, Place, interface, last
from terminal import Terminal

Disturb = Callable[[Terminal, Place], str]
STORM = 60
RUN_S = 100.0
"""Such a small run is long over by then, or never will be."""


def measuring(place: Place, disturb: Disturb, phase: str = "encoding") -> str:
    """Open the interface, walk to the measuring, and disturb it in a phase."""
    env = {**place.env, "PYTHONWARNINGS": "ignore"}
    with Terminal(interface(place), env, folder=str(place.folder)) as terminal:
        terminal.until("plain-rag", PATIENCE_S)
        terminal.press("enter")
        for words in ("judgements", "models are left", "will be measured"):
            terminal.until(words, PATIENCE_S)
            terminal.press("enter")
        place.until(phase, terminal.pid)
        return disturb(terminal, place)


def left(terminal: Terminal) -> str:
    """Wait until the interface has ended; how, and what it said last."""
    code = terminal.wait(PATIENCE_S)
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    given_back = terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h")
    return f"{how}, terminal {'given back' if given_back else 'left as it was'}"


def to_the_end(terminal: Terminal) -> str:
    """Wait for the verdict, then leave."""
    terminal.until("Enter shows the verdict", RUN_S)
    terminal.press("enter")
    terminal.until("Accept, save", PATIENCE_S)
    terminal.press("ctrl+q")
    return f"the walk reached its verdict; {left(terminal)}"


def signalled(number: signal.Signals) -> Disturb:
    """Send the interface a signal."""

    def disturb(terminal: Terminal, place: Place) -> str:
        os.kill(terminal.pid, number)
        return left(terminal)

    return disturb


def kill_below(role: str) -> Disturb:
    """Kill a process below the interface, and say what the screen shows then."""

    def disturb(terminal: Terminal, place: Place) -> str:
        for one in place.below(terminal.pid, role)[:1]:
            one.kill()
        try:
            return to_the_end(terminal)
        except TimeoutError:
            shown = [line for line in terminal.text().splitlines() if line.strip()]
            terminal.press("ctrl+q")
            return f"stays on: {last(' '.join(shown[1:6]))}; {left(terminal)}"

    return disturb


def suspend(terminal: Terminal, place: Place) -> str:
    """Stop the interface and all below it for five seconds."""
    everyone = [terminal.pid, *(one.pid for one in place.below(terminal.pid))]
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in everyone:
            os.kill(pid, number)
        time.sleep(5.0)
    return to_the_end(terminal)


def resize(terminal: Terminal, place: Place) -> str:
    """Give the terminal other sizes as fast as it goes, from one cell to a wall."""
    dice = random.Random(0)
    for _ in range(STORM):
        terminal.resize(dice.choice((1, 20, 80, 300)), dice.choice((1, 5, 24, 100)))
        terminal.read(0.02)
    terminal.resize(80, 24)
    return f"{STORM} sizes; {to_the_end(terminal)}"


def twice(terminal: Terminal, place: Place) -> str:
    """Press Ctrl-C twice."""
    terminal.press("ctrl+c")
    if terminal.alive():
        terminal.press("ctrl+c")
    return left(terminal)


def close(terminal: Terminal, place: Place) -> str:
    """Close the terminal's window."""
    terminal.close()
    deadline = time.monotonic() + PATIENCE_S
    while terminal.alive():
        if time.monotonic() > deadline:
            return "the interface stayed"
        time.sleep(0.05)
    return "the interface ended"


_DISTURBANCES: tuple[tuple[str, Disturb], ...] = (
    ("SIGKILL of the interface", signalled(signal.SIGKILL)),
    ("SIGTERM to the interface", signalled(signal.SIGTERM)),
    ("SIGHUP to the interface", signalled(signal.SIGHUP)),
    ("SIGKILL of the desk", kill_below("desk")),
    ("SIGKILL of the host, under the interface", kill_below("host")),
    ("SIGKILL of the session, under the interface", kill_below("session")),
    ("Ctrl-C twice in the interface", twice),
    ("terminal closed", close),
    ("SIGSTOP, 5 s, SIGCONT of the interface and all below", suspend),
    ("a storm of sizes", resize),
)
INTERFACE: tuple[tuple[str, Callable[[Place], str]], ...] = tuple(
    (name, partial(measuring, disturb=disturb)) for name, disturb in _DISTURBANCES
)
