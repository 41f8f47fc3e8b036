"""Which of a repository's files a model needs: safetensors, tokenizer, configuration, no code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

from advisor.bench.engine import EngineError
from advisor.bench.model_folder import PICKLES

_MODULE_FOLDER = re.compile(r"(\d+|(query|document|route)\w*)_\w+")
_SAFE_NAME = re.compile(r"[\w.+@=,() -]+")
_WHOLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")
_TOKENIZER = ("*.model", "*.spm", "*.tiktoken", "merges.txt", "vocab.txt")
_OTHER_JSON = (
    "*.index.json",
    "*_results.json",
    "*onnx*",
    "*openvino*",
    "data_config.json",
    "model_info.json",
    "trainer_state.json",
)
_ADAPTER = ("adapter_config.json", "adapter_model.safetensors")


@dataclass(frozen=True)
class HubFile:
    """One file of a repository at one revision."""

    name: str
    """Path in the repository, with forward slashes."""
    bytes: int
    blob: str
    """Name of its content in the Hub cache."""
    sha256: str | None = None
    """Of the content, where the Hub knows it (large files)."""


def needed(repo: str, offered: Iterable[HubFile]) -> tuple[HubFile, ...]:
    """Return the files to fetch, small ones first, so that weights come last.

    EngineError when the weights can only be had as pickles, or not at all.
    """
    folders: dict[str, dict[str, HubFile]] = {}
    for file in offered:
        folder, _, name = file.name.rpartition("/")
        if _is_module_folder(folder) and _SAFE_NAME.fullmatch(name):
            folders.setdefault(folder, {})[name] = file
    chosen: list[HubFile] = []
    for files in folders.values():
        weights = _weights(files)
        pickles = [name for name in files if fnmatch(name, "pytorch_model*.bin")]
        if pickles and not weights:
            raise _only_pickles(repo, files[pickles[0]].name)
        chosen += [file for name, file in files.items() if name in weights or _configures(name)]
    _refuse_without_weights(repo, chosen, folders.values())
    return tuple(sorted(chosen, key=lambda file: (_is_safe(file), file.bytes, file.name)))


def _is_module_folder(folder: str) -> bool:
    """The root, or folders as sentence-transformers names those of modules (`1_Pooling`)."""
    parts = PurePosixPath(folder).parts
    return len(parts) <= 2 and all(map(_MODULE_FOLDER.fullmatch, parts))


def _weights(files: dict[str, HubFile]) -> frozenset[str]:
    if "adapter_config.json" in files:
        return frozenset((*_ADAPTER, _WHOLE)) & files.keys()
    if _WHOLE in files:
        return frozenset((_WHOLE,))
    if _INDEX in files:
        return frozenset((_INDEX, *filter(_SHARD.fullmatch, files)))
    return frozenset()


def _configures(name: str) -> bool:
    lower = name.lower()
    if any(fnmatch(lower, pattern) for pattern in _OTHER_JSON):
        return False
    return lower.endswith(".json") or any(fnmatch(lower, pattern) for pattern in _TOKENIZER)


def _is_safe(file: HubFile) -> bool:
    return file.name.endswith(".safetensors")


def _refuse_without_weights(
    repo: str, chosen: list[HubFile], folders: Iterable[dict[str, HubFile]]
) -> None:
    if any(map(_is_safe, chosen)):
        return
    for files in folders:
        for name, file in files.items():
            if PurePosixPath(name).suffix in PICKLES:
                raise _only_pickles(repo, file.name)
    raise EngineError(
        "missing weights",
        f"{repo} offers no weights that this program reads (model.safetensors); "
        "choose another model, or convert the weights and name the folder with --models",
    )


def _only_pickles(repo: str, name: str) -> EngineError:
    return EngineError(
        "unsafe weights",
        f"{repo} offers its weights only as a pickle file ({name}), which can run code when it "
        "is read; nothing was downloaded. Choose another model, or convert the weights to "
        "safetensors and name the folder with --models",
    )
