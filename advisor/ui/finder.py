"""Finding a model: words of the catalogue, a folder, or a name as it stands."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial

from textual.content import Content

from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.record.cells import UNKNOWN
from advisor.ui.card_text import facts, mib, scores
from advisor.ui.named import is_folder
from advisor.ui.searching import Line, Searching
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, cut, joined, lines, shown

NO_CANDIDATES = ("bm25", "hybrid")
"""Kinds that are no model to add: the baseline is always there, pipelines are not measured."""
LICENCE_CELLS = 12
LEAST_CELLS = 5
"""An organisation in less room than this says nothing."""
TAGS: dict[Board, str] = {"multilingual": "mul", "en": "en", "zh": "zh", "code": "code"}


class Finder(Searching):
    """The result is what names the model to the desk."""

    def __init__(self, here: Container[str], board: Board | None = None) -> None:
        """`here` holds the full names of models on this machine, `board` whose scores to show."""
        super().__init__("Add a model", "words, a folder, or organisation/model")
        self._here, self._board = here, board
        self._made: dict[tuple[str, int], Line] = {}
        """Lines by model and width: nothing of them changes while one types."""

    def columns(self, width: int) -> Content:
        """Return the names of the columns."""
        name = f"{'model':<{_name_cells(width)}}"
        return shown(
            f"  {name} {'public':>8} {'MiB':>6}  {'licence':<{LICENCE_CELLS}} where", MUTED
        )

    def found(self, typed: str, width: int) -> Sequence[Line]:
        """Return what is typed as it stands, if it may be a place, then what the catalogue has."""
        cards = [card for card in _matching(typed) if card.kind not in NO_CANDIDATES]
        cards.sort(key=lambda card: (_distance(card, typed), card.name not in self._here))
        found = [self._line(card, width) for card in cards]
        return [_as_it_stands(typed.strip(), width), *found] if _may_be_place(typed) else found

    def _line(self, card: ModelCard, width: int) -> Line:
        key = (card.name, width)
        if key not in self._made:
            self._made[key] = self._make(card, width)
        return self._made[key]

    def _make(self, card: ModelCard, width: int) -> Line:
        where = self._where(card)
        sign = Content.styled("●", ACCENT) if where == "here" else Content.styled("○", MUTED)
        licence = cut(card.license or UNKNOWN, LICENCE_CELLS)
        text = joined(
            sign,
            " ",
            _name(card, _name_cells(width)),
            f" {self._score(card):>8} {mib(card.memory_usage_mb):>6}  ",
            licence,
            " " * (LICENCE_CELLS - licence.cell_length + 1),
            shown(where, MUTED),
        )
        return Line(text, partial(_about, card, where), card.name)

    def _where(self, card: ModelCard) -> str:
        if not card.open_weights:
            return "hosted"
        return "here" if card.name in self._here else "not here"

    def _score(self, card: ModelCard) -> str:
        boards = [self._board] if self._board else list(TAGS)
        held = next((board for board in boards if board in card.scores), None)
        return f"{card.scores[held].value:.1f} {TAGS[held]:<3}" if held else f"{UNKNOWN}    "


def _name_cells(width: int) -> int:
    return max(10, min(60, width - 41))


def _name(card: ModelCard, width: int) -> Content:
    """Return the short name, and whose it is as far as there is room."""
    name = cut(card.short_name, width)
    room = width - name.cell_length - 2
    whose = cut(card.organisation, room, MUTED) if room >= LEAST_CELLS else Content()
    whole = joined(name, "  ", whose) if whose else name
    return joined(whole, " " * (width - whole.cell_length))


def _matching(typed: str) -> Sequence[ModelCard]:
    catalogue = load_catalogue()
    cards = catalogue.search(typed)
    if cards or not typed.strip():
        return cards
    return [catalogue.find(name) for name in catalogue.nearest(typed.strip())]


def _distance(card: ModelCard, typed: str) -> int:
    """Order what is found: the name itself, names that begin so, that hold it, the rest."""
    words, name = typed.strip().lower(), card.short_name.lower()
    if words in (name, card.name.lower()):
        return 0
    return 1 if name.startswith(words) else 2 if words in card.name.lower() else 3


def _about(card: ModelCard, where: str) -> Content:
    head = joined(shown(card.name, STRONG), "  ", shown(facts(card), MUTED))
    public = scores(card)
    said = {
        "here": "Its weights are on this machine.",
        "not here": "Its weights are not on this machine; the shortlist downloads them with g.",
        "hosted": "A hosted model: this version measures models on this machine only.",
    }[where]
    told = [head, shown(f"{public}{'. ' if public else ''}{said}", MUTED)]
    if card.note:
        told.append(joined(Content.styled("! ", WARN), shown(card.note)))
    return lines(*told)


def _may_be_place(typed: str) -> bool:
    """Say whether what is typed may be a folder, NAME=FOLDER, or a name on the Hub."""
    text = typed.strip()
    return "/" in text or "=" in text or text.startswith((".", "~"))


def _as_it_stands(typed: str, width: int) -> Line:
    place = typed.rpartition("=")[2]
    if is_folder(typed) or is_folder(place):
        said = "This folder is on this machine."
    elif "=" in typed or place.startswith((".", "~", "/")):
        said = "There is no folder of this name yet."
    else:
        said = "No folder of this name is here. The catalogue is asked for it by this very name."
    text = joined("→ take ", cut(typed, max(10, width - 24), ACCENT), " as it stands")
    about = lines(cut(typed, 2 * width, STRONG), shown(said, MUTED))
    return Line(text, lambda: about, typed)
