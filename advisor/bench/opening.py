"""Opening candidates' sessions: one at a time, each once, and with room in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import psutil

from advisor.bench.candidate import Candidate
from advisor.bench.processes import Processes
from advisor.bench.state import State

ROOM_MIB = 1_024
"""Memory left free before another model is loaded beside the idle ones."""


class Opener:
    """Opens the sessions of one run; `unwanted` says whether one has come too late."""

    def __init__(self, processes: Processes, unwanted: Callable[[State], bool]) -> None:
        self._processes, self._unwanted = processes, unwanted
        self._door = asyncio.Lock()
        """Held while a model's session is being opened."""

    async def open(self, state: State) -> None:
        """Open the candidate's session; SessionLost when none can be started."""
        # A run that ends does not cut an opening short: its process would be nobody's.
        await asyncio.shield(self.opening(state))

    def opening(self, state: State) -> asyncio.Task[None]:
        """Return the task that opens the session: one, however many wait for it."""
        if state.opening is None or state.opening.done():
            state.opening = asyncio.create_task(self._open_now(state))
            # Where nobody waits, the candidate's own step opens it again and says what is wrong.
            state.opening.add_done_callback(lambda task: task.cancelled() or task.exception())
        return state.opening

    async def _open_now(self, state: State) -> None:
        state.prepared.clear()
        state.interrupted = False
        if state.candidate.kind == "baseline":
            session = await self._processes.open_light_session(state.candidate.name)
        else:
            # One at a time: the host is started once, and asked for one fork after the other.
            async with self._door:
                session = await self._processes.open_model_session(state.candidate.name)
        state.log = str(session.log)
        if self._unwanted(state):
            session.kill()
        else:
            state.session = session


def has_room(candidate: Candidate) -> bool:
    """Say whether memory is free for another model."""
    needed = 2 * (candidate.disk_bytes or 0) / 2**20 + ROOM_MIB
    return float(psutil.virtual_memory().available / 2**20) > needed


async def make_room(candidate: Candidate, states: Iterable[State]) -> None:
    """Close idle sessions while memory is short; they are opened again when needed."""
    for state in tuple(states):
        if has_room(candidate):
            return
        if state.session is not None and state.session.alive:
            await state.session.quit()
            state.session = None
