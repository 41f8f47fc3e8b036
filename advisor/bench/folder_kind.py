"""What kind of model a folder holds, as its own files say; nothing is loaded for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from advisor.bench.model_folder import read_json

FolderKind = Literal["dense", "static", "sparse", "multi-vector", "cross-encoder"]

_TYPES: dict[str, FolderKind] = {
    "SparseEncoder": "sparse",
    "MultiVectorEncoder": "multi-vector",
    "ColBERT": "multi-vector",
    "CrossEncoder": "cross-encoder",
}
"""`model_type` of config_sentence_transformers.json; ColBERT is what PyLate writes."""
_MODULES: tuple[tuple[str, FolderKind], ...] = (
    ("SpladePooling", "sparse"),
    ("SparseStaticEmbedding", "sparse"),
    ("SparseAutoEncoder", "sparse"),
    ("MultiVectorMask", "multi-vector"),
    ("StaticEmbedding", "static"),
)
"""By the end of a module's type, for folders written before `model_type` was."""


def kind_of(folder: Path) -> FolderKind:
    """Return the kind of model in a folder; what says nothing of itself is dense.

    Asked in the order in which sentence-transformers itself decides: its own file, the modules,
    the architecture that transformers names.
    """
    said = _object(folder / "config_sentence_transformers.json").get("model_type")
    if isinstance(said, str) and said in _TYPES:
        return _TYPES[said]
    modules = read_json(folder / "modules.json")
    if isinstance(modules, list):
        types = [str(entry.get("type", "")) for entry in modules if isinstance(entry, dict)]
        found = (kind for end, kind in _MODULES if any(one.endswith(end) for one in types))
        return next(found, "dense")
    named = _object(folder / "config.json").get("architectures")
    architectures = [str(name) for name in named] if isinstance(named, list) else []
    if "HF_ColBERT" in architectures:
        return "multi-vector"
    if any(name.endswith("ForSequenceClassification") for name in architectures):
        return "cross-encoder"
    return "dense"


def _object(path: Path) -> dict[str, Any]:
    held = read_json(path)
    return held if isinstance(held, dict) else {}
