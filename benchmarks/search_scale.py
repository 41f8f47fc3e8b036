"""A million stored vectors searched exactly: time, memory, and whether the result is right.

Usage: python benchmarks/search_scale.py [--documents N] [--queries N] [--dimensions D] [--out FILE]

The vectors are synthetic: random directions, normalised, in random order of chunks, as a cache
holds them; every 1,000th document is a copy of the one before it, so that there are ties. What is
measured is the product's own way: the store of the cache, its checks, and the search of a session,
in a process that has loaded torch and sentence-transformers as a session has.
"""

import argparse
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil

from advisor.bench.ranking import Floats, Ints, search
from advisor.bench.serving import peak_mib
from advisor.bench.vectors import VectorStore
from advisor.bench.worker.anatomy import as_inner_product

DEPTH = 100
CHUNK_ROWS = 2_000
"""About what a session writes every two seconds."""
CHECKED = 20
"""Queries whose scores are computed directly, in float64, over all documents."""
LIMIT_MIB = 2_048


def main() -> int:
    """Fill a store in one process, search it in another; 1 when wrong or over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--out", type=Path, help="Also write what is printed to this file.")
    parser.add_argument("--searching", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.searching:
        return measure(options.searching, options.documents, options.queries, options.dimensions)
    with tempfile.TemporaryDirectory() as folder:
        chunks = fill(Path(folder), options.documents, options.dimensions)
        # A process of its own: the peak is that of searching, not of making vectors.
        words = [sys.executable, __file__, *sys.argv[1:], "--searching", folder]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    made = f"{options.documents:,} synthetic normalised vectors of {options.dimensions} dimensions"
    head = "Made by `python benchmarks/search_scale.py`; what it does is said there."
    report = "\n".join((head, machine(), f"{made} in {chunks} chunks", done.stdout))
    print(report, end="")
    if options.out is not None:
        options.out.write_text(report, encoding="utf-8")
    return done.returncode


def machine() -> str:
    """Return what it ran on."""
    cpus = psutil.cpu_count(logical=False)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cpus} cores, load before "
        f"{os.getloadavg()[0]:.1f}, {memory:.0f} GiB, numpy {np.__version__}"
    )


def key(document: int) -> bytes:
    """Return the hash that a document's text would have."""
    return hashlib.blake2b(str(document).encode(), digest_size=16).digest()


def vectors(first: int, count: int, dimensions: int) -> Floats:
    """Return the vectors of documents that follow each other, the same at every call."""
    made = np.random.default_rng(first).standard_normal((count, dimensions), np.float32)
    made[1::1_000] = made[0::1_000][: len(made[1::1_000])]
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def asked(count: int, dimensions: int) -> Floats:
    """Return the queries' vectors."""
    return vectors(2**40, count, dimensions)


def lots(documents: int) -> Iterator[tuple[int, int]]:
    """Yield first document and number of those that are made together."""
    for first in range(0, documents, CHUNK_ROWS):
        yield first, min(CHUNK_ROWS, documents - first)


def fill(folder: Path, documents: int, dimensions: int) -> int:
    """Keep all vectors; a chunk holds documents from ten places, as sorting by length does."""
    chance = np.random.default_rng(0)
    store = VectorStore(folder, dimensions)
    chunks = 0
    together: list[tuple[int, Floats]] = []
    for first, count in lots(documents):
        together.append((first, vectors(first, count, dimensions)))
        if len(together) < 10 and first + count < documents:
            continue
        numbers = np.concatenate([start + np.arange(len(some)) for start, some in together])
        joined = np.concatenate([some for _, some in together])
        for part in np.array_split(chance.permutation(len(numbers)), len(together)):
            store.add([key(number) for number in numbers[part].tolist()], joined[part], 1, 1.0)
            chunks += 1
        together = []
    return chunks


def measure(folder: Path, documents: int, count: int, dimensions: int) -> int:
    """Open, search and check; print a line each."""
    from advisor.bench.worker.dense import import_heavy

    import_heavy()
    import sentence_transformers  # noqa: F401 - what a session holds in memory

    print(f"with torch loaded, before anything else: {_peak():,.0f} MiB")
    start = time.perf_counter()
    store = VectorStore(folder, dimensions)
    print(f"opening the store: {time.perf_counter() - start:.2f} s")
    keys = [key(number) for number in range(documents)]
    start = time.perf_counter()
    there = bool(store.has(keys).all())
    print(f"looking up all texts and checking all vectors: {time.perf_counter() - start:.2f} s")
    queries = as_inner_product(asked(count, dimensions), "cosine", "queries")

    def blocks() -> Iterator[Floats]:
        for rows in store.blocks(keys):
            yield as_inner_product(rows, "cosine", "documents")

    start = time.perf_counter()
    indices, scores = search(queries, blocks, DEPTH)
    seconds = time.perf_counter() - start
    peak = _peak()
    print(f"exact search, {count:,} queries, top {DEPTH}: {seconds:.1f} s")
    print(f"peak memory of the process (VmHWM): {peak:,.0f} MiB, limit {LIMIT_MIB:,} MiB")
    right = there and check(indices, scores, documents, dimensions, count)
    return 0 if right and peak < LIMIT_MIB else 1


def _peak() -> float:
    peak = peak_mib()
    if peak is None:
        raise SystemExit("this system does not tell a process's peak memory (VmHWM)")
    return peak


def check(indices: Ints, scores: Floats, documents: int, dimensions: int, count: int) -> bool:
    """Compare a part with scores computed directly in float64 over all documents."""
    picked = np.linspace(0, count - 1, min(CHECKED, count)).astype(np.int64)
    queries = asked(count, dimensions)[picked].astype(np.float64)
    direct = np.empty((len(picked), documents))
    for first, some in lots(documents):
        rows = vectors(first, some, dimensions).astype(np.float64)
        direct[:, first : first + some] = queries @ rows.T
    found = np.take_along_axis(direct, indices[picked].astype(np.int64), axis=1)
    best = -np.sort(-direct, axis=1)[:, :DEPTH]
    away = float(np.abs(found - best).max())
    error = float(np.abs(scores[picked] - found).max())
    ties = np.diff(scores, axis=1) == 0
    ordered = bool((np.diff(indices, axis=1)[ties] > 0).all())
    twins = sum(int(_out_of_order(row)) for row in indices.tolist())
    falling = bool((np.diff(scores, axis=1) <= 0).all())
    print(
        f"checked {len(picked)} queries over all documents in float64: ranks' scores differ by at "
        f"most {away:.1e}, reported scores by {error:.1e}"
    )
    print(f"{int(ties.sum())} ties, in the documents' order: {ordered}; scores fall: {falling}")
    print(f"copies of a document that stand before it: {twins}")
    return max(away, error) < 1e-5 and ordered and falling and bool(ties.any())


def _out_of_order(ranked: list[int]) -> int:
    """Count copies that come before what they are copies of."""
    place = {document: rank for rank, document in enumerate(ranked)}
    return sum(
        1
        for document, rank in place.items()
        if document % 1_000 == 0 and place.get(document + 1, rank) < rank
    )


if __name__ == "__main__":
    sys.exit(main())
