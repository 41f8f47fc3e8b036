"""Sparse models (SPLADE and its kin) through sentence-transformers' SparseEncoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.ragged import RaggedStore
from advisor.bench.ranking import Floats, Ints, search_scored
from advisor.bench.worker.encoding import Encoder
from advisor.bench.worker.loading import arguments
from advisor.bench.worker.rows import RowsEncoder, RowsEngine, blocks_of

MOST_ENTRIES = 4_000_000
"""Entries of documents scored at once: 48 MiB with their indices."""
MOST_DOCUMENTS = 8_192


class _SparseEncoder(RowsEncoder):
    """A row is an entry: term number and weight. Term numbers are exact in float32 up to 2^24."""

    # Every token has a weight for every term of the vocabulary before they are pooled: 512 tokens
    # of 30,522 terms are 60 MiB.
    token_budget = 512

    def rows(self, texts: list[str], side: protocol.Side) -> list[Floats]:
        """Return the entries of each text, (nnz, 2), by rising term."""
        encode = self.model.encode_query if side == "queries" else self.model.encode_document
        tensor: Any = encode(
            texts,
            prompt=self.prompts[side] or None,
            batch_size=len(texts),
            show_progress_bar=False,
        )
        tensor = tensor.coalesce().cpu()
        text, term = tensor.indices().numpy()
        entries = np.stack([term.astype(np.float32), tensor.values().float().numpy()], axis=1)
        # Coalesced entries come text by text, and in order of the term within one.
        cuts = np.searchsorted(text, np.arange(1, len(texts)))
        return list(np.split(entries, cuts))

    def dimension(self, first: Floats) -> int:
        """Return how many terms there are."""
        terms: Any = self.model.get_embedding_dimension()
        return int(terms)


class SparseEngine(RowsEngine):
    """One model that gives a weight to some terms of a vocabulary."""

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> Any:  # noqa: ANN401 - a sibling class
        from sentence_transformers import SparseEncoder

        return SparseEncoder(str(path), **arguments(path, command))

    def _make_encoder(
        self, model: Any, prompts: Mapping[protocol.Side, str], max_tokens: int | None  # noqa: ANN401
    ) -> Encoder:  # fmt: skip
        return _SparseEncoder(model, prompts, max_tokens)

    def _rank(
        self, queries: RaggedStore, asked: list[bytes], documents: RaggedStore, keys: list[bytes],
        depth: int,
    ) -> tuple[Ints, Floats]:  # fmt: skip
        model = self._ready().model
        if model.similarity_fn_name not in ("dot", "cosine"):
            raise EngineError(
                "similarity",
                f"it ranks by {model.similarity_fn_name}, which sparse vectors are not searched by",
            )
        normal = model.similarity_fn_name == "cosine"
        terms = int(model.get_embedding_dimension() or 0)
        left = _matrix(queries, asked, terms, normal)

        def blocks() -> Iterator[tuple[int, Callable[[slice], Floats]]]:
            for block in blocks_of(documents.count_rows(keys), MOST_ENTRIES):
                for first in range(block.start, block.stop, MOST_DOCUMENTS):
                    part = keys[first : min(first + MOST_DOCUMENTS, block.stop)]
                    right = _matrix(documents, part, terms, normal).T.tocsc()
                    yield len(part), partial(_products, left, right)

        return search_scored(len(asked), blocks, depth)


def _products(left: Any, right: Any, some: slice) -> Floats:  # noqa: ANN401 - scipy's arrays
    scores: Floats = (left[some] @ right).toarray()
    return scores


def _matrix(store: RaggedStore, keys: list[bytes], terms: int, normal: bool) -> Any:  # noqa: ANN401 - csr_array
    entries, counts = store.take_rows(keys)
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    if not len(entries):
        return csr_array((len(keys), terms), dtype=np.float32)
    weights = entries[:, 1]
    if normal:
        squares = np.add.reduceat(np.append(weights**2, 0.0), starts[:-1])
        norms = np.sqrt(np.where(counts > 0, squares, 1.0))
        weights = weights / np.repeat(norms, counts)
    columns = entries[:, 0].astype(np.int32)
    return csr_array((weights, columns, starts), shape=(len(keys), terms))
