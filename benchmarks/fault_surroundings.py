"""A disk that is full, folders that cannot be written, a clock that jumps."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.fault_place import PATIENCE_S, Place, last

TEN_YEARS_S = 10 * 365 * 86_400
CLOCK = """
import os, time
began, shift, real = time.monotonic(), float(os.environ["CLOCK_SHIFT"]), time.time
time.time = lambda: real() + (shift if time.monotonic() - began > 3 else 0)
"""


def finished(place: Place, before: Callable[[], None] | None = None) -> str:
    """Run the command to its end and say how that was."""
    process = place.start(before)
    _, complaint = process.communicate(timeout=PATIENCE_S)
    return f"exit {process.returncode}: {last(complaint)}"


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[bool]:
    """Lay a small file system over a folder; False where that is not allowed."""
    words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    done = subprocess.run(words, capture_output=True, check=False)
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full(name: str, place: Place) -> str:
    """Run with a folder on a disk of one page."""
    with mounted(place.folder / name, "size=4k") as there:
        return finished(place) if there else "not tried: nothing can be mounted here"


def small_files(place: Place) -> str:
    """Run with no file allowed to grow over 4 KiB."""
    return finished(place, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096)))


def read_only(name: str, place: Place) -> str:
    """Run with a folder that nobody can write to."""
    if os.geteuid() == 0:  # whom permissions do not stop
        with mounted(place.folder / name, "ro") as there:
            return finished(place) if there else "not tried: nothing can be mounted here"
    (place.folder / name).chmod(0o555)
    try:
        return finished(place)
    finally:
        (place.folder / name).chmod(0o755)


def jumping(shift_s: float, place: Place) -> str:
    """Run with a clock that jumps three seconds after each process began."""
    site = place.folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    usual = place.env
    place.env = usual | {
        "PYTHONPATH": f"{site}{os.pathsep}{usual['PYTHONPATH']}",
        "CLOCK_SHIFT": str(shift_s),
    }
    try:
        return finished(place)
    finally:
        place.env = usual


SURROUNDINGS: tuple[tuple[str, Callable[[Place], str]], ...] = (
    ("disk full: cache", lambda place: full("cache", place)),
    ("disk full: temporary folder", lambda place: full("tmp", place)),
    ("disk full: records", lambda place: full("out", place)),
    ("no file over 4 KiB (RLIMIT_FSIZE)", small_files),
    ("read-only cache", lambda place: read_only("cache", place)),
    ("read-only configuration", lambda place: read_only("config", place)),
    ("read-only records folder", lambda place: read_only("out", place)),
    ("clock jumps ten years ahead", lambda place: jumping(TEN_YEARS_S, place)),
    ("clock jumps ten years back", lambda place: jumping(-TEN_YEARS_S, place)),
)
