"""Finding a model: words of the catalogue, a folder, or a name as it stands."""

from __future__ import annotations

from collections.abc import Container

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.record.cells import UNKNOWN, number
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, shown


class Finder(ModalScreen[str | None]):
    """The result is what names the model to the desk; None when it was left."""

    BINDINGS = [
        Binding("escape", "leave_finder", "Back"),
        Binding("down", "into_list", "List", key_display="↓", tooltip="Go to the list"),
    ]

    def __init__(self, here: Container[str]) -> None:
        """`here` holds the full names of models on this machine."""
        super().__init__()
        self._here = here
        self._names: list[str] = []

    def compose(self) -> ComposeResult:
        """A line to type in, and what it finds."""
        with Vertical(classes="pane tall"):
            yield Static(shown("Add a model: words, a folder, or organisation/model", STRONG))
            yield Input(compact=True)
            yield Static(shown(f"  {'model':<38} {'public':>6} {'MiB':>7}  {'licence':<14}", MUTED))
            yield OptionList(id="found")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show everything."""
        self._find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while it is typed."""
        self._find(event.value)

    def _find(self, typed: str) -> None:
        cards = load_catalogue().search(typed)
        if not cards and typed.strip():
            catalogue = load_catalogue()
            cards = tuple(catalogue.find(name) for name in catalogue.nearest(typed.strip()))
        self._names = [card.name for card in cards]
        options = [Option(self._row(card)) for card in cards]
        if _could_name_one(typed):
            self._names.insert(0, typed.strip())
            options.insert(0, Option(joined("take ", cut(typed, 60, ACCENT), " as it stands")))
        found = self.query_one("#found", OptionList)
        found.set_options(options)
        found.highlighted = 0 if options else None

    def _row(self, card: ModelCard) -> Content:
        sign = "●" if card.name in self._here else "○"
        name = cut(card.name, 38)
        score = max((one.value for one in card.scores.values()), default=None)
        size = number(card.memory_usage_mb)
        licence = cut(card.license or UNKNOWN, 14)
        gap = " " * (38 - name.cell_length)
        return joined(
            Content.styled(sign, ACCENT if sign == "●" else MUTED),
            " ", name, gap, f" {number(score):>6} {size:>7}  ", licence,
        )  # fmt: skip

    def on_input_submitted(self) -> None:
        """Take the highlighted one."""
        found = self.query_one("#found", OptionList)
        if found.highlighted is not None:
            self.dismiss(self._names[found.highlighted])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        self.dismiss(self._names[event.option_index])

    def action_into_list(self) -> None:
        """Go to the list."""
        self.query_one("#found", OptionList).focus()

    def action_leave_finder(self) -> None:
        """Leave without a model."""
        self.dismiss(None)


def _could_name_one(typed: str) -> bool:
    """Say whether what is typed may be a folder, NAME=FOLDER, or a name on the Hub."""
    text = typed.strip()
    return "/" in text or "=" in text or text.startswith((".", "~"))
