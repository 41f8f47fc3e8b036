"""The benchmark: every candidate as it is measured, and what a person may do meanwhile."""

from __future__ import annotations

import time
from asyncio import to_thread
from collections.abc import Callable, Collection
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container as Box
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.bench.board import Line
from advisor.bench.choice import Choice
from advisor.desk import messages
from advisor.evaluation.yardstick import yardstick
from advisor.record.cells import shorten
from advisor.ui.board_text import details
from advisor.ui.page import Back, Page
from advisor.ui.remaining import outcome, seconds_left, standing
from advisor.ui.text import ACCENT, lines, shown
from advisor.ui.widgets.board_table import BoardTable
from advisor.ui.widgets.rows import Rows

PAINTS_PER_S = 4
LOG_BYTES = 65_536
STILL = "Timing single queries: the screen keeps still, to take no time from it."
STEERING = frozenset({"pause", "skip", "stop", "add", "details"})
"""What there is to do while it runs."""


class BenchmarkScreen(Page[tuple[str, ...]]):
    """Measures as soon as it stands; the result is what was added meanwhile."""

    TITLE_WORDS = "benchmark"
    HELP_WORDS = (
        "Every candidate runs in a process of its own, one after the other: first the quality on "
        "your data, then single queries in blocks that go round all candidates. ● measured, ▶ at "
        "work, ○ waiting, ! failed, ✕ stopped early, – skipped. ± and the bar are the 95 % "
        "interval. A latency with ~ is a median; p95 needs 200 calls."
    )
    BINDINGS = [
        Binding("enter", "verdict", "Verdict", tooltip="Go on to the verdict"),
        Binding("enter", "details", "Details", tooltip="Show it in full"),
        Binding("p", "pause", "Pause", tooltip="Pause the run, or go on"),
        Binding("x", "skip", "Skip", tooltip="Measure no more of the highlighted candidate"),
        Binding("a", "add", "Add", tooltip="Add a model to the run"),
        Binding("l,f", "log", "Log", tooltip="Show the log of the highlighted candidate"),
        Binding("q", "stop", "Decide", tooltip="Stop here and decide on what is measured"),
    ]

    def __init__(
        self,
        choice: Choice,
        described: messages.Described,
        keep_count: Callable[[int, int], None],
        here: Collection[str] = (),
    ) -> None:
        """`keep_count` is told how many candidates have their quality and how many there are.

        `here` holds the full names of models on this machine; one that is added is one of them.
        """
        super().__init__()
        self._here = here
        self._choice, self._described, self._keep_count = choice, described, keep_count
        self._added: tuple[str, ...] = ()
        self._painted = -1
        self._counted = (-1, -1)
        self._paused = self._still = self._going_back = self._refused = self._says_still = False
        self._detailed = Content()
        self._over: messages.Measured | None = None
        self._began = time.monotonic()

    def body(self) -> ComposeResult:
        """The table and what is known of the highlighted candidate."""
        with Box(id="run"):
            yield BoardTable(id="table")
            yield VerticalScroll(Static(id="details"), id="details-pane", can_focus=False)

    def on_mount(self) -> None:
        """Measure, and paint four times a second."""
        news = self.advisor.news
        news.start()
        news.board.expect(self._choice.candidates, yardstick(self._described.task).main)
        for board in self.query(Rows):  # none when the interface is left just now
            board.focus()
        self.set_interval(1 / PAINTS_PER_S, self._tick)
        self.call_after_refresh(self._paint)
        self._measure()

    @work(group="measure")
    async def _measure(self) -> None:
        over = await self.ask(messages.Measure(), messages.Measured)
        # A run that was refused has not begun: there is nothing to steer, and the way back is open.
        self._over, self._refused, self._paused = over, over is None, False
        if self._going_back or not self.stands:
            return
        self._paint()
        self.refresh_bindings()
        if over is not None:
            self._say_over(over)

    @property
    def _runs(self) -> bool:
        return self._over is None and not self._refused

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Show a sentence, and know whether it is the one about keeping still."""
        self._says_still = text == STILL
        super().say(text, wrong=wrong)

    def _say_over(self, over: messages.Measured) -> None:
        text = outcome(self._lines(), over.measured, over.of)
        self.say(text, wrong=not over.measured)

    # Painting -----------------------------------------------------------------------------------

    def _lines(self) -> list[Line]:
        return list(self.advisor.news.board.lines.values())

    def _tick(self) -> None:
        """Paint if there is news, and nothing while single queries are timed but saying so."""
        news = self.advisor.news
        if not self.stands:
            return
        if news.timing and self._over is None and not self._paused:
            if not self._still:
                self._still = True
                self._paint()
                self.say(STILL)
            return
        self._still = False
        if self._says_still:
            self.say("")
        if news.count != self._painted and self._over is None:
            self._painted = news.count
            self._paint()

    def _paint(self) -> None:
        if not self.stands:
            return
        known = self._lines()
        self.query_one(BoardTable).show(known, self.advisor.news.current)
        self._show_details()
        measured = sum(1 for line in known if line.quality is not None)
        self.head.put(detail=self._detail(), aside=self._aside(known))
        if (measured, len(known)) != self._counted:
            self._counted = (measured, len(known))
            self._keep_count(*self._counted)

    def _detail(self) -> str:
        sample = self._described
        words = yardstick(sample.task)
        size = words.many(sample.sample_queries)
        has_room = not self._runs or self.has_class("-wide")
        if has_room and not words.is_one_sided:  # else the time left needs the room
            size = f"{size} · {words.many_documents(sample.sample_documents)}"
        return f"{'PAUSED · ' if self._paused else ''}{size}"

    def _aside(self, known: list[Line]) -> str:
        if not self._runs or self._paused:
            return standing(known, None)
        elapsed = time.monotonic() - self._began
        return standing(known, seconds_left(known, self._described.sample_documents, elapsed))

    def _show_details(self) -> None:
        line = self._highlighted()
        if line is not None and not (text := details(line)).is_same(self._detailed):
            self._detailed = text
            self.query_one("#details", Static).update(text)

    def _highlighted(self) -> Line | None:
        name = self.query_one(BoardTable).highlighted
        return self.advisor.news.board.lines.get(name) if name is not None else None

    def on_option_list_option_highlighted(self) -> None:
        """Show what is known of it at once, also while the rest keeps still."""
        self._show_details()

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._paint)

    def on_rows_entered(self) -> None:
        """Go on when all is over, else show the details in full."""
        if self._over is not None:
            self.action_verdict()
        else:
            self.action_details()

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """When all is over there is nothing to steer, before that no verdict."""
        del parameters
        if action == "verdict":
            return self._over is not None
        return self._runs or action not in STEERING

    def action_verdict(self) -> None:
        """Go on to the verdict."""
        if self._over is None:
            return
        if self._over.measured:
            self.dismiss(self._added)
        else:
            self._say_over(self._over)

    def action_details(self) -> None:
        """Show what is known of the highlighted candidate in full."""
        from advisor.ui.dialogs import Reading

        if (line := self._highlighted()) is not None:
            self.app.push_screen(Reading("details", details(line)))

    @work
    async def action_pause(self) -> None:
        """Give the machine back, or go on."""
        request = messages.Resume() if self._paused else messages.Pause()
        if await self.ask(request, messages.Done) is None or not self._runs:
            return
        self._paused = isinstance(request, messages.Pause)
        self._still = False
        self.say("Paused: the machine is free. p goes on." if self._paused else "")
        self._paint()

    @work
    async def action_skip(self) -> None:
        """Measure no more of the highlighted candidate."""
        line = self._highlighted()
        if line is None or line.status is not None:
            return
        done = await self.ask(messages.Skip(name=line.name), messages.Done)
        if done is not None and self._runs:
            self.say(f"{shorten(line.name, 40)} is skipped; what is measured of it stays.")

    @work
    async def action_add(self) -> None:
        """Add a model to the run."""
        from advisor.ui.finder import Finder

        name = await self.app.push_screen_wait(Finder(self._here))
        if name and await self.ask(messages.Add(name=name), messages.Done) is not None:
            self._added = (*self._added, name)
            self._paint()

    @work
    async def action_stop(self) -> None:
        """Stop and decide on what is measured."""
        if not any(line.quality is not None for line in self._lines()):
            self.say("Nothing is measured yet to decide on; esc leads back.", wrong=True)
        else:
            self.say("Stopping; what is measured counts.")
            await self.ask(messages.Stop(), messages.Done)

    @work
    async def action_log(self) -> None:
        """Show what the highlighted candidate's process has printed."""
        from advisor.ui.dialogs import Reading

        line = self._highlighted()
        if line is None:
            return
        path = Path(line.log) if line.log else None
        text = await to_thread(_tail, path) if path else ""
        if line.status is None:
            text = "Its log can be read as soon as it has ended."
        content = shown(text or "It has printed nothing.")
        if path is not None:
            content = lines(shown(str(path), ACCENT), "", content)
        await self.app.push_screen(Reading(f"{line.name}: log", content))

    def action_back(self) -> None:
        """Back to the shortlist; a run that is going on is stopped first."""
        self._go_back()

    @work
    async def _go_back(self) -> None:
        from advisor.ui.dialogs import Confirm

        if self._runs:
            question = "Stop measuring and go back? What is measured is kept."
            confirm = Confirm(question, yes="Stop", no="Go on measuring")
            if not await self.app.push_screen_wait(confirm):
                return
            self._going_back = True
            if await self.ask(messages.Stop(), messages.Done) is None:
                self._going_back = False
                return
            await self.workers.wait_for_complete(
                [worker for worker in self.workers if worker.group == "measure"]
            )
        self.dismiss(Back())


def _tail(path: Path) -> str:
    """Return the end of a log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"The log cannot be read ({error.strerror})."
    except ValueError:
        return "The log cannot be read (its name is no path)."
