"""Texts from a record as string literals of Python."""

from __future__ import annotations

import json

from advisor.text import plain


def literal(text: str) -> str:
    """Return `text` as a literal in double quotes, without controls; nothing can leave it."""
    # What JSON escapes, Python reads alike.
    return json.dumps(plain(text), ensure_ascii=False)
