"""Walking the interface in tests: the real application, the real desk, real small models."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from textual.pilot import Pilot

from advisor.ui import draft as drafts
from advisor.ui.app import AdvisorApp, Opening

MODELS = Path(__file__).parents[2] / ".models"
QUICK = ("potion-base-8M", "paraphrase-MiniLM-L3-v2")
ORDER = (
    "HomeScreen",
    "DataScreen",
    "InterviewScreen",
    "ReviewScreen",
    "ShortlistScreen",
    "BenchmarkScreen",
    "VerdictScreen",
    "RecordScreen",
)
PATIENCE_S = 120.0
WAY_S = 180.0
"""How long the way to a screen may take: one that is still busy does not hear Enter yet."""

Steps = Callable[["Walker"], Awaitable[None]]


class Walker:
    """One person at the keys."""

    def __init__(self, app: AdvisorApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def at(self) -> str:
        """The name of the screen in front."""
        return type(self.app.screen).__name__

    def text(self) -> str:
        """Return what the screen in front shows."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        """Press keys and let what they start begin."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.05)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        waited = 0.0
        while not is_so():
            assert waited < PATIENCE_S, f"{what} did not come; in front is {self.at}"
            await self.pilot.pause(0.1)
            waited += 0.1

    async def reach(self, name: str) -> None:
        """Press Enter, and nothing else, until a screen is in front."""
        way: list[str] = []
        began = time.monotonic()
        while time.monotonic() < began + WAY_S:
            await self.settle()
            if self.at not in way[-1:]:
                way.append(self.at)
            if self.at == name:
                return
            if self.at == "BenchmarkScreen":
                await self.until(self.run_is_over, "the end of the run")
            before = self.at
            await self.press("enter")
            if before != self.at:
                await self.pilot.pause(0.1)
        raise AssertionError(
            f"Enter did not lead to {name}, but to {', '.join(way)}; now it shows\n{self.text()}"
        )

    async def settle(self) -> None:
        """Wait until a screen of the walk is in front and is not waiting for the desk."""
        await self.until(lambda: len(self.app.screen_stack) > 1, "a screen")
        await self.pilot.pause(0.05)
        await self.until(lambda: len(self.app.screen_stack) > 1, "a screen")
        await self.until(lambda: self.app.screen.is_mounted, "the screen's mounting")

    def run_is_over(self) -> bool:
        """Say whether every candidate's measuring has ended."""
        lines = self.app.news.board.lines.values()
        return bool(lines) and all(line.status is not None for line in lines)


def walk(
    out: Path,
    steps: Steps,
    *,
    size: tuple[int, int] = (80, 24),
    data: str = "techcorp-zh",
    profile: str = "",
    models: tuple[str, ...] = QUICK,
    seed: int = 0,
) -> None:
    """Open the interface in this process and do the steps."""
    opening = Opening(
        data=data, profile=profile, models=models, models_dir=MODELS, seed=seed, out=out
    )

    async def run() -> None:
        app = AdvisorApp(opening)
        async with app.run_test(size=size) as pilot:
            await steps(Walker(app, pilot))

    asyncio.run(run())


def as_of_a_process_that_is_gone() -> None:
    """Make the drafts of this very process look left behind by another."""
    folder = drafts.folder()
    for path in folder.glob("*.json"):
        draft = msgspec.json.decode(path.read_bytes(), type=drafts.Draft)
        assert draft.process[0] == os.getpid()
        drafts.keep(msgspec.structs.replace(draft, process=(2**22 + 1, 1.0)))
