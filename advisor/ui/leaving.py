"""Screens that hear keys once they are there, and are left once, however often one is pressed."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Result = TypeVar("Result")


class Unhurried(App[Result]):
    """An application whose keys reach only screens that are there.

    A key that repeats itself comes while the next screen is still made: it was not meant for it.
    """

    async def on_event(self, event: events.Event) -> None:
        """Pass a key over while the screen in front is not mounted."""
        if isinstance(event, events.Key) and not all(one.is_mounted for one in self._in_front()):
            return
        await super().on_event(event)

    def _in_front(self) -> list[Screen[object]]:
        return list(self.screen_stack[-1:])


class LeftOnce(Screen[Result]):
    """A screen that takes nothing but itself, and what lies over it, from the stack."""

    @property
    def is_left(self) -> bool:
        """Whether it is gone from the stack: its widgets go one after the other from then on."""
        return self not in self.app.screen_stack

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave the screen; a second time does nothing.

        Textual takes whatever is on top, and a key pressed twice reaches a screen that is gone.
        """
        if self.is_left:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        return super().dismiss(result)


class Dialog(LeftOnce[Result], ModalScreen[Result]):
    """A pane over the screen that it belongs to."""
