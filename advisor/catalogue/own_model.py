"""One of the user's own models: a folder, a Hub repository or an endpoint, and its card."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from advisor.catalogue.card import ModelCard, Pooling, Prompts, TokenizerKind
from advisor.catalogue.reading import MULTILINGUAL
from advisor.catalogue.tokenizer_files import read_tokenizer
from advisor.errors import CatalogueError, ProfileError
from advisor.needs.languages import SEVERAL, mteb_codes
from advisor.needs.refusals import shown_value
from advisor.text import one_line, plain

SOURCE = "your own models.toml"
_PART = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,95}"
REPO = re.compile(f"{_PART}/{_PART}")

Name = Annotated[str, msgspec.Meta(pattern=f"^{_PART}(/{_PART})?\\Z")]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Size = Annotated[int, msgspec.Meta(ge=1, le=10**13)]
Short = Annotated[int, msgspec.Meta(ge=1, le=10**7)]


class OwnModel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model of the user's; exactly one of `folder`, `hub` and `endpoint` says where it is."""

    name: Name
    folder: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096)] | None = None
    hub: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    endpoint: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    """Address of an OpenAI-compatible server, up to and with `/v1`."""
    api_model: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    """What the endpoint calls the model."""
    revision: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}$")] | None = None
    n_parameters: Size | None = None
    max_tokens: Short | None = None
    embed_dim: Short | None = None
    vocab_size: Short | None = None
    tokenizer: TokenizerKind | None = None
    pooling: Pooling | None = None
    license: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    languages: Annotated[tuple[str, ...], msgspec.Meta(max_length=100)] = ()
    """Tags as in a profile: `en`, `zh-Hans`, ..."""
    query_prompt: Words = ""
    document_prompt: Words = ""
    note: Words | None = None


def from_folder(name: str, folder: Path) -> OwnModel:
    """Return the model in a folder, with the tokenizer it brings.

    CatalogueError when there is no such folder.
    """
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise CatalogueError(f"{one_line(str(folder), 200)}: there is no such folder")
    found = read_tokenizer(folder)
    return OwnModel(
        name=name,
        folder=str(folder),
        tokenizer=found.kind if found else None,
        vocab_size=found.vocab_size if found else None,
    )


def card_of(model: OwnModel) -> ModelCard:
    """Return the model as a card; what the user did not say is unknown."""
    prompts = None
    if model.query_prompt or model.document_prompt:
        prompts = Prompts(query=model.query_prompt, document=model.document_prompt, source=SOURCE)
    return ModelCard(
        name=model.name,
        kind="hosted" if model.endpoint else "dense",
        revision=model.revision,
        n_parameters=model.n_parameters,
        max_tokens=model.max_tokens,
        embed_dim=model.embed_dim,
        vocab_size=model.vocab_size,
        tokenizer=model.tokenizer,
        pooling=model.pooling,
        license=model.license,
        open_weights=model.endpoint is None,
        languages=tuple(code for tag in model.languages for code in mteb_codes(tag)[:1]),
        n_languages=_count(model.languages),
        use_instructions=None if prompts is None else True,
        prompts=prompts,
        training_declared=False,
        place=model.folder or model.hub or model.endpoint,
        api_model=model.api_model,
        note=None if model.note is None else one_line(model.note, 500),
        source=SOURCE,
    )


def _count(tags: tuple[str, ...]) -> int | None:
    return max(len(tags), MULTILINGUAL) if SEVERAL in tags else len(tags) or None


def check(model: OwnModel, where: str) -> None:
    """Refuse what the types alone let through; CatalogueError begins with `where`."""
    places = [place for place in (model.folder, model.hub, model.endpoint) if place is not None]
    if len(places) != 1:
        raise CatalogueError(
            f"{where}: give exactly one of folder, hub and endpoint, found {len(places)}"
        )
    _check_place(model, where)
    _check_text(model, where)


def _check_place(model: OwnModel, where: str) -> None:
    if model.hub is not None and not REPO.fullmatch(model.hub):
        raise CatalogueError(
            f"{where}: hub is {shown_value(model.hub)}, expected organisation/model"
        )
    if model.folder is not None and not Path(model.folder).expanduser().is_absolute():
        raise CatalogueError(
            f"{where}: folder is {shown_value(model.folder)}, expected a path from the root on; "
            "a relative one means another place with every start"
        )
    if model.endpoint is None:
        if model.api_model is not None:
            raise CatalogueError(f"{where}: api_model is for an endpoint; remove it")
        return
    if model.api_model is None:
        raise CatalogueError(f"{where}: give api_model, the name the endpoint knows the model by")
    check_address(model.endpoint, where)


def check_address(address: str, where: str) -> None:
    """Refuse what is no bare http address of an endpoint; CatalogueError names `where`."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise CatalogueError(f"{where}: endpoint is no address ({error})") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CatalogueError(
            f"{where}: endpoint is {shown_value(address)}, expected http(s)://host/v1"
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise CatalogueError(
            f"{where}: endpoint holds more than an address; keys go into an environment variable"
        )


def _check_text(model: OwnModel, where: str) -> None:
    for key in ("folder", "endpoint", "api_model", "license", "query_prompt", "document_prompt"):
        text = getattr(model, key)
        if text and plain(text) != text:
            raise CatalogueError(f"{where}: {key} holds control characters; write it without them")
    for tag in model.languages:
        try:
            mteb_codes(tag)
        except ProfileError as error:
            raise CatalogueError(f"{where}: languages: {error}") from error
