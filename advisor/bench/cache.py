"""Where measurements are kept between runs, and how a file is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from advisor.errors import CacheError
from advisor.text import one_line

VECTORS = "vectors"
"""Below the cache folder: a folder per model's weights, in it a folder per encoding."""
MEASURED = "measured"
"""Below the cache folder: a folder per candidate and texts, with its finished steps."""
LOGS = "logs"
README = "README.txt"
LOCK = ".lock"
"""The file of a folder that its users hold; its time is the folder's last use.

Every other name with a dot in front is a file that is not finished yet.
"""

_SEAL_BYTES = 9


def cache_dir() -> Path:
    """Return the cache folder: $EMBED_ADVISOR_CACHE, or the system's place for caches."""
    own = os.environ.get("EMBED_ADVISOR_CACHE")
    return Path(own) if own else platformdirs.user_cache_path("embed-advisor")


_WORDS = """\
This folder is the cache of embed-advisor. It is for nobody but you: from vectors, something of the
texts behind them can be guessed, and judgements name your documents.

vectors    what models made of your documents and queries; their texts are not here
measured   finished steps of comparisons: rankings and scores by document number, times, memory
judged     which documents you judged for which queries, by their ids
logs       what models and libraries printed during a run, kept for 30 days
*.json     hashes of weights, what this machine was found to do, the limit of the cache

`embed-advisor cache` shows and limits it; `embed-advisor forget` shows and removes all that
embed-advisor keeps on this machine. Whatever is removed here is measured again when it is needed.
"""


def explain_itself(cache: Path) -> None:
    """Leave words in the cache folder about what is there; a folder that refuses them has none."""
    path = cache / README
    with suppress(OSError):
        if not path.exists():
            atomic_write(path, _WORDS.encode())


def atomic_write(path: Path, *content: bytes | memoryview) -> None:
    """Write a file so that nobody ever sees half of it; OSError as from any write."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in content:
                file.write(part)
        unfinished.replace(path)
    finally:
        # Nothing is left to remove once it has been moved into place.
        unfinished.unlink(missing_ok=True)


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file whole, with a checksum before its content; OSError as from any write."""
    atomic_write(path, _seal(content), content)


def read_sealed(path: Path) -> bytes:
    """Return what `write_sealed` wrote; ValueError when a bit of it has changed, or OSError."""
    whole = path.read_bytes()
    content = whole[_SEAL_BYTES:]
    if whole[:_SEAL_BYTES] != _seal(content):
        raise ValueError(f"{path.name} is not what was written")
    return content


def _seal(content: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(content)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make what goes wrong in writing below the cache folder a CacheError with the way out."""
    try:
        yield
    except OSError as error:
        raise CacheError(
            f"the cache cannot be written ({error.strerror or error}): "
            f"{one_line(str(folder), 120)}; make room there, empty it with "
            "`embed-advisor cache --clear`, or name another folder in EMBED_ADVISOR_CACHE"
        ) from error
