"""What is said about a profile that is refused: the key, what was expected, what was found."""

from __future__ import annotations

import difflib
import re
import typing
from typing import Any

from advisor.needs.answers import KEYS, Answers
from advisor.text import one_line

PARTS = ("schema", "name", "description", "answers")
_FORBIDDEN = {
    "cache", "code", "command", "dir", "directory", "env", "exec", "file", "folder", "home", "hub",
    "key", "model", "network", "path", "proxy", "python", "remote", "script", "shell", "token",
    "trust", "url",
}  # fmt: skip
_NOT_IN_A_PROFILE = (
    "a profile cannot name code, places or the network; those are options of the command"
)
_KINDS = {
    "float": "a number", "int": "a whole number", "bool": "true or false", "str": "text",
    "array": "a list",
}  # fmt: skip
_EXPECTED = re.compile(r"Expected `(\w+)(?: \| null)?`(?: ([<>]=?) (\S+?)(?:\.0)?$)?")


def in_words(message: str, content: dict[str, Any]) -> str:
    """Say msgspec's `Expected x, got y - at $.key` in words, with the value that was found."""
    said, _, place = message.partition(" - at `$.")
    place = place.rstrip("`")
    key, _, index = place.removesuffix("]").partition("[")
    found = content.get(key)
    if index:
        found = found[int(index)] if isinstance(found, list) else found
    if choices := _choices(key):
        said = f"expected one of {', '.join(choices)}"
    elif said == "Number out of range":
        said = "expected a smaller number"
    elif match := _EXPECTED.match(said):
        kind, sign, bound = match.groups()
        said = f"expected {_KINDS.get(kind, kind)}" + (f" {sign} {bound}" if sign else "")
    return one_line(f"{place}: {said}, found {shown_value(found)}", 400)


def shown_value(value: object) -> str:
    """Show a value from a profile, however large or deep it is, in a few characters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 128:
        return "a far larger number"  # Python refuses to write out the largest
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    return repr(one_line(value, 60)) if isinstance(value, str) else one_line(str(value), 60)


def _choices(key: str) -> tuple[str, ...]:
    """Return the words an answer is chosen from, none where it is not a choice."""
    kind = typing.get_type_hints(Answers).get(key)
    literals = [part for part in typing.get_args(kind) if typing.get_origin(part) is typing.Literal]
    return tuple(word for literal in literals for word in typing.get_args(literal))


def unknown_key(key: str) -> str:
    """Say what to do about a key under [answers] that is no question's."""
    if key in PARTS:
        return f"belongs before [answers]: put {key} there"
    if _is_forbidden(key):
        return _NOT_IN_A_PROFILE
    near = difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=0.5)
    hint = f"do you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
    return f"unknown key; {hint}"


def unknown_part(key: str) -> str:
    """Say what to do about a key that no profile has."""
    if key in KEYS:
        return f"belongs under [answers]: put {key} there"
    if _is_forbidden(key):
        return _NOT_IN_A_PROFILE
    near = difflib.get_close_matches(key.lower(), (*PARTS, *KEYS), n=1)
    under = " under [answers]" if near and near[0] in KEYS else ""
    hint = f"do you mean {near[0]}{under}?" if near else f"known are {', '.join(PARTS)}"
    return f"unknown key; {hint}"


def _is_forbidden(key: str) -> bool:
    words = re.split(r"[^a-z]+", key.lower())
    return any(word in _FORBIDDEN or word.removesuffix("s") in _FORBIDDEN for word in words)
