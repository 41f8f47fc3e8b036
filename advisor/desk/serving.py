"""The desk's side of the connection: takes requests, carries each out, sends replies and news."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from advisor.bench.processes import Processes
from advisor.desk import messages
from advisor.desk.walk import Walk
from advisor.errors import AdvisorError
from advisor.text import plain

_IN_TURN = (
    messages.Look,
    messages.Read,
    messages.Choose,
    messages.Decide,
    messages.Pool,
    messages.Judge,
    messages.Contrasts,
    messages.Export,
    messages.Save,
)
"""Requests that build on the one before; the others act on a run that is going on."""


async def serve(connection: socket.socket, processes: Processes) -> None:
    """Carry out requests until the interface is gone."""
    reader, writer = await asyncio.open_connection(sock=connection, limit=messages.MOST_BYTES)
    turn = asyncio.Lock()

    def tell(told: messages.Told) -> None:
        if not writer.is_closing():
            writer.write(messages.encode(told))

    walk = Walk(processes, tell)

    async def carry_out(asked: messages.Asked) -> None:
        in_turn = isinstance(asked.request, _IN_TURN)
        if isinstance(asked.request, messages.Measure):
            async with turn:
                pass  # what was asked before is done; what is asked now need not wait for the run
        async with turn if in_turn else contextlib.nullcontext():
            try:
                reply = await walk.carry_out(asked.request)
                tell(messages.Told(number=asked.number, reply=reply))
            except (AdvisorError, OSError) as error:
                refused = messages.Refused(text=plain(_in_words(error)))
                tell(messages.Told(number=asked.number, reply=refused))

    # An error of ours in one of the tasks ends them all, and the desk with a traceback in its log.
    async with asyncio.TaskGroup() as tasks:
        going: set[asyncio.Task[None]] = set()
        while line := await _line(reader):
            task = tasks.create_task(carry_out(messages.decode_asked(line)))
            going.add(task)
            task.add_done_callback(going.discard)
        for task in going:
            task.cancel()


def _in_words(error: AdvisorError | OSError) -> str:
    if isinstance(error, AdvisorError) or error.strerror is None:
        return str(error)
    # A full disk, a folder that is closed to us, no more processes: a person can do something.
    where = f" ({error.filename})" if error.filename else ""
    return f"The system refuses it: {error.strerror}{where}."


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ConnectionError:
        return b""
