"""Reading the catalogue's own files, which come with the program and are checked by its tests."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import msgspec

from advisor.errors import CatalogueError

T = TypeVar("T")


def shipped_bytes(name: str) -> bytes:
    """Return a file that lies beside this module."""
    return files("advisor.catalogue").joinpath(name).read_bytes()


def shipped_toml(name: str, kind: type[T]) -> T:
    """Read a shipped TOML file; CatalogueError when the installation is damaged."""
    try:
        return msgspec.toml.decode(shipped_bytes(name), type=kind)
    except (msgspec.DecodeError, OSError) as error:
        raise CatalogueError(
            f"{name} of this installation cannot be read ({error}); install it again"
        ) from error
