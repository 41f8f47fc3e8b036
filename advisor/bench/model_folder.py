"""What a model folder is: the files that make it one, and those that decide what it computes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple

from advisor.bench.candidate import ONNX, OPENVINO

Origin = Literal["models folder", "Hub cache", "given folder"]

SAFETENSORS = ".safetensors"
PICKLES = frozenset({".bin", ".ckpt", ".pkl", ".pt", ".pth"})
"""Endings of weights that can run code when they are read; found here, refused by the loader."""
_OTHER_KINDS = frozenset(
    {".jinja", ".json", ".model", ".py", ".spm", ".tiktoken", ".txt", ".vocab"}
)
_KINDS = _OTHER_KINDS | PICKLES | {SAFETENSORS}
# Papers and traces of training; `train` covers train_script.py and training_args.bin.
_ASIDE = (
    "attribution",
    "changelog",
    "copying",
    "data_config",
    "licence",
    "license",
    "model_info",
    "notice",
    "optimizer",
    "readme",
    "requirements",
    "rng_state",
    "scheduler",
    "train",
)
# The same model for other engines, pictures, and states of training.
_OTHER_FOLDERS = frozenset(
    {"assets", "coreml", "eval", "gguf", "images", "onnx", "openvino", "runs"}
)
_GRAPHS = (
    (ONNX, "onnx", "model.onnx"),
    (OPENVINO, "openvino", "openvino_model.xml"),
)
"""Runtime, folder of its files, and what the one to run is called."""
_DEEPEST = 3
"""Folders below the model's own; a router's module lies two deep."""
_MOST_BYTES_OF_JSON = 4 * 2**20


@dataclass(frozen=True)
class ModelFolder:
    """A folder on this machine with a model's weights."""

    name: str
    """The folder's name, or the repository's short name."""
    path: Path
    repo: str | None
    """`organisation/model` on the Hub, where the folder or its place says so."""
    revision: str | None
    """40-hex commit of the repository."""
    license: str | None
    languages: str
    """In the folder's own words; empty is unknown."""
    mark: str
    """A doubt to show beside its numbers: these are not the weights as published."""
    disk_bytes: int
    origin: Origin


class Graph(NamedTuple):
    """A model's graph for another runtime than sentence-transformers."""

    backend: str
    format: str
    files: tuple[Path, ...]
    """The graph, and its weights where they lie beside it."""

    @property
    def path(self) -> Path:
        """The graph itself."""
        return self.files[0]

    @property
    def bytes(self) -> int:
        """Size of its files; OSError when they are gone."""
        return sum(file.stat().st_size for file in self.files)


class File(NamedTuple):
    """A file that decides what the model computes."""

    name: str
    """Relative to the folder, with forward slashes."""
    path: Path


def files_that_count(folder: Path) -> list[File]:
    """Return configuration, tokenizer, prompts and weights, sorted by name; OSError if unreadable.

    Left out: papers, pictures, other engines' variants, and pickles beside safetensors, which no
    loader reads. Links are followed wherever they lead, since people keep weights on other disks
    and Hub caches share them; what is not a regular file in the end is passed over, never opened.
    """
    files = sorted(file for file in _walk(folder, "", 0, frozenset()) if file.path.is_file())
    safe = {file.path.parent for file in files if file.path.suffix == SAFETENSORS}
    return [file for file in files if not (_is_pickled(file.name) and file.path.parent in safe)]


def graph_of(folder: Path) -> Graph | None:
    """Return the graph of a folder whose only weights are one; None for other folders.

    `onnx/model.onnx` or `model.onnx`, `openvino/openvino_model.xml` or `openvino_model.xml`, else
    the only one of its format; several of other names say nothing.
    """
    if has_weights(folder):
        return None
    for backend, kind, plain in _GRAPHS:
        ending = Path(plain).suffix
        try:
            files = [*folder.glob(f"{kind}/*{ending}"), *folder.glob(f"*{ending}")]
        except OSError:
            return None
        found = sorted(path for path in files if kind == "onnx" or _weights_of(path).is_file())
        named = [path for path in found if path.name == plain] or (found if len(found) == 1 else [])
        if named:
            weights = [] if kind == "onnx" else [_weights_of(named[0])]
            return Graph(backend, kind, (named[0], *weights))
    return None


def _weights_of(graph: Path) -> Path:
    """Return where OpenVINO keeps the weights of a graph."""
    return graph.with_suffix(".bin")


def is_model_folder(folder: Path) -> bool:
    """Say whether the folder holds a configuration and weights, of whatever format."""
    return has_configuration(folder) and has_weights(folder)


def has_configuration(folder: Path) -> bool:
    """Say whether the folder names its modules or its architecture."""
    try:
        return (folder / "modules.json").is_file() or (folder / "config.json").is_file()
    except OSError:  # a folder that may not be looked into
        return False


def has_weights(folder: Path) -> bool:
    """Say whether weights lie in the folder or in one of its modules' folders."""
    try:
        files = files_that_count(folder)
    except OSError:
        return False
    return any(file.path.suffix in PICKLES | {SAFETENSORS} for file in files)


def broken_links(folder: Path) -> list[str]:
    """Return the names of files that would count, were they there; OSError if unreadable."""
    return [file.name for file in _walk(folder, "", 0, frozenset()) if not file.path.exists()]


def disk_bytes(folder: Path) -> int:
    """Return the size of all files that count, in bytes; 0 when they cannot be read."""
    try:
        return sum(file.path.stat().st_size for file in files_that_count(folder))
    except OSError:
        return 0


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a small JSON file holds, None when there is nothing readable."""
    try:
        if path.stat().st_size > _MOST_BYTES_OF_JSON:
            return None
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def _walk(folder: Path, prefix: str, depth: int, above: frozenset[str]) -> Iterator[File]:
    """Yield everything of a kind that counts, broken links included."""
    place = os.path.realpath(folder)
    if place in above:  # a link back to where we come from
        return
    for path in folder.iterdir():
        name = f"{prefix}{path.name}"
        if path.is_dir():
            if depth < _DEEPEST and not _is_another_folder(path.name):
                yield from _walk(path, f"{name}/", depth + 1, above | {place})
        elif _counts(path.name) and not _is_of_a_graph(path):
            yield File(name, path)


def _is_another_folder(name: str) -> bool:
    return name.startswith((".", "checkpoint-")) or name.lower() in _OTHER_FOLDERS


def _is_of_a_graph(path: Path) -> bool:
    """Say whether a file holds the plain numbers of an OpenVINO graph: no pickle, no code."""
    return path.suffix == ".bin" and path.with_suffix(".xml").is_file()


def _counts(name: str) -> bool:
    lower = name.lower()
    return (
        not lower.startswith((".", *_ASIDE))
        and not lower.endswith("_results.json")
        and PurePosixPath(lower).suffix in _KINDS
    )


def _is_pickled(name: str) -> bool:
    return PurePosixPath(name).suffix in PICKLES or name.endswith(".bin.index.json")
