"""The what-if pane: answers are moved with the arrow keys and the advice changes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from advisor.desk import messages
from advisor.needs.answers import AnswerSet
from advisor.ui.leaving import Dialog
from advisor.ui.text import ACCENT, ERROR, MUTED, joined, lines, shown
from advisor.ui.what_if_text import SLIDERS, outcome, slider_line

if TYPE_CHECKING:
    from advisor.ui.app import AdvisorApp


class WhatIf(Dialog[AnswerSet | None]):
    """Results in the answers to take, or None; nothing is measured and nothing is saved."""

    BINDINGS = [
        Binding("enter", "take", "Take these"),
        Binding("up", "to(-1)", "Another", show=False),
        Binding("down", "to(1)", "Another", key_display="↑↓"),
        Binding("left", "move(-1)", "Less", show=False),
        Binding("right", "move(1)", "Change", key_display="←→"),
        Binding("r", "reset", "As it was"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, answers: AnswerSet) -> None:
        """`answers` are those that were measured with."""
        super().__init__()
        self._before = self._answers = answers
        self._at = 0

    def compose(self) -> ComposeResult:
        """The sliders above what they lead to."""
        with Vertical(classes="pane tall", id="what-if"):
            yield Static(id="sliders")
            with VerticalScroll(id="supposed", can_focus=False):
                yield Static(shown("deciding …"), id="outcome")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Decide once as it stands."""
        self._paint()
        self._suppose()

    def action_to(self, by: int) -> None:
        """Point at another slider."""
        self._at = (self._at + by) % len(SLIDERS)
        self._paint()

    def action_move(self, by: int) -> None:
        """Move the slider pointed at and decide again."""
        self._answers = SLIDERS[self._at].moved(self._answers, by)
        self._paint()
        self._suppose()

    def action_reset(self) -> None:
        """Go back to the answers that were measured with."""
        self._answers = self._before
        self._paint()
        self._suppose()

    def action_take(self) -> None:
        """Have the record made with these answers."""
        self.dismiss(None if self._answers == self._before else self._answers)

    def action_leave(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def _paint(self) -> None:
        marked = [
            joined(
                Content.styled("▸ " if place == self._at else "  ", ACCENT),
                slider_line(slider, self._answers, self._before),
            )
            for place, slider in enumerate(SLIDERS)
        ]
        self.query_one("#sliders", Static).update(
            lines(shown("What if the answers were others?", MUTED), *marked, "")
        )

    @work(exclusive=True, group="suppose")
    async def _suppose(self) -> None:
        """Ask the desk; a later key's answer replaces an earlier one's."""
        from advisor.desk.client import DeskLost, Refusal

        pane = self.query_one("#outcome", Static)
        try:
            desk = await cast("AdvisorApp", self.app).started_desk()
            reply = await desk.ask(messages.Suppose(answers=self._answers), messages.Supposed)
        except (Refusal, DeskLost) as error:
            pane.update(joined(Content.styled("! ", ERROR), shown(str(error))))
            return
        width = self.query_one("#supposed").scrollable_content_region.width
        pane.update(outcome(reply, width))
