"""Vector stores: their limits, their bytes, and what they do with sparse and multi-vectors."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from advisor.catalogue.vector_stores import load_vector_stores, most_dimensions
from advisor.needs.answers import VectorStore

STORES = load_vector_stores()


def test_every_store_of_the_interview_is_there() -> None:
    assert set(STORES) == set(get_args(VectorStore)) - {"none"}


def test_every_store_is_sourced_and_dated() -> None:
    for store in STORES.values():
        assert store.source.startswith("https://"), store.name
        date.fromisoformat(store.as_of)
        assert store.indexes


@pytest.mark.parametrize(
    ("store", "most"),
    [
        ("pgvector", 4_000), ("elasticsearch", 4_096), ("opensearch", 16_000), ("milvus", 32_768),
        ("qdrant", 65_535), ("sqlite", 8_192), ("faiss", None), ("none", None), (None, None),
    ],
)  # fmt: skip
def test_the_longest_vector_is_that_of_the_faithful_indexes(
    store: str | None, most: int | None
) -> None:
    assert most_dimensions(store) == most


def test_pgvector_takes_3072_dimensions_in_half_precision_only() -> None:
    index = STORES["pgvector"].index_for(3_072)
    assert index is not None
    assert index.name == "hnsw, halfvec"
    assert index.vector_bytes(3_072) == 2 * 3_072 + 8
    assert STORES["pgvector"].objection(3_072) is None


def test_a_vector_that_is_too_long_is_told_with_the_number_and_the_index() -> None:
    said = STORES["pgvector"].objection(4_096)
    assert said == "4,096 dimensions; pgvector indexes at most 4,000 (hnsw, halfvec)"
    assert STORES["faiss"].objection(100_000) is None


def test_the_limit_for_sparse_vectors_says_nothing_about_dense_ones() -> None:
    sparse = next(index for index in STORES["pgvector"].indexes if index.element == "sparse")
    assert sparse.max_dims == 1_000
    assert STORES["pgvector"].index_for(70_000) is None


def test_stores_that_know_their_overhead_count_it() -> None:
    index = STORES["opensearch"].index_for(768)
    assert index is not None
    assert index.vector_bytes(768) == pytest.approx(1.1 * (4 * 768 + 8 * 16))


def test_multi_vector_search_is_told_from_rescoring() -> None:
    assert STORES["qdrant"].multi_vector == "index"
    assert STORES["elasticsearch"].multi_vector == "rescoring"
    assert STORES["pgvector"].multi_vector == "no"
