"""What leaves the cache: what was used longest ago, what is asked for, what killed writers left."""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from advisor.bench.cache import LOCK
from advisor.bench.inventory import (
    Entry,
    entry_folders,
    last_use,
    listed,
    log_folders,
    own_name,
    survey,
)
from advisor.bench.leases import unused

UNFINISHED_S = 86_400.0
"""A file is written in seconds; one that is not finished after a day never will be."""
UNFINISHED = (".*.chunk.*", ".*.json.*", ".*.npz.*")
"""What `atomic_write` calls its files until they are whole."""
LOGS_S = 30 * 86_400.0
_REMOVED = ".removed-"


@dataclass(frozen=True)
class Freed:
    """What was removed, and what could not be because a run is using it."""

    bytes: int = 0
    removed: int = 0
    in_use: int = 0


def enforce(cache: Path, limit: int) -> Freed:
    """Sweep, then remove what was used longest ago until the cache is within `limit` bytes.

    Vectors go before measurements, which are small and tell more. What is in use stays, even if
    the cache is then larger than it should be.
    """
    sweep(cache)
    inventory = survey(cache)
    too_much = inventory.bytes - limit
    if too_much <= 0:
        return Freed()
    oldest_first = sorted(
        inventory.entries, key=lambda entry: (entry.kind == "measurements", entry.used)
    )
    return _remove(cache, oldest_first, at_least=too_much)


def clear(cache: Path, entries: Iterable[Entry]) -> Freed:
    """Remove these entries, and what killed writers left; what is in use stays."""
    sweep(cache)
    return _remove(cache, entries, at_least=None)


def sweep(cache: Path) -> None:
    """Remove what killed processes left unfinished, and old logs; errors are left for later."""
    now = time.time()
    for path in listed(cache):
        if path.name.startswith(_REMOVED) and own_name(path.name.removeprefix(_REMOVED)):
            shutil.rmtree(path, ignore_errors=True)
    for folder in (cache, *entry_folders(cache)):
        for path in listed(folder):
            if any(path.match(name) for name in UNFINISHED):
                _unlink_older(path, now - UNFINISHED_S)
    for log in log_folders(cache):
        if last_use(log) < now - LOGS_S:
            _remove_log(log)


def _remove_log(log: Path) -> None:
    with unused(log) as alone:
        if alone:
            shutil.rmtree(log, ignore_errors=True)


def _unlink_older(path: Path, than: float) -> None:
    try:
        if path.lstat().st_mtime < than:
            path.unlink()
    except OSError:
        return  # finished or removed meanwhile, or not ours


def _remove(cache: Path, entries: Iterable[Entry], *, at_least: int | None) -> Freed:
    freed = removed = in_use = 0
    for entry in entries:
        if at_least is not None and freed >= at_least:
            break
        if _remove_one(cache, entry):
            freed += entry.bytes
            removed += 1
        else:
            in_use += 1
    return Freed(bytes=freed, removed=removed, in_use=in_use)


def _remove_one(cache: Path, entry: Entry) -> bool:
    """Remove an entry that nobody uses; a run holds the folder of all its model's encodings."""
    folder, above = entry.folder, entry.folder.parent
    held = (above, folder) if entry.kind == "vectors" else (folder,)
    gone = cache / f"{_REMOVED}{uuid.uuid4().hex}"
    with unused(*held) as alone:
        if not alone:
            return False
        try:
            # First out of the way in one step: whoever comes now begins a folder of his own.
            folder.rename(gone)
        except OSError:
            return False
        if entry.kind == "vectors":
            _remove_empty(above)
    shutil.rmtree(gone, ignore_errors=True)
    return True


def _remove_empty(folder: Path) -> None:
    if any(path.name != LOCK for path in listed(folder)):
        return
    with contextlib.suppress(OSError):  # somebody has just begun something in it
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()
