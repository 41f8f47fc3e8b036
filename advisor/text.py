"""The gate for text from outside: what passes `plain` can be shown on a terminal."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"
_KEPT = frozenset("\n\t")
# Cc and Cf hold the escape, C1 and bidi controls; Cs are lone surrogates, which no encoder takes.
_REFUSED = frozenset({"Cc", "Cf", "Cs"})
# More marks than this on one base character is a flood, not a script (Vietnamese needs two).
_MOST_MARKS = 4


def plain(text: str) -> str:
    """Return `text` with every control, format and surrogate character made U+FFFD.

    Newlines and tabs stay. Of a run of combining marks only the first four are kept.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            continue
        kept.append(REPLACEMENT if category in _REFUSED and char not in _KEPT else char)
    return "".join(kept)


def one_line(text: str, width: int | None = None) -> str:
    """Return `plain(text)` on one line, cut in the middle to `width` characters when given."""
    line = " ".join(plain(text).split())
    if width is None or len(line) <= width:
        return line
    head = (width - 1 + 1) // 2
    tail = width - 1 - head
    return f"{line[:head]}…{line[len(line) - tail :]}" if tail else f"{line[:head]}…"
