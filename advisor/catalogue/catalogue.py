"""The catalogue of models: loading it, finding one model by name, searching by words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files

import msgspec

from advisor.catalogue.card import ModelCard
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
    """Every model card, with look-up by name and search by words."""

    def __init__(self, cards: Iterable[ModelCard], wrong_names: Iterable[WrongName] = ()) -> None:
        """Hold `cards` in the order given."""
        self.cards = tuple(cards)
        self.wrong_names = tuple(wrong_names)

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
        raise CatalogueError(self._unknown(name))

    def _unknown(self, name: str) -> str:
        wanted = name.strip().lower()
        shown = one_line(name, 80)
        for wrong in self.wrong_names:
            if wanted in (wrong.name.lower(), wrong.name.rsplit("/", 1)[-1].lower()):
                return f"{shown}: {wrong.why} Use {wrong.instead}"
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

    def search(self, words: str) -> tuple[ModelCard, ...]:
        """Return the cards in which every one of `words` occurs, in catalogue order.

        Looked through: name, kind, licence, languages, domains and note.
        """
        wanted = words.lower().split()
        return tuple(card for card in self.cards if all(word in _searched(card) for word in wanted))


def _searched(card: ModelCard) -> str:
    parts = (card.name, card.kind, card.license or "", card.note or "")
    llm = "llm" if card.llm_based else ""
    return " ".join((*parts, llm, *card.languages, *card.domains)).lower()


@cache
def load_catalogue() -> Catalogue:
    """Return the catalogue that comes with the program, read once per process."""
    raw = files("advisor.catalogue").joinpath("models.json").read_bytes()
    try:
        held = msgspec.json.decode(raw, type=CatalogueFile)
    except msgspec.DecodeError as error:
        raise CatalogueError(
            f"the catalogue of this installation cannot be read ({error}); install it again"
        ) from error
    return Catalogue(held.cards, held.wrong_names)
