"""Versions of the libraries that decide what a vector is."""

from __future__ import annotations

import functools
from importlib import metadata

VECTOR_LIBRARIES = ("torch", "transformers", "sentence-transformers", "tokenizers")
"""Kernels, architectures, pooling and prompts, splitting into tokens: releases of each have changed
vectors of the same weights. numpy only carries them, safetensors only reads them."""


@functools.cache
def installed(name: str) -> str | None:
    """Return the version of a distribution that may not be there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


@functools.cache
def versions(*names: str) -> dict[str, str]:
    """Return the installed version of each distribution; PackageNotFoundError when one is not."""
    return {name: metadata.version(name) for name in names}
