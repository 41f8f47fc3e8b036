"""The bench host: imports torch and sentence-transformers once, then forks sessions (Linux)."""

from __future__ import annotations

import os
import selectors
import socket
import time
from typing import NoReturn

from advisor.bench import control
from advisor.bench.serving import die_with_parent, serve, take_output


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
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._connection:
                    packet, descriptors, _, _ = socket.recv_fds(
                        self._connection, control.PACKET_BYTES, 1
                    )
                    if not packet:
                        return  # the owner is gone; the sessions see it on their own sockets
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
        os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = (order.session, pid)
        self._selector.register(pidfd, selectors.EVENT_READ)
        self._send(control.Forked(session=order.session, pid=pid))

    def _become_session(self, order: control.Open, descriptor: int) -> NoReturn:
        status = 1
        try:
            die_with_parent()
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
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code < 0:
            self._send(control.Ended(session=session, signal=-code))
        else:
            self._send(control.Ended(session=session, status=code))

    def _send(self, report: control.FromHost) -> None:
        try:
            self._connection.send(control.encode(report))
        except (BrokenPipeError, ConnectionResetError):
            os._exit(0)
