"""Vectors kept between runs: one folder per model and encoding, chunks that only ever appear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.bench.cache import writing
from advisor.bench.chunks import (
    ENDING,
    HASH_BYTES,
    Chunk,
    Counts,
    Floats,
    Keys,
    open_chunk,
    write_chunk,
)
from advisor.bench.leases import Lease
from advisor.errors import CacheError

Rows = NDArray[np.int64]

VERSION = 2
"""Raise this when the same settings come to give other vectors: older ones are not found then."""
BLOCK_ROWS = 8_192
"""Vectors handed out at once to be searched: 384 dimensions of these are 12 MiB."""


def text_hash(text: str) -> bytes:
    """Return the 16 bytes a text is known by."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def encoding_key(**settings: object) -> str:
    """Return the folder name for one way of encoding: whatever changes a vector is in it."""
    canonical = msgspec.json.encode({"version": VERSION, **settings}, order="deterministic")
    return hashlib.blake2b(canonical, digest_size=HASH_BYTES).hexdigest()


class VectorStore:
    """The vectors of one encoding, by text; `dim` numbers each.

    A chunk is a file of its own that is renamed into place when complete: a writer that is
    killed leaves nothing half-written, and two processes may write at once. A damaged chunk is
    found out before any of its vectors is handed out, and counts as not there. While the store
    lives, nobody removes its folder.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder, self._dim = folder, dim
        self._lease = Lease(folder)
        opened = (open_chunk(path) for path in sorted(folder.glob(f"*{ENDING}")))
        self._chunks = [chunk for chunk in opened if chunk is not None and chunk.facts.dim == dim]
        self._intact: set[Path] = set()
        self._index()

    def add(
        self,
        keys: list[bytes],
        vectors: Floats,
        tokens: int,
        seconds: float,
        counts: Counts | None = None,
    ) -> None:
        """Keep the vectors (n, d) of `keys`, made from `tokens` tokens in `seconds`.

        With `counts` each text has as many vectors as they say, (sum of counts, d). CacheError
        when they cannot be written.
        """
        with writing(self._folder):
            chunk = write_chunk(self._folder, keys, vectors, tokens, seconds, counts)
        self._chunks.append(chunk)
        self._intact.add(chunk.path)
        self._stale = True

    def has(self, keys: list[bytes]) -> NDArray[np.bool_]:
        """Say of each key whether its vector is there, intact."""
        return self._find(keys) >= 0

    def take(self, keys: list[bytes]) -> Floats:
        """Return the vectors of `keys`, (n, d), in their order; KeyError when one is not there.

        CacheError when somebody has removed files of a store in use.
        """
        taken = np.empty((len(keys), self._dim), np.float32)
        with self._reading():
            for chunk, places, rows in self._by_chunk(keys):
                taken[places] = chunk.rows(rows)
        return taken

    def blocks(self, keys: list[bytes]) -> Iterator[Floats]:
        """Yield the vectors of `keys` in their order, at most BLOCK_ROWS at a time."""
        for first in range(0, len(keys), BLOCK_ROWS):
            yield self.take(keys[first : first + BLOCK_ROWS])

    def pace(self, keys: list[bytes]) -> tuple[int, int, float]:
        """Return texts, tokens and seconds of the chunks that hold any of `keys`."""
        rows = self._find(keys)
        used = [self._chunks[number].facts for number in self._numbers(rows)]
        return (
            sum(facts.n for facts in used),
            sum(facts.tokens for facts in used),
            sum(facts.seconds for facts in used),
        )

    def _by_chunk(self, keys: list[bytes]) -> Iterator[tuple[Chunk, Rows, Rows]]:
        """Yield chunks with the places of their keys in `keys`, and the rows these are in."""
        rows = self._find(keys)
        if (rows < 0).any():
            raise KeyError(keys[int(np.argmin(rows))])
        chunks = self._chunk_of(rows)
        order = np.argsort(chunks, kind="stable")
        ends = np.flatnonzero(np.diff(chunks[order])) + 1
        for places in np.split(order, ends) if len(order) else ():
            number = chunks[places[0]]
            yield self._chunks[number], places, rows[places] - self._starts[number]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise CacheError(
                f"vectors were removed from {self._folder} while they were in use; "
                "run again and they are made anew"
            ) from error

    def _find(self, keys: list[bytes]) -> Rows:
        """Return the row of each key among all chunks' rows, -1 where there is none."""
        wanted = np.frombuffer(b"".join(keys), f"S{HASH_BYTES}")
        while True:
            rows = self._look_up(wanted)
            fresh = [self._chunks[number] for number in self._numbers(rows)]
            fresh = [chunk for chunk in fresh if chunk.path not in self._intact]
            damaged = {chunk.path for chunk in fresh if not chunk.is_intact()}
            self._intact.update(chunk.path for chunk in fresh if chunk.path not in damaged)
            if not damaged:
                return rows
            # Another chunk may hold the same text.
            self._chunks = [chunk for chunk in self._chunks if chunk.path not in damaged]
            self._stale = True

    def _look_up(self, wanted: Keys) -> Rows:
        if self._stale:
            self._index()
        if not len(self._sorted):
            return np.full(len(wanted), -1, np.int64)
        places = np.searchsorted(self._sorted, wanted)
        places[places == len(self._sorted)] = 0
        return np.where(self._sorted[places] == wanted, self._order[places], -1)

    def _index(self) -> None:
        keys = [chunk.keys for chunk in self._chunks]
        joined = np.concatenate([np.empty(0, f"S{HASH_BYTES}"), *keys])
        # Stable, so that of a text kept twice the first is taken.
        self._order = np.argsort(joined, kind="stable")
        self._sorted = joined[self._order]
        self._starts = np.cumsum([0, *(len(some) for some in keys)])
        self._stale = False

    def _chunk_of(self, rows: Rows) -> Rows:
        return np.searchsorted(self._starts, rows, side="right") - 1

    def _numbers(self, rows: Rows) -> list[int]:
        """Return which chunks hold any of the rows."""
        numbers: list[int] = np.unique(self._chunk_of(rows[rows >= 0])).tolist()
        return numbers
