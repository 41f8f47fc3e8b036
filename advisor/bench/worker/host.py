"""The bench host: imports torch and sentence-transformers once, then forks sessions (Linux)."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time
from typing import NoReturn

from advisor.bench import control
from advisor.bench.kin import (
    adopt_orphans,
    die_with_parent,
    end_adopted,
    end_group,
    go_first,
    outlive_parent,
)
from advisor.bench.serving import serve, take_output


class Host:
    """Listens on the control socket; every order is a fork.

    Before a fork there must be one thread only and no parallel region must have run: the host
    encodes nothing, reads its socket without threads, and never touches CUDA.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._children: dict[int, tuple[int, int]] = {}
        """By pid file descriptor: session number and pid."""
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Import, say so, and fork on demand until the owner closes the socket."""
        start = time.perf_counter()
        self._import()
        self._send(control.Ready(seconds=round(time.perf_counter() - start, 3)))
        self._selector.register(self._connection, selectors.EVENT_READ)
        # From here on the owner's end shows on the socket, and what sessions have started is ended.
        outlive_parent()
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._connection:
                    packet, descriptors, _, _ = socket.recv_fds(
                        self._connection, control.PACKET_BYTES, 1
                    )
                    if not packet:
                        self._end_all()
                    self._open(control.decode_order.decode(packet), descriptors[0])
                else:
                    self._reap(key.fd)

    @staticmethod
    def _import() -> None:
        from advisor.bench.worker import dense

        dense.import_heavy()

    def _open(self, order: control.Open, descriptor: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._become_session(order, descriptor)
        # Here as well as in the child: the owner may end the group as soon as it hears of it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = (order.session, pid)
        self._selector.register(pidfd, selectors.EVENT_READ)
        self._send(control.Forked(session=order.session, pid=pid))

    def _become_session(self, order: control.Open, descriptor: int) -> NoReturn:
        status = 1
        try:
            os.setpgid(0, 0)
            die_with_parent()
            adopt_orphans()
            go_first()
            self._selector.close()
            self._connection.close()
            for pidfd in self._children:
                os.close(pidfd)
            take_output(order.log)
            from advisor.bench.worker.engine import ModelEngine

            serve(socket.socket(fileno=descriptor), ModelEngine, "fork")
            status = 0
        finally:
            # Not sys.exit: the host's own clean-up must not run in its child.
            os._exit(status)

    def _reap(self, pidfd: int) -> None:
        session, pid = self._children.pop(pidfd)
        self._selector.unregister(pidfd)
        os.close(pidfd)
        end_group(pid)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code < 0:
            self._send(control.Ended(session=session, signal=-code))
        else:
            self._send(control.Ended(session=session, status=code))
        end_adopted(self._pids())

    def _pids(self) -> set[int]:
        return {pid for _, pid in self._children.values()}

    def _end_all(self) -> NoReturn:
        """End the sessions and everything they have started, in whatever group it is."""
        for pid in self._pids():
            end_group(pid)
        end_adopted(set())
        # At once: nothing of torch needs to be taken down in good order.
        os._exit(0)

    def _send(self, report: control.FromHost) -> None:
        try:
            self._connection.send(control.encode(report))
        except (BrokenPipeError, ConnectionResetError):
            self._end_all()
