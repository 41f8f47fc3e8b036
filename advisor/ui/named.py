"""What a model that the person named is: a card of the catalogue, a folder, or a mistake."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from advisor.bench.folder_kind import kind_of
from advisor.bench.locate import ModelFolder, given_folder
from advisor.bench.naming import BM25, model_named_in, stages_named_in
from advisor.bench.reranking import TOP_K
from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.errors import CatalogueError
from advisor.record.cells import shorten
from advisor.shortlist.constraints import refused_by_name

NAMED = "named by you"
NAME_CELLS = 120


@dataclass(frozen=True, kw_only=True)
class NamedModel:
    """A model by what was typed for it, found the way the desk finds it."""

    said: str
    name: str
    """As the desk will call the candidate."""
    state: Literal["measure", "not here", "unusable"]
    reason: str
    card: ModelCard | None = None
    folder: bool = False
    """Whether a folder was named, which is a model of its own whatever its card."""
    mib: float | None = None
    licence: str | None = None
    reranks: bool = False
    """Whether it is a cross-encoder, which finds nothing by itself."""


def named_model(said: str, here: Collection[str]) -> NamedModel:
    """Return what `said` names; `here` holds the full names of the models on this machine."""
    model, stages = model_named_in(said), stages_named_in(said)
    if stages is not None:
        return _of_stages(said, _part(stages[0], here), _part(stages[1], here))
    if model is not None:
        return _of_hybrid(said, _part(model, here))
    return _of_one(said, here)


def _of_one(said: str, here: Collection[str]) -> NamedModel:
    label, place = _parts(said)
    try:
        path = Path(place).expanduser()
        if label or path.is_absolute() or place.startswith(".") or is_folder(place):
            return _of_folder(said, label, given_folder(path))
        return _of_card(said, load_catalogue().find(place), here)
    except CatalogueError as error:
        return _unusable(said, label or place, str(error))
    except RuntimeError:
        return _unusable(said, label or place, "nobody of that name has a folder")


def _part(said: str, here: Collection[str]) -> NamedModel:
    if said.lower() == BM25:
        return NamedModel(said=said, name="BM25", state="measure", reason=NAMED)
    return _of_one(said, here)


def _of_hybrid(said: str, model: NamedModel) -> NamedModel:
    if model.reranks:
        return _unusable(said, said, f"{shorten(model.name, NAME_CELLS)} only reranks")
    how = f"what {shorten(model.name, NAME_CELLS)} finds, fused with BM25 by reciprocal rank"
    return _of_parts(said, f"{model.name} + BM25", how, model)


def _of_stages(said: str, first: NamedModel, reranker: NamedModel) -> NamedModel:
    if first.reranks:
        return _unusable(said, said, f"{shorten(first.name, NAME_CELLS)} only reranks")
    if reranker.state == "measure" and not reranker.reranks:
        return _unusable(said, said, f"{shorten(reranker.name, NAME_CELLS)} is no cross-encoder")
    how = (
        f"the {TOP_K} best of {shorten(first.name, NAME_CELLS)} read again by "
        f"{shorten(reranker.name, NAME_CELLS)}"
    )
    return _of_parts(said, f"{first.name} > {reranker.name}", how, first, reranker)


def _of_parts(said: str, name: str, how: str, *parts: NamedModel) -> NamedModel:
    """Return what is made of parts; it can be measured where all of them can."""
    for part in parts:
        if part.state != "measure":
            why = part.reason.removeprefix(f"{NAMED}; ")
            return _unusable(said, name, f"{shorten(part.name, NAME_CELLS)}: {why}")
    sizes = [part.mib for part in parts if part.mib is not None]
    licences = dict.fromkeys(part.licence for part in parts if part.licence)
    return NamedModel(
        said=said,
        name=name,
        state="measure",
        reason=f"{NAMED}: {how}",
        mib=sum(sizes) if sizes else None,
        licence=" and ".join(licences) or None,
    )


def is_folder(place: str) -> bool:
    """Say whether there is such a folder."""
    try:
        return bool(place) and Path(place).expanduser().is_dir()
    except (OSError, RuntimeError):  # too long for a path, or nobody's home
        return False


def _parts(said: str) -> tuple[str, str]:
    """Return the name to show and the place of NAME=FOLDER; a folder's own name may hold a =."""
    if is_folder(said):
        return "", said
    label, _, place = said.rpartition("=")
    return label, place


def _of_folder(said: str, label: str, folder: ModelFolder) -> NamedModel:
    card = _card_of(folder)
    known = (
        "" if card else "; not in the catalogue, so nothing is known of it before it is measured"
    )
    reranks = kind_of(folder.path) == "cross-encoder"
    if reranks:
        known = "; a cross-encoder: it reads again what the first model named by you finds, or BM25"
    return NamedModel(
        said=said,
        name=label or folder.name,
        state="measure",
        reason=f"{NAMED}: the folder {shorten(str(folder.path), NAME_CELLS)}{known}",
        card=card,
        folder=True,
        mib=folder.disk_bytes / 2**20,
        licence=folder.license or (card.license if card else None),
        reranks=reranks,
    )


def _card_of(folder: ModelFolder) -> ModelCard | None:
    for name in (folder.repo, folder.name):
        try:
            if name:
                return load_catalogue().find(name)
        except CatalogueError:
            continue
    return None


def _of_card(said: str, card: ModelCard, here: Collection[str]) -> NamedModel:
    state: Literal["measure", "not here", "unusable"] = "not here"
    reason = NAMED
    objection = refused_by_name(card)
    if objection is not None:
        state = "unusable"
        reason = f"{NAMED}; {objection}"
    elif card.name in here:
        state = "measure"
    elif card.folder is not None:
        state = "unusable"
        where = shorten(card.folder, NAME_CELLS)
        reason = f"{NAMED}; its folder is not there or holds no model: {where}"
    else:
        reason = f"{NAMED}; its weights are not on this machine"
    return NamedModel(
        said=said,
        name=card.short_name,
        state=state,
        reason=reason,
        card=card,
        mib=card.memory_usage_mb,
        licence=card.license,
    )


def _unusable(said: str, name: str, why: str) -> NamedModel:
    return NamedModel(said=said, name=name, state="unusable", reason=why)
