"""Smaller forms of stored vectors: fewer dimensions, fewer bits, and how each ranks the documents.

Quantised are the documents, as vector stores do it; queries stay in 32 bits but for the binary
search itself. Two passes over the blocks give each dimension's range for int8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from advisor.bench.ranking import Floats, Ints, search

Blocks: TypeAlias = Callable[[], Iterator[Floats]]
Form = Literal["fp32", "fp16", "int8", "binary", "binary, rescored"]

BITS: Mapping[Form, int] = {"fp32": 32, "fp16": 16, "int8": 8, "binary": 1, "binary, rescored": 1}
CUTS = (512, 256, 128)
NO_PROMPT = "no query prompt"
"""Name of the run of the queries as they are typed."""
WHOLE_DOCUMENTS = "whole documents"
"""Name of the run with documents cut off where the model stops reading, where chunks are searched.
"""
NEIGHBOURS, COSINES = "neighbours", "mean cosines"
"""Names of the documents' nearest others, and of the means over pairs of documents, and of queries
with documents."""
BACKWARDS = "nearest queries"
"""Name of the run with the query nearest to each document: a bitext is searched both ways."""
OVERSAMPLING = 4
"""So many times the depth is taken by bits and put in order by the full vectors."""
STEPS = 255


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One way to keep the vectors."""

    form: Form
    dim: int

    @property
    def name(self) -> str:
        """Return `int8, 256 dimensions` and the like."""
        return f"{self.form}, {self.dim} dimensions"

    @property
    def bytes(self) -> int:
        """Bytes of one vector as it is searched; rescoring reads the full ones from disk."""
        return -(-self.dim * BITS[self.form] // 8)


def variants_of(dim: int) -> tuple[Variant, ...]:
    """Return what is compared for vectors of so many dimensions; the first is the full one."""
    whole = [Variant(form=form, dim=dim) for form in BITS]
    cuts = [Variant(form=form, dim=cut) for cut in CUTS if cut < dim for form in ("fp32", "int8")]
    return (*whole, *cuts)


def rank_by(variant: Variant, queries: Floats, blocks: Blocks, depth: int, *, cosine: bool) -> Ints:
    """Return the `depth` best documents of every query, (n, depth), by this form of the vectors.

    `queries` (n, d) and the blocks (m, d) rank by inner product as they are; `cosine` says that
    they are to be of length one again when they are cut.
    """
    cut = partial(_cut, dim=variant.dim, cosine=cosine)
    queries = cut(queries)

    def shortened() -> Iterator[Floats]:
        return map(cut, blocks())

    match variant.form:
        case "fp32":
            return search(queries, shortened, depth)[0]
        case "fp16":
            return search(queries, lambda: map(_half, shortened()), depth)[0]
        case "int8":
            low, high = _ranges(shortened)
            return search(queries, lambda: (_eighth(b, low, high) for b in shortened()), depth)[0]
        case "binary":
            return _by_bits(queries, shortened, depth)
        case "binary, rescored":
            found = _by_bits(queries, shortened, OVERSAMPLING * depth)
            return _rescored(queries, shortened, found, depth)


def _cut(vectors: Floats, dim: int, *, cosine: bool) -> Floats:
    if dim >= vectors.shape[1]:
        return vectors
    short = vectors[:, :dim]
    if not cosine:
        return np.ascontiguousarray(short)
    norms = np.linalg.norm(short, axis=1, keepdims=True)
    normal: Floats = np.divide(short, norms, out=np.zeros_like(short), where=norms > 0)
    return normal


def _half(block: Floats) -> Floats:
    return block.astype(np.float16).astype(np.float32)


def _ranges(blocks: Blocks) -> tuple[Floats, Floats]:
    lows, highs = zip(*((block.min(axis=0), block.max(axis=0)) for block in blocks()), strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def _eighth(block: Floats, low: Floats, high: Floats) -> Floats:
    """Round to 256 steps of each dimension's range, and back."""
    width = np.where(high > low, high - low, 1.0).astype(np.float32)
    codes = np.rint((block - low) / width * STEPS)
    back: Floats = (codes / STEPS * width + low).astype(np.float32)
    return back


def _bits(vectors: Floats) -> Floats:
    """Signs as 1 and -1: their inner product is the dimensions less twice the Hamming distance."""
    return np.where(vectors > 0, np.float32(1), np.float32(-1))


def _by_bits(queries: Floats, blocks: Blocks, depth: int) -> Ints:
    return search(_bits(queries), lambda: map(_bits, blocks()), depth)[0]


def _rescored(queries: Floats, blocks: Blocks, found: Ints, depth: int) -> Ints:
    """Order what was found by the full vectors; equal scores stay in index order."""
    wanted, places = np.unique(found, return_inverse=True)
    vectors = _rows(blocks, wanted)
    scores = np.einsum("nd,nkd->nk", queries, vectors[places.reshape(found.shape)])
    order = np.lexsort((found, -scores), axis=1)[:, :depth]
    return np.take_along_axis(found, order, axis=1)


def _rows(blocks: Blocks, wanted: Ints) -> Floats:
    """Return the rows of these indices, which are in order."""
    rows, start = [], 0
    for block in blocks():
        here = wanted[(wanted >= start) & (wanted < start + len(block))] - start
        rows.append(block[here])
        start += len(block)
    return np.concatenate(rows)
