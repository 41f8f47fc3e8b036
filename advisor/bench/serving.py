"""A session's own side: takes commands from its socket, lets an engine work, sends events."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from advisor.bench import load, protocol, timing
from advisor.bench.engine import Downloads, Emit, Engine, EngineError, Proves, Vectors
from advisor.errors import CacheError
from advisor.text import blanked

PROGRESS_EVERY_S = 0.1
"""More often than this nobody looks, and the owner has to read it."""
ORPHANED = 3
"""Exit status of a session whose owner went away."""


class Pulse:
    """Sends progress at most ten times a second."""

    def __init__(self, emit: Emit, phase: str, total: int, unit: str) -> None:
        self._emit, self._phase, self._total, self._unit = emit, phase, total, unit
        self._start = time.monotonic()
        self._last = 0.0

    def beat(self, done: int) -> None:
        """Say that `done` of the total are done, if the last word was long enough ago."""
        now = time.monotonic()
        if now - self._last < PROGRESS_EVERY_S and done < self._total:
            return
        self._last = now
        elapsed = now - self._start
        rate = done / elapsed if elapsed > 0 else None
        self._emit(
            protocol.Progress(
                phase=self._phase, done=done, total=self._total, rate=rate, unit=self._unit
            )
        )


def serve(
    connection: socket.socket,
    make_engine: Callable[[Emit], Engine],
    start_method: Literal["fork", "fresh"],
) -> None:
    """Carry out commands until `Quit` or until the owner is gone; never raises."""
    lock = threading.Lock()

    def emit(event: protocol.Event) -> None:
        with lock, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(protocol.encode(event))

    emit(protocol.Opened(pid=os.getpid(), start_method=start_method, bare_mib=resident_mib()))
    engine = make_engine(emit)
    for line in _lines(connection):
        try:
            command = protocol.decode_command(line)
            if isinstance(command, protocol.Quit):
                break
            emit(_carry_out(engine, command))
        except EngineError as error:
            emit(_failed(error.kind, str(error)))
        except CacheError as error:
            emit(_failed("cache", str(error)))
        except MemoryError:
            emit(_failed("out of memory", "the process could not get the memory it asked for"))
        except Exception as error:  # noqa: BLE001 - a session's last word, whatever went wrong
            sys.stderr.write(blanked(traceback.format_exc()))
            emit(_failed(type(error).__name__, str(error)))
    emit(protocol.Finished(peak_mib=peak_mib()))


def _carry_out(engine: Engine, command: protocol.Command) -> protocol.Event:
    match command:
        case protocol.Load():
            return engine.load(command)
        case protocol.Diagnose():
            return engine.diagnose(command)
        case protocol.Encode():
            return engine.encode(command)
        case protocol.Search():
            return engine.search(command)
        case protocol.Time():
            return timing.time_block(command, engine.single())
        case protocol.LoadTest():
            return load.load_test(command, engine.single())
        case protocol.Vary() if isinstance(engine, Vectors):
            return engine.vary(command)
        case protocol.Fill() if isinstance(engine, Vectors):
            return engine.fill(command)
        case protocol.Prove() if isinstance(engine, Proves):
            return engine.prove(command)
        case protocol.Weigh() if isinstance(engine, Downloads):
            return engine.weigh(command)
        case protocol.Fetch() if isinstance(engine, Downloads):
            return engine.fetch(command)
    raise EngineError("protocol", f"this session cannot {type(command).__name__.lower()}")


def _failed(kind: str, text: str) -> protocol.Failed:
    # An event stays small; the whole text is in the session's log. What a library says may quote
    # lone surrogates of a hostile file, which no message can carry.
    short = blanked(text)[:1000].encode("utf-8", "replace").decode()
    return protocol.Failed(kind=kind, text=short)


def _lines(connection: socket.socket) -> Iterator[bytes]:
    """Yield command lines; a thread does the reading, so that an owner's end is seen at once."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        buffer = b""
        while True:
            try:
                received = connection.recv(65_536)
            except OSError:
                received = b""
            if not received:
                # No owner, no reason to live: whatever is half done is done again next time.
                os._exit(ORPHANED)
            buffer += received
            *complete, buffer = buffer.split(b"\n")
            for line in complete:
                waiting.put(line)

    threading.Thread(target=read, daemon=True, name="owner").start()
    while True:
        yield waiting.get()


def peak_mib() -> float | None:
    """Return the process's highest resident memory so far in MiB.

    `VmHWM` belongs to this process alone; `ru_maxrss` would inherit the parent's.
    """
    return _status_mib("VmHWM:")


def resident_mib() -> float | None:
    """Return the process's resident memory in MiB."""
    return _status_mib("VmRSS:")


def _status_mib(key: str) -> float | None:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None  # no /proc on this system: the owner samples from outside
    for line in status.splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return None


def take_output(log: str) -> None:
    """Send everything the process prints, natively too, to its log file."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
