"""What ties a process to its parent and to the processes below it; on Linux the kernel helps."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_FIRST_TO_GO = 800
"""Of 1,000; the command and the terminal stand at 0."""
_REAP_TRIES = 100
_REAP_EVERY_S = 0.01


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere the socket's end does it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def outlive_parent() -> None:
    """Take `die_with_parent` back, for a process that sees its owner's end and cleans up then."""
    _prctl(_PR_SET_PDEATHSIG, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever is left below this process when its own parent ends.

    What a session starts and cuts loose (`setsid`, a double fork) stays below it in this way.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def go_first() -> None:
    """Have the kernel end this process before others when memory runs out."""
    with contextlib.suppress(OSError):  # another system, or a container that does not allow it
        Path("/proc/self/oom_score_adj").write_text(str(_FIRST_TO_GO), encoding="ascii")


def end_group(leader: int) -> None:
    """Kill a process and whatever it has started in its group; nobody there is well, too."""
    # Somebody else's group may have taken the number since, and macOS refuses for dead ones.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_adopted(known: set[int]) -> None:
    """Kill and reap the children of this process that are not `known`, until there are none."""
    for _ in range(_REAP_TRIES):
        strangers = [pid for pid in children_of(os.getpid()) if pid not in known]
        if not strangers:
            return
        for pid in strangers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(_REAP_EVERY_S)


def children_of(pid: int) -> list[int]:
    """Return the processes right below one; none where the system does not list them."""
    found: list[int] = []
    # Read at once and without a walk through all processes: this is done while others measure.
    for listed in _listings(pid):
        with contextlib.suppress(OSError):
            found += map(int, listed.read_text(encoding="ascii").split())
    return found


def family_of(pid: int) -> list[int]:
    """Return a process and everything below it."""
    family = [pid]
    for member in family:
        family += [child for child in children_of(member) if child not in family]
    return family


def _listings(pid: int) -> Iterator[Path]:
    try:
        threads = tuple(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    yield from (thread / "children" for thread in threads)


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
