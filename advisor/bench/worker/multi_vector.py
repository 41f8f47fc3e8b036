"""Multi-vector models (ColBERT and its kin) through sentence-transformers' MultiVectorEncoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from advisor.bench import protocol
from advisor.bench.ragged import RaggedStore
from advisor.bench.ranking import Floats, Ints, search_scored
from advisor.bench.worker.encoding import Encoder
from advisor.bench.worker.loading import arguments
from advisor.bench.worker.rows import RowsEncoder, RowsEngine, blocks_of

MOST_TOKENS = 65_536
"""Token vectors of documents held at once: 128 dimensions of these are 32 MiB, and a query of 32
tokens against them 8 MiB. The rest of the index stays on disk."""


class _MultiVectorEncoder(RowsEncoder):
    """A row is a token's vector."""

    def rows(self, texts: list[str], side: protocol.Side) -> list[Floats]:
        """Return the vectors of the tokens that count, (tokens, d), of each text."""
        encode: Any = self.model.encode_query if side == "queries" else self.model.encode_document
        found = encode(
            texts,
            prompt=self.prompts[side] or None,
            batch_size=len(texts),
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return [np.asarray(own, np.float32) for own in found]

    def dimension(self, first: Floats) -> int:
        """Return the dimension of one token's vector."""
        return int(first.shape[1])


class MultiVectorEngine(RowsEngine):
    """One model that gives a vector to every token and ranks by MaxSim."""

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> Any:  # noqa: ANN401 - a sibling class
        from sentence_transformers import MultiVectorEncoder

        return MultiVectorEncoder(str(path), **arguments(path, command))

    def _make_encoder(
        self, model: Any, prompts: Mapping[protocol.Side, str], max_tokens: int | None  # noqa: ANN401
    ) -> Encoder:  # fmt: skip
        return _MultiVectorEncoder(model, prompts, max_tokens)

    def _rank(
        self, queries: RaggedStore, asked: list[bytes], documents: RaggedStore, keys: list[bytes],
        depth: int,
    ) -> tuple[Ints, Floats]:  # fmt: skip
        rows, counts = queries.take_rows(asked)
        left = np.split(rows, np.cumsum(counts)[:-1])

        def blocks() -> Iterator[tuple[int, Callable[[slice], Floats]]]:
            for block in blocks_of(documents.count_rows(keys), MOST_TOKENS):
                rows, counts = documents.take_rows(keys[block])
                yield len(counts), partial(_scores, left, rows, counts)

        return search_scored(len(asked), blocks, depth)


def _scores(left: list[Floats], rows: Floats, counts: np.ndarray, some: slice) -> Floats:
    return np.stack([max_sim(query, rows, counts) for query in left[some]])


def max_sim(query: Floats, rows: Floats, counts: np.ndarray) -> Floats:
    """Return for every document the sum over the query's tokens of the best match in it, (n,).

    `query` is (q, d), `rows` the documents' token vectors one after the other, `counts` how many
    each has; a document without any scores 0. Khattab and Zaharia (SIGIR 2020). Whether a model
    divides by the number of the query's tokens changes no ranking.
    """
    scores = np.zeros(len(counts), np.float32)
    some = counts > 0
    if len(rows):
        starts = np.cumsum(counts[some]) - counts[some]
        scores[some] = np.maximum.reduceat(query @ rows.T, starts, axis=1).sum(axis=0)
    return scores
