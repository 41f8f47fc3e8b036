"""Looks at a candidate beside its run: smaller vectors, queries without their prompt, and whether
documents find themselves.

None of it changes a score; all of it is cheap, for the documents' vectors are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.bench.engine import Emit
from advisor.bench.protocol import Precision
from advisor.bench.ranking import Floats, Ints, best, by_document, search
from advisor.bench.serving import Pulse
from advisor.bench.variants import (
    BACKWARDS,
    COSINES,
    NEIGHBOURS,
    NO_PROMPT,
    Blocks,
    Variant,
    rank_by,
    variants_of,
)
from advisor.bench.worker.anatomy import as_inner_product
from advisor.bench.worker.encoding import Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_SELF_TEXTS, MOST_SELF_TEXTS = 8, 64
"""Documents that are asked for with their own text: a tenth of them, between these."""


NEAREST, MOST_NEAR = 10, 2_000
"""Neighbours a document, and documents that are looked at."""


class Searched(NamedTuple):
    """Queries and documents as they are searched: inner products rank them."""

    queries: Floats
    blocks: Blocks
    rows: int
    """Of all blocks together."""
    owners: Ints | None = None
    """For each row of the blocks the place of its document; None where a row is a document."""

    def found(self, queries: Floats, depth: int) -> tuple[Ints, Floats]:
        """Return the `depth` best documents of every query (n, d), (n, depth) each, and scores."""
        return self.ranked(lambda k: search(queries, self.blocks, k), depth)

    def ranked(self, find: Callable[[int], tuple[Ints, Floats]], depth: int) -> tuple[Ints, Floats]:
        """Return the `depth` best documents by what `find` says of the rows of the blocks."""
        return find(depth) if self.owners is None else by_document(find, self.owners, depth)


def smaller(encoder: Encoder, searched: Searched, depth: int, emit: Emit) -> dict[str, Ints]:
    """Return the run of every smaller form by name; none where distances count."""
    similarity = encoder.model.similarity_fn_name
    dim = searched.queries.shape[1]
    known = variants_of(dim) if similarity in ("cosine", "dot") else ()
    pulse = Pulse(emit, "comparing smaller vectors", len(known), "forms")
    runs = {}
    for done, variant in enumerate(known, start=1):
        rank = partial(_rank, variant, searched, cosine=similarity == "cosine")
        runs[variant.name] = searched.ranked(rank, depth)[0]
        pulse.beat(done)
    return runs


def _rank(variant: Variant, searched: Searched, depth: int, *, cosine: bool) -> tuple[Ints, Floats]:
    """Rank by a smaller form, whose order is kept and whose scores are not."""
    rows = rank_by(variant, searched.queries, searched.blocks, depth, cosine=cosine)
    return rows, np.zeros(rows.shape, np.float32)


def without_prompt(
    encoder: Encoder, searched: Searched, queries: Sequence[str], depth: int
) -> dict[str, Ints]:
    """Return the run of the queries as they are typed; none where no prompt is put."""
    if not encoder.prompts["queries"] or not queries:
        return {}
    bare = Encoder(encoder.model, {**encoder.prompts, "queries": ""}, encoder.max_tokens)
    with _without_own_prompts(encoder.model):
        vectors = _in_batches(bare, queries, "float32")
    similarity = encoder.model.similarity_fn_name
    asked = as_inner_product(vectors, similarity, "queries")
    return {NO_PROMPT: searched.found(asked, depth)[0]}


def finds_itself(
    encoder: Encoder, searched: Searched, documents: Sequence[str], precision: Precision
) -> float | None:
    """Return the share of some documents that their own text, as a query, finds first.

    `documents` are the texts of the rows that are searched, `precision` what these are encoded in.
    Equal texts count as one; None without documents.
    """
    if not documents:
        return None
    n = len(documents)
    most = min(MOST_SELF_TEXTS, max(LEAST_SELF_TEXTS, n // 10))
    chosen = range(0, n, max(1, n // most))[:most]
    vectors = _in_batches(encoder, [documents[place] for place in chosen], precision)
    asked = as_inner_product(vectors, encoder.model.similarity_fn_name, "queries")
    found: list[int] = search(asked, searched.blocks, 1)[0][:, 0].tolist()
    hits = sum(documents[mine] == documents[its] for mine, its in zip(chosen, found, strict=True))
    return round(hits / len(chosen), 4)


def neighbourhoods(encoder: Encoder, searched: Searched) -> dict[str, NDArray[Any]]:
    """Return the nearest others of some documents, (n, k), and mean cosines; none without vectors.

    The documents are spread evenly over all; the nearest are by the model's own similarity. None
    where documents are in chunks, which are others for every candidate.
    """
    similarity = encoder.model.similarity_fn_name
    places = range(0, searched.rows, -(-searched.rows // MOST_NEAR) or 1)
    if searched.owners is not None or similarity not in ("cosine", "dot") or len(places) <= NEAREST:
        return {}
    rows = np.concatenate(list(searched.blocks()))[places.start :: places.step]
    scores = rows @ rows.T
    np.fill_diagonal(scores, -np.inf)
    normal = as_inner_product(rows, "cosine", "documents")
    asked = as_inner_product(searched.queries, "cosine", "queries")
    # The mean over all pairs is the product of the sums; a document with itself does not count.
    total, n = normal.sum(axis=0, dtype=np.float64), len(rows)
    own = float(np.square(normal, dtype=np.float64).sum())
    pairs = (float(total @ total) - own) / (n * (n - 1))
    beside = float(asked.mean(axis=0, dtype=np.float64) @ total) / n if len(asked) else np.nan
    return {
        NEIGHBOURS: best(scores, NEAREST)[0],
        COSINES: np.array([pairs, beside]),
    }


def backwards(encoder: Encoder, searched: Searched) -> dict[str, Ints]:
    """Return the query nearest to each document, (n, 1); none where documents are in chunks.

    None either where distances count: turned round they would rank otherwise than the products.
    """
    similarity = encoder.model.similarity_fn_name
    if searched.owners is not None or similarity not in ("cosine", "dot"):
        return {}
    if not len(searched.queries):
        return {}
    nearest = [best(rows @ searched.queries.T, 1)[0] for rows in searched.blocks()]
    return {BACKWARDS: np.concatenate(nearest)} if nearest else {}


@contextmanager
def _without_own_prompts(model: SentenceTransformer) -> Iterator[None]:
    """Keep the model from putting its own prompts where none is given."""
    prompts, default = model.prompts, model.default_prompt_name
    model.prompts, model.default_prompt_name = {}, None
    try:
        yield
    finally:
        model.prompts, model.default_prompt_name = prompts, default


def _in_batches(encoder: Encoder, texts: Sequence[str], precision: Precision) -> Floats:
    """Encode texts as queries, (n, d), in their order."""
    keyed = {str(place).encode(): text for place, text in enumerate(texts)}
    order = encoder.longest_first(keyed, "queries")
    vectors: dict[bytes, Floats] = {}
    for batch in encoder.batches(order, keyed, "queries", precision):
        vectors.update(zip(batch.keys, batch.vectors, strict=True))
    return np.stack([vectors[key] for key in keyed])
