"""Texts that are nearly the same as an earlier one, found by one-permutation MinHash.

A text's runs of six characters are hashed once; of the hashes that fall into each of 64 bins the
smallest is kept (Li, Owen, Zhang: One permutation hashing, NIPS 2012). The share of bins with the
same smallest hash estimates the Jaccard similarity of the runs, standard error about .045 at .85.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]

_WIDTH: Final = 6
_BINS: Final = 64
_SHORTEST: Final = 60
"""Characters; shorter texts of one form are alike without being copies."""
_LONGEST: Final = 20_000
_ALIKE: Final = 0.85
_EMPTY: Final = np.uint64(2**64 - 1)
_EDGES: Final = np.arange(_BINS, dtype=np.uint64) << np.uint64(64 - _BINS.bit_length() + 1)
_AT_ONCE: Final = 10_000
MOST: Final = 100_000
"""Texts that are compared; 51 MB."""


class NearCopies:
    """Sketches of texts, as they come."""

    def __init__(self) -> None:
        """Start without texts."""
        self._sketches: list[Hashes] = []
        self._places: list[str] = []
        self.passed_over = 0
        """Texts that came after the first `MOST`."""

    def add(self, text: str, place: str) -> None:
        """Take a text, unless it is too short to tell."""
        if len(text) < _SHORTEST:
            return
        if len(self._sketches) >= MOST:
            self.passed_over += 1
            return
        self._sketches.append(_sketch(text))
        self._places.append(place)

    def found(self) -> Iterator[tuple[str, str]]:
        """Yield the place of each near copy and of the earlier text, in order."""
        if not self._sketches:
            return
        sketches = np.stack(self._sketches)
        earlier: dict[int, int] = {}
        for band in range(0, _BINS, 2):
            late, early = _candidates(sketches[:, band : band + 2])
            for start in range(0, len(late), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                alike = _similarity(sketches[late[part]], sketches[early[part]]) >= _ALIKE
                for one, other in zip(late[part][alike], early[part][alike], strict=True):
                    earlier.setdefault(int(one), int(other))
        for one in sorted(earlier):
            yield self._places[one], self._places[earlier[one]]


def _sketch(text: str) -> Hashes:
    plain = " ".join(text[:_LONGEST].casefold().split())
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    runs = np.zeros(max(1, len(codes) - _WIDTH + 1), dtype=np.uint64)
    for at in range(min(_WIDTH, len(codes))):
        runs *= np.uint64(1_000_003)
        runs += codes[at : at + len(runs)]
    # The last steps of splitmix64 spread the hashes over all bits.
    runs ^= runs >> np.uint64(30)
    runs *= np.uint64(0xBF58476D1CE4E5B9)
    runs ^= runs >> np.uint64(27)
    runs *= np.uint64(0x94D049BB133111EB)
    runs ^= runs >> np.uint64(31)
    runs.sort()
    at_edge = np.searchsorted(runs, _EDGES)
    smallest = np.append(runs, _EMPTY)[at_edge]
    smallest[(smallest ^ _EDGES) >= _EDGES[1]] = _EMPTY
    return smallest


def _candidates(band: Hashes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return pairs of texts with the same two hashes: later ones, and the first of their group."""
    full = np.flatnonzero((band != _EMPTY).all(axis=1))
    keys = band[full, 0] * np.uint64(3) ^ band[full, 1]
    order = np.argsort(keys, kind="stable")
    keys, full = keys[order], full[order]
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = keys[1:] != keys[:-1]
    first = np.maximum.accumulate(np.where(begins, np.arange(len(keys)), 0))
    return full[~begins], full[first[~begins]]


def _similarity(some: Hashes, others: Hashes) -> npt.NDArray[np.float64]:
    """Estimate the similarity of texts, pair by pair."""
    used = (some != _EMPTY) | (others != _EMPTY)
    alike: npt.NDArray[np.float64] = ((some == others) & used).sum(axis=1) / used.sum(axis=1)
    return alike
