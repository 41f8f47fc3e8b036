"""A list of lines in which Enter goes on and a click only points."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import OptionList


class Rows(OptionList):
    """Posts `Entered` for Enter and `Pointed` for a click, each in its turn among the keys.

    A binding of the screen with priority would overtake the arrow keys typed just before it.
    """

    class Entered(Message):
        """Enter was pressed on the highlighted line."""

    class Pointed(Message):
        """A line was clicked; it is highlighted now."""

    _by_mouse = False

    def on_mouse_down(self) -> None:
        """What comes next is a click."""
        self._by_mouse = True

    def on_key(self, event: events.Key) -> None:
        """What comes next is a key's doing."""
        del event
        self._by_mouse = False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell which of the two it was."""
        event.stop()
        self.post_message(self.Pointed() if self._by_mouse else self.Entered())
