"""The interface's side of the desk: starts it, asks it, hears its news, knows when it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from advisor.bench.processes import environment
from advisor.desk import messages
from advisor.errors import AdvisorError, WorkerError
from advisor.text import one_line

LEAVING_S = 3.0
"""How long a desk may take to end its processes and clear up."""

Reply = TypeVar("Reply", bound=messages.Reply)
Hear = Callable[[messages.Told], None]


class Refusal(AdvisorError):
    """The desk cannot do what was asked; the text is the sentence to show."""


class DeskLost(WorkerError):
    """The desk ended; what was measured is kept, and a new one goes on from there."""


class Desk:
    """The desk of one interface. `hear` is called with each piece of news, in order."""

    def __init__(self, logs: Path, hear: Hear) -> None:
        """Logs of the desk and of all processes below it go to `logs`."""
        self._logs, self._hear = logs, hear
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._number = 0
        self._waiting: dict[int, asyncio.Future[messages.Reply]] = {}

    @property
    def alive(self) -> bool:
        """Whether the process is there and answers."""
        return self._listening is not None and not self._listening.done()

    @property
    def pid(self) -> int | None:
        """The desk's process, while there is one."""
        return self._process.pid if self._process is not None else None

    @property
    def log(self) -> Path:
        """Where the desk writes what it prints."""
        return self._logs / "desk.log"

    async def start(self) -> None:
        """Start the process; OSError when the system will not have it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with contextlib.ExitStack() as unused, theirs:
            unused.callback(ours.close)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "advisor.desk",
                "--fd",
                str(theirs.fileno()),
                "--logs",
                str(self._logs),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Downloads below the desk may use the network; sessions are told not to.
                env=environment(network=True),
                start_new_session=True,
            )
            unused.pop_all()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=messages.MOST_BYTES)
        self._listening = asyncio.create_task(self._listen(reader, self._process))

    async def ask(self, request: messages.Request, kind: type[Reply]) -> Reply:
        """Ask and wait for the reply; Refusal when it cannot be done, DeskLost without a desk."""
        if not self.alive or self._writer is None:
            raise self._lost()
        self._number += 1
        number = self._number
        try:
            line = messages.encode(messages.Asked(number=number, request=request))
        except WorkerError as error:
            raise Refusal(str(error)) from error
        waiting: asyncio.Future[messages.Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            self._writer.write(line)
            reply = await waiting
        finally:
            self._waiting.pop(number, None)
        if isinstance(reply, messages.Refused):
            raise Refusal(reply.text)
        if not isinstance(reply, kind):
            raise WorkerError(f"the desk replied {type(reply).__name__}")
        return reply

    def kill(self) -> None:
        """End the desk, and with it the host and every session: soon, or by force."""
        if self._writer is not None:
            self._writer.close()
        asyncio.get_running_loop().call_later(LEAVING_S, self._force)

    def _force(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until the process has ended after `kill`."""
        if self._listening is not None:
            await asyncio.wait([self._listening])

    async def _listen(
        self, reader: asyncio.StreamReader, process: asyncio.subprocess.Process
    ) -> None:
        try:
            while line := await reader.readline():
                self._take(messages.decode_told(line))
        except (ConnectionError, ValueError, WorkerError):
            pass  # the socket's end said in another way, a line that is too long, or nonsense
        finally:
            self.kill()  # it may have closed its socket alone, or have said what cannot be read
            await asyncio.shield(process.wait())
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(self._lost())

    def _take(self, told: messages.Told) -> None:
        if told.number is None:
            self._hear(told)
            return
        waiting = self._waiting.get(told.number)
        if waiting is not None and not waiting.done() and told.reply is not None:
            waiting.set_result(told.reply)

    def _lost(self) -> DeskLost:
        return DeskLost(
            "The process that measures ended. What was measured is kept. "
            f"Its log: {one_line(str(self.log))}"
        )
