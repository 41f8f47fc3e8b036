"""TOML from a stranger: read within bounds of size, depth, numbers and time, or refused."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.text import one_line

MOST_DEPTH = 16
"""Nothing of ours nests deeper than half of this."""
MOST_INTEGER = 2**53
"""Larger integers are no counts, and other readers of TOML and JSON cannot hold them."""
MOST_DOTS = 2_500
"""In one line; a sentence has fewer, and a key may hide behind quotes."""
MOST_DOTTED = 20_000_000
"""Sum of the squares of the dots in each line.

tomllib takes a time quadratic in the parts of a dotted key: hours for one of 2 MiB, half a second
for this many. A key does not leave its line.
"""


def read_bytes(path: Path, most: int, error: type[AdvisorError], *, what: str, way: str) -> bytes:
    """Return an ordinary file's bytes; `error` where there is none, or one larger than `most`.

    `what` is what the file should be ("no record is" so large), `way` what to do when it is not
    there.
    """
    shown = one_line(str(path))
    try:
        if not path.is_file():
            other = "is no ordinary file" if path.exists() else "is not there"
            raise error(f"{shown}: {'is a folder' if path.is_dir() else other}; {way}")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as wrong:
        raise error(f"{shown}: cannot be read ({wrong.strerror})") from wrong
    if len(raw) > most:
        raise error(f"{shown}: larger than {most:,} bytes, which no {what} is")
    return raw


def parse(raw: bytes, shown: str, error: type[AdvisorError]) -> dict[str, Any]:
    """Return the content of a TOML file; `error` names the place of what is wrong."""
    try:
        text = raw.decode("utf-8-sig")
        _refuse_dots(text, shown, error)
        return tomllib.loads(text)
    except UnicodeDecodeError as wrong:
        raise error(f"{shown}: not UTF-8 at byte {wrong.start}; save it as UTF-8") from wrong
    except (ValueError, RecursionError) as wrong:
        # ValueError: bad TOML, or an integer of more digits than Python takes.
        raise error(f"{shown}: not readable as TOML: {one_line(str(wrong), 200)}") from wrong


def refuse_wild_values(content: dict[str, Any], shown: str, error: type[AdvisorError]) -> None:
    """Refuse what no file of ours holds: infinities, huge integers, depth."""
    for place in _wild(content, "", 0):
        raise error(f"{shown}: {place}")


def _refuse_dots(text: str, shown: str, error: type[AdvisorError]) -> None:
    dotted = 0
    for number, line in enumerate(text.split("\n"), start=1):
        dots = line.count(".")
        if dots > MOST_DOTS:
            raise error(
                f"{shown}: line {number}: expected at most {MOST_DOTS:,} dots in a line, found "
                f"{dots:,}; shorten or remove the line"
            )
        dotted += dots**2
    if dotted > MOST_DOTTED:
        raise error(f"{shown}: too many lines full of dots; shorten or remove them")


def _wild(value: object, place: str, depth: int) -> Iterator[str]:
    """Yield what no file of ours holds, with its place."""
    if depth > MOST_DEPTH:
        yield f"{one_line(place, 80)}: nested deeper than any file of ours is"
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place}: expected a finite number, found {value}"
    elif isinstance(value, int) and abs(value) > MOST_INTEGER:
        yield f"{place}: expected a number up to 2^53, found a larger one"
    elif isinstance(value, dict):
        for key, child in value.items():
            name = one_line(str(key), 40)
            yield from _wild(child, f"{place}.{name}" if place else name, depth + 1)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _wild(child, f"{place}[{index}]", depth + 1)
