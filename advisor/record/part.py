"""What every section of a record is, and what a text of it may hold."""

from __future__ import annotations

import re

import msgspec

from advisor.text import plain

# Quoted first: only there a path may hold blanks. `https://…` and `organisation/model` stay.
_QUOTED_PATH = re.compile(r"""(['"])(?:file://)?(?:~?/|[A-Za-z]:\\|\\\\)[^'"\n]*\1""")
_PATH = re.compile(
    r"""(?:file://|(?<![\w/.~-]))~?/(?:[^\s/'"]+/)+[^\s/'",;:)]*"""
    r"""|(?:\b[A-Za-z]:|\\)\\(?:[^\s\\'"]+\\)+[^\s\\'",;:)]*"""
)


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A section; a key that is not there is not known."""


def said(text: str, *known_paths: str | None) -> str:
    """Return text as a record may hold it: plain, and of every absolute path only the last name.

    Texts of errors name the files they are about, and with them users and machines.
    `known_paths` are taken out first, which finds them also where they hold blanks.
    """
    for path in sorted(filter(None, known_paths), key=len, reverse=True):
        text = text.replace(path, _last_name(path))
    text = _QUOTED_PATH.sub(lambda found: f"{found[1]}{_last_name(found[0][1:-1])}{found[1]}", text)
    return plain(_PATH.sub(lambda found: _last_name(found[0]), text))


def _last_name(path: str) -> str:
    parts = [part for part in re.split(r"[/\\]", path) if part]
    return parts[-1] if len(parts) > 1 else path
