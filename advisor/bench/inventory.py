"""What lies in the cache: encodings and measurements with their sizes and last use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from advisor.bench.about import About, read_about
from advisor.bench.cache import LOCK, LOGS, MEASURED, VECTORS

Kind = Literal["vectors", "measurements"]
_OWN = re.compile("[0-9a-f]{32}|none")
_STAMP = re.compile("[0-9]{8}T[0-9]{12}")
FILES = ("weights.json", "machine.json", "bf16-*.json")
"""Hashes of weights, and what this machine was found to do."""
SETTINGS = "settings.json"


@dataclass(frozen=True)
class Entry:
    """A folder that is kept or removed as a whole."""

    kind: Kind
    folder: Path
    about: About
    bytes: int
    used: float
    """When it was last in use, in seconds since 1970."""

    def is_of(self, model: str) -> bool:
        """Say whether it belongs to the model of this name; `organisation/` may be left out."""
        asked = model.casefold()
        names = [name.casefold() for name in self.about.models]
        return any(asked in (name, name.rpartition("/")[2]) for name in names)


@dataclass(frozen=True)
class Inventory:
    """Everything in the cache folder."""

    entries: tuple[Entry, ...]
    bytes: int
    """Of everything, logs and hashes included."""


@dataclass(frozen=True)
class Model:
    """What the cache has of the weights that go by one name; no name is an empty one."""

    name: str
    encodings: tuple[Entry, ...]
    measurements: tuple[Entry, ...]

    @property
    def bytes(self) -> int:
        """Size of everything."""
        return sum(entry.bytes for entry in (*self.encodings, *self.measurements))

    @property
    def used(self) -> float:
        """When any of it was last in use, in seconds since 1970."""
        return max(entry.used for entry in (*self.encodings, *self.measurements))


def by_model(entries: Iterable[Entry]) -> list[Model]:
    """Return the entries grouped by the newest name of their weights, last used first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.about.models[-1] if entry.about.models else "", []).append(entry)
    models = [
        Model(
            name=name,
            encodings=tuple(entry for entry in group if entry.kind == "vectors"),
            measurements=tuple(entry for entry in group if entry.kind == "measurements"),
        )
        for name, group in groups.items()
    ]
    return sorted(models, key=lambda model: -model.used)


def survey(cache: Path) -> Inventory:
    """Return what is in the cache; what goes while one looks is passed over.

    Only what this program makes is counted: EMBED_ADVISOR_CACHE may name a folder in which other
    things lie.
    """
    entries = tuple(_entry(folder, cache) for folder in entry_folders(cache))
    beside = [*log_folders(cache), cache / SETTINGS]
    beside += [path for name in FILES for path in cache.glob(name)]
    return Inventory(
        entries=entries,
        bytes=sum(entry.bytes for entry in entries) + sum(size_of(path) for path in beside),
    )


def entry_folders(cache: Path) -> Iterator[Path]:
    """Yield the folders of all encodings and of all measurements."""
    for model in _folders(cache / VECTORS):
        yield from _folders(model)
    yield from _folders(cache / MEASURED)


def log_folders(cache: Path) -> Iterator[Path]:
    """Yield the folders with the logs of one run each."""
    return (path for path in _inside(cache / LOGS) if _STAMP.fullmatch(path.name))


def listed(folder: Path) -> list[Path]:
    """Return what is in a folder, in order of names; nothing when it is gone or not ours to see."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def own_name(name: str) -> bool:
    """Say whether it is a name that folders of the cache are given."""
    return _OWN.fullmatch(name) is not None


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; links count as nothing."""
    places = [path, *(Path(here, name) for here, _, names in os.walk(path) for name in names)]
    total = 0
    for place in places:
        try:
            stat = place.lstat()
        except OSError:
            continue  # not there, or gone meanwhile
        total += stat.st_size if S_ISREG(stat.st_mode) else 0
    return total


def last_use(folder: Path) -> float:
    """Return when a folder's lock was last taken, or else when something was put into it."""
    for path in (folder / LOCK, folder):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return 0.0


def _entry(folder: Path, cache: Path) -> Entry:
    return Entry(
        kind="measurements" if folder.parent == cache / MEASURED else "vectors",
        folder=folder,
        about=read_about(folder),
        bytes=size_of(folder),
        used=last_use(folder),
    )


def _folders(folder: Path) -> Iterator[Path]:
    return (path for path in _inside(folder) if own_name(path.name))


def _inside(folder: Path) -> list[Path]:
    return [path for path in listed(folder) if path.is_dir() and not path.is_symlink()]
