"""What a folder of the cache says of itself: whose vectors or measurements lie in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from advisor.bench.cache import atomic_write, writing
from advisor.text import one_line

_FILE = "about.json"
_MOST_NAMES = 8
_MOST_CHARACTERS = 200


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The models a folder belongs to, and how its vectors were made."""

    models: tuple[str, ...] = ()
    """Names that the same weights went by in runs, the newest last."""
    settings: dict[str, str | int | float | bool | None] = {}


def read_about(folder: Path) -> About:
    """Return what the folder says; a damaged or missing file says nothing."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=About)
    except (OSError, ValueError, RecursionError):
        return About()


def write_about(
    folder: Path, model: str, settings: dict[str, str | int | float | bool | None] | None = None
) -> None:
    """Add the model's name where it is not the newest one; CacheError when it cannot be written."""
    known, model = read_about(folder), one_line(model, _MOST_CHARACTERS)
    if known.models[-1:] == (model,):
        return
    names = (*(name for name in known.models if name != model), model)[-_MOST_NAMES:]
    about = About(models=names, settings=settings or known.settings)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        atomic_write(folder / _FILE, msgspec.json.encode(about))
