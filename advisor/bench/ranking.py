"""Exact top-k over blocks of vectors, and the file a run is kept in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.bench.cache import read_sealed, write_sealed, writing

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

QUERY_BLOCK = 256
"""Queries scored at once: with 8,192 documents, 8 MiB of scores."""


def best(scores: Floats, k: int) -> tuple[Ints, Floats]:
    """Return per row the columns of the `k` highest scores, best first, and the scores.

    Equal scores come in order of their column, so a run is the same whatever the blocks were.
    `scores` is (rows, n); both results are (rows, min(k, n)).
    """
    rows, n = scores.shape
    k = min(k, n)
    indices = np.empty((rows, k), np.int32)
    values = np.empty((rows, k), np.float32)
    if k == 0:
        return indices, values
    thresholds = np.partition(scores, n - k, axis=1)[:, n - k] if k < n else scores.min(axis=1)
    for row in range(rows):
        line = scores[row]
        # Everything at the threshold competes, so that a tie is cut by index and not by chance.
        candidates = np.flatnonzero(line >= thresholds[row])
        order = candidates[np.argsort(-line[candidates], kind="stable")][:k]
        indices[row] = order
        values[row] = line[order]
    return indices, values


def search(queries: Floats, blocks: Callable[[], Iterator[Floats]], k: int) -> tuple[Ints, Floats]:
    """Return the exact `k` best documents of every query by inner product, best first.

    `queries` is (n, d); `blocks` yields the document vectors in index order, (m, d) each; memory
    stays bounded by one block and the results so far. Returns (n, k) indices and scores.
    """

    def scored() -> Iterator[tuple[int, Callable[[slice], Floats]]]:
        for block in blocks():
            yield len(block), lambda part, block=block: queries[part] @ block.T  # type: ignore[misc]

    return search_scored(len(queries), scored, k)


def search_scored(
    n: int, blocks: Callable[[], Iterator[tuple[int, Callable[[slice], Floats]]]], k: int
) -> tuple[Ints, Floats]:
    """Return the exact `k` best documents of each of `n` queries, however they are scored.

    `blocks` yields the documents in index order: how many, and a function that scores all of them
    for a part of the queries, (queries, documents). Returns (n, k) indices and scores.
    """
    found_indices = np.empty((n, 0), np.int32)
    found_scores = np.empty((n, 0), np.float32)
    start = 0
    for size, score in blocks():
        parts = []
        for first in range(0, n, QUERY_BLOCK):
            part = slice(first, first + QUERY_BLOCK)
            kept = found_indices[part], found_scores[part]
            parts.append(_merged(*kept, *_better(score(part), found_scores[part], start, k), k))
        if n:
            found_indices = np.concatenate([indices for indices, _ in parts])
            found_scores = np.concatenate([values for _, values in parts])
        start += size
    return found_indices, found_scores


def by_document(
    find: Callable[[int], tuple[Ints, Floats]], owners: Ints, depth: int
) -> tuple[Ints, Floats]:
    """Return the `depth` best documents of every query, each by the best of its chunks.

    `find` returns the so many best chunks, best first, (queries, k) indices and scores; `owners`
    says of each chunk, in index order, the place of its document. It is asked for more chunks
    until the documents suffice, so nothing is missed. Equal scores come in order of the document.
    Returns (queries, depth) indices, -1 where there are no more, and scores.
    """
    n = len(owners)
    documents = int(owners[-1]) + 1 if n else 0
    wanted = min(depth, documents)
    k = min(n, depth * -(-n // max(documents, 1)))
    while True:
        indices, scores = find(k)
        found, kept = _first_of_each(indices, scores, owners, wanted)
        if k >= n or (found >= 0).all():
            return found, kept
        k = min(n, 4 * k)


def _first_of_each(indices: Ints, scores: Floats, owners: Ints, wanted: int) -> tuple[Ints, Floats]:
    """Keep of each row the first, and so the best, chunk of every document."""
    found = np.full((len(indices), wanted), -1, np.int32)
    kept = np.full((len(indices), wanted), -np.inf, np.float32)
    for row, chunks in enumerate(indices):
        held = np.flatnonzero(chunks >= 0)
        own, first = np.unique(owners[chunks[held]], return_index=True)
        order = np.argsort(first)[:wanted]
        found[row, : len(order)] = own[order]
        kept[row, : len(order)] = scores[row, held[first[order]]]
    return found, kept


def _better(scores: Floats, found: Floats, start: int, k: int) -> tuple[Ints, Floats]:
    """Return what of a block, whose first document is `start`, may be among the `k` best.

    Results are (rows, as many as the row with most has); places left over score -inf.
    """
    if found.shape[1] < k:
        indices, values = best(scores, k)
        return indices + np.int32(start), values
    # Later documents lose ties, so only a higher score comes in: few do after the first blocks.
    rows, columns = np.nonzero(scores > found[:, -1:])
    counts = np.bincount(rows, minlength=len(scores))
    places = np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]
    indices = np.full((len(scores), int(counts.max(initial=0))), -1, np.int32)
    values = np.full(indices.shape, -np.inf, np.float32)
    indices[rows, places] = columns + start
    values[rows, places] = scores[rows, columns]
    return indices, values


def _merged(
    indices: Ints, scores: Floats, more_indices: Ints, more_scores: Floats, k: int
) -> tuple[Ints, Floats]:
    # Earlier blocks come first, so a stable sort keeps ties in index order.
    both = np.concatenate([scores, more_scores], axis=1)
    names = np.concatenate([indices, more_indices], axis=1)
    order = np.argsort(-both, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(names, order, axis=1), np.take_along_axis(both, order, axis=1)


def write_run(path: Path, indices: Ints, scores: Floats) -> None:
    """Write a run: (queries, depth) document indices, -1 for nothing found, and scores.

    CacheError when it cannot be written.
    """
    write_arrays(path, {"indices": indices, "scores": scores})


def read_run(path: Path) -> tuple[Ints, Floats]:
    """Read a run as `write_run` wrote it; ValueError when damaged, OSError when unreadable."""
    arrays = read_arrays(path)
    if set(arrays) != {"indices", "scores"}:
        raise ValueError(f"{path.name} is no run")
    return arrays["indices"], arrays["scores"]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name, whole and with a checksum; CacheError when it cannot be done."""
    archive = io.BytesIO()
    np.savez(archive, allow_pickle=False, **arrays)
    with writing(path.parent):
        write_sealed(path, archive.getvalue())


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read what `write_arrays` wrote; ValueError when damaged, OSError when unreadable."""
    with np.load(io.BytesIO(read_sealed(path)), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
