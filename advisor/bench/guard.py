"""What a session may take of the machine: memory and room for its log, watched from outside."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

from advisor.bench.kin import family_of
from advisor.bench.session import Session
from advisor.needs.hardware import memory_mib

EVERY_S = 0.5
SHARE = 0.9
"""Of the memory that is free when a session opens. With more, the machine swaps, and then every
figure of the run is wrong; the kernel would end something, perhaps not the session."""
MOST_LOG_BYTES = 64 * 2**20
"""A model that prints without end would fill the disk."""
LOG_KEPT_BYTES = 2**20


def free_share_mib() -> float:
    """Return what one session may take now, MiB: a share of what is free, in our group at most."""
    free = psutil.virtual_memory().available / 2**20
    return SHARE * min(free, memory_mib())


def look(sessions: Iterable[Session]) -> None:
    """Stop every session that has taken more than it may, and say so as its end."""
    for session in sessions:
        if not session.alive or session.pid is None:
            continue
        limit = session.most_mib
        if limit is not None and (taken := taken_mib(session.pid, limit)) > limit:
            session.stop(
                f"stopped: its processes took {taken:,.0f} MiB of memory, more than the "
                f"{limit:,.0f} MiB that a candidate may take here ({SHARE:.0%} of what was free)"
            )
        elif _size(session.log) > MOST_LOG_BYTES:
            session.stop(
                f"stopped: it wrote more than {MOST_LOG_BYTES // 2**20} MiB to its log, "
                "of which the beginning is kept"
            )
            with contextlib.suppress(OSError):  # a log that has gone needs no cutting
                os.truncate(session.log, LOG_KEPT_BYTES)


def taken_mib(pid: int, limit_mib: float) -> float:
    """Return the memory of a process and all below it, MiB; weights mapped from files are free.

    Pages that a fork shares count once: the exact figure takes longer to get, so it is asked for
    only when the rough one is over the limit.
    """
    if sys.platform != "linux":
        try:
            return float(psutil.Process(pid).memory_info().rss / 2**20)
        except psutil.Error:
            return 0.0
    family = family_of(pid)
    rough = sum(_summed_mib(member, "status", ("RssAnon:", "RssShmem:")) for member in family)
    if rough <= limit_mib or len(family) == 1:
        return rough
    exact = ("Pss_Anon:", "Pss_Shmem:")
    return sum(_summed_mib(member, "smaps_rollup", exact) for member in family)


def _summed_mib(pid: int, file: str, keys: tuple[str, ...]) -> float:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text(encoding="ascii")
    except OSError:
        return 0.0  # gone meanwhile
    lines = (line.split() for line in text.splitlines() if line.startswith(keys))
    return sum(int(words[1]) for words in lines) / 1024


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
