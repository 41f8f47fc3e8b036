"""What a model folder holds, looked at before anything in it is loaded."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from advisor.bench.engine import EngineError
from advisor.text import one_line

_OWN_MODULES = ("sentence_transformers.", "model2vec.")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def check(folder: Path, *, remote_code: bool) -> None:
    """Refuse a folder whose loading would run code; EngineError says which and the way out."""
    if not folder.is_dir():
        raise EngineError("missing", f"the folder {folder.name} is not there any more")
    modules = _modules(folder)
    _check_places(folder)
    _check_weights(folder)
    if remote_code:
        return
    foreign = [kind for kind in modules if not kind.startswith(_OWN_MODULES)]
    if foreign:
        raise EngineError(
            "remote code",
            f"it runs code of its own ({foreign[0]}), which this version never does; "
            "choose a model of the same family that needs none",
        )
    config = _json(folder / "config.json")
    if isinstance(config, dict) and "auto_map" in config:
        raise EngineError(
            "remote code",
            "its config.json names code of its own (auto_map), which this version never runs; "
            "choose a model of the same family that needs none",
        )


def has_transformer(folder: Path) -> bool:
    """Say whether the first module is a transformer (else: static vectors and the like)."""
    modules = _modules(folder)
    return not modules or modules[0].endswith("Transformer")


def _modules(folder: Path) -> list[str]:
    listed = _json(folder / "modules.json", default=[])
    if not isinstance(listed, list):
        raise EngineError("broken folder", "modules.json is not a list of modules")
    return [str(entry.get("type", "")) for entry in listed if isinstance(entry, dict)]


def _check_places(folder: Path) -> None:
    """Refuse what leads out of the folder by its name, and what is no file and never ends.

    Links may lead anywhere to a file: the Hub's cache is made of them, and people keep weights on
    other disks.
    """
    listed = _json(folder / "modules.json", default=[])
    for entry in listed if isinstance(listed, list) else ():
        place = PurePosixPath(str(entry.get("path", ""))) if isinstance(entry, dict) else None
        if place is not None and (place.is_absolute() or ".." in place.parts):
            raise EngineError(
                "broken folder",
                f"its modules.json names a place outside of the folder ({one_line(str(place), 60)})"
                "; put the module's files into the folder and name them from there",
            )
    for path in folder.rglob("*"):
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise EngineError(
                "broken folder",
                f"{one_line(path.name, 60)} in it is a pipe, socket or device; "
                "put a file in its place or remove it",
            )


def _check_weights(folder: Path) -> None:
    if any(folder.rglob("*.safetensors")):
        return
    pickles = [path.name for pattern in _PICKLES for path in folder.rglob(pattern)]
    if pickles:
        raise EngineError(
            "unsafe weights",
            f"its weights are a pickle file ({pickles[0]}), which can run code when it is read; "
            "get the repository's model.safetensors, or convert the weights yourself",
        )
    raise EngineError("missing weights", "no .safetensors file is in the folder")


def _json(path: Path, default: object = None) -> object:
    """Read a JSON file; what is not there is the default, an empty object unless said."""
    if not path.is_file():
        return {} if default is None else default
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise EngineError("broken folder", f"{path.name} is not readable JSON: {error}") from error
    if not isinstance(value, (dict, list)):
        raise EngineError("broken folder", f"{path.name} holds neither an object nor a list")
    return value
