"""Encodings of several rows a text, kept between runs: token vectors, entries of sparse ones."""

from __future__ import annotations

import numpy as np

from advisor.bench.chunks import Counts, Floats
from advisor.bench.vectors import VectorStore


class RaggedStore(VectorStore):
    """Like `VectorStore`, but a text has as many rows as it has, `dim` numbers each."""

    def add_rows(self, keys: list[bytes], rows: list[Floats], tokens: int, seconds: float) -> None:
        """Keep the rows (m, d) of each of `keys`, made from `tokens` tokens in `seconds`.

        CacheError when they cannot be written.
        """
        counts = np.array([len(own) for own in rows], np.int32)
        self.add(keys, np.concatenate(rows), tokens, seconds, counts)

    def take_rows(self, keys: list[bytes]) -> tuple[Floats, Counts]:
        """Return the rows of all `keys` one after the other (sum of m, d), and how many each has.

        KeyError when one is not there; CacheError when files of a store in use were removed.
        """
        taken = [np.empty((0, self._dim), np.float32)] * len(keys)
        with self._reading():
            for chunk, places, rows in self._by_chunk(keys):
                for place, own in zip(places.tolist(), chunk.ragged(rows), strict=True):
                    taken[place] = own
        counts = np.array([len(own) for own in taken], np.int32)
        return np.concatenate([np.empty((0, self._dim), np.float32), *taken]), counts

    def count_rows(self, keys: list[bytes]) -> Counts:
        """Return how many rows each of `keys` has; errors as those of `take_rows`."""
        counts = np.empty(len(keys), np.int32)
        with self._reading():
            for chunk, places, rows in self._by_chunk(keys):
                counts[places] = chunk.counts(rows)
        return counts
