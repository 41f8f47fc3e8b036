"""The user's own catalogue, models.toml: loading it, adding to it, removing from it.

The file may come from a stranger: it names places but starts nothing and holds no key.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec

from advisor.catalogue.own_model import OwnModel, check
from advisor.errors import CatalogueError
from advisor.needs.refusals import shown_value
from advisor.text import one_line
from advisor.toml_file import parse, read_bytes, refuse_wild_values

SCHEMA = "embed-advisor-models/1"
MOST_BYTES = 262_144
MOST_MODELS = 500
_SECRETS = re.compile(r"key|token$|secret|password|authorization", re.IGNORECASE)
_LOOK = "correct it there or remove the entry"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: str = SCHEMA
    models: Annotated[tuple[OwnModel, ...], msgspec.Meta(max_length=MOST_MODELS)] = ()


def own_path() -> Path:
    """Return the place of the user's own catalogue."""
    import platformdirs

    return platformdirs.user_config_path("embed-advisor") / "models.toml"


def load_own(path: Path | None = None) -> tuple[OwnModel, ...]:
    """Return the user's own models, none without a file.

    CatalogueError names file, place, what was expected and what was found.
    """
    path = path or own_path()
    content = _parsed(path)
    if content is None:
        return ()
    shown = one_line(str(path))
    models = content.get("models")
    for number, held in enumerate(models if isinstance(models, list) else (), start=1):
        _refuse_keys(held, f"{shown}: models[{number}]")
    try:
        found = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{shown}: {_in_words(str(error), content)}") from error
    if found.schema != SCHEMA:
        raise CatalogueError(
            f"{shown}: schema is {shown_value(found.schema)}, expected {SCHEMA!r}; "
            "is it a catalogue, and of this version?"
        )
    _checked(found.models, shown)
    return found.models


def add_own(model: OwnModel, path: Path | None = None) -> None:
    """Add a model, or change the one of its name; CatalogueError when that cannot be done."""
    path = path or own_path()
    others = [held for held in load_own(path) if held.name.lower() != model.name.lower()]
    models = (*others, model)
    try:
        msgspec.convert(msgspec.to_builtins(_File(models=models)), _File)
    except msgspec.ValidationError as error:
        content = msgspec.to_builtins(_File(models=models))
        said = _in_words(str(error), content)
        raise CatalogueError(f"{one_line(model.name, 80)}: {said}") from error
    _checked(models, one_line(str(path)))
    _save(models, path)


def remove_own(name: str, path: Path | None = None) -> None:
    """Remove a model; CatalogueError when the user has none of this name."""
    path = path or own_path()
    models = load_own(path)
    left = tuple(model for model in models if model.name.lower() != name.strip().lower())
    if len(left) == len(models):
        known = ", ".join(model.name for model in models[:10]) or "none"
        raise CatalogueError(f"{one_line(name, 80)} is none of your own models; those are: {known}")
    _save(left, path)


def _checked(models: Iterable[OwnModel], shown: str) -> None:
    names = set[str]()
    for model in models:
        where = f"{shown}: {one_line(model.name, 80)}"
        if model.name.lower() in names:
            raise CatalogueError(f"{where}: is there twice; remove one of the two")
        names.add(model.name.lower())
        check(model, where)


def _refuse_keys(held: object, where: str) -> None:
    if not isinstance(held, dict):
        return  # the conversion says what was expected
    for key in held:
        if key not in OwnModel.__struct_fields__:
            known = ", ".join(OwnModel.__struct_fields__)
            hint = (
                "keys and passwords do not belong into this file; set an environment variable"
                if _SECRETS.search(key)
                else f"unknown; known are {known}"
            )
            raise CatalogueError(f"{where}: {one_line(key, 60)}: {hint}")


def _parsed(path: Path) -> dict[str, Any] | None:
    """Return the file's content, None when there is no file."""
    if not os.path.lexists(path):
        return None
    way = "remove it or put the catalogue there again"
    raw = read_bytes(path, MOST_BYTES, CatalogueError, what="catalogue", way=way)
    shown = one_line(str(path))
    content = parse(raw, shown, CatalogueError)
    refuse_wild_values(content, shown, CatalogueError)
    return content


def _in_words(message: str, content: dict[str, Any]) -> str:
    """Say msgspec's `Expected x, got y - at $.models[3].name` with the value that was found."""
    said, _, place = message.partition(" - at `$.")
    place = place.rstrip("`")
    found: Any = content
    for part in re.findall(r"\w+", place):
        found = found[int(part)] if isinstance(found, (list, tuple)) else found.get(part)
    # People count from 1.
    place = re.sub(r"\[(\d+)\]", lambda match: f"[{int(match[1]) + 1}]", place)
    at = f"{place}: " if place else ""
    return one_line(f"{at}{said[:1].lower()}{said[1:]}, found {shown_value(found)}; {_LOOK}", 400)


def _save(models: Iterable[OwnModel], path: Path) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    import tomli_w

    content = msgspec.to_builtins(_File(models=tuple(models)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(tomli_w.dumps({"schema": SCHEMA} | content).encode())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise CatalogueError(
            f"{one_line(str(path))}: cannot be written ({error.strerror})"
        ) from error
