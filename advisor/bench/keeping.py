"""A run and the cache: what is in use stays, and the cache is within its limit before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from advisor.bench.about import write_about
from advisor.bench.cache import explain_itself
from advisor.bench.candidate import Candidate
from advisor.bench.journal import Journal
from advisor.bench.leases import Lease
from advisor.bench.limit import limit_of
from advisor.bench.retention import enforce
from advisor.bench.steps import vectors_of


class Keeping:
    """What one run keeps others from removing."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._leases: list[Lease] = []

    def hold(self, candidate: Candidate, journal: Journal) -> None:
        """Keep a candidate's steps and vectors until the run is over, paused or not."""
        self._leases.append(Lease(journal.folder))
        if candidate.kind != "baseline":
            self._leases.append(Lease(vectors_of(candidate, self._cache)))
        write_about(journal.folder, candidate.name)

    @asynccontextmanager
    async def within_limit(self) -> AsyncGenerator[None, None]:
        """Bring the cache within its limit, and again when the block ends as it should."""
        limit = limit_of(self._cache).bytes
        await asyncio.to_thread(enforce, self._cache, limit)
        explain_itself(self._cache)
        try:
            yield
        finally:
            for lease in self._leases:
                lease.release()
        await asyncio.to_thread(enforce, self._cache, limit)
