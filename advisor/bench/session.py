"""The owner's side of a session: ask a command, take the events, know how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from advisor.bench import protocol
from advisor.bench.kin import end_group
from advisor.errors import WorkerError
from advisor.text import one_line

WAIT_FOR_STATUS_S = 5.0
"""How long after the end of a session's pipe its exit status is waited for."""


@dataclass(frozen=True)
class Ending:
    """How a session's process ended."""

    status: int | None = None
    signal: int | None = None
    with_host: bool = False
    """Whether it went down with the bench host, through no fault of its own."""

    def sentence(self) -> str:
        """Say it in words for the record."""
        if self.with_host:
            return "the bench host ended, and this process with it"
        if self.signal == signal.SIGKILL:
            return "killed by the system (signal 9): probably out of memory, or stopped by hand"
        if self.signal is not None:
            return f"crashed ({signal.Signals(self.signal).name})"
        if self.status is None:
            return "its process ended"
        return f"its process ended by itself with status {self.status}"


_DOING: dict[type[protocol.Message], str] = {
    protocol.Load: "loading",
    protocol.Diagnose: "reading the texts",
    protocol.Prove: "comparing bf16 with float32",
    protocol.Encode: "encoding",
    protocol.Search: "searching",
    protocol.Vary: "comparing smaller vectors",
    protocol.Time: "timing single queries",
    protocol.LoadTest: "serving under load",
}


class SessionLost(WorkerError):
    """The session cannot answer any more; the text says how it ended."""

    def __init__(self, text: str, *, with_host: bool = False) -> None:
        super().__init__(text)
        self.with_host = with_host


class Session:
    """One candidate's own process, reached over one socket.

    Whoever opens it sets `ending` when the process is gone; the socket's end alone says only
    that it will not answer.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Path
    ) -> None:
        self._reader, self._writer = reader, writer
        self.log = log
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self.opened: protocol.Opened | None = None
        self.pid: int | None = None
        """Also the number of its process group, in which what it starts is ended with it."""
        self.most_mib: float | None = None
        """What its processes may take of the memory; None is no limit."""
        self._stopped: str | None = None

    @property
    def alive(self) -> bool:
        """Whether the process is not known to have ended."""
        return not self.ending.done()

    async def ask(
        self, command: protocol.Command, silence_s: float
    ) -> AsyncGenerator[protocol.Event, None]:
        """Send a command and yield its events; the last one is the answer.

        SessionLost when the process ends, breaks the protocol, or gets nowhere for `silence_s`
        seconds; it is killed then.
        """
        doing, loop = _DOING.get(type(command), "working"), asyncio.get_running_loop()
        last: protocol.Event | None = None
        with contextlib.suppress(ConnectionError):
            self._writer.write(protocol.encode(command))
            await self._writer.drain()
        deadline = loop.time() + silence_s
        while True:
            event = await self._next(deadline, f"hung while {doing}: no step in {silence_s:g} s")
            if not _is_repeated(event, last):
                last, deadline = event, loop.time() + silence_s
            match event:
                case protocol.Opened():
                    self.opened, self.pid = event, event.pid
                case protocol.Loading() | protocol.Progress():
                    yield event
                case _:
                    yield event
                    return

    async def _next(self, deadline: float, hung: str) -> protocol.Event:
        try:
            async with asyncio.timeout_at(deadline):
                line = await self._reader.readline()
        except TimeoutError:
            self.kill()
            raise SessionLost(f"{hung}, so it was stopped") from None
        except ConnectionError:
            line = b""  # a killed process may leave a reset instead of a plain end
        except ValueError as error:
            self.kill()
            raise SessionLost(f"broke the protocol: {error}") from error
        if not line:
            await self.ended()
            raise self.lost()
        try:
            return protocol.decode_event(line)
        except WorkerError as error:
            self.kill()
            raise SessionLost(f"broke the protocol: {one_line(str(error), 200)}") from error

    async def ended(self) -> None:
        """Wait a little for the exit status; a process that has closed its pipe is killed then."""
        try:
            async with asyncio.timeout(WAIT_FOR_STATUS_S):
                await asyncio.shield(self.ending)
        except TimeoutError:
            self.kill()

    def lost(self) -> SessionLost:
        """Return the error that says how the session ended."""
        ending = self.ending.result() if self.ending.done() else Ending()
        if self._stopped is not None:
            return SessionLost(self._stopped)
        return SessionLost(ending.sentence(), with_host=ending.with_host)

    def stop(self, why: str) -> None:
        """End the process now for a reason that is told as its end."""
        self._stopped = self._stopped or why
        self.end_group()

    def kill(self) -> None:
        """End the process now, and what it has started; what it has written stays."""
        if self.alive:
            self.end_group()
        self._writer.close()

    def end_group(self) -> None:
        """End what its process has started and left in its group, and itself."""
        if self.pid is not None:
            end_group(self.pid)

    async def quit(self) -> None:
        """End the session in good order."""
        if self.alive:
            with contextlib.suppress(SessionLost):
                async for _ in self.ask(protocol.Quit(), silence_s=WAIT_FOR_STATUS_S):
                    pass
        self._writer.close()


def _is_repeated(event: protocol.Event, last: protocol.Event | None) -> bool:
    """Say whether progress has stood still since the last word."""
    return (
        isinstance(event, protocol.Progress)
        and isinstance(last, protocol.Progress)
        and (event.phase, event.done) == (last.phase, last.done)
    )
