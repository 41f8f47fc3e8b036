"""Smaller forms of vectors, against direct computations on random ones."""

import numpy as np
import pytest

from advisor.bench.ranking import Floats, search
from advisor.bench.variants import OVERSAMPLING, Form, Variant, rank_by, variants_of

DIM, DEPTH = 160, 10
drawn = np.random.default_rng(7)


def normal(n: int, dim: int = DIM) -> Floats:
    vectors = drawn.normal(size=(n, dim)).astype(np.float32)
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


DOCUMENTS = normal(1_200)
QUERIES = normal(30) + 0.5 * DOCUMENTS[:30]


def ranked(form: Form, dim: int = DIM, blocks: int = 5) -> list[list[int]]:
    parts = np.array_split(DOCUMENTS, blocks)
    variant = Variant(form=form, dim=dim)
    found: list[list[int]]
    found = rank_by(variant, QUERIES, lambda: iter(parts), DEPTH, cosine=True).tolist()
    return found


def best_of(scores: Floats) -> list[list[int]]:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    found: list[list[int]] = order.tolist()
    return found


def test_the_full_form_ranks_as_the_search_does() -> None:
    indices, _ = search(QUERIES, lambda: iter([DOCUMENTS]), DEPTH)
    assert ranked("fp32") == indices.tolist()


def test_half_precision_ranks_by_rounded_documents() -> None:
    assert ranked("fp16") == best_of(QUERIES @ DOCUMENTS.astype(np.float16).astype(np.float32).T)


def test_eight_bits_are_steps_of_each_dimensions_own_range() -> None:
    low, high = DOCUMENTS.min(axis=0), DOCUMENTS.max(axis=0)
    codes = np.rint((DOCUMENTS - low) / (high - low) * 255).astype(np.uint8)
    back = (codes.astype(np.float32) / 255 * (high - low) + low).astype(np.float32)
    assert ranked("int8") == best_of(QUERIES @ back.T)


def test_bits_rank_by_hamming_distance_and_equal_ones_by_place() -> None:
    distances = np.count_nonzero((QUERIES > 0)[:, None, :] != (DOCUMENTS > 0)[None], axis=2)
    assert ranked("binary") == best_of(-distances.astype(np.float32))


def test_rescoring_orders_four_times_as_many_by_the_full_vectors() -> None:
    distances = np.count_nonzero((QUERIES > 0)[:, None, :] != (DOCUMENTS > 0)[None], axis=2)
    first = np.argsort(distances, axis=1, kind="stable")[:, : OVERSAMPLING * DEPTH]
    expected = [
        sorted(row.tolist(), key=lambda place: (-float(DOCUMENTS[place] @ query), place))[:DEPTH]
        for query, row in zip(QUERIES, first, strict=True)
    ]
    assert ranked("binary, rescored") == expected


def test_cut_vectors_are_of_length_one_again_for_the_cosine() -> None:
    short = DOCUMENTS[:, :128] / np.linalg.norm(DOCUMENTS[:, :128], axis=1, keepdims=True)
    assert ranked("fp32", 128) == best_of(QUERIES[:, :128] @ short.T)


@pytest.mark.parametrize("form", ["fp32", "fp16", "int8", "binary", "binary, rescored"])
def test_the_blocks_change_nothing(form: Form) -> None:
    assert ranked(form, blocks=1) == ranked(form, blocks=7)


def test_fewer_documents_than_asked_for_are_all_found() -> None:
    few = DOCUMENTS[:4]
    for variant in variants_of(DIM):
        found = rank_by(variant, QUERIES, lambda: iter([few]), DEPTH, cosine=True)
        assert found.shape == (len(QUERIES), 4)
        assert (np.sort(found, axis=1) == np.arange(4)).all()


def test_a_dimension_that_never_changes_is_no_division_by_zero() -> None:
    flat = DOCUMENTS.copy()
    flat[:, 3] = 0.25
    variant = Variant(form="int8", dim=DIM)
    found = rank_by(variant, QUERIES, lambda: iter([flat]), DEPTH, cosine=True)
    assert found.shape == (len(QUERIES), DEPTH)


def test_bytes_are_those_of_one_vector() -> None:
    sizes = {variant.name: variant.bytes for variant in variants_of(384)}
    assert sizes["fp32, 384 dimensions"] == 1_536
    assert sizes["fp16, 384 dimensions"] == 768
    assert sizes["int8, 384 dimensions"] == 384
    assert sizes["binary, 384 dimensions"] == sizes["binary, rescored, 384 dimensions"] == 48
    assert sizes["int8, 128 dimensions"] == 128
    assert "fp32, 512 dimensions" not in sizes
