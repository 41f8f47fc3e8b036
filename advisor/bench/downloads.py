"""Models from the Hub, one after the other, each in a process that may use the network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from advisor.bench import protocol
from advisor.bench.processes import Processes
from advisor.bench.session import SessionLost
from advisor.text import one_line

SILENCE_S = 120.0
"""A download that brings nothing for this long has stalled; what came is kept."""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to one download."""

    repo: str
    event: protocol.Weighed | protocol.Progress | protocol.Fetched | protocol.Failed


async def download(repos: Sequence[str], processes: Processes) -> AsyncGenerator[Download, None]:
    """Fetch each repository into the Hub's cache and yield what happens.

    The last event of each is `Fetched` or `Failed`; a failure costs only its own model. Nobody
    calls this without the user's leave.
    """
    for repo in repos:
        try:
            async with aclosing(_one(repo, processes)) as events:
                async for event in events:
                    yield Download(repo=repo, event=event)
        except SessionLost as lost:
            failed = protocol.Failed(kind="download", text=one_line(str(lost), 300))
            yield Download(repo=repo, event=failed)


async def _one(
    repo: str, processes: Processes
) -> AsyncGenerator[
    protocol.Weighed | protocol.Progress | protocol.Fetched | protocol.Failed, None
]:
    session = await processes.open_light_session(f"download {repo}", network=True)
    try:
        revision: str | None = None
        async for event in session.ask(protocol.Weigh(repo=repo), SILENCE_S):
            if isinstance(event, protocol.Weighed):
                revision = event.revision
                yield event
            elif isinstance(event, protocol.Failed):
                yield event
                return
        # Exactly what was weighed, whatever the repository does meanwhile.
        async for event in session.ask(protocol.Fetch(repo=repo, revision=revision), SILENCE_S):
            if isinstance(event, protocol.Progress | protocol.Fetched | protocol.Failed):
                yield event
    finally:
        session.kill()
