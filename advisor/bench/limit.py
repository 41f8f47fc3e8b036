"""How much the cache may take: given in the environment, kept in the cache folder, or 5 GiB."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from advisor.bench.cache import atomic_write, writing
from advisor.errors import CacheError
from advisor.text import one_line

DEFAULT_BYTES = 5 * 2**30
VARIABLE = "EMBED_ADVISOR_CACHE_LIMIT"
_SETTINGS = "settings.json"
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([kmgt]i?b|b)?", re.IGNORECASE | re.ASCII)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True)
class Limit:
    """The most bytes the cache may keep, and who said so."""

    bytes: int
    source: Literal["environment", "set", "default"]


class _Settings(msgspec.Struct, frozen=True, kw_only=True):
    limit_bytes: int


def limit_of(cache: Path) -> Limit:
    """Return the limit that holds; CacheError when the environment names one that is none."""
    given = os.environ.get(VARIABLE)
    if given:
        try:
            return Limit(parse_size(given), "environment")
        except CacheError as error:
            raise CacheError(f"{VARIABLE}: {error}") from None
    try:
        kept = msgspec.json.decode((cache / _SETTINGS).read_bytes(), type=_Settings).limit_bytes
    except (OSError, ValueError, RecursionError):
        return Limit(DEFAULT_BYTES, "default")  # a damaged file must not stop a run
    return Limit(kept, "set") if kept >= 0 else Limit(DEFAULT_BYTES, "default")


def set_limit(cache: Path, limit: int) -> None:
    """Keep a limit in bytes; CacheError when it cannot be written."""
    with writing(cache):
        cache.mkdir(parents=True, exist_ok=True)
        atomic_write(cache / _SETTINGS, msgspec.json.encode(_Settings(limit_bytes=limit)))


def parse_size(text: str) -> int:
    """Return bytes of `2GiB`, `500MB` (powers of 1,000) or a plain number; CacheError if none."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise CacheError(f"{one_line(text, 40)!r} is no size; write 2GiB, 500MiB or 0")
    number, unit = match[1], (match[2] or "b").casefold()
    base = 1024 if "i" in unit else 1000
    return int(float(number) * base ** _POWERS.get(unit[0], 0))


def size_words(count: int) -> str:
    """Return bytes for people, in the unit that fits: `1.4 GiB`."""
    value, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{count} B" if unit == "B" else f"{value:,.1f} {unit}"
