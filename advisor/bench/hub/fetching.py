"""The download of a plan's files into the ordinary Hub cache."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self, cast

from huggingface_hub import constants, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

from advisor.bench.engine import EngineError
from advisor.bench.hashing import file_hash
from advisor.bench.hub.failures import (
    TRANSPORT,
    explained,
    no_space,
    refuse_offline,
    refuse_to_wait,
)
from advisor.bench.hub.files import HubFile
from advisor.bench.hub.planning import DownloadPlan, is_here
from advisor.bench.snapshots import is_complete

OnProgress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there are, of the plan's files."""

ATTEMPTS = 3
"""For one file, over what the library itself tries again."""
STEP = 2**20
"""Bytes between two words of progress, and lost at most when a connection breaks."""
SPARE_BYTES = 64 * 2**20
"""Left free on the disk."""
_LEFT_BEHIND = re.compile(r"[0-9a-f]{40,64}\.[0-9a-f]{8}\.incomplete")
_STALE_S = 900.0
"""Longer than any wait between two attempts."""


def download(plan: DownloadPlan, on_progress: OnProgress) -> Path:
    """Fetch what is missing and return the snapshot's folder.

    Files that are complete are never fetched again, so a download that ended in any way goes on
    with the next call. EngineError says what went wrong.
    """
    refuse_offline()
    # The library's steps of 10 MiB are minutes on a slow line.
    constants.DOWNLOAD_CHUNK_SIZE = STEP
    refuse_to_wait()
    with explained(plan.repo):
        _make_room(plan)
        count = _Count(plan, on_progress)
        for file in plan.files:
            _fetch(plan, file, count)
    if not is_complete(plan.snapshot):
        raise EngineError(
            "missing files",
            f"{plan.repo} is downloaded and not whole: a module that modules.json names, or the "
            "tokenizer, lies where this version does not look; choose another model",
        )
    return plan.snapshot


def _make_room(plan: DownloadPlan) -> None:
    """Make the folders, remove what killed downloads left, and refuse a disk that is too full."""
    blobs = plan.folder / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    for path in blobs.iterdir():
        # Downloads write all the time: what lay still for so long belongs to none.
        if _LEFT_BEHIND.fullmatch(path.name) and time.time() - path.stat().st_mtime > _STALE_S:
            path.unlink(missing_ok=True)
    free = shutil.disk_usage(blobs).free
    if plan.missing_bytes and plan.missing_bytes + SPARE_BYTES > free:
        raise no_space(plan.missing_bytes + SPARE_BYTES, free, str(blobs.parent.parent))


def _fetch(plan: DownloadPlan, file: HubFile, count: _Count) -> None:
    was_here = is_here(plan.repo, plan.revision, file)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            path = hf_hub_download(
                plan.repo, file.name, revision=plan.revision, tqdm_class=cast(Any, count.bar())
            )
            break
        except HfHubHTTPError:
            raise
        except TRANSPORT:
            if attempt == ATTEMPTS:
                raise
    if not was_here:
        _verify(Path(path), file)
        count.finish(file)


def _verify(path: Path, file: HubFile) -> None:
    """Refuse content that is not what the Hub announced; the library checks only its length."""
    if file.sha256 is None or file_hash(path) == file.sha256:
        return
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    raise EngineError(
        "damaged",
        f"{file.name} came with other content than the Hub announced and was removed; "
        "try again, and suspect the proxy or mirror if it happens twice",
    )


class _Count:
    """Counts bytes over all files; a file that is begun again is counted again from its start."""

    def __init__(self, plan: DownloadPlan, on_progress: OnProgress) -> None:
        self._on_progress, self._total = on_progress, plan.total_bytes
        self._done, self._current = plan.already_bytes, 0
        self._tell()

    def finish(self, file: HubFile) -> None:
        """A file that was not here is here."""
        self._done, self._current = self._done + file.bytes, 0
        self._tell()

    def set(self, current: int) -> None:
        """So much of the file at hand has come."""
        self._current = current
        self._tell()

    def bar(self) -> type[_Bar]:
        """Return what the library takes for a progress bar's class."""

        class Bar(_Bar):
            count = self

        return Bar

    def _tell(self) -> None:
        self._on_progress(min(self._done + self._current, self._total), self._total)


class _Bar:
    """As much of a progress bar as the library uses."""

    count: ClassVar[_Count]

    def __init__(self, *_: object, initial: int = 0, **__: object) -> None:
        self.n = initial
        self.count.set(self.n)

    def update(self, n: float | None = 1) -> None:
        """Take another `n` bytes; less than nothing when a server begins again."""
        self.n += int(n or 0)
        self.count.set(self.n)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
