"""Encodings of several rows a text, kept between runs: token vectors, entries of sparse ones."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.bench.vectors import HASH_BYTES, Chunk, Floats, VectorStore

Counts = NDArray[np.int32]


class RaggedStore(VectorStore):
    """Like `VectorStore`, but a text has as many rows as it has; they stay on disk until taken."""

    def __init__(self, folder: Path) -> None:
        self._starts: list[NDArray[np.int64]] = []
        """By chunk: where each text's rows begin, and at the end how many there are."""
        super().__init__(folder)

    def add_rows(self, keys: list[bytes], rows: list[Floats], tokens: int, seconds: float) -> None:
        """Keep the rows (m, d) of each of `keys`, made from `tokens` tokens in `seconds`."""
        dim = int(rows[0].shape[1])
        chunk = Chunk(n=len(keys), dim=dim, tokens=tokens, seconds=seconds)
        path = self._folder / f"{uuid.uuid4().hex}.chunk"
        unfinished = path.with_suffix(f".{os.getpid()}")
        header = msgspec.json.encode(chunk)
        with unfinished.open("wb") as file:
            file.write(len(header).to_bytes(4, "little"))
            file.write(header)
            file.write(b"".join(keys))
            file.write(np.array([len(own) for own in rows], np.int32).data)
            for own in rows:
                file.write(np.ascontiguousarray(own, np.float32).data)
        unfinished.replace(path)
        self._open(path)

    def take_rows(self, keys: list[bytes]) -> tuple[Floats, Counts]:
        """Return the rows of all `keys` one after the other (sum of m, d), and how many each has.

        KeyError when one is not there.
        """
        places = [self._rows[key] for key in keys]
        taken = [
            self._chunks[chunk][1][self._starts[chunk][row] : self._starts[chunk][row + 1]]
            for chunk, row in places
        ]
        if not taken:
            return np.empty((0, 0), np.float32), np.empty(0, np.int32)
        return np.concatenate(taken), np.array([len(own) for own in taken], np.int32)

    def count_rows(self, keys: list[bytes]) -> Counts:
        """Return how many rows each of `keys` has; KeyError when one is not there."""
        places = [self._rows[key] for key in keys]
        counts = [self._starts[chunk][row + 1] - self._starts[chunk][row] for chunk, row in places]
        return np.array(counts, np.int32)

    def _open(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(4), "little")
                chunk = msgspec.json.decode(file.read(size), type=Chunk)
                keys = file.read(chunk.n * HASH_BYTES)
                counts = np.frombuffer(file.read(chunk.n * 4), np.int32)
                start = file.tell()
            starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
            if (
                len(counts) != chunk.n
                or counts.min(initial=0) < 0
                or path.stat().st_size < start + starts[-1] * chunk.dim * 4
            ):
                return  # cut off: its texts are encoded again
            shape = (int(starts[-1]), chunk.dim)
            # A file cannot be mapped where nothing is left of it.
            rows: Floats = (
                np.memmap(path, np.float32, "r", start, shape)
                if starts[-1]
                else np.empty(shape, np.float32)
            )
        except (OSError, ValueError, msgspec.MsgspecError):
            return  # damaged or removed by somebody: its texts are encoded again
        place = len(self._chunks)
        self._chunks.append((chunk, rows))
        self._starts.append(starts)
        for row in range(chunk.n):
            key = keys[row * HASH_BYTES : (row + 1) * HASH_BYTES]
            self._rows.setdefault(key, (place, row))
