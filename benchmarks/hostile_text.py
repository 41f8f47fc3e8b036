"""Hostile text through every screen, on a real terminal: which string reaches it from where.

Usage: python benchmarks/hostile_text.py [--report FILE]

Data, names of files and folders, model cards, a profile, a draft, a record and an own model are
full of what terminals and markup would obey. The walk opens every screen of the real program; what
it writes meanwhile is searched for each string. Exit code 1 when one comes through.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from benchmarks.hostile_world import (
    ROOT,
    STRINGS,
    make_data,
    make_models,
    make_record,
    make_settings,
)
from terminal import Terminal

COLUMNS, ROWS = 110, 44
QUIET_S, MOST_S = 0.7, 6.0
"""A screen stands when its text has not changed for so long; a cursor blinks all the time."""
PASTED = "\x1b[200~zqh\u202ezqg\x9bzqi\u200bzql" + "a\u0301\u0302\u0303\u0304\u0305" + "\x1b[201~"
"""What a person may have in the clipboard."""


class Walk:
    """A person at the keys of one terminal, who notes what was written on which screen."""

    def __init__(self, terminal: Terminal) -> None:
        """Begin before the first screen."""
        self.terminal = terminal
        self.written: dict[str, bytes] = {}
        self.shown: dict[str, str] = {}
        self._from = 0

    def see(self, screen: str, words: str, *keys: str, seconds: float = 60.0) -> None:
        """Press keys, wait for words, and count all that came since as the screen's."""
        self.terminal.press(*keys)
        text = self.terminal.until(words, seconds)
        self.note(screen, text)

    def over(self, screen: str, words: str, key: str, below: str) -> None:
        """Look at what one key lays over a screen, and come back to `below`, which it hides."""
        self.see(screen, words, key)
        self.see(screen, below, "escape")

    def note(self, screen: str, text: str = "") -> None:
        """Wait until the screen stands, and count what came since the last note as its own."""
        self._settle()
        text += self.terminal.text()
        came = bytes(self.terminal.raw[self._from :])
        self._from = len(self.terminal.raw)
        self.written[screen] = self.written.get(screen, b"") + came
        self.shown[screen] = self.shown.get(screen, "") + text

    def _settle(self) -> None:
        began = changed = time.monotonic()
        text = self.terminal.text()
        while time.monotonic() < min(changed + QUIET_S, began + MOST_S):
            self.terminal.read(0.1)
            if (now := self.terminal.text()) != text:
                text, changed = now, time.monotonic()


def walked(folder: Path) -> Walk:
    """Make a hostile world in `folder`, and walk through every screen over it."""
    data, out = make_data(folder), folder / "out"
    models = ",".join(map(str, make_models(folder / "models")))
    make_settings(folder / "config" / "embed-advisor", folder / "state" / "embed-advisor")
    make_record(out)
    command = [
        sys.executable, "-m", "advisor.cli", "--data", str(data), "--models", models,
        "--out", str(out), "--offline",
    ]  # fmt: skip
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONWARNINGS": "ignore",
        "EMBED_ADVISOR_CACHE": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
    }
    with Terminal(command, env, folder=str(ROOT), columns=COLUMNS, rows=ROWS) as terminal:
        walk = Walk(terminal)
        look_up(walk)
        go_on(walk)
        prepare(walk)
        decide(walk)
        terminal.press("ctrl+q")
        if terminal.wait() != 0:
            raise SystemExit(f"the interface failed; its screen:\n{terminal.text()}")
        walk.note("leaving")
    return walk


def look_up(walk: Walk) -> None:
    """See Home, a record in its views, the catalogue and a model's page."""
    walk.see("home", "Records")
    walk.over("help", "all commands, by name", "?", "Records")
    walk.over("command palette", "Light or dark", "ctrl+p", "Records")
    walk.see("record, text", "saved as", "end", "enter")
    walk.see("record, Markdown", "## ", "v")
    walk.see("record, code", "import", "v")
    walk.see("record, code", "cannot be copied", "y")
    walk.see("home", "Records", "enter")
    walk.see("catalogue", "public: ", "m")
    walk.see("catalogue", "models   1 of ", "/", "acme/own")
    walk.see("model page", "Similar", "enter")
    walk.see("catalogue", "models   1 of ", "escape")
    walk.see("catalogue", "public: ", "escape")
    walk.see("home", "Records", "escape")


def go_on(walk: Walk) -> None:
    """Go on with a decision whose data is nowhere, and be told so."""
    walk.see("refused data", "m to say what its columns are", "home", "down", "enter")
    walk.see("choosing data", "No data yet", "c")
    walk.see("home", "Records", "escape")


def prepare(walk: Walk) -> None:
    """Begin with the profile: data and what lies over it, answers, the candidates."""
    walk.see("data", "judgements", "home", "down", "down", "enter")
    walk.see("data doctor", "data doctor found")
    walk.see("data, texts", "query 2", "t")
    walk.over("columns", "as it would be read", "m", "judgements")
    walk.over("amounts", "How much is measured?", "n", "judgements")
    walk.see("review", "models are left", "enter")
    walk.over("interview", "question", "e", "models are left")
    walk.over("name of the profile", "called", "ctrl+s", "models are left")
    walk.see("shortlist", "will be measured", "enter")
    walk.see("shortlist", "will be measured", "down")
    walk.over("why not the others", "esc", "d", "will be measured")
    walk.over("catalogue", "public: ", "m", "will be measured")
    walk.see("finder", "Add a model", "a")
    walk.see("finder", "take", PASTED, "/x")
    walk.see("shortlist", "will be measured", "escape")


def decide(walk: Walk) -> None:
    """Measure, look at the verdict from every side, judge, and save."""
    walk.see("benchmark", "Enter shows the verdict", "enter")
    walk.see("benchmark", "Enter shows the verdict", "down")
    walk.over("log", ": log", "l", "Enter shows the verdict")
    walk.see("verdict", "Accept", "enter")
    walk.see("verdict", "Accept", "down")
    walk.see("verdict", "Accept", "up")
    walk.over("what if", "As it was", "w", "Accept")
    walk.over("costs", "Close", "c", "Accept")
    walk.over("groups", "best there", "g", "Accept")
    walk.over("single queries", "place", "d", "Accept")
    walk.over("judging", "document 1 of", "j", "Accept")
    walk.over("folder for the record", "Folder for the record", "o", "Accept")
    walk.see("name of the record", "Name of the record", "enter")
    walk.see("name of the record", "Name of the record", "end", PASTED)
    walk.see("note", "A note", "enter")
    walk.see("note", "A note", PASTED)
    walk.see("saved record", "saved as", "enter")
    walk.see("home", "Records", "enter")


def came_through(written: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return by string the screens from which it reached the terminal."""
    return {
        name: tuple(screen for screen, came in written.items() if one.sign in came)
        for name, one in STRINGS.items()
    }


def seen_in(text: str) -> frozenset[str]:
    """Return the strings that a screen has shown, whatever became of them."""
    text = "".join(text.split())
    return frozenset(name for name, one in STRINGS.items() if one.mark in text)


def report(walk: Walk) -> str:
    """Return a table of screens by strings."""
    through = came_through(walk.written)
    lines = [
        "# Hostile text\n",
        f"The interface on a pseudo-terminal of {COLUMNS} by {ROWS} cells, walked by "
        f"`benchmarks/hostile_text.py`: {len(STRINGS)} strings in documents, queries, ids, "
        "categories, names of files and folders, model cards and prompts, profile, draft, record, "
        f"own models and the clipboard; {len(walk.written)} screens. Came through: "
        f"{sum(map(len, through.values()))}. `held` is a screen that showed the string without its "
        "effect, `–` one that did not show it.\n",
        "| screen | " + " | ".join(STRINGS) + " |",
        "|---|" + "---|" * len(STRINGS),
    ]
    for screen in walk.written:
        shown = seen_in(walk.shown[screen])
        cells = (cell(screen in through[name], shown=name in shown) for name in STRINGS)
        lines.append(f"| {screen} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def cell(through: bool, *, shown: bool) -> str:
    """Return what is said of one string on one screen."""
    return "**through**" if through else "held" if shown else "–"


def main(words: Sequence[str] | None = None) -> int:
    """Walk, print, write; 1 when something came through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        walk = walked(Path(folder))
    text = report(walk)
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    return 1 if any(came_through(walk.written).values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
