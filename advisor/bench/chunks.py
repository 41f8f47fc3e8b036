"""One file of vectors: written whole, opened by its head alone, checked before its first use.

A text has one vector, or as many as it has (`Facts.rows`): token vectors, entries of sparse ones.
"""

from __future__ import annotations

import functools
import mmap
import struct
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.bench.cache import atomic_write

Floats = NDArray[np.float32]
Counts = NDArray[np.int32]
"""How many vectors each text has, (n,)."""
Keys = NDArray[np.bytes_]
"""Hashes of texts, (n,), 16 bytes each."""

HASH_BYTES = 16
ENDING = ".chunk"
_MAGIC = b"EAVECTR2"
_HEAD = struct.Struct("<8sII")
"""The magic, the bytes of the facts, CRC-32 of facts and keys."""
_MOST_FACTS = 4_096
_ALIGNED = 64
_AT_ONCE = 2**20


class Facts(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a chunk says of how it was made."""

    n: int
    dim: int
    tokens: int
    seconds: float
    """Spent on encoding alone."""
    checksum: int
    """CRC-32 of the vectors' bytes, and of the counts before them."""
    rows: int | None = None
    """All vectors together, where a text has as many as it has; None is one each."""

    @property
    def bytes(self) -> int:
        """Size of the vectors, and of the counts before them."""
        if self.rows is None:
            return 4 * self.n * self.dim
        return 4 * (self.n + self.rows * self.dim)


@dataclass(frozen=True, eq=False)
class Chunk:
    """A chunk whose head is sound; its vectors are looked at with `is_intact` and `rows`."""

    path: Path
    facts: Facts
    keys: Keys
    start: int
    """Where in the file the vectors begin, or the counts before them."""

    def is_intact(self) -> bool:
        """Read all vectors once and say whether they are those that were written."""
        checksum = 0
        try:
            with self.path.open("rb") as file:
                file.seek(self.start)
                while part := file.read(_AT_ONCE):
                    checksum = zlib.crc32(part, checksum)
        except OSError:
            return False
        return checksum == self.facts.checksum

    def rows(self, wanted: NDArray[np.int64]) -> Floats:
        """Return the vectors of these texts, (len(wanted), dim); OSError when it is gone."""
        with self._mapped() as mapped:
            return self._vectors(mapped, self.facts.n, self.start)[wanted]

    def ragged(self, wanted: NDArray[np.int64]) -> list[Floats]:
        """Return all vectors (m, dim) of each of these texts; OSError when the file is gone."""
        facts = self.facts
        assert facts.rows is not None  # as the chunk was written
        with self._mapped() as mapped:
            ends = np.cumsum(np.frombuffer(mapped, np.int32, facts.n, self.start), dtype=np.int64)
            vectors = self._vectors(mapped, facts.rows, self.start + 4 * facts.n)
            parts = [vectors[ends[text - 1] if text else 0 : ends[text]] for text in wanted]
            taken = [part.copy() for part in parts]
            del vectors, parts  # or the map could not be closed
        return taken

    def counts(self, wanted: NDArray[np.int64]) -> Counts:
        """Return how many vectors each of these texts has; OSError when the file is gone."""
        with self._mapped() as mapped:
            return np.frombuffer(mapped, np.int32, self.facts.n, self.start)[wanted]

    def _vectors(self, mapped: mmap.mmap, rows: int, start: int) -> Floats:
        vectors = np.frombuffer(mapped, np.float32, rows * self.facts.dim, start)
        return vectors.reshape(rows, self.facts.dim)

    @contextmanager
    def _mapped(self) -> Iterator[mmap.mmap]:
        """Map the file for a moment.

        A store of thousands of chunks must neither run out of descriptors nor count everything it
        ever touched as memory.
        """
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        ):
            yield mapped


def write_chunk(
    folder: Path,
    keys: list[bytes],
    vectors: Floats,
    tokens: int,
    seconds: float,
    counts: Counts | None = None,
) -> Chunk:
    """Write the vectors (n, d) of `keys` as a new file; OSError when it cannot be written.

    With `counts`, text by text (sum of counts, d).
    """
    data = [_bytes_of(vectors, np.float32)]
    if counts is not None:
        data.insert(0, _bytes_of(counts, np.int32))
    facts = Facts(
        n=len(keys),
        dim=int(vectors.shape[1]),
        tokens=tokens,
        seconds=seconds,
        checksum=functools.reduce(lambda checksum, part: zlib.crc32(part, checksum), data, 0),
        rows=None if counts is None else len(vectors),
    )
    said = msgspec.json.encode(facts)
    said += b" " * (-(_HEAD.size + len(said)) % _ALIGNED)
    named = b"".join(keys)
    path = folder / f"{uuid.uuid4().hex}{ENDING}"
    head = _HEAD.pack(_MAGIC, len(said), zlib.crc32(named, zlib.crc32(said)))
    atomic_write(path, head, said, named, *data)
    start = len(head) + len(said) + len(named)
    return Chunk(path=path, facts=facts, keys=_as_keys(named), start=start)


def open_chunk(path: Path) -> Chunk | None:
    """Return the chunk in a file, None when the head is damaged or the size is not what it says."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            magic, length, checksum = _HEAD.unpack(file.read(_HEAD.size))
            if magic != _MAGIC or length > _MOST_FACTS:
                return None
            said = file.read(length)
            facts = msgspec.json.decode(said, type=Facts)
            start = _HEAD.size + length + facts.n * HASH_BYTES
            # Sizes first: a damaged count must not make us ask for terabytes.
            if min(facts.n, facts.dim) < 1 or start + facts.bytes != size:
                return None
            named = file.read(facts.n * HASH_BYTES)
    except (OSError, struct.error, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if zlib.crc32(named, zlib.crc32(said)) != checksum:
        return None
    return Chunk(path=path, facts=facts, keys=_as_keys(named), start=start)


def _bytes_of(numbers: NDArray[Any], kind: type[np.generic]) -> memoryview:
    return np.ascontiguousarray(numbers, kind).reshape(-1).view(np.uint8).data


def _as_keys(named: bytes) -> Keys:
    return np.frombuffer(named, f"S{HASH_BYTES}")
