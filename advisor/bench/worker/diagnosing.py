"""How a model reads the texts: what its tokenizer makes of them, and what its limit cuts off."""

from __future__ import annotations

import numpy as np

from advisor.bench import protocol
from advisor.bench.vectors import text_hash
from advisor.bench.worker.cutting import Pieces
from advisor.bench.worker.encoding import Encoder


def diagnosed(encoder: Encoder, pieces: Pieces, queries: list[str]) -> protocol.Diagnosed:
    """Count tokens of documents, in chunks where they are cut, and of queries.

    The encoder keeps the lengths, which sort its batches.
    """
    reader, prompts, documents = encoder.reader, encoder.prompts, pieces.texts
    lengths, unknown = reader.count(documents, prompts["documents"])
    query_lengths, query_unknown = reader.count(queries, prompts["queries"])
    encoder.learn(dict(zip(map(text_hash, documents), lengths.tolist(), strict=True)))
    tokens = int(lengths.sum())
    everything = tokens + int(query_lengths.sum())
    characters = sum(map(len, documents))
    limit = encoder.max_tokens
    lost = np.maximum(lengths - limit, 0) if limit is not None else np.zeros_like(lengths)
    return protocol.Diagnosed(
        truncated_share=_share(int((lost > 0).sum()), len(documents)),
        lost_token_share=_share(int(lost.sum()), tokens),
        unknown_share=_share(unknown + query_unknown, everything),
        tokens_per_character=_share(tokens, characters),
        document_tokens=tokens,
        query_tokens=int(query_lengths.sum()),
        longest_tokens=int(lengths.max()) if len(lengths) else None,
        chunks_per_document=pieces.per_document,
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
