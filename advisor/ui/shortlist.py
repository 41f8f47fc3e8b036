"""The shortlist: what will be measured and why, and what became of every other model."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.desk import messages
from advisor.errors import NothingMeasured, UsageError
from advisor.shortlist.relaxing import why_none
from advisor.ui import shortlist_text as words
from advisor.ui.entries import Entry, entries, listed_for, needs_for
from advisor.ui.page import GoTo, Page
from advisor.ui.widgets.rows import Rows


@dataclass(frozen=True)
class Selected:
    """What will be compared, and how the proposal was changed."""

    chosen: messages.Chosen
    names: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]


class ShortlistScreen(Page[Selected]):
    """A proposal that can be changed; `enter` measures it."""

    TITLE_WORDS = "shortlist"
    HELP_WORDS = (
        "● will be measured, – is left out by you, ○ is not on this machine. The public score is "
        "the mean of a benchmark's retrieval tasks, 0 to 100: it orders the proposal and decides "
        "nothing, for your data is not among its tasks. Times are estimated from parameters. BM25 "
        "is always compared: a model must beat exact words to be worth its cost."
    )
    BINDINGS = [
        Binding("enter", "measure", "Measure", tooltip="Measure the candidates"),
        Binding("x,space", "in_or_out", "In/out", tooltip="Leave it out, or take it in"),
        Binding("a", "add", "Add", tooltip="Add a model of the catalogue, a folder, a Hub id"),
        Binding("g", "get", "Get", tooltip="Download what is not on this machine"),
        Binding("d", "dropped", "Others", tooltip="Show why the other models are not here"),
        Binding("c", "data", "Data", show=False, tooltip="Choose the data"),
    ]

    def __init__(
        self,
        choosing: messages.Choose,
        *,
        looked: messages.Looked,
        described: messages.Described | None,
    ) -> None:
        """`choosing` holds the answers and what was changed by hand before."""
        super().__init__()
        self._choosing, self._looked, self._described = choosing, looked, described
        self._entries: list[Entry] = []

    def body(self) -> ComposeResult:
        """The table and what is known of the highlighted model."""
        with Container(id="shortlist"):
            with Container(id="list-pane"):
                yield Static(id="list-head")
                yield Rows(id="models")
                yield Static(id="totals")
            with VerticalScroll(id="model-pane", can_focus=False):
                yield Static(id="model")

    def on_mount(self) -> None:
        """Propose."""
        self.query_one("#models", Rows).focus()
        self.call_after_refresh(self._propose)

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._paint)

    def _propose(self) -> None:
        self._needs = needs_for(self._choosing, self._looked, self._described)
        self._listed = listed_for(self._needs, self._looked.here)
        self._entries = entries(self._listed, self._choosing, self._needs, self._described)
        self._paint()

    def _paint(self) -> None:
        if not self._entries or not self.stands:
            return
        models = self.query_one("#models", Rows)
        width = max(40, models.scrollable_content_region.width)
        kept = models.highlighted or 0
        self.query_one("#list-head", Static).update(words.header(width))
        models.set_options([Option(words.row(entry, width)) for entry in self._entries])
        models.highlighted = min(kept, len(self._entries) - 1)
        totals = words.totals(self._listed, self._entries)
        if not any(entry.state in ("measure", "left out", "not here") for entry in self._entries):
            totals = words.nothing_left(why_none(self._listed.dropped).sentence)
        self.query_one("#totals", Static).update(totals)

    def _highlighted(self) -> Entry | None:
        index = self.query_one("#models", Rows).highlighted
        return self._entries[index] if index is not None and self._entries else None

    def on_option_list_option_highlighted(self) -> None:
        """Show what is known of it."""
        entry = self._highlighted()
        if entry is not None:
            self.query_one("#model", Static).update(words.details(entry, self._listed.board))

    def on_rows_entered(self) -> None:
        """Measure."""
        self.action_measure()

    # Keys ---------------------------------------------------------------------------------------

    @work(exclusive=True, group="choose")
    async def action_measure(self) -> None:
        """Have the desk make candidates, and go on."""
        if self._described is None:
            self.say("Measuring needs documents and queries: c chooses them.", wrong=True)
            return
        self.say("looking at the models' files …")
        chosen = await self.ask(self._choosing, messages.Chosen)
        if chosen is None:
            return
        try:
            chosen.choice.refuse_nothing()
        except NothingMeasured as error:
            self.say(str(error), wrong=True)
            return
        asked = self._choosing
        self.dismiss(Selected(chosen, asked.names, asked.removed, asked.added))

    def action_in_or_out(self) -> None:
        """Leave the highlighted candidate out, or take it in again."""
        entry = self._highlighted()
        if entry is None:
            return
        if entry.state == "baseline":
            self.say("BM25 stays: a model must beat exact words to be worth its cost.")
            return
        if entry.state == "not here":
            self.say("It is not on this machine: g downloads it.")
            return
        removed = [name for name in self._choosing.removed if name != entry.name]
        if len(removed) == len(self._choosing.removed):
            removed.append(entry.name)
        self._change(removed=tuple(removed))

    @work
    async def action_add(self) -> None:
        """Add a model by name, folder or Hub id."""
        from advisor.ui.finder import Finder

        name = await self.app.push_screen_wait(Finder(self._looked.here))
        if name and name not in (*self._choosing.names, *self._choosing.added):
            removed = tuple(one for one in self._choosing.removed if one != name)
            self._change(added=(*self._choosing.added, name), removed=removed)

    @work
    async def action_get(self) -> None:
        """Download what is not on this machine, after asking."""
        from advisor.ui.downloads import Downloads, consent_to

        entry = self._highlighted()
        absent = [one.card for one in self._entries if one.state == "not here" and one.card]
        if entry is not None and entry.state == "not here" and entry.card is not None:
            absent = [entry.card]
        if not absent:
            self.say("Everything proposed is on this machine.")
        elif self.advisor.opening.offline:
            self.say("Nothing is downloaded with --offline; start without it.", wrong=True)
        elif await self.app.push_screen_wait(consent_to(absent)):
            fetched = await self.app.push_screen_wait(Downloads([card.name for card in absent]))
            if fetched is not None:
                self._looked = msgspec.structs.replace(self._looked, here=fetched.here)
                failures = [f"{name}: {why}" for name, why in fetched.failures.items()]
                self.say("; ".join(failures), wrong=bool(failures))
                self._propose()

    def action_dropped(self) -> None:
        """Show every model that is not compared, with its reason."""
        from advisor.ui.dialogs import Reading

        self.app.push_screen(Reading("Not compared", words.the_others(self._listed)))

    def action_data(self) -> None:
        """Choose the data."""
        self.dismiss(GoTo("data"))

    def _change(self, **changes: tuple[str, ...]) -> None:
        try:
            self._choosing = msgspec.structs.replace(self._choosing, **changes)
            self._propose()
        except UsageError as error:
            self.say(str(error), wrong=True)
