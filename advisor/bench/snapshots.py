"""The Hub cache as it lies on disk: where it is, and which snapshots in it are complete."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from advisor.bench.model_folder import (
    PICKLES,
    SAFETENSORS,
    broken_links,
    files_that_count,
    is_model_folder,
    read_json,
)

COMMIT = re.compile(r"[0-9a-f]{40}")
_REPO_FOLDER = "models--"
_INDEX = f"model{SAFETENSORS}.index.json"
# By the ends of their types: what a module of this kind always has in its folder, or never.
_CONFIGURED = ("Dense", "Pooling")
_WEIGHED = ("Dense", "StaticEmbedding", "Transformer", "WordEmbeddings")
_BARE = ("Normalize",)


def hub_cache() -> Path:
    """Return the Hub cache by the variables that huggingface_hub obeys."""
    home = os.environ.get("HF_HOME")
    if not home:
        home = os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")  # noqa: PTH118 - "~" and "$HOME" are expanded below, for every source alike
    place = (
        os.environ.get("HF_HUB_CACHE")
        or os.environ.get("HUGGINGFACE_HUB_CACHE")
        or os.path.join(home, "hub")  # noqa: PTH118
    )
    return Path(os.path.expandvars(place)).expanduser()


def repo_folder_name(repo: str) -> str:
    """Return the name of a repository's folder in the Hub cache."""
    return _REPO_FOLDER + repo.replace("/", "--")


def repo_of(folder_name: str) -> str | None:
    """Return the repository of a folder in the Hub cache, None when it is no model's."""
    if not folder_name.startswith(_REPO_FOLDER):
        return None
    return folder_name.removeprefix(_REPO_FOLDER).replace("--", "/", 1)


def complete_snapshot(repo_folder: Path, revision: str | None) -> Path | None:
    """Return the snapshot to use: the wanted revision, what `main` names, or the newest complete.

    A download that broke off leaves no complete snapshot.
    """
    snapshots = repo_folder / "snapshots"
    named = [name for name in (revision, _main(repo_folder)) if name and COMMIT.fullmatch(name)]
    for path in (*(snapshots / name for name in named), *_newest_first(snapshots)):
        if is_complete(path):
            return path
    return None


def is_complete(snapshot: Path) -> bool:
    """Say whether every file is there that the snapshot's own lists of parts call for."""
    if not is_model_folder(snapshot):
        return False
    try:
        names = {file.name for file in files_that_count(snapshot)}
        return not broken_links(snapshot) and (
            _has_shards(snapshot, names) and _has_modules(snapshot, names) and _has_tokenizer(names)
        )
    except OSError:
        return False


def _main(repo_folder: Path) -> str | None:
    try:
        return (repo_folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def _newest_first(snapshots: Path) -> list[Path]:
    try:
        return sorted(snapshots.iterdir(), key=lambda path: path.lstat().st_mtime, reverse=True)
    except OSError:
        return []


def _has_shards(snapshot: Path, names: set[str]) -> bool:
    for name in names:
        whole = name.removesuffix(".index.json")
        if not name.endswith(_INDEX) or whole in names:
            continue
        index = read_json(snapshot / name)
        shards = index.get("weight_map") if isinstance(index, dict) else None
        if not isinstance(shards, dict):
            return False
        folder = name.removesuffix(_INDEX)
        if not all(f"{folder}{shard}" in names for shard in shards.values()):
            return False
    return True


def _has_modules(snapshot: Path, names: set[str]) -> bool:
    listed: object = [{"type": "Transformer", "path": ""}]
    if "modules.json" in names:
        listed = read_json(snapshot / "modules.json")
    if not isinstance(listed, list):
        return False
    return all(isinstance(module, dict) and _has_module(module, names) for module in listed)


def _has_module(module: dict[str, object], names: set[str]) -> bool:
    kind, path = str(module.get("type", "")), PurePosixPath(str(module.get("path", "")))
    start = "" if path == PurePosixPath() else f"{path}/"  # model2vec writes "." for the root
    own = {name.removeprefix(start) for name in names if name.startswith(start)}
    if kind.endswith(_CONFIGURED) and "config.json" not in own:
        return False
    if kind.endswith(_WEIGHED) and not any("/" not in name and _is_weights(name) for name in own):
        return False
    return bool(own) or kind.endswith(_BARE)


def _is_weights(name: str) -> bool:
    return PurePosixPath(name).suffix in PICKLES | {SAFETENSORS}


def _has_tokenizer(names: set[str]) -> bool:
    """Any trace of one: which files a tokenizer needs is its own affair."""
    files = [PurePosixPath(name) for name in names]
    return any(
        "tokenizer" in file.name
        or file.stem in ("vocab", "merges")
        or file.suffix in (".model", ".spm")
        for file in files
    )
