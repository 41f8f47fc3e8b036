"""A key that is pressed twice, and a screen that is left while another lies over it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from advisor.ui.leaving import Dialog, LeftOnce, Unhurried
from tests.ui.walking import Walker, walk


class Asking(LeftOnce[str | None]):
    """A screen that is answered by Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "answer", "Answer")]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._answer = name

    def compose(self) -> ComposeResult:
        yield Static(self._answer)

    def action_answer(self) -> None:
        self.dismiss(self._answer)


class Two(Unhurried[None]):
    """Asks one thing after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []

    def on_mount(self) -> None:
        self.ask()

    @work
    async def ask(self) -> None:
        for name in ("first", "second"):
            self.answers.append(await self.push_screen_wait(Asking(name)))


def at_once(app: App[int] | App[None], key: str, times: int) -> None:
    """Press a key so quickly that nothing is done between."""
    for _ in range(times):
        assert app._driver is not None
        app._driver.send_message(events.Key(key, None))


@pytest.mark.parametrize("times", [2, 3, 9])
def test_enter_pressed_at_once_answers_each_screen_once_and_in_turn(times: int) -> None:
    async def steps() -> None:
        app = Two()
        async with app.run_test() as pilot:
            at_once(app, "enter", times)
            await pilot.pause(0.2)
            # The second screen may or may not be there for the last of the keys.
            assert app.answers in (["first"], ["first", "second"])
            if len(app.answers) == 1:
                await pilot.press("enter")
                await pilot.pause(0.1)
            assert app.answers == ["first", "second"]
            at_once(app, "enter", times)
            await pilot.pause(0.1)
            assert len(app.screen_stack) == 1

    asyncio.run(steps())


def test_what_lies_over_a_screen_goes_with_it() -> None:
    async def steps() -> None:
        app = Two()
        async with app.run_test() as pilot:
            first = app.screen
            assert isinstance(first, Asking)
            await app.push_screen(Dialog())
            await app.push_screen(Dialog())
            first.dismiss("by a worker")
            await pilot.pause(0.2)
            assert app.answers == ["by a worker"]
            assert isinstance(app.screen, Asking)
            assert len(app.screen_stack) == 2

    asyncio.run(steps())


def test_keys_that_repeat_themselves_walk_on_without_a_crash(tmp_path: Path) -> None:
    async def steps(walker: Walker) -> None:
        way: list[str] = []
        for _ in range(60):
            await walker.settle()
            way.append(walker.at)
            if walker.at == "ShortlistScreen":
                break
            at_once(walker.app, "enter", 3)
            await walker.pilot.pause(0.3)
        assert walker.at == "ShortlistScreen", way
        for _ in range(2):
            at_once(walker.app, "escape", 3)
            await walker.pilot.pause(0.5)
        await walker.settle()
        assert walker.at in ("HomeScreen", "DataScreen", "ReviewScreen")

    walk(tmp_path, steps, profile="chinese-customer-support")
