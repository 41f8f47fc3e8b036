"""Pools for judging: which documents of each query a person is asked about, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Runs: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Candidate to query id to document ids, best first."""

DEPTHS = (5, 4, 3)
"""How many documents of each candidate's list are pooled, deepest first (methods, 5)."""
MOST_A_QUERY = 12
"""A pool is made shallower where it would hold more than this on average: many queries judged a
little say more than few judged deeply (methods, 5)."""


def depth_for(runs: Runs, queries: Sequence[str]) -> int:
    """Return the greatest of `DEPTHS` at which a query's pool is small enough on average."""
    for depth in DEPTHS[:-1]:
        sizes = [len(_found(runs, query, depth)) for query in queries]
        if sum(sizes) <= MOST_A_QUERY * len(sizes):
            return depth
    return DEPTHS[-1]


def pool(runs: Runs, query: str, depth: int, seed: int) -> tuple[str, ...]:
    """Return the union of the first `depth` of every candidate, without saying who found what.

    Documents on which the candidates disagree most come first: with a share p of them finding it,
    those with the largest p(1 − p). Among equals the order is shuffled, by the seed alone.
    """
    found = _found(runs, query, depth)
    return tuple(
        sorted(
            found,
            key=lambda document: (
                -found[document] * (len(runs) - found[document]),
                _draw(seed, query, document),
            ),
        )
    )


def shuffled(queries: Iterable[str], seed: int) -> tuple[str, ...]:
    """Return the queries in an order that depends on the seed alone: every beginning is a fair
    sample of them."""
    return tuple(sorted(queries, key=lambda query: _draw(seed, query, "")))


def _found(runs: Runs, query: str, depth: int) -> dict[str, int]:
    """Return how many candidates have each document among their first `depth`."""
    found: dict[str, int] = {}
    for run in runs.values():
        for document in run.get(query, ())[:depth]:
            found[document] = found.get(document, 0) + 1
    return found


def _draw(seed: int, query: str, document: str) -> bytes:
    text = f"{seed}\0pool\0{query}\0{document}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).digest()
