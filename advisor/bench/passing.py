"""The temporary folder through which texts pass to sessions, and its end even after a kill."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from advisor.bench.cache import LOCK
from advisor.bench.inventory import listed
from advisor.bench.leases import Lease, unused
from advisor.errors import CacheError

_PREFIX = "embed-advisor-"


@contextmanager
def texts_folder() -> Iterator[Path]:
    """Give a folder that nobody else may look into and that goes in the end.

    What a killed process left goes when the next one begins: its lock went with it.
    """
    remove_left()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, ExitStack() as held:
        # On a full disk there may be no room for a lock; the texts say that better.
        with suppress(CacheError):
            held.callback(Lease(Path(name)).release)
        yield Path(name)


def remove_left() -> None:
    """Remove the folders of processes that are gone; those of others' are not ours to remove."""
    for folder in listed(Path(tempfile.gettempdir())):
        # One without a lock is being made at this moment.
        if folder.name.startswith(_PREFIX) and (folder / LOCK).is_file():
            with unused(folder) as alone:
                if alone:
                    shutil.rmtree(folder, ignore_errors=True)
