"""The gate for text from outside: what passes `plain` can be shown on a terminal."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
_KEPT = frozenset("\n\t")
# Cc and Cf hold the escape, C1 and bidi controls; Cs are lone surrogates, which no encoder takes.
_REFUSED = frozenset({"Cc", "Cf", "Cs"})
# More marks than this on one base character is a flood, not a script (Vietnamese needs two).
_MOST_MARKS = 4

BLANK = "…"
_SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        # user:password@ of an address, also with an @ in the password
        r"(?i)(\b[a-z][a-z0-9+.\-]*://)[^\s/?#\"'<>]+(?=@)",
        # ?token=…, &api_key=…, &X-Amz-Signature=…
        r"(?i)([?&](?:[\w.\-]*[_\-])?(?:key|token|secret|passw(?:or)?d|signature|sig)=)[^&\s#\"'<>]+",
        r"(?i)(\bbearer\s+)[\w.~+/\-]{12,}=*",
        # as the Hub, and the larger providers, write theirs
        r"(\b)(?:hf_[A-Za-z0-9]{16,}|sk-[\w\-]{20,})",
    )
)
_SIGNS = ("://", "=", "earer", "EARER", "hf_", "sk-")
"""Without one of these there is nothing to blank: almost all texts."""


def blanked(text: str) -> str:
    """Return `text` without the passwords of addresses, and without keys that look like keys."""
    if not any(sign in text for sign in _SIGNS):
        return text
    for secret in _SECRETS:
        text = secret.sub(rf"\1{BLANK}", text)
    return text


def plain(text: str) -> str:
    """Return `text` with every control, format and surrogate character made U+FFFD.

    Newlines and tabs stay. Of a run of combining marks only the first four are kept. Passwords and
    keys are left out (`blanked`).
    """
    text = blanked(text)
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


def is_utf8(text: str) -> bool:
    """Tell whether a name can be written down; a file name may hold any bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
