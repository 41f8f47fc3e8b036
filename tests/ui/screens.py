"""One screen alone, in the application, with the real desk behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Footer

from advisor.desk import messages
from advisor.needs.profile import load_profile
from advisor.ui.app import AdvisorApp, Opening

MODELS = Path(__file__).parents[2] / ".models"
QUICK = ("potion-base-8M", "paraphrase-MiniLM-L3-v2")
CONTROLS = {chr(code) for code in (*range(32), *range(127, 160))} - {"\n", "\t"} | {"\u202e"}
HOSTILE = "\x1b]0;x\x07[/][@click=app.quit]x\u202e\x9b31m\x00" + "中文" * 40 + "a" * 2_000
PATIENCE_S = 90
"""A machine that is busy with other work is waited for."""
SIZES = [(80, 24), (140, 40), (40, 12)]

Steps = Callable[["Stage"], Awaitable[None]]
Make = Callable[["Stage"], Awaitable[Any]]


class Alone(AdvisorApp):
    """The application without its walk."""

    result: object = None

    def begin(self) -> None:
        """Nothing is shown before the test says what."""


class Stage:
    """The application with one screen, and what a test does there."""

    def __init__(self, app: Alone, pilot: "Pilot[int]") -> None:
        self.app, self.pilot = app, pilot

    async def ask(self, request: messages.Request, kind: type[messages.Reply]) -> messages.Reply:
        desk = await self.app.started_desk()
        return await desk.ask(request, kind)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause(0.05)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        waited = 0.0
        while not is_so():
            assert waited < PATIENCE_S, f"{what} did not come; the screen shows\n{self.text()}"
            await self.pilot.pause(0.1)
            waited += 0.1

    async def until_shown(self, words: str) -> None:
        await self.until(lambda: words in self.text(), words)

    async def until_offered(self, key: str) -> None:
        """Wait until the footer, which is made anew with the keys, offers one."""
        await self.until(lambda: key in self.footer(), key)

    def text(self) -> str:
        """Return what the screen in front shows."""
        screen = self.app.screen
        strips = screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def footer(self) -> str:
        """Return what the footer says, and check that nothing of it is cut off."""
        shown = self.app.screen.query_one(Footer)
        assert shown.max_scroll_x == 0, "the footer is wider than the screen"
        return self.text().rstrip().splitlines()[-1]


def alone(
    make: Make, steps: Steps, *, size: tuple[int, int] = (80, 24), offline: bool = False
) -> object:
    """Show the screen that `make` returns, do the steps, and return the screen's result."""

    async def run() -> object:
        app = Alone(Opening(models_dir=MODELS, offline=offline))
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot)

            def take(result: object) -> None:
                app.result = result

            app.push_screen(await make(stage), take)
            await stage.until(lambda: app.screen.is_mounted, "the screen's mounting")
            await pilot.pause()
            await steps(stage)
            await pilot.pause(0.1)
        return app.result

    return asyncio.run(run())


async def looked(stage: Stage) -> messages.Looked:
    """Have the desk look around."""
    reply = await stage.ask(messages.Look(models_dir=str(MODELS)), messages.Looked)
    assert isinstance(reply, messages.Looked)
    return reply


async def described(stage: Stage, place: str = "techcorp-zh") -> messages.Described:
    """Have the desk read data."""
    reply = await stage.ask(messages.Read(place=place), messages.Described)
    assert isinstance(reply, messages.Described)
    return reply


def choosing(*names: str) -> messages.Choose:
    """Return a request with the answers of a shipped profile."""
    answers = load_profile("chinese-customer-support").answers
    return messages.Choose(answers=answers, names=names)
