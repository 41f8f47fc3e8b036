"""Who uses a folder of the cache: locks that end with their process, however it ends."""

from __future__ import annotations

import errno
import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from advisor.bench.cache import LOCK, writing

_ATTEMPTS = 1_000
"""To begin with a folder that others remove; more would hide that a file is in its place."""


class Lease:
    """A folder in use: while this object lives, nobody removes it.

    The folder is made when it is not there; taking the lease counts as a use. The kernel gives
    the lock back when the process ends, so a killed one leaves nothing behind.
    """

    def __init__(self, folder: Path) -> None:
        with writing(folder):
            descriptor = _locked(folder)
        self._end = weakref.finalize(self, os.close, descriptor)

    def release(self) -> None:
        """Give it back; once more does nothing."""
        self._end()


@contextmanager
def unused(*folders: Path) -> Iterator[bool]:
    """Say whether nobody uses any of the folders, and let nobody begin to inside the block."""
    with ExitStack() as stack:
        yield all(_alone(folder, stack) for folder in folders)


def _locked(folder: Path) -> int:
    """Return a descriptor that shares the folder's lock; OSError when that cannot be had."""
    for _ in range(_ATTEMPTS - 1):
        try:
            descriptor = _shared(folder)
        except (FileNotFoundError, FileExistsError):
            continue  # removed between two steps: begin again
        if descriptor is not None:
            return descriptor
    descriptor = _shared(folder)
    if descriptor is None:
        raise OSError(errno.EBUSY, "somebody keeps removing it")
    return descriptor


def _shared(folder: Path) -> int | None:
    lock = folder / LOCK
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Whoever has it for himself moves the folder away and lets go.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if _is_still(lock, descriptor):
            os.utime(descriptor)
            return descriptor
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _alone(folder: Path, stack: ExitStack) -> bool:
    lock = folder / LOCK
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return False  # gone, or not ours to remove
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return _is_still(lock, descriptor)


def _is_still(lock: Path, descriptor: int) -> bool:
    """Say whether the lock held is the folder's, and not that of one removed meanwhile."""
    try:
        there = lock.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
