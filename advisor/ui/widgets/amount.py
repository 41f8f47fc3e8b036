"""A line for one number; every key that belongs to no number goes on to the screen."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.widgets import Input

from advisor.ui.text import Harmless

_TYPED = set("0123456789.,_-+eEkKmM ")


class Amount(Input):
    """A short input for a figure such as 50, 2,000 or 5k."""

    BINDINGS = [Binding("enter", "screen.next", show=False)]

    def __init__(self) -> None:
        """Empty."""
        super().__init__(highlighter=Harmless(), compact=True, id="amount", select_on_focus=False)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Say which keys are typed; the others keep their meaning on the screen."""
        del key
        return character is not None and (character in _TYPED or character.isdecimal())

    def on_key(self, event: events.Key) -> None:
        """Let what is no part of a number pass, so that `s` and `?` work here too."""
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()
