"""Data as it was last read, so that another amount of it need not be read from the files again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import HELD, ReadOptions
from advisor.corpus.readers import read_dataset

_FOLDERS_DEEP = 2
"""How far below the named folder files count: judgements lie in a folder of their own."""


class Reader:
    """Reads a place once for as long as its files stay as they are."""

    def __init__(self) -> None:
        self._known: tuple[str, object, Dataset] | None = None

    def read(
        self,
        place: str,
        amount: Amount,
        reading: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
        *,
        to_judge: bool = False,
    ) -> Dataset:
        """Return the data of a place, all of it if all is measured; errors as `read_dataset`.

        How documents are cut changes nothing in the files: they are not read again for it.
        """
        options = msgspec.structs.replace(
            reading,
            most_documents=None if amount.full else HELD,
            seed=amount.seed,
            to_judge=to_judge,
            chunks=None,
            queries_from=None,
        )
        stamp = (_stamp(_path(place), _FOLDERS_DEEP), options)
        if self._known is None or self._known[:2] != (place, stamp):
            self._known = place, stamp, read_dataset(place, options)
        return msgspec.structs.replace(self._known[2], chunking=reading.chunks)


def _path(place: str) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError:  # "~nobody/..."
        return Path(place)


def _stamp(path: Path, deep: int) -> tuple[object, ...]:
    """Return what changes when a file is written; a sample, and what is not there, has nothing."""
    try:
        stat = path.stat()
        inside = sorted(path.iterdir()) if deep and path.is_dir() else []
    except (OSError, ValueError):  # ValueError: NUL in the name
        return ()
    return path.name, stat.st_mtime_ns, stat.st_size, *(_stamp(one, deep - 1) for one in inside)
