"""Queries of a user's endpoint at the desk: written once a person has agreed, and read as kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from advisor.bench.cache import cache_dir
from advisor.corpus.dataset import Dataset
from advisor.deciding.endpoint import Endpoint
from advisor.deciding.writing import (
    Consent,
    NotAgreed,
    Progress,
    nobody_agrees,
    refuse_judged,
    written_queries,
)
from advisor.desk import messages
from advisor.desk.reading import Reader
from advisor.errors import UsageError

Tell = Callable[[messages.Told], None]
_GONE = (
    "The queries written before are not on this machine any more. Choose the data again, and have "
    "them written again with q."
)


class Writer:
    """Has queries written, one request at a time; what is written is kept on disk at once."""

    def __init__(self, tell: Tell) -> None:
        """Tell how far it is to `tell`."""
        self._tell, self._reader = tell, Reader()
        self._going: asyncio.Task[Dataset] | None = None
        self._is_stopped = False

    def stop(self) -> bool:
        """End what is being written; False when nothing is."""
        if self._going is None:
            return False
        self._is_stopped = True
        self._going.cancel()
        return True

    async def write(self, request: messages.Write) -> messages.Written:
        """Have them written, or say what would be sent; AdvisorError as `written_queries`.

        Text leaves the machine only if these very words were agreed to.
        """
        if self._going is not None:
            raise UsageError("Queries are being written; esc stops that first.")
        documents = await asyncio.to_thread(documents_of, request, self._reader)
        self._is_stopped = False
        self._going = asyncio.create_task(self._written(documents, request))
        try:
            found = await self._going
        except NotAgreed as asked:
            return messages.Written(to_agree=asked.words)
        except asyncio.CancelledError:
            if not self._is_stopped:
                raise
            raise UsageError("Stopped. What was written is kept; q goes on from there.") from None
        finally:
            self._going = None
        return messages.Written(queries=len(found.queries))

    async def _written(self, documents: Dataset, request: messages.Write) -> Dataset:
        def told(done: int, of: int) -> None:
            self._tell(messages.Told(writing=messages.Writing(done=done, of=of)))

        return await _queries(
            documents,
            request,
            lambda words: words == request.agreed,
            told,
        )


def documents_of(request: messages.Write | messages.Read, reader: Reader) -> Dataset:
    """Return the documents to write for; UsageError where people have judged them already."""
    alone = msgspec.structs.replace(request.reading, documents_alone=True)
    documents = reader.read(request.place, request.amount, alone)
    refuse_judged(documents)
    return documents


def with_kept(request: messages.Read, reader: Reader) -> Dataset:
    """Return the documents with what was written for them before; nothing is sent.

    UsageError where not all of it is there.
    """
    documents = documents_of(request, reader)
    try:
        return asyncio.run(_queries(documents, request, nobody_agrees, lambda done, of: None))
    except NotAgreed as error:
        raise UsageError(_GONE) from error


async def _queries(
    documents: Dataset,
    request: messages.Write | messages.Read,
    consent: Consent,
    progress: Progress,
) -> Dataset:
    source = request.reading.queries_from
    if source is None or not source.model:
        raise UsageError("No model is named that writes queries.")
    async with Endpoint(source.address, source.model) as endpoint:
        return await written_queries(
            documents,
            endpoint,
            language=None,  # of each document, which the interview has not asked for yet
            most=request.amount.most_queries,
            seed=request.amount.seed,
            cache=cache_dir(),
            consent=consent,
            offline=False,  # the interface offers nothing of this with --offline
            progress=progress,
        )
