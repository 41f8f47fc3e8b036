"""Text in columns: widths in terminal cells, shortening, wrapping, figures."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from advisor.text import one_line, plain

UNKNOWN = "–"
WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal."""


def terminal_width() -> int:
    """Return the columns to write for: the terminal's, at most `WIDEST`."""
    return min(WIDEST, shutil.get_terminal_size((80, 24)).columns)


def cells(text: str) -> int:
    """Return the columns a terminal gives to `text`: two for East Asian wide characters."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """Return `text` on one line, cut in the middle to `width` cells."""
    line = one_line(text)
    if cells(line) <= width:
        return line
    room = width - 1
    head = _first(line, (room + 1) // 2)
    tail = _first(reversed(line), room - cells(head))
    return f"{head}…{tail[::-1]}"


def _first(chars: Iterable[str], room: int) -> str:
    """Return as many characters as fit into `room` cells."""
    taken: list[str] = []
    for char in chars:
        room -= _cell(char)
        if room < 0:
            break
        taken.append(char)
    return "".join(taken)


def wrap(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Wrap a paragraph to `width` cells; wide characters break anywhere."""
    lines: list[str] = []
    line = first
    words = _words(one_line(text) if not text.startswith(" ") else plain(text))
    room = max(1, width - max(cells(first), cells(rest)))
    for word in (piece for whole in words for piece in _pieces(whole, room)):
        joined = f"{line}{word}"
        if line.strip() and cells(joined.rstrip()) > width:
            lines.append(line.rstrip())
            line = f"{rest}{word.lstrip()}"
        else:
            line = joined
    return "\n".join([*lines, line.rstrip()])


def _pieces(word: str, room: int) -> Iterator[str]:
    """Cut a word that is longer than a line."""
    while cells(word) > room:
        yield word[:room]
        word = word[room:]
    yield word


def _words(text: str) -> Iterator[str]:
    """Yield words with the blank before them; a wide character is a word of its own."""
    word = ""
    for char in text:
        if char == " " or _cell(char) == 2:
            if word:
                yield word
            word = char if char == " " else ""
            if char != " ":
                yield char
        else:
            word += char
    if word:
        yield word


def number(value: float | None) -> str:
    """Write a figure with three digits at most, an en dash for unknown."""
    if value is None:
        return UNKNOWN
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def ndcg(value: float) -> str:
    """Write a quality figure with three digits, without the leading 0."""
    return f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.2f}"


def signed(value: float | None) -> str:
    """Write a change of nDCG with its sign: `−.012`, `+.003`."""
    if value is None:
        return UNKNOWN
    shown = f"{abs(value):.3f}".removeprefix("0")
    return f"{'−' if value < 0 and shown != '.000' else '+'}{shown}"


def aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Put cells side by side: the sign and the name to the left, figures to the right."""
    out = []
    for index, (text, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * max(0, width - cells(text))
        out.append(text + gap if index <= 1 else gap + text)
    return out[0] + " " + "  ".join(out[1:])
