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
VERDICT = "What if"
WAYS = {
    VERDICT: ("", ""),
    "Enter goes on from where it was": ("enter", "said that it was lost; Enter went on"),
    "leads back to the shortlist": ("escape", "said that no model could be measured; Esc led back"),
    "will be measured": ("enter", "measured again"),
    "Enter shows the verdict": ("enter", ""),
}
"""What screens after a fault say: the key that goes on, and what is told of it."""
MOST_WAYS = 8


def measuring(place: Place, disturb: Disturb, phase: str = "encoding") -> str:
    """Open the interface, walk to the measuring, and disturb it in a phase."""
    env = {**place.env, "PYTHONWARNINGS": "ignore"}
    with Terminal(interface(place), env, folder=str(place.folder)) as terminal:
        terminal.until("plain-rag", PATIENCE_S)
        terminal.press("enter")
        for words in ("judgements", "models are left", "will be measured"):
            terminal.until(words, PATIENCE_S)
            terminal.press("enter")
        # What it paints is taken meanwhile, or a full line would stop it.
        place.until(phase, terminal.pid, lambda: terminal.read(0.0))
        return disturb(terminal, place)


def left(terminal: Terminal) -> str:
    """Wait until the interface has ended; how, and what it said last."""
    code = terminal.wait(PATIENCE_S)
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    given_back = terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h")
    return f"{how}, terminal {'given back' if given_back else 'left as it was'}"


def to_the_end(terminal: Terminal) -> str:
    """Go the ways that the screens name until a verdict is there, then leave; what they said."""
    said: list[str] = []
    for _ in range(MOST_WAYS):
        text = terminal.until(lambda text: any(way in text for way in WAYS), RUN_S)
        way = next(way for way in WAYS if way in text)
        if way == VERDICT:
            terminal.press("ctrl+q")
            return "; ".join([*said, "the walk reached its verdict", left(terminal)])
        key, words = WAYS[way]
        said += [words] if words else []
        terminal.press(key)
        terminal.until(partial(lacks, way), PATIENCE_S)
    raise TimeoutError(f"no verdict after {MOST_WAYS} screens")


def lacks(words: str, text: str) -> bool:
    """Say whether a screen does not show the words any more."""
    return words not in text


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
