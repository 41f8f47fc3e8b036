"""The catalogue of models: loading it, and finding one model by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.own import load_own, own_path
from advisor.catalogue.own_model import card_of
from advisor.catalogue.shipped import shipped_bytes
from advisor.errors import CatalogueError
from advisor.text import one_line


class WrongName(msgspec.Struct, frozen=True, kw_only=True):
    """A model name that circulates although no such model exists."""

    name: str
    instead: str
    why: str


class CatalogueFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of models.json."""

    source: dict[str, str]
    wrong_names: tuple[WrongName, ...]
    cards: tuple[ModelCard, ...]


class Catalogue:
    """Every model card, with look-up by name."""

    def __init__(
        self,
        cards: Iterable[ModelCard],
        wrong_names: Iterable[WrongName] = (),
        notes: Iterable[str] = (),
        trouble: str | None = None,
    ) -> None:
        """Hold `cards` in the order given.

        `notes` say which of the user's own stand in for shipped ones, `trouble` why the user's own
        models are not among them.
        """
        self.cards = tuple(cards)
        self.wrong_names = tuple(wrong_names)
        self.notes = tuple(notes)
        self.trouble = trouble

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything to be said of the user's own models before the cards are used."""
        return (*self.notes, *([self.trouble] if self.trouble else []))

    @cached_property
    def _by_name(self) -> dict[str, tuple[ModelCard, ...]]:
        known: dict[str, tuple[ModelCard, ...]] = {}
        for card in self.cards:
            for name in dict.fromkeys((card.name.lower(), card.short_name.lower())):
                known[name] = (*known.get(name, ()), card)
        return known

    def find(self, name: str) -> ModelCard:
        """Return the card called `name`, in full or without its organisation, in any case.

        Raises CatalogueError with what may have been meant.
        """
        found = self._by_name.get(name.strip().lower(), ())
        if len(found) == 1:
            return found[0]
        if found:
            names = " or ".join(card.name for card in found)
            raise CatalogueError(f"{one_line(name, 80)} may be {names}: give the full name")
        unread = f"; {self.trouble}" if self.trouble else ""
        raise CatalogueError(self._unknown(name) + unread)

    def _unknown(self, name: str) -> str:
        wanted = name.strip().lower()
        shown = one_line(name, 80)
        for wrong in self.wrong_names:
            if wanted in (wrong.name.lower(), wrong.name.rsplit("/", 1)[-1].lower()):
                return f"{shown}: {wrong.why} Use {wrong.instead}."
        near = self.nearest(wanted)
        if near:
            return f"{shown} is not in the catalogue; nearest: {', '.join(near)}"
        return f"{shown} is not in the catalogue; `embed-advisor models WORDS` searches it"

    def nearest(self, name: str, most: int = 3) -> tuple[str, ...]:
        """Return up to `most` full names that look like `name`, best first."""
        wanted = name.lower().rsplit("/", 1)[-1]
        shorts = {card.short_name.lower(): card.name for card in self.cards}
        within = [short for short in shorts if len(wanted) > 2 and wanted in short]
        near = difflib.get_close_matches(wanted, shorts, n=most, cutoff=0.5)
        return tuple(shorts[short] for short in dict.fromkeys((*within, *near)))[:most]


def load_catalogue() -> Catalogue:
    """Return the shipped catalogue with the user's own models, read anew only when those change.

    A file of the user's that cannot be read takes nothing away: `trouble` says what is wrong.
    """
    path = own_path()
    try:
        status = path.stat()
    except OSError:  # not there, or behind a folder nobody may look into
        return shipped_catalogue()
    return _with_own(path, (status.st_mtime_ns, status.st_size, status.st_ino))


@cache
def shipped_catalogue() -> Catalogue:
    """Return the catalogue that comes with the program, read once per process."""
    try:
        held = msgspec.json.decode(shipped_bytes("models.json"), type=CatalogueFile)
    except (msgspec.DecodeError, OSError) as error:
        raise CatalogueError(
            f"the catalogue of this installation cannot be read ({error}); install it again"
        ) from error
    return Catalogue(held.cards, held.wrong_names)


class _Sources(msgspec.Struct, frozen=True):
    """What models.json was made from."""

    source: dict[str, str]


def catalogue_date() -> date | None:
    """Return the day of the newest source of the shipped catalogue, None where none is dated."""
    try:
        held = msgspec.json.decode(shipped_bytes("models.json"), type=_Sources)
    except (msgspec.DecodeError, OSError):
        return None  # loading it says what is wrong
    days = re.findall(r"\d{4}-\d\d-\d\d", " ".join(held.source.values()))
    return max(map(date.fromisoformat, days), default=None)


@lru_cache(maxsize=1)
def _with_own(path: Path, state: tuple[int, int, int]) -> Catalogue:
    """Return both together; `state` is that of the file, so that a changed one is read again."""
    shipped = shipped_catalogue()
    try:
        own = {model.name.lower(): card_of(model) for model in load_own(path)}
    except CatalogueError as error:
        return Catalogue(shipped.cards, shipped.wrong_names, trouble=f"your own models: {error}")
    known = {card.name.lower() for card in shipped.cards}
    cards = [card for card in shipped.cards if card.name.lower() not in own]
    for name, card in own.items():
        cards.append(_standing_in(card) if name in known else card)
    notes = [
        f"{card.name}: your own entry in models.toml stands in for the shipped card"
        for name, card in own.items()
        if name in known
    ]
    return Catalogue(sorted(cards, key=lambda card: card.name.lower()), shipped.wrong_names, notes)


def _standing_in(card: ModelCard) -> ModelCard:
    said = "Your own entry in the place of the shipped card of this name"
    note = f"{said}. {card.note}" if card.note else f"{said}; add it by another name to see both."
    return msgspec.structs.replace(card, note=note)
