"""What a folder holds that can be chosen as data; read in a thread, safe against any name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, NamedTuple

from textual.widgets.option_list import Option

from advisor.text import is_utf8
from advisor.ui.text import MUTED, cut, joined, shown

_ROWS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
SUFFIXES = (*_ROWS, ".parquet", *(row + one for row in _ROWS for one in (".gz", ".bz2", ".xz")))
MOST_SHOWN = 500
"""A folder with more entries is typed into, not scrolled through."""
NAME_CELLS = 58
_WORDS = {"take": "this folder", "up": "the folder above"}


class Entry(NamedTuple):
    """A line of the list."""

    kind: Literal["take", "up", "folder", "file"]
    path: Path


class Listing(NamedTuple):
    """What is in a folder, or begins like the path that is typed."""

    entries: tuple[Entry, ...] = ()
    options: tuple[Option, ...] = ()
    more: int = 0
    completed: str | None = None
    """The typed path as far as all that is found agrees."""
    wrong: str = ""


def listed(typed: str) -> Listing:
    """Return folders, then data files, that begin like what is typed."""
    before, slash, start = typed.rpartition(os.sep)
    whole = start in ("", "..") or (start.startswith("~") and not slash)
    # What stands before the last part stays as it is typed: ~ and .. are not written out.
    before, start = (
        (f"{typed}{os.sep}" if start else typed, "") if whole else (before + slash, start)
    )
    folder = path_of(before)
    ways = _ways(folder) if whole else []
    try:
        found = _found(folder, start)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = getattr(error, "strerror", None) or "no such folder"
        return _listing(ways[1:], [], wrong=why)
    return _listing(ways, found, completed=_completed(before, found))


def _found(folder: Path, start: str) -> list[Entry]:
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            hidden = entry.name.startswith(".") and not start.startswith(".")
            if hidden or not entry.name.startswith(start):
                continue
            if _is_folder(entry):
                folders.append(Entry("folder", folder / entry.name))
            elif entry.name.lower().endswith(SUFFIXES):
                files.append(Entry("file", folder / entry.name))
    return sorted(folders) + sorted(files)


def _ways(folder: Path) -> list[Entry]:
    """Return the entries that are no names: this folder, and the one above where there is one."""
    here = folder.absolute()
    above = here / ".." if here.name == ".." else here.parent
    return [Entry("take", here), *([Entry("up", above)] if above != here else [])]


def _listing(
    ways: list[Entry], found: list[Entry], *, completed: str | None = None, wrong: str = ""
) -> Listing:
    entries = (*ways, *found[:MOST_SHOWN])
    return Listing(
        entries=entries,
        # Made here, in the thread: cutting hundreds of long names takes a while.
        options=tuple(map(_option, entries)),
        more=max(0, len(found) - MOST_SHOWN),
        completed=completed,
        wrong=wrong,
    )


def _option(entry: Entry) -> Option:
    usable = is_utf8(str(entry.path))
    name = _WORDS.get(entry.kind) or entry.path.name
    words = cut(name, NAME_CELLS) if usable else cut(f"{name} (not UTF-8: rename it)", NAME_CELLS)
    return Option(joined(shown(f"{entry.kind:<8}", MUTED), words), disabled=not usable)


def _completed(before: str, found: list[Entry]) -> str | None:
    if not found:
        return None
    agreed = os.path.commonprefix([entry.path.name for entry in found])  # noqa: RUF071 - letters
    only_folder = len(found) == 1 and found[0].kind == "folder"
    return f"{before}{agreed}{os.sep if only_folder else ''}"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads round in a circle
        return False


def path_of(typed: str) -> Path:
    """Return what is typed as a path, with ~ for the home folder."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:  # "~nobody/..."
        return Path(typed)


def inside(folder: Path) -> str:
    """Return the folder as one types it to see what is in it."""
    return f"{folder}{os.sep}" if folder.name else str(folder)


def exists(path: Path) -> bool:
    """Tell whether something is there."""
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or a NUL in it
        return False
