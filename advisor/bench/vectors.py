"""Vectors kept between runs: one folder per model and encoding, chunks that only ever appear."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HASH_BYTES = 16


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """What a chunk says of how it was made."""

    n: int
    dim: int
    tokens: int
    seconds: float


def text_hash(text: str) -> bytes:
    """Return the 16 bytes a text is known by."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def encoding_key(**settings: str | int | float | bool | None) -> str:
    """Return the folder name for one way of encoding: whatever changes a vector is in it."""
    canonical = msgspec.json.encode(dict(sorted(settings.items())))
    return hashlib.blake2b(canonical, digest_size=HASH_BYTES).hexdigest()


class VectorStore:
    """The vectors of one encoding, by text.

    A chunk is a file of its own that is renamed into place when complete: a writer that is
    killed leaves nothing half-written, and two processes may write at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[bytes, tuple[int, int]] = {}
        self._chunks: list[tuple[Chunk, Floats]] = []
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.glob("*.chunk")):
            self._open(path)

    def __contains__(self, key: bytes) -> bool:
        return key in self._rows

    def add(self, keys: list[bytes], vectors: Floats, tokens: int, seconds: float) -> None:
        """Keep the vectors (n, d) of `keys`, made from `tokens` tokens in `seconds`."""
        chunk = Chunk(n=len(keys), dim=int(vectors.shape[1]), tokens=tokens, seconds=seconds)
        path = self._folder / f"{uuid.uuid4().hex}.chunk"
        unfinished = path.with_suffix(f".{os.getpid()}")
        header = msgspec.json.encode(chunk)
        with unfinished.open("wb") as file:
            file.write(len(header).to_bytes(4, "little"))
            file.write(header)
            file.write(b"".join(keys))
            file.write(np.ascontiguousarray(vectors, np.float32).data)
        unfinished.replace(path)
        self._open(path)

    def take(self, keys: list[bytes]) -> Floats:
        """Return the vectors of `keys`, (n, d), in their order; KeyError when one is not there."""
        if not keys:
            return np.empty((0, 0), np.float32)
        places = [self._rows[key] for key in keys]
        taken = np.empty((len(keys), self._chunks[places[0][0]][0].dim), np.float32)
        for row, (chunk, index) in enumerate(places):
            taken[row] = self._chunks[chunk][1][index]
        return taken

    def pace(self, keys: list[bytes]) -> tuple[int, int, float]:
        """Return texts, tokens and seconds of the chunks that hold any of `keys`."""
        used = {self._rows[key][0] for key in keys if key in self._rows}
        chunks = [self._chunks[index][0] for index in used]
        return (
            sum(chunk.n for chunk in chunks),
            sum(chunk.tokens for chunk in chunks),
            sum(chunk.seconds for chunk in chunks),
        )

    def _open(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(4), "little")
                chunk = msgspec.json.decode(file.read(size), type=Chunk)
                keys = file.read(chunk.n * HASH_BYTES)
            start = 4 + size + chunk.n * HASH_BYTES
            vectors: Floats = np.memmap(path, np.float32, "r", start, (chunk.n, chunk.dim))
        except (OSError, ValueError, msgspec.MsgspecError):
            return  # damaged or removed by somebody: its texts are encoded again
        place = len(self._chunks)
        self._chunks.append((chunk, vectors))
        for row in range(chunk.n):
            key = keys[row * HASH_BYTES : (row + 1) * HASH_BYTES]
            self._rows.setdefault(key, (place, row))
