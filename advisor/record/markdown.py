"""Markdown of texts that are never markup: lines, lists and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.text import one_line

_ESCAPES = {char: f"\\{char}" for char in "\\`*_[]|#!~"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}


def escaped(text: object) -> str:
    """Make text from outside plain in Markdown: no markup, no HTML, one line."""
    safe = "".join(_ESCAPES.get(char, char) for char in one_line(str(text)))
    # Many viewers make a link of a bare address too.
    return safe.replace("://", "&#58;//").replace("www.", "www&#46;")


def bullets(texts: Iterable[str]) -> str:
    """Return a list, a line each."""
    return "\n".join(f"- {escaped(text)}" for text in texts)


def titled(title: str, texts: Iterable[str]) -> str:
    """Return a list under a line of ours; nothing when it is empty."""
    lines = bullets(texts)
    return f"{title}\n\n{lines}" if lines else ""


def table_row(texts: Sequence[str]) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(escaped(text) for text in texts) + " |"
