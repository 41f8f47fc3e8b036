"""Something went wrong between two screens: the sentence, and the ways on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Footer, Static

from advisor.ui.leaving import Dialog
from advisor.ui.text import ERROR, STRONG, joined, lines, shown


class TroubleScreen(Dialog[bool]):
    """Says what happened; the result is whether to go on from there."""

    BINDINGS = [
        Binding("enter", "answer(True)", "Go on"),
        Binding("escape", "answer(False)", "Home"),
    ]

    def __init__(self, why: str, *, go_on: bool) -> None:
        """`why` may hold outside text; with `go_on` there is a way on, not only away."""
        super().__init__()
        self._why, self._go_on = why, go_on

    def compose(self) -> ComposeResult:
        """The sentence."""
        sign = joined(shown("! ", ERROR), shown(self._why))
        way = "Enter goes on from where it was." if self._go_on else "Enter goes back."
        with Vertical(classes="pane"):
            yield Static(lines(sign, "", shown(way, STRONG)))
        yield Footer(show_command_palette=False)

    def action_answer(self, value: bool) -> None:
        """Answer by key."""
        self.dismiss(value and self._go_on)
