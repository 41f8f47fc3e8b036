"""One file of vectors: written whole, opened by its head alone, checked before its first use."""

from __future__ import annotations

import mmap
import struct
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from advisor.bench.cache import atomic_write

Floats = NDArray[np.float32]
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


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a chunk says of how it was made."""

    n: int
    dim: int
    tokens: int
    seconds: float
    """Spent on encoding alone."""
    checksum: int
    """CRC-32 of the vectors' bytes."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """A chunk whose head is sound; its vectors are looked at with `is_intact` and `rows`."""

    path: Path
    facts: Facts
    keys: Keys
    start: int
    """Where in the file the vectors begin."""

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
        """Return the vectors in these rows, (len(wanted), dim); OSError when it is gone.

        The file is mapped for this call only: a store of thousands of chunks must neither run
        out of descriptors nor count everything it ever touched as memory.
        """
        count = self.facts.n * self.facts.dim
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        ):
            vectors = np.frombuffer(mapped, np.float32, count, self.start)
            taken: Floats = vectors.reshape(self.facts.n, self.facts.dim)[wanted]
            del vectors  # or the map could not be closed
        return taken


def write_chunk(
    folder: Path, keys: list[bytes], vectors: Floats, tokens: int, seconds: float
) -> Chunk:
    """Write the vectors (n, d) of `keys` as a new file; OSError when it cannot be written."""
    data = np.ascontiguousarray(vectors, np.float32).data.cast("B")
    facts = Facts(
        n=len(keys),
        dim=int(vectors.shape[1]),
        tokens=tokens,
        seconds=seconds,
        checksum=zlib.crc32(data),
    )
    said = msgspec.json.encode(facts)
    said += b" " * (-(_HEAD.size + len(said)) % _ALIGNED)
    named = b"".join(keys)
    path = folder / f"{uuid.uuid4().hex}{ENDING}"
    head = _HEAD.pack(_MAGIC, len(said), zlib.crc32(named, zlib.crc32(said)))
    atomic_write(path, head, said, named, data)
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
            if min(facts.n, facts.dim) < 1 or start + 4 * facts.n * facts.dim != size:
                return None
            named = file.read(facts.n * HASH_BYTES)
    except (OSError, struct.error, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if zlib.crc32(named, zlib.crc32(said)) != checksum:
        return None
    return Chunk(path=path, facts=facts, keys=_as_keys(named), start=start)


def _as_keys(named: bytes) -> Keys:
    return np.frombuffer(named, f"S{HASH_BYTES}")
