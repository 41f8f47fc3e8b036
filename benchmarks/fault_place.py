"""A place of its own in which a real command is disturbed, and what is found there afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from advisor.bench.about import read_about
from benchmarks.own_run import command, surroundings

PATIENCE_S = 240.0
PHASES = {
    "loading": None,
    "diagnosing": "load",
    "encoding": "diagnose",
    "searching": "queries",
    "timing": "search",
}
"""What a run is doing, and the step whose file in the cache says that it has come so far."""
ROLES = {"session": "--session-fd", "host": "--control-fd", "desk": "advisor.desk"}


class Place:
    """Cache, configuration, state, temporary files and records of one case, and its command."""

    def __init__(self, folder: Path, data: str, models: Path, model: str) -> None:
        """Make the folders below `folder`."""
        self.folder = folder
        self.data, self.models, self.model = data, models, model
        for name in ("cache", "config", "state", "tmp", "out"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.env = surroundings(folder) | {
            "XDG_STATE_HOME": str(folder / "state"),
            "TMPDIR": str(folder / "tmp"),
        }
        self.order = command(data, models, model, "--out", str(folder / "out"))

    def start(self, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        """Start the comparison in a session of its own."""
        return subprocess.Popen(
            self.order,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=before,
        )

    def until(self, phase: str, top: int, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Wait until the run below the process `top` is in a phase; TimeoutError if it never is.

        `meanwhile` is done between two looks.
        """
        step = PHASES[phase]
        cache = self.folder / "cache" / "measured"

        def is_there() -> bool:
            meanwhile()
            if step is not None:
                found = cache.glob(f"*/{step}.json")
                return any(self.model in read_about(path.parent).models for path in found)
            return bool(self.below(top, "session"))

        wait_for(is_there, f"the phase {phase}")

    def below(self, top: int, role: str = "") -> list[psutil.Process]:
        """Return the processes below one, of a role or all; a session of a model's host counts."""
        with suppress(psutil.Error):
            found = psutil.Process(top).children(recursive=True)
            if not role:
                return found
            if role == "session":
                return [one for one in found if is_host(parent_of(one))]
            return [one for one in found if ROLES[role] in words_of(one) and not is_forked(one)]
        return []

    def left_behind(self) -> list[psutil.Process]:
        """Return processes that still work in this place, by its name in their environment."""
        found = []
        for one in psutil.process_iter():
            with suppress(psutil.Error):
                alive = one.status() != psutil.STATUS_ZOMBIE
                if alive and one.environ().get("TMPDIR") == self.env["TMPDIR"]:
                    found.append(one)
        return found

    def orphans(self) -> int:
        """Wait a little for everything to end; how many processes do not."""
        with suppress(TimeoutError):
            wait_for(lambda: not self.left_behind(), "the end", 20.0)
        left = self.left_behind()
        for one in left:
            with suppress(psutil.Error):
                one.kill()
        return len(left)

    def steps(self) -> dict[str, bytes]:
        """Return the finished steps by their files, with content."""
        found = (self.folder / "cache" / "measured").glob("*/*.json")
        return {str(path): path.read_bytes() for path in found if path.name != "about.json"}

    def half_written(self) -> tuple[str, ...]:
        """Return files that were begun and not finished, or that do not read."""
        found = [
            path
            for name in ("cache", "config", "state", "out")
            for path in (self.folder / name).rglob("*")
            if path.is_file() and path.name.startswith(".") and path.name != ".lock"
        ]
        return tuple(path.name for path in (*found, *self._unreadable()))

    def _unreadable(self) -> Iterable[Path]:
        for path in (self.folder / "state").rglob("*.json"):
            try:
                json.loads(path.read_bytes())
            except ValueError:
                yield path

    def texts_left(self) -> int:
        """Return how many files lie in the temporary folder."""
        return sum(path.is_file() for path in (self.folder / "tmp").rglob("*"))

    def again(self) -> str:
        """Run the same command; what it says of going on from what was kept."""
        before = self.steps()
        done = self.start()
        said, complaint = done.communicate(timeout=PATIENCE_S)
        if done.returncode:
            return f"next run ended with {done.returncode}: {last(complaint)}"
        outcome = json.loads(said.splitlines()[-1])
        status = {one["name"]: one["status"] for one in outcome["candidates"]}
        kept = sum(self.steps().get(name) == content for name, content in before.items())
        measured = ", ".join(sorted(set(status.values())))
        earlier = complaint.count("(measured earlier)")
        return (
            f"next run: {measured}; {kept} of {len(before)} finished steps as they were, "
            f"{earlier} times 'measured earlier'"
        )


def wait_for(true: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until something is so; TimeoutError names it."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come in {seconds:g} s")
        time.sleep(0.005)


def last(text: str) -> str:
    """Return the last line of what a command has said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "nothing")[:160]


def words_of(process: psutil.Process) -> Sequence[str]:
    """Return its command line."""
    return " ".join(process.cmdline()[1:]).split()


def parent_of(process: psutil.Process) -> psutil.Process:
    """Return its parent, or itself when that is gone."""
    return process.parent() or process


def is_host(process: psutil.Process) -> bool:
    """Say whether it is the bench host itself, of which sessions have the command line, too."""
    return ROLES["host"] in words_of(process) and not is_forked(process)


def is_forked(process: psutil.Process) -> bool:
    """Say whether it is a session that the host has forked."""
    return ROLES["host"] in words_of(process) and ROLES["host"] in words_of(parent_of(process))


def interface(place: Place) -> list[str]:
    """Return the command that opens the interface over this place."""
    return [
        sys.executable, "-m", "advisor.cli", "--data", place.data, "--profile", "plain-rag",
        "--models", str(place.models.resolve() / place.model), "--out", str(place.folder / "out"),
        "--offline",
    ]  # fmt: skip
