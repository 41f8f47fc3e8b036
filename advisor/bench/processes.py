"""The processes of a run: the bench host, the sessions it forks, light sessions.

This module alone starts and ends processes. On Linux a session is forked by the host, which has
done the imports; with a GPU, and elsewhere, it is a process of its own that does them itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from advisor.bench import control, guard
from advisor.bench.cache import writing
from advisor.bench.leases import Lease
from advisor.bench.protocol import MOST_BYTES
from advisor.bench.session import Ending, Session, SessionLost
from advisor.text import blanked

STARTING_S = 300.0
"""Imports on a cold, slow disk; more than this is a hang."""

_SECRET = re.compile(
    r"(?:^|_)(?:(?:API|ACCESS|SECRET)?KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?)(?:_|$)",
    re.IGNORECASE,
)
"""How variables are called that hold keys."""
ENDING_S = 10.0
"""The host only has processes to kill then."""

_ENVIRONMENT = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


def environment(*, network: bool = False) -> dict[str, str]:
    """Return the environment of every process of ours; the Hub is off unless asked for.

    A process without the network needs no key either, and its model may run code of its own: it
    gets none, nor an address with a password in it.
    """
    if network:
        return {**os.environ, **_ENVIRONMENT}
    harmless = {
        name: value
        for name, value in os.environ.items()
        if not _SECRET.search(name) and blanked(value) == value
    }
    return {**harmless, **_ENVIRONMENT, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}


class Processes:
    """Owns every process of a run; leaving the context ends them all.

    `gpu` makes each session a fresh process, since CUDA does not survive a fork. `most_mib` is
    what one session may take of the memory; None is a share of what is free when it opens.
    """

    def __init__(self, logs: Path, *, gpu: bool = False, most_mib: float | None = None) -> None:
        self._logs, self._most_mib = logs, most_mib
        self._fork = sys.platform == "linux" and not gpu
        self._host: _Host | None = None
        self._sessions: list[Session] = []
        self._count = 0
        self._waiting: set[asyncio.Task[None]] = set()
        self._guarding: asyncio.Task[None] | None = None
        self._using: Lease | None = None

    async def __aenter__(self) -> Self:
        with writing(self._logs):
            self._logs.mkdir(parents=True, exist_ok=True)
        # A clock that is set right in the middle of a run makes its logs look years old.
        self._using = Lease(self._logs)
        self._guarding = asyncio.create_task(self._guard())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # First everything that needs no waiting: a second cancellation may come at any await.
        for session in self._sessions:
            session.kill()
        if self._guarding is not None:
            self._guarding.cancel()
        if self._using is not None:
            self._using.release()
        if self._host is not None:
            self._host.close()
            await asyncio.shield(self._host.gone())
        for task in tuple(self._waiting):
            await asyncio.shield(task)

    async def _guard(self) -> None:
        while True:
            await asyncio.sleep(guard.EVERY_S)
            guard.look(self._sessions)

    @property
    def host_log(self) -> Path:
        """Where the bench host writes what it prints."""
        return self._logs / "host.log"

    async def warm_up(self) -> None:
        """Start the host, so that its imports run while something else is done."""
        if self._fork and (self._host is None or not self._host.alive):
            self._host = await _Host.start(self.host_log)

    async def open_model_session(self, name: str) -> Session:
        """Open a session that can run a model; SessionLost when none can be started."""
        log = self._log(name)
        if not self._fork:
            return await self._fresh(log, "advisor.bench.worker", environment())
        await self.warm_up()
        host = self._host
        assert host is not None  # warm_up has just set it
        with _pair(socket.SOCK_STREAM) as (ours, theirs):
            self._count += 1
            session = await self._session(ours, log)
            await host.open(self._count, session, theirs, log)
        return session

    async def open_light_session(self, name: str, *, network: bool = False) -> Session:
        """Open a session without torch (BM25, downloads)."""
        return await self._fresh(
            self._log(name), "advisor.bench.light", environment(network=network)
        )

    async def _fresh(self, log: Path, module: str, env: dict[str, str]) -> Session:
        with _pair(socket.SOCK_STREAM) as (ours, theirs):
            process = await _start(module, "--session-fd", theirs, log, env)
            session = await self._session(ours, log)
        session.pid = process.pid
        task = asyncio.create_task(_watch(process, session))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return session

    async def _session(self, ours: socket.socket, log: Path) -> Session:
        reader, writer = await asyncio.open_connection(sock=ours.dup(), limit=MOST_BYTES)
        session = Session(reader, writer, log)
        session.most_mib = self._most_mib or guard.free_share_mib()
        self._sessions = [known for known in self._sessions if known.alive]
        self._sessions.append(session)
        return session

    def _log(self, name: str) -> Path:
        safe = "".join(char if char.isalnum() or char in "-._" else "_" for char in name)[:80]
        return self._logs / f"{safe or 'candidate'}.log"


class _Host:
    """The owner's side of the bench host."""

    def __init__(self, process: asyncio.subprocess.Process, connection: socket.socket) -> None:
        self._process, self._connection = process, connection
        self._sessions: dict[int, Session] = {}
        self._ready = asyncio.get_running_loop().create_future()
        self._forked: dict[int, asyncio.Future[None]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, log: Path) -> _Host:
        with _pair(socket.SOCK_SEQPACKET) as (ours, theirs):
            process = await _start(
                "advisor.bench.worker", "--control-fd", theirs, log, environment()
            )
            connection = ours.dup()
        connection.setblocking(False)
        return cls(process, connection)

    @property
    def alive(self) -> bool:
        return not self._listening.done()

    async def open(self, number: int, session: Session, theirs: socket.socket, log: Path) -> None:
        """Have a session forked and wait until it is there."""
        forked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(STARTING_S):
                await asyncio.shield(self._ready)
                self._sessions[number], self._forked[number] = session, forked
                order = control.encode(control.Open(session=number, log=str(log)))
                socket.send_fds(self._connection, [order], [theirs.fileno()])
                await forked
        except TimeoutError:
            self.kill()
            raise SessionLost("the bench host did not start in time") from None
        except OSError as error:
            raise SessionLost("the bench host ended", with_host=True) from error

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while packet := await loop.sock_recv(self._connection, control.PACKET_BYTES):
                self._take(control.decode_report.decode(packet))
        except OSError:
            pass  # the socket's end, said in another way
        finally:
            self._connection.close()
            await asyncio.shield(self._process.wait())
            self._lose_everything()

    def _take(self, report: control.FromHost) -> None:
        match report:
            case control.Ready():
                self._ready.set_result(None)
            case control.Forked():
                self._sessions[report.session].pid = report.pid
                self._forked.pop(report.session).set_result(None)
            case control.Ended():
                session = self._sessions.pop(report.session)
                session.ending.set_result(Ending(status=report.status, signal=report.signal))

    def _lose_everything(self) -> None:
        """The host is gone, and with it, by their parent-death signal, its sessions."""
        lost = SessionLost("the bench host ended; its log says why", with_host=True)
        for waiting in (self._ready, *self._forked.values()):
            if not waiting.done():
                waiting.set_exception(lost)
                waiting.exception()  # retrieved: nobody may be waiting any more
        for session in self._sessions.values():
            if session.alive:
                session.ending.set_result(Ending(with_host=True))
                session.end_group()
                session.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def close(self) -> None:
        """Have the host end its sessions, with all that they have started, and itself."""
        if not self._ready.done():
            self.kill()  # it is at its imports and has no sessions
            return
        with contextlib.suppress(OSError):  # it is gone already
            self._connection.shutdown(socket.SHUT_RDWR)

    async def gone(self) -> None:
        """Wait until the host has ended; one that does not is killed."""
        if not (await asyncio.wait([self._listening], timeout=ENDING_S))[0]:
            self.kill()
            await asyncio.wait([self._listening])


@contextlib.contextmanager
def _pair(kind: socket.SocketKind) -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with ours, theirs:
        yield ours, theirs


async def _start(
    module: str, option: str, theirs: socket.socket, log: Path, env: dict[str, str]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        option,
        str(theirs.fileno()),
        "--log",
        str(log),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        env=env,
        # The terminal's Ctrl-C is for the command alone, which ends its processes itself.
        start_new_session=True,
    )


async def _watch(process: asyncio.subprocess.Process, session: Session) -> None:
    code = await process.wait()
    session.end_group()
    if session.alive:
        ending = Ending(signal=-code) if code < 0 else Ending(status=code)
        session.ending.set_result(ending)
