"""Home: begin a decision, go on with one, or look at a record."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.record.cells import cells
from advisor.ui.page import Page
from advisor.ui.text import MUTED, STRONG, cut, joined, shown
from advisor.ui.widgets.rows import Rows

if TYPE_CHECKING:
    from advisor.ui.draft import Draft

Choice = tuple[str, Any]
"""What was chosen: new, catalogue, draft (a `Draft`), profile or record (its path)."""

MOST_RECORDS = 8
NAME_CELLS = 30


class HomeScreen(Page[Choice]):
    """One list; `enter` opens what is highlighted."""

    TITLE_WORDS = "home"
    HELP_WORDS = (
        "A decision begins with data or with questions and ends with a record. A profile is a set "
        "of answers to begin with. What was left in the middle can be gone on with; nothing is "
        "measured twice."
    )
    BINDINGS = [
        Binding("enter", "open", "Open"),
        Binding("m", "catalogue", "Models", tooltip="Search all models"),
        Binding("x", "discard", "Discard", tooltip="Discard what was left in the middle"),
        Binding("q,escape", "leave", "Leave", key_display="q"),
    ]

    def __init__(self, out: Path, *, offered: str = "") -> None:
        """Records are looked for in `out`; `offered` is what the command was given."""
        super().__init__()
        self._out, self._offered = out, offered
        self._choices: dict[str, Choice] = {}

    def body(self) -> ComposeResult:
        """The list; its first line is there at once, the rest is read behind the first paint."""
        yield Static(shown("Which embedding model should it be?", STRONG), id="question")
        yield Rows(self._option(("new", None), "New decision", self._new_words()), id="home")

    def on_mount(self) -> None:
        """Read the lists once the screen stands."""
        self.query_one(Rows).focus()
        self.call_after_refresh(self._fill)

    @work
    async def _fill(self) -> None:
        from asyncio import to_thread

        from advisor.needs.profile import list_profiles
        from advisor.ui.draft import unfinished

        home = self.query_one("#home", Rows)
        drafts = await to_thread(unfinished)
        if drafts:
            home.add_options(self._section("Go on", map(self._draft_option, drafts)))
        profiles = await to_thread(list_profiles)
        options = [
            self._option(("profile", profile), profile.name, profile.description)
            for profile in profiles
        ]
        home.add_options(self._section("Begin with a profile", options))
        models = self._option(("catalogue", None), "All models", "search, filter, compare facts")
        home.add_options(self._section("Look something up", [models]))
        records = await to_thread(_records, self._out)
        if records:
            options = [self._option(("record", path), name, words) for path, name, words in records]
            home.add_options(self._section("Records", options))

    def _section(self, title: str, options: Iterable[Option]) -> list[Option]:
        head = Option(joined("\n", Content.styled(title, MUTED)), disabled=True)
        return [head, *options]

    def _draft_option(self, draft: Draft) -> Option:
        where = f"{draft.place or 'no data yet'} · {draft.started.replace('T', ' ')}"
        return self._option(("draft", draft), draft.said, where)

    def _option(self, choice: Choice, name: str, words: str) -> Option:
        key = f"choice-{len(self._choices)}"
        self._choices[key] = choice
        left = cut(name, NAME_CELLS)
        gap = " " * (NAME_CELLS + 2 - cells(left.plain))
        return Option(joined(left, gap, cut(words, 160, MUTED)), id=key)

    def _new_words(self) -> str:
        return f"with {self._offered}" if self._offered else "on your documents, or a sample"

    def on_option_list_option_highlighted(self) -> None:
        """Offer only the keys that fit what is highlighted."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Discarding is for what was left in the middle."""
        del parameters
        return action != "discard" or self._highlighted()[0] == "draft"

    def _highlighted(self) -> Choice:
        option = self.query_one("#home", Rows).highlighted_option
        return self._choices.get(option.id or "", ("new", None)) if option else ("new", None)

    def on_rows_entered(self) -> None:
        """Open it."""
        self.action_open()

    def on_rows_pointed(self) -> None:
        """A click opens as well."""
        self.action_open()

    def action_open(self) -> None:
        """Open what is highlighted."""
        self.dismiss(self._highlighted())

    def action_catalogue(self) -> None:
        """Show every model."""
        self.dismiss(("catalogue", None))

    def action_discard(self) -> None:
        """Discard a decision that was left in the middle."""
        from advisor.ui.draft import forget

        home = self.query_one("#home", Rows)
        kind, draft = self._highlighted()
        if kind == "draft" and home.highlighted is not None:
            forget(draft)
            home.remove_option_at_index(home.highlighted)
            self.say("Discarded. Its measurements stay in the cache.")

    def action_leave(self) -> None:
        """End the interface."""
        self.advisor.leave()


def _records(folder: Path) -> list[tuple[str, str, str]]:
    """Return path, name and sentence of the newest records, before it why one is due again."""
    from datetime import UTC, datetime

    from advisor.catalogue.catalogue import catalogue_date
    from advisor.catalogue.prices import prices_date
    from advisor.errors import RecordError
    from advisor.record.due import due
    from advisor.record.store import load_record

    found = []
    today, newest, priced = datetime.now(UTC).date(), catalogue_date(), prices_date()
    for path in sorted(folder.glob("*.toml"), reverse=True)[:MOST_RECORDS]:
        try:
            record, _ = load_record(path)
        except RecordError:
            continue  # opening it by name says what is wrong with it
        reasons = due(record, today, newest, priced)
        again = f"look again: {', '.join(reasons)} · " if reasons else ""
        found.append((str(path), record.record.name, f"{again}{record.verdict.sentence}"))
    return found
