"""Small panes that ask one thing: yes or no, a line of text, or nothing but to be read."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Footer, Input, Static

from advisor.ui.leaving import Dialog
from advisor.ui.text import ERROR, MUTED, STRONG, Harmless, joined, shown


class Confirm(Dialog[bool]):
    """A question with yes and no; `enter` presses the one in focus, first the safe one."""

    BINDINGS = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        Binding("left,right,up,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, *, yes: str = "Yes", no: str = "No") -> None:
        """`question` may hold outside text."""
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="pane"):
            yield Static(shown(self._question))
            with Horizontal(classes="buttons"):
                yield Button(Content(self._no), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with the button's meaning."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, value: bool) -> None:
        """Answer by key."""
        self.dismiss(value)


class Line(Dialog[str | None]):
    """Asks for one line of text; None when it was left. `check` returns what is wrong with it."""

    BINDINGS = [Binding("escape", "dismiss_line", "Back")]

    def __init__(
        self,
        question: str,
        value: str = "",
        *,
        hint: str = "",
        check: Callable[[str], str | None] = lambda text: None,
    ) -> None:
        """`value` stands there to be changed."""
        super().__init__()
        self._question, self._value, self._hint, self._check = question, value, hint, check

    def compose(self) -> ComposeResult:
        """The question, the line, what is wrong with it."""
        with Vertical(classes="pane"):
            yield Static(shown(self._question, STRONG))
            yield Input(self._value, highlighter=Harmless(), compact=True)
            yield Static(shown(self._hint, MUTED), id="hint")
        yield Footer(show_command_palette=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong."""
        wrong = self._check(event.value) if event.value else None
        hint = joined(Content.styled("! ", ERROR), shown(wrong)) if wrong else None
        self.query_one("#hint", Static).update(hint or shown(self._hint, MUTED))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line if nothing is wrong with it."""
        if self._check(event.value) is None:
            self.dismiss(event.value)

    def action_dismiss_line(self) -> None:
        """Leave without a line."""
        self.dismiss(None)


class Reading(Dialog[None]):
    """Text to be read, such as a log; it scrolls."""

    BINDINGS = [Binding("escape,q,enter", "dismiss_reading", "Close", key_display="esc")]

    def __init__(self, title: str, text: Content) -> None:
        """`text` has been through `shown`."""
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """One scrolling pane."""
        with VerticalScroll(classes="pane tall"):
            yield Static(shown(self._title, STRONG))
            yield Static(self._text)
        yield Footer(show_command_palette=False)

    def action_dismiss_reading(self) -> None:
        """Close it."""
        self.dismiss()
