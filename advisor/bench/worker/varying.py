"""Looks at a candidate beside its run: smaller vectors, queries without their prompt, and whether
documents find themselves.

None of it changes a score; all of it is cheap, for the documents' vectors are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.bench.engine import Emit
from advisor.bench.ranking import Floats, Ints, search
from advisor.bench.serving import Pulse
from advisor.bench.variants import NO_PROMPT, Blocks, rank_by, variants_of
from advisor.bench.worker.anatomy import as_inner_product
from advisor.bench.worker.encoding import Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_SELF_TEXTS, MOST_SELF_TEXTS = 8, 64
"""Documents that are asked for with their own text: a tenth of them, between these."""


class Searched(NamedTuple):
    """Queries and documents as they are searched: inner products rank them."""

    queries: Floats
    blocks: Blocks
    documents: int


def smaller(encoder: Encoder, searched: Searched, depth: int, emit: Emit) -> dict[str, Ints]:
    """Return the run of every smaller form by name; none where distances count."""
    similarity = encoder.model.similarity_fn_name
    dim = searched.queries.shape[1]
    known = variants_of(dim) if similarity in ("cosine", "dot") else ()
    pulse = Pulse(emit, "comparing smaller vectors", len(known), "forms")
    runs = {}
    for done, variant in enumerate(known, start=1):
        runs[variant.name] = rank_by(
            variant, searched.queries, searched.blocks, depth, cosine=similarity == "cosine"
        )
        pulse.beat(done)
    return runs


def without_prompt(
    encoder: Encoder, searched: Searched, queries: Sequence[str], depth: int
) -> dict[str, Ints]:
    """Return the run of the queries as they are typed; none where no prompt is put."""
    if not encoder.prompts["queries"] or not queries:
        return {}
    bare = Encoder(encoder.model, {**encoder.prompts, "queries": ""}, encoder.max_tokens)
    with _without_own_prompts(encoder.model):
        vectors = _in_batches(bare, queries)
    similarity = encoder.model.similarity_fn_name
    asked = as_inner_product(vectors, similarity, "queries")
    return {NO_PROMPT: search(asked, searched.blocks, depth)[0]}


def finds_itself(encoder: Encoder, searched: Searched, documents: Sequence[str]) -> float | None:
    """Return the share of some documents that their own text, as a query, finds first.

    Equal texts count as one; None without documents.
    """
    if not documents:
        return None
    n = len(documents)
    most = min(MOST_SELF_TEXTS, max(LEAST_SELF_TEXTS, n // 10))
    chosen = range(0, n, max(1, n // most))[:most]
    vectors = _in_batches(encoder, [documents[place] for place in chosen])
    asked = as_inner_product(vectors, encoder.model.similarity_fn_name, "queries")
    found: list[int] = search(asked, searched.blocks, 1)[0][:, 0].tolist()
    hits = sum(documents[mine] == documents[its] for mine, its in zip(chosen, found, strict=True))
    return round(hits / len(chosen), 4)


@contextmanager
def _without_own_prompts(model: SentenceTransformer) -> Iterator[None]:
    """Keep the model from putting its own prompts where none is given."""
    prompts, default = model.prompts, model.default_prompt_name
    model.prompts, model.default_prompt_name = {}, None
    try:
        yield
    finally:
        model.prompts, model.default_prompt_name = prompts, default


def _in_batches(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Encode texts as queries, (n, d), in their order."""
    keyed = {str(place).encode(): text for place, text in enumerate(texts)}
    order = encoder.longest_first(keyed, "queries")
    vectors: dict[bytes, Floats] = {}
    for batch in encoder.batches(order, keyed, "queries", "float32"):
        vectors.update(zip(batch.keys, batch.vectors, strict=True))
    return np.stack([vectors[key] for key in keyed])
