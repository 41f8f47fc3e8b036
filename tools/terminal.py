"""A terminal without a window: runs a command on a real pseudo-terminal and reads its screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

KEYS = {
    "enter": b"\r", "escape": b"\x1b", "tab": b"\t", "space": b" ", "backspace": b"\x7f",
    "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D",
    "home": b"\x1b[H", "end": b"\x1b[F",
    "ctrl+c": b"\x03", "ctrl+q": b"\x11", "ctrl+p": b"\x10", "ctrl+s": b"\x13", "ctrl+t": b"\x14",
}  # fmt: skip

PATIENCE_S = 90.0
"""A machine that is busy with other work is waited for."""
ESCAPE_S = 1.0
"""A busy command that reads an escape and the next key at once takes them for one key."""


def _of_terminal(env: Mapping[str, str]) -> dict[str, str]:
    # The size is this terminal's own, not that of one in which we may run ourselves.
    rest = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
    return {**rest, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Terminal:
    """One command on a terminal of so many columns and rows; ended when the context is left."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        columns: int = 80,
        rows: int = 24,
        folder: str | None = None,
    ) -> None:
        """Start the command; `env` is its whole environment."""
        self.raw = bytearray()
        """Everything the command has written."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            if folder is not None:
                os.chdir(folder)
            os.execvpe(
                command[0],
                list(command),
                _of_terminal(env),
            )
        self.resize(columns, rows)
        self._status: int | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill what is still running."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            while self.alive():
                time.sleep(0.01)
        self.close()

    def close(self) -> None:
        """Close the terminal, as closing its window does."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as dragging its window does."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, size)
        self.screen.resize(rows, columns)

    def press(self, *keys: str) -> None:
        """Press keys by name, or type text."""
        for key in keys:
            os.write(self._fd, KEYS.get(key) or key.encode())
            if key == "escape":
                # What follows at once would be taken for one key with it.
                time.sleep(ESCAPE_S)

    def text(self) -> str:
        """Return what the screen shows, lines without trailing blanks."""
        # Cell by cell: pyte's own `display` fails where half of a wide character is written over.
        rows, columns = range(self.screen.lines), range(self.screen.columns)
        cells = self.screen.buffer
        return "\n".join("".join(cells[y][x].data for x in columns).rstrip() for y in rows)

    def read(self, seconds: float) -> bool:
        """Take what the command writes within `seconds`; whether anything came."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            came = os.read(self._fd, 65_536)
        except OSError:  # Linux says the other end is closed in this way
            came = b""
        self.raw += came
        self._stream.feed(came)
        return bool(came)

    def until(self, sign: str | Callable[[str], bool], seconds: float = PATIENCE_S) -> str:
        """Read until the screen shows `sign`; TimeoutError with the screen when it never does."""
        shows = sign if callable(sign) else lambda text: sign in text
        deadline = time.monotonic() + seconds
        while not shows(self.text()):
            if time.monotonic() > deadline or not (self.read(0.5) or self.alive()):
                message = f"{sign!r} did not come; the screen shows:\n{self.text()}"
                raise TimeoutError(message)
        return self.text()

    def alive(self) -> bool:
        """Say whether the command is still running."""
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has asked how it ended
                pid, status = self.pid, 0
            if pid:
                self._status = status
        return self._status is None

    def wait(self, seconds: float = PATIENCE_S) -> int:
        """Read until the command has ended; its exit code, negative for a signal."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                message = f"still running; the screen shows:\n{self.text()}"
                raise TimeoutError(message)
            self.read(0.05)
        while self.read(0.05):
            pass
        assert self._status is not None  # it is not alive
        return os.waitstatus_to_exitcode(self._status)
