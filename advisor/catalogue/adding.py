"""Adding one of the user's own models: what a place, as it is typed, is, and its entry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from advisor.catalogue.catalogue import Catalogue, load_catalogue
from advisor.catalogue.finding import language_tags
from advisor.catalogue.own import add_own
from advisor.catalogue.own_model import REPO, OwnModel, from_folder
from advisor.errors import CatalogueError
from advisor.text import one_line

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._+-]+")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says of the model beside its place; empty or None is not said."""

    name: str | None = None
    api_model: str | None = None
    languages: tuple[str, ...] = ()
    """Tags or English names."""
    license: str | None = None
    max_tokens: int | None = None
    query_prompt: str = ""
    document_prompt: str = ""
    note: str | None = None


def add(place: str, facts: Facts) -> str:
    """Add the model at `place`, a folder, `organisation/model` or an address; return its name.

    CatalogueError when nothing is there, when a name is missing, or when the entry cannot be kept.
    """
    model = _at(place.strip(), facts, load_catalogue())
    languages = tuple(tag for language in facts.languages for tag in language_tags(language))
    model = msgspec.structs.replace(
        model,
        languages=tuple(dict.fromkeys(languages)),
        license=facts.license,
        max_tokens=facts.max_tokens,
        query_prompt=facts.query_prompt,
        document_prompt=facts.document_prompt,
        note=facts.note,
    )
    add_own(model)
    return model.name


def notes_about(name: str, notes: Iterable[str]) -> tuple[str, ...]:
    """Return the catalogue's notes on one model, such as that it stands in for a shipped card."""
    return tuple(note for note in notes if note.startswith(f"{name}: "))


def _at(place: str, facts: Facts, catalogue: Catalogue) -> OwnModel:
    if place.startswith(("http://", "https://")):
        name = facts.name or facts.api_model
        if name is None or facts.api_model is None:
            raise CatalogueError(
                f"{one_line(place, 120)}: say with --api-model what the endpoint calls the model"
            )
        return OwnModel(name=_as_name(name), endpoint=place, api_model=facts.api_model)
    if _is_folder(place):
        folder = Path(place).expanduser().absolute()
        return from_folder(facts.name or _as_name(folder.name), folder)
    if REPO.fullmatch(place):
        return OwnModel(name=_free_name(place, facts, catalogue), hub=place)
    raise CatalogueError(
        f"{one_line(place, 120)}: no folder is there, and it is neither organisation/model of the "
        "Hub nor an http address"
    )


def _free_name(repo: str, facts: Facts, catalogue: Catalogue) -> str:
    if facts.name is not None:
        return facts.name
    if any(card.name.lower() == repo.lower() and card.place is None for card in catalogue.cards):
        raise CatalogueError(
            f"{repo} is in the catalogue already; --name adds it under another name with what you "
            "say of it, and its own name in its place"
        )
    return repo


def _is_folder(place: str) -> bool:
    try:
        return bool(place) and Path(place).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):
        return False


def _as_name(text: str) -> str:
    """Return text as a name may be written; CatalogueError when nothing is left of it."""
    name = _NOT_IN_NAMES.sub("-", text).strip("-._+")
    if not name:
        raise CatalogueError(f"{one_line(text, 80)}: no name can be made of it; give one by --name")
    return name[:96]
