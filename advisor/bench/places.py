"""The folders in which models are looked for: the command's, the user's, the checkout's."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

import advisor
from advisor.bench.snapshots import hub_cache
from advisor.errors import NO_UTF8, ProfileError, UsageError
from advisor.text import is_utf8, one_line

OWN_FOLDER = ".models"
"""Where `make setup` puts the demo models."""


@dataclass(frozen=True)
class Places:
    """Where weights are looked for, in this order: folders of model folders, then the Hub cache."""

    models_dirs: tuple[Path, ...]
    hub_cache: Path


def default_places(given: Path | None) -> Places:
    """Return the places: `--models-dir`, the configuration file's, `.models` here, the Hub cache.

    UsageError when the given folder is none; ProfileError when the configuration is not readable.
    Other folders may be missing: a disk that is not mounted must not stop a run.
    """
    if given is not None and not is_utf8(str(given.expanduser().absolute())):
        raise UsageError(f"--models-dir {one_line(str(given), 200)}: {NO_UTF8}")
    if given is not None and not _is_there(given.expanduser()):
        raise UsageError(f"--models-dir {one_line(str(given), 200)}: there is no such folder")
    named = () if given is None else (given.expanduser(),)
    known: dict[Path, Path] = {}
    for folder in (*named, *_configured(), Path(OWN_FOLDER), *_beside_the_package()):
        if _is_there(folder):
            known.setdefault(folder.resolve(), folder.absolute())
    return Places(models_dirs=tuple(known.values()), hub_cache=hub_cache())


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # a folder on the way may not be looked into
        return False


def _configured() -> list[Path]:
    """Return `models_dir` of the user's configuration; relative folders start from that file."""
    path = platformdirs.user_config_path("embed-advisor") / "config.toml"
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise ProfileError(
            f"{path} cannot be read: {one_line(str(error), 200)}; correct it or remove it"
        ) from error
    named = held.get("models_dir", [])
    folders = [named] if isinstance(named, str) else named
    if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
        raise ProfileError(f"{path}: models_dir is neither a text nor a list of texts")
    return [path.parent / Path(folder).expanduser() for folder in folders]


def _beside_the_package() -> list[Path]:
    """Return `.models` of an editable checkout; an installed program has nothing beside it."""
    root = Path(advisor.__file__).resolve().parent.parent
    return [root / OWN_FOLDER] if (root / "pyproject.toml").is_file() else []
