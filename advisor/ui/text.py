"""Text on its way to the screen: everything from outside passes here and is never markup."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text
from textual.content import Content

from advisor.record.cells import shorten
from advisor.text import plain

MUTED = "$text-muted"
ACCENT = "$accent"
STRONG = "bold"
WARN = "$warning"
ERROR = "$error"


def shown(text: str, style: str = "") -> Content:
    """Return outside text as content: controls replaced, nothing read as markup."""
    safe = plain(text)
    return Content.styled(safe, style) if style else Content(safe)


def cut(text: str, width: int, style: str = "") -> Content:
    """Return outside text on one line, cut in the middle to `width` cells."""
    return shown(shorten(text, max(1, width)), style)


def joined(*parts: Content | str) -> Content:
    """Put parts one after the other; a `str` is our own text, taken as it is."""
    return Content("").join(Content(part) if isinstance(part, str) else part for part in parts)


def lines(*parts: Content | str) -> Content:
    """Put parts below each other."""
    return Content("\n").join(Content(part) if isinstance(part, str) else part for part in parts)


class Harmless(Highlighter):
    """Shows a line of input without the controls that a file's name or the clipboard may hold."""

    def highlight(self, text: Text) -> None:
        """Change what is shown; the value stays as it is."""
        text.plain = plain(text.plain)
