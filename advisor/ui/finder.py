"""Finding a model: words of the catalogue, a folder, a pipeline, or a name as it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from textual.content import Content

from advisor.bench.naming import model_named_in, stages_named_in
from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.finding import find_models, wanted
from advisor.ui.model_table import NO_CANDIDATES, about, header, row, where_of
from advisor.ui.named import is_folder
from advisor.ui.searching import Line, Searching
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, lines, shown


class Finder(Searching):
    """The result is what names the model to the desk."""

    def __init__(self, here: Collection[str], board: Board | None = None) -> None:
        """`here` holds the full names of models on this machine, `board` whose scores to show."""
        super().__init__("Add a model", "words, a folder, or organisation/model")
        self._here, self._board = here, board
        self._made: dict[tuple[str, int], Line] = {}
        """Lines by model and width: nothing of them changes while one types."""

    def columns(self, width: int) -> Content:
        """Return the names of the columns."""
        return header(width)

    def found(self, typed: str, width: int) -> Sequence[Line]:
        """Return what is typed as it stands, if it may be no name, then what the catalogue has."""
        cards = [card for card in _matching(typed) if card.kind not in NO_CANDIDATES]
        cards.sort(key=lambda card: (_distance(card, typed), card.name not in self._here))
        found = [self._line(card, width) for card in cards]
        if _is_pipeline(typed) or _may_be_place(typed):
            return [_as_it_stands(typed.strip(), width), *found]
        return found

    def _line(self, card: ModelCard, width: int) -> Line:
        key = (card.name, width)
        if key not in self._made:
            self._made[key] = self._make(card, width)
        return self._made[key]

    def _make(self, card: ModelCard, width: int) -> Line:
        where = where_of(card, self._here)
        text = row(card, where, self._board, width)
        return Line(text, partial(about, card, where), card.name, model=card.name)


def _matching(typed: str) -> Sequence[ModelCard]:
    catalogue = load_catalogue()
    cards = find_models(catalogue.cards, wanted([typed]))
    if cards or not typed.strip():
        return cards
    return [catalogue.find(name) for name in catalogue.nearest(typed.strip())]


def _distance(card: ModelCard, typed: str) -> int:
    """Order what is found: the name itself, names that begin so, that hold it, the rest."""
    words, name = typed.strip().lower(), card.short_name.lower()
    if words in (name, card.name.lower()):
        return 0
    return 1 if name.startswith(words) else 2 if words in card.name.lower() else 3


def _is_pipeline(typed: str) -> bool:
    return model_named_in(typed) is not None or stages_named_in(typed) is not None


def _may_be_place(typed: str) -> bool:
    """Say whether what is typed may be a folder, NAME=FOLDER, or a name on the Hub."""
    text = typed.strip()
    return "/" in text or "=" in text or text.startswith((".", "~"))


def _as_it_stands(typed: str, width: int) -> Line:
    place = typed.rpartition("=")[2]
    if model_named_in(typed) is not None:
        said = "What this model finds, fused with what BM25 finds; each is measured for itself too."
    elif stages_named_in(typed) is not None:
        said = "What the first finds, read again by the second, which must be a cross-encoder."
    elif is_folder(typed) or is_folder(place):
        said = "This folder is on this machine."
    elif "=" in typed or place.startswith((".", "~", "/")):
        said = "There is no folder of this name yet."
    else:
        said = "No folder of this name is here. The catalogue is asked for it by this very name."
    text = joined("→ take ", cut(typed, max(10, width - 24), ACCENT), " as it stands")
    about = lines(cut(typed, 2 * width, STRONG), shown(said, MUTED))
    return Line(text, lambda: about, typed)
