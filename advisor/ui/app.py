"""The application: opens the walk, owns the desk, leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from advisor.bench.cache import atomic_write, cache_dir
from advisor.text import blanked, one_line
from advisor.ui.leaving import Unhurried
from advisor.ui.terminal import closable
from advisor.ui.theme import DARK, LIGHT
from advisor.ui.walk import walk

if TYPE_CHECKING:
    from textual.driver import Driver

    from advisor.desk.client import Desk
    from advisor.desk.messages import Looked
    from advisor.ui.news import News

INTERRUPTED = 130
_SHEETS = (
    "base", "home", "data", "interview", "shortlist", "catalogue", "benchmark", "judge", "queries",
    "groups", "verdict", "record",
)  # fmt: skip
STYLES: list[str | PurePath] = [
    Path(__file__).parent / "styles" / f"{name}.tcss" for name in _SHEETS
]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What `embed-advisor` was called with; everything may be left open."""

    data: str = ""
    profile: str = ""
    models: tuple[str, ...] = ()
    models_dir: Path | None = None
    seed: int = 0
    out: Path = Path("benchmark_results")
    offline: bool = False


class AdvisorApp(Unhurried[int]):
    """The interface. Its result is the exit code."""

    TITLE = "embed-advisor"
    CSS_PATH = STYLES
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+t", "other_theme", "Light or dark", show=False),
    ]

    desk: Desk
    news: News
    looked: Looked | None = None
    """What the desk last found on this machine."""

    def __init__(self, opening: Opening) -> None:
        """Nothing is read or started before the first paint."""
        super().__init__()
        self.opening = opening
        self.logs = cache_dir() / "logs" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        self._starting = asyncio.Lock()
        self.parting = ""
        """What to print after the terminal is the shell's again."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def on_mount(self) -> None:
        """Paint first; the desk, and with it the imports of the bench host, start behind that."""
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.leave, INTERRUPTED)
        self.begin()

    def get_driver_class(self) -> type[Driver]:
        """Textual's, on a terminal that may be closed."""
        return closable(super().get_driver_class())

    def begin(self) -> None:
        """Show the first screen, then start the desk."""
        self.walk()
        self.call_after_refresh(self.started_desk)

    def compose(self) -> ComposeResult:
        """Shown behind the screens, and alone while one step waits for another."""
        yield Static(Content("one moment …"), id="moment")

    @work
    async def walk(self) -> None:
        """Walk decisions until the person leaves."""
        await walk(self)

    async def started_desk(self) -> Desk:
        """Return the desk, started; another one in place of one that is gone."""
        from advisor.desk.client import Desk
        from advisor.ui.news import News

        async with self._starting:
            if not hasattr(self, "desk") or not self.desk.alive:
                self.news = News()
                desk = Desk(self.logs, self.news.take)
                await desk.start()
                self.desk = desk
        return self.desk

    def leave(self, code: int = 0) -> None:
        """End the interface; answers and measurements are kept already."""
        self.exit(code)

    def action_leave(self) -> None:
        """Leave by key."""
        self.leave()

    def _has_catalogue(self) -> bool:
        from advisor.ui.catalogue import CatalogueScreen

        return any(isinstance(screen, CatalogueScreen) for screen in self.screen_stack)

    def action_catalogue(self) -> None:
        """Show the catalogue over whatever is in front."""
        from advisor.ui.catalogue import CatalogueScreen

        self.push_screen(CatalogueScreen())

    def action_other_theme(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the screen in front, then the program's own."""
        from functools import partial

        from advisor.ui.help import is_ours

        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding, node = active.binding, active.node
            words = binding.tooltip or binding.description
            if not words or words in seen or node is self or not is_ours(active):
                continue
            seen.add(words)
            run = partial(self.run_action, binding.action, default_namespace=node)
            yield SystemCommand(words, f"key: {self.get_key_display(binding)}", run)
        if "Search all models" not in seen and not self._has_catalogue():
            yield SystemCommand("Search all models", "The catalogue", self.action_catalogue)
        yield SystemCommand("Light or dark", "Change the colours", self.action_other_theme)
        yield SystemCommand("Leave", "Everything is kept", self.action_leave)

    async def on_unmount(self) -> None:
        """End every process before the terminal is given back."""
        if hasattr(self, "desk"):
            self.desk.kill()
            await asyncio.shield(self.desk.gone())

    def _fatal_error(self) -> None:
        # A crash of ours: the traceback belongs in a file, the person gets a sentence.
        self.bell()
        log = self.logs / "interface.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        # Of a worker that failed, the error that it met says where.
        error = getattr(self._exception, "error", None) or self._exception
        text = "".join(traceback.format_exception(error))
        atomic_write(log, blanked(text).encode("utf-8", "replace"))
        self.parting = (
            "embed-advisor met an error of its own and ended. Your answers and measurements are "
            f"kept.\nThe log, for a bug report: {one_line(str(log))}"
        )
        self._close_messages_no_wait()


def open_interface(opening: Opening) -> int:
    """Run the interface; the exit code."""
    app = AdvisorApp(opening)
    code = app.run()
    if app.parting:
        print(app.parting, file=sys.stderr)  # noqa: T201 - the terminal is the shell's again
    return app.return_code or code or 0
