"""Hard negatives by meaning: what a cheap static model, no candidate itself, finds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.passing import texts_folder
from advisor.bench.plan import SILENCE_S
from advisor.bench.processes import Processes
from advisor.bench.ranking import read_run
from advisor.bench.session import Session, SessionLost
from advisor.bench.steps import load_command
from advisor.corpus.dataset import Dataset, Query
from advisor.corpus.picking import Mined, depth_for


async def mine(
    finder: Candidate, data: Dataset, queries: Sequence[Query], processes: Processes, cache: Path
) -> Mined | None:
    """Return the best documents of `data` for each query by `finder`, in a session of its own.

    None when the model fails: the sample then says that it rests on BM25 alone.
    """
    with texts_folder() as folder:
        run = folder / "run.npz"
        documents, asked = folder / "documents.json", folder / "queries.json"
        protocol.write_texts(documents, [document.text for document in data.corpus])
        protocol.write_texts(asked, [query.text for query in queries])
        commands = (
            load_command(finder, cache),
            protocol.Encode(side="documents", texts=str(documents)),
            protocol.Encode(side="queries", texts=str(asked)),
            protocol.Search(depth=depth_for(data, queries), run=str(run)),
        )
        try:
            session = await processes.open_model_session(f"{finder.name} finder")
        except SessionLost:
            return None
        try:
            for command in commands:
                if not await _done(session, command):
                    return None
        except SessionLost:
            return None
        finally:
            session.kill()
        indices, _ = read_run(run)
    found = {
        query.id: [data.corpus[at].id for at in row if at >= 0]
        for query, row in zip(queries, indices.tolist(), strict=True)
    }
    return Mined(finder.name, found)


async def _done(session: Session, command: protocol.Command) -> bool:
    async with aclosing(session.ask(command, SILENCE_S)) as events:
        async for event in events:
            if isinstance(event, protocol.Failed):
                return False
    return True
