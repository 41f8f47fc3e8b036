"""Where measurements are kept between runs, and how a file is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs


def cache_dir() -> Path:
    """Return the cache folder: $EMBED_ADVISOR_CACHE, or the system's place for caches."""
    own = os.environ.get("EMBED_ADVISOR_CACHE")
    return Path(own) if own else platformdirs.user_cache_path("embed-advisor")


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; OSError as from any write."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    finally:
        # Nothing is left to remove once it has been moved into place.
        unfinished.unlink(missing_ok=True)
