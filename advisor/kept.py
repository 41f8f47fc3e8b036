"""What this program keeps on this machine: what it is, where it lies, how large it is, its end."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from advisor.bench.cache import LOGS, README, cache_dir
from advisor.bench.inventory import (
    FILES,
    SETTINGS,
    entry_folders,
    listed,
    log_folders,
    size_of,
    survey,
)
from advisor.bench.leases import unused
from advisor.bench.retention import clear
from advisor.catalogue.own import own_path
from advisor.deciding.judged_here import FOLDER as JUDGED
from advisor.errors import RecordError, UsageError
from advisor.needs.profile import own_profiles
from advisor.record.store import load_record
from advisor.text import one_line
from advisor.ui import draft

ALL = "all"
RECORDS = "records"
"""Removed only when they are named: they are the answers themselves."""


@dataclass(frozen=True)
class Part:
    """One kind of what is kept."""

    name: str
    what: str
    place: Path
    paths: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """Size of everything in it."""
        return sum(map(size_of, self.paths))


def parts(out: Path) -> tuple[Part, ...]:
    """Return everything that is kept, by kind; records are those right in the folder `out`."""
    cache, state = cache_dir(), draft.folder()
    own, config = own_path(), platformdirs.user_config_path("embed-advisor")
    return (
        Part(
            "measurements",
            "vectors of your texts, scores by query, times; what this machine can do",
            cache,
            (*entry_folders(cache), *(path for name in FILES for path in cache.glob(name))),
        ),
        Part(
            "judgements",
            "which documents you judged, by their ids",
            cache / JUDGED,
            tuple(path for path in listed(cache / JUDGED) if path.suffix == ".tsv"),
        ),
        Part("logs", "what models and libraries printed", cache / LOGS, (*log_folders(cache),)),
        Part(
            "decisions",
            "decisions that were begun and not saved, with their answers",
            state,
            tuple(path for path in listed(state) if path.suffix == ".json"),
        ),
        Part("places", "the data places used last", draft.places().parent, _there(draft.places())),
        Part("profiles", "answers you saved as a profile", own_profiles(), _tomls(own_profiles())),
        Part("models", "the models you added, not their weights", own.parent, _there(own)),
        Part(
            "settings",
            "where models are looked for, and the limit of the cache",
            config,
            (*_there(config / "config.toml"), *_there(cache / SETTINGS)),
        ),
        Part(RECORDS, "decision records", out, tuple(filter(_is_record, _tomls(out)))),
    )


def chosen(names: Iterable[str], known: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts of these names, `all` being all but records; UsageError for another name."""
    by_name = {part.name: part for part in known}
    found: dict[str, Part] = {}
    for name in names:
        if name == ALL:
            found |= {one: part for one, part in by_name.items() if one != RECORDS}
        elif name in by_name:
            found[name] = by_name[name]
        else:
            raise UsageError(
                f"{one_line(name, 60)!r} is nothing that is kept; there are {', '.join(by_name)}, "
                f"and {ALL} for everything but {RECORDS}"
            )
    return tuple(found.values())


def remove(part: Part) -> tuple[int, int]:
    """Remove a part; the bytes that are gone, and how many things stayed since a run uses them."""
    before = part.bytes
    if part.name == "measurements":
        # Through the cache's own door: what a run holds stays.
        clear(cache_dir(), survey(cache_dir()).entries)
        (cache_dir() / README).unlink(missing_ok=True)
    held = draft.held() if part.name == "decisions" else frozenset()
    if part.name == "logs":
        held = frozenset(path for path in part.paths if not _is_unused(path))
    for path in part.paths:
        if path in held or (part.name == "measurements" and path.is_dir()):
            continue
        _remove(path)
    left = [path for path in part.paths if path.exists()]
    return before - sum(map(size_of, left)), len(left)


def _is_unused(folder: Path) -> bool:
    with unused(folder) as alone:
        return alone


def _remove(path: Path) -> None:
    # What cannot be removed is counted as left.
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _there(path: Path) -> tuple[Path, ...]:
    return (path,) if path.is_file() else ()


def _tomls(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in listed(folder) if path.suffix == ".toml")


def _is_record(path: Path) -> bool:
    try:
        load_record(path)
    except RecordError:
        return False
    return True
