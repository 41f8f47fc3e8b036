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
from advisor.errors import NothingMeasured
from advisor.needs.requirements import Requirements
from advisor.record.cells import shorten
from advisor.shortlist.shortlist import Shortlist
from advisor.ui import shortlist_text as words
from advisor.ui.entries import Entry, as_asked, entries, listed_for, needs_for, to_fetch
from advisor.ui.filters import asked_by
from advisor.ui.looking import look
from advisor.ui.page import Back, GoTo, Lost, Page
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
        "● will be measured, – is left out by you, ○ is not on this machine, ! cannot be used. The "
        "public score is "
        "the mean of a benchmark's retrieval tasks, 0 to 100: it orders the proposal and decides "
        "nothing, for your data is not among its tasks. Times are estimated from parameters. BM25 "
        "is always compared: a model must beat exact words to be worth its cost."
    )
    BINDINGS = [
        Binding("enter", "measure", "Measure", tooltip="Measure the candidates"),
        Binding("x,space", "in_or_out", "In/out", tooltip="Leave it out, or take it in"),
        Binding("a", "add", "Add", tooltip="Add a model of the catalogue, a folder, a Hub id"),
        Binding("g", "get", "Get", tooltip="Download what is not on this machine"),
        Binding("d", "others", "Others", tooltip="Show why the other models are not compared"),
        Binding("p", "page", "Page", tooltip="Show all that is known of the model"),
        Binding("m", "catalogue", "Models", show=False, tooltip="Search all models"),
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
        self._needs: Requirements
        self._listed: Shortlist
        self._entries: list[Entry] = []
        self._is_choosing = False
        self._failures: dict[str, str] = {}
        self._fetching: tuple[str, ...] = ()
        """Repositories that are being downloaded."""

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
        if self._described is not None:
            self.head.put(aside=words.data_line(self._described))
        self.call_after_refresh(self._begin)

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._paint)

    def _begin(self) -> None:
        self._propose()
        self._look_again()

    @work
    async def _look_again(self) -> None:
        """Find what has been downloaded since the desk looked around."""
        looked = await self.ask(look(self.advisor), messages.Looked)
        if looked is None:
            return
        changed = set(looked.here) != set(self._looked.here)
        self._looked = self.advisor.looked = looked
        if changed:
            self._propose()

    def _propose(self, at: str = "") -> None:
        """Make the list anew; `at` is the name to point at."""
        self._needs = needs_for(self._choosing, self._looked, self._described)
        self._listed = listed_for(self._needs, self._looked.here)
        here, current = frozenset(self._looked.here), self._highlighted()
        self._entries = entries(
            self._listed,
            self._choosing,
            self._needs,
            self._described,
            here=here,
            failures=self._failures,
        )
        self._paint(at or (current.name if current else ""))

    def _paint(self, at: str = "") -> None:
        if not self._entries or not self.stands:
            return
        models = self.query_one("#models", Rows)
        width = max(40, models.scrollable_content_region.width)
        kept = models.highlighted or 0
        names = [entry.name for entry in self._entries]
        self.query_one("#list-head", Static).update(words.header(width))
        models.set_options([Option(words.row(entry, width)) for entry in self._entries])
        models.highlighted = names.index(at) if at in names else min(kept, len(names) - 1)
        self.query_one("#totals", Static).update(words.totals(self._listed, self._entries))

    def _highlighted(self) -> Entry | None:
        index = self.query_one("#models", Rows).highlighted
        known = self._entries
        return known[index] if index is not None and index < len(known) else None

    def on_option_list_option_highlighted(self) -> None:
        """Show what is known of it."""
        entry = self._highlighted()
        if entry is not None:
            self.query_one("#model", Static).update(words.details(entry))
            self.query_one("#model-pane").scroll_home(animate=False)

    def on_rows_entered(self) -> None:
        """Measure."""
        self.action_measure()

    # Keys ---------------------------------------------------------------------------------------

    def action_measure(self) -> None:
        """Have the desk make candidates, and go on; Enter pressed once more begins nothing anew."""
        if self._described is None:
            self.say("Measuring needs documents and queries: c chooses them.", wrong=True)
        elif not self._is_choosing:
            self._choose()

    @work(exclusive=True, group="choose")
    async def _choose(self) -> None:
        self._is_choosing = True
        self.say("looking at the models' files …")
        asked = as_asked(self._choosing, self._entries)
        try:
            chosen = await self.ask(asked, messages.Chosen)
        finally:
            self._is_choosing = False
        if chosen is None:
            return
        try:
            chosen.choice.refuse_nothing()
        except NothingMeasured as error:
            self.say(str(error), wrong=True)
            return
        self.dismiss(Selected(chosen, asked.names, asked.removed, asked.added))

    def action_in_or_out(self) -> None:
        """Leave the highlighted candidate out, or take it in again."""
        entry = self._highlighted()
        if entry is None:
            return
        if entry.state == "baseline":
            self.say(f"{entry.name} stays: a model must beat exact words to be worth its cost.")
        elif not entry.can_go:
            self.say("It is not on this machine: g downloads it.")
        elif entry.left_out:
            self._take_in(entry)
        else:
            self._change(removed=(*self._choosing.removed, entry.name))

    def _take_in(self, entry: Entry) -> None:
        removed = tuple(name for name in self._choosing.removed if name != entry.name)
        self._change(entry.name, removed=removed)

    @work
    async def action_add(self) -> None:
        """Add a model by name, folder or Hub id."""
        from advisor.ui.finder import Finder

        finder = Finder(self._looked.here, self._listed.board)
        taken = await self.app.push_screen_wait(finder)
        self._add(taken)

    @work
    async def action_others(self) -> None:
        """Show every model that is not compared, with its reason; one may be taken in."""
        from advisor.ui.others import Others

        compared = {entry.card.name for entry in self._entries if entry.card is not None}
        others = Others(self._listed, compared, self._needs)
        taken = await self.app.push_screen_wait(others)
        self._add(taken)

    @work
    async def action_page(self) -> None:
        """Show the page of the highlighted model."""
        from advisor.ui.model_page import ModelPage

        entry = self._highlighted()
        if entry is not None and entry.card is None:
            self.say("It is not in the catalogue: nothing is known of it before it is measured.")
        elif entry is not None and entry.card is not None:
            taken = await self.app.push_screen_wait(ModelPage(entry.card, take=True))
            self._add(taken)

    @work
    async def action_catalogue(self) -> None:
        """Search all models, by the languages and the licence that are wanted here."""
        from advisor.ui.catalogue import CatalogueScreen

        screen = CatalogueScreen(asked_by(self._needs), take=True)
        taken = await self.app.push_screen_wait(screen)
        self._add(taken)

    def _add(self, name: str | Back | GoTo | Lost | None) -> None:
        if not isinstance(name, str):
            return  # it was left without any
        known = next((entry for entry in self._entries if entry.is_called(name)), None)
        if known is None:
            self._change(name, added=(*self._choosing.added, name))
        elif known.left_out:
            self._take_in(known)
        else:
            self._propose(known.name)
            self.say(f"{shorten(known.name, 60)} is in the list already.")

    @work
    async def action_get(self) -> None:
        """Download what is not on this machine, after asking."""
        from advisor.ui.downloads import Downloads, consent_to

        absent = to_fetch(self._entries, self._highlighted())
        if self._fetching:
            self.app.push_screen(Downloads(self._fetching, self.advisor.news.downloads))
        elif not absent:
            self.say("Everything proposed is on this machine.")
        elif self.advisor.opening.offline:
            self.say("Nothing is downloaded with --offline; start without it.", wrong=True)
        elif await self.app.push_screen_wait(consent_to(absent)):
            await self._fetch(tuple(card.repo for card in absent if card.repo))

    async def _fetch(self, repos: tuple[str, ...]) -> None:
        from advisor.ui.downloads import fetch

        self._fetching = repos
        fetched = await fetch(self, repos)
        self._fetching = ()
        if fetched is None or not self.stands:
            return
        self._looked = msgspec.structs.replace(self._looked, here=fetched.here)
        self.advisor.looked = self._looked
        earlier = {name: why for name, why in self._failures.items() if name not in repos}
        self._failures = earlier | fetched.failures
        self._propose()
        self.say(words.fetched(repos, fetched.failures), wrong=bool(fetched.failures))

    def action_data(self) -> None:
        """Choose the data."""
        self.dismiss(GoTo("data"))

    def _change(self, at: str = "", **changes: tuple[str, ...]) -> None:
        """Change what is chosen; what the desk was asked for before that is no longer wanted."""
        self.workers.cancel_group(self, "choose")
        self.say("")
        self._choosing = msgspec.structs.replace(self._choosing, **changes)
        self._propose()
        entry = next((one for one in self._entries if at and one.is_called(at)), None)
        if entry is not None:
            self._paint(entry.name)
