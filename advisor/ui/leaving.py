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

    is_left = False
    """Its widgets go one after the other from then on: there is nothing to paint on any more."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave the screen; a second time does nothing.

        Textual takes whatever is on top, and a key pressed twice reaches a screen that is gone.
        """
        stack = self.app.screen_stack
        if self.is_left or self not in stack:
            return AwaitComplete()
        for over in stack[stack.index(self) + 1 :]:
            if isinstance(over, LeftOnce):
                over.is_left = True
            self.app.pop_screen()
        self.is_left = True
        return super().dismiss(result)


class Dialog(LeftOnce[Result], ModalScreen[Result]):
    """A pane over the screen that it belongs to."""
