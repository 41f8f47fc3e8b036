"""Hostile text from everywhere, through every screen, on a real terminal."""

from pathlib import Path

import pytest

from benchmarks.hostile_text import came_through, cell, seen_in, walked
from benchmarks.hostile_world import STRINGS

OWN_WORDS_ALONE = {"help", "command palette", "amounts", "what if", "leaving"}
"""Screens that show nothing of anybody else, over which those below are still seen."""
BY_TEXT = [name for name in STRINGS if name not in ("markup", "lone surrogate")]
"""Whose sign is in the string itself; of the others it is what a terminal would be sent for it."""


def test_hostile_text_reaches_no_terminal_from_any_screen(tmp_path: Path) -> None:
    walk = walked(tmp_path)
    assert came_through(walk.written) == dict.fromkeys(STRINGS, ())
    # Or there would be nothing that could come through.
    shown = {screen for screen, text in walk.shown.items() if seen_in(text)}
    assert set(walk.written) - shown <= OWN_WORDS_ALONE
    assert seen_in("".join(walk.shown.values())) == set(STRINGS)
    # A complaint that quotes a hostile file is a sentence, not the end of a process.
    assert "ended by itself" not in walk.shown["benchmark"]


@pytest.mark.parametrize("name", BY_TEXT)
def test_what_comes_through_is_told_from_what_is_held(name: str) -> None:
    raw = STRINGS[name].text.encode()
    assert came_through({"home": b"", "data": raw})[name] == ("data",)
    assert cell(True, shown=True) == "**through**"
    assert cell(False, shown=name in seen_in(STRINGS[name].text)) == "held"
    assert cell(False, shown=False) == "–"
