"""Content hashes of model folders, with a memo so that big files are read once."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from advisor.bench.cache import atomic_write, cache_dir
from advisor.bench.model_folder import File, files_that_count, graph_of
from advisor.errors import CatalogueError
from advisor.text import one_line

STEP = 2**20
"""Bytes read at a time; a file smaller than this is not worth a line in the memo."""
_MOST_REMEMBERED = 2000
_Entry = tuple[int, int, int, int, str]
"""Size, modification and status-change time in ns, inode, SHA-256."""


def content_hash(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files that count in a model folder.

    The same files give the same hash wherever they lie. CatalogueError when one cannot be read.
    """
    memo = _Memo(cache_dir() / "weights.json")
    whole = hashlib.sha256()
    try:
        graph = graph_of(folder)
        more = [File(f"{graph.format} {path.name}", path) for path in graph.files] if graph else []
        for file in [*files_that_count(folder), *more]:
            whole.update(os.fsencode(file.name) + b"\0" + memo.hash_of(file.path).encode() + b"\n")
    except OSError as error:
        raise CatalogueError(
            f"{one_line(str(folder), 200)} cannot be read whole ({error.strerror}); "
            "see to its files' permissions"
        ) from error
    finally:
        memo.save()
    return whole.hexdigest()


def file_hash(path: Path) -> str:
    """Return one file's SHA-256; OSError when it cannot be read."""
    memo = _Memo(cache_dir() / "weights.json")
    digest = memo.hash_of(path)
    memo.save()
    return digest


class _Memo:
    """Hashes of big files by place, size, time and inode; losing it costs only time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        try:
            self._known = msgspec.json.decode(path.read_bytes(), type=dict[str, _Entry])
        except (OSError, ValueError, RecursionError):
            self._known = {}

    def hash_of(self, path: Path) -> str:
        before = path.stat()
        if before.st_size < STEP:
            return _digest(path)
        # Names that are no text have to fit into JSON as well.
        key = os.path.realpath(path).encode("utf-8", "backslashreplace").decode()
        entry = self._known.get(key)
        if entry is not None and entry[:4] == _stamp(before) and len(entry[4]) == 64:
            return entry[4]
        digest = _digest(path)
        # A file that changed while it was read gets no line: the next look reads it again.
        if _stamp(path.stat()) == _stamp(before):
            self._known.pop(key, None)
            self._known[key] = (*_stamp(before), digest)
            self._changed = True
        return digest

    def save(self) -> None:
        if not self._changed:
            return
        kept = dict(list(self._known.items())[-_MOST_REMEMBERED:])
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(self._path, msgspec.json.encode(kept))


def _stamp(stat: os.stat_result) -> tuple[int, int, int, int]:
    # The time of a change can be set back by hand, that of the status cannot.
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while step := file.read(STEP):
            digest.update(step)
    return digest.hexdigest()
