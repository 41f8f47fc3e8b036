"""Choosing a file or folder: type a path with completion, or walk through the folders."""

from __future__ import annotations

import os
from asyncio import to_thread
from pathlib import Path

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Footer, Input, OptionList, Static

from advisor.text import is_utf8
from advisor.ui.folders import Entry, exists, inside, listed, path_of
from advisor.ui.leaving import Dialog
from advisor.ui.text import ERROR, MUTED, STRONG, Harmless, shown


class Entries(OptionList):
    """The list below the line; up from its first entry leads back to the line."""

    def action_cursor_up(self) -> None:
        """Go up, or back to the line."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.screen.set_focus(self.screen.query_one(Input))

    def on_key(self, event: events.Key) -> None:
        """What is typed belongs to the line."""
        if event.is_printable and event.character:
            event.stop()
            line = self.screen.query_one(Input)
            self.screen.set_focus(line)
            line.insert_text_at_cursor(event.character)


class Chooser(Dialog[str | None]):
    """The result is a whole path, None when it was left."""

    BINDINGS = [
        Binding("tab", "complete", "Complete", tooltip="Complete the path", priority=True),
        Binding("down", "into_list", "List", tooltip="Go to the list", key_display="↓"),
        Binding("escape", "leave_chooser", "Back"),
    ]

    def __init__(self, start: Path | None = None) -> None:
        """Begin in `start`, or where the program was called."""
        super().__init__()
        self._start = start or _here()
        self._entries: tuple[Entry, ...] = ()

    def compose(self) -> ComposeResult:
        """A line for the path, and what begins like it."""
        with Vertical(classes="pane tall"):
            yield Static(shown("A folder, or a file (JSONL, JSON, CSV, TSV)", STRONG))
            yield Input(inside(self._start), highlighter=Harmless(), compact=True)
            yield Static(id="hint")
            yield Entries(id="entries")
        yield Footer(show_command_palette=False)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Typing replaces what stands in the line first, and nothing after that."""
        event.input.select_on_focus = False
        event.input.cursor_position = len(event.input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what begins like the path."""
        self._list(event.value)

    @work(exclusive=True, group="list")
    async def _list(self, typed: str) -> None:
        listing = await to_thread(listed, typed)
        self._entries = listing.entries
        entries = self.query_one(Entries)
        entries.set_options(listing.options)
        entries.action_first()
        wrong = listing.wrong
        self._hint(f"! {wrong}" if wrong else _said(typed, listing.more), wrong=bool(wrong))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the path if something is there."""
        self._take_typed(event.value)

    @work(exclusive=True, group="take")
    async def _take_typed(self, typed: str) -> None:
        for text in filter(None, (typed, typed.strip())):
            path = path_of(text)
            if await to_thread(exists, path):
                self._take(path)
                return
        self._hint("! nothing is there", wrong=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a file or this folder, go into another."""
        entry = self._entries[event.option_index]
        if entry.kind in ("take", "file"):
            self._take(entry.path)
        else:
            self._type(inside(entry.path))

    def _take(self, path: Path) -> None:
        # The desk must be able to hear the name, and a recent place is used from anywhere.
        place = str(path.absolute())
        if is_utf8(place):
            self.dismiss(place)
        else:
            self._hint("! this name is not written in UTF-8: rename it first", wrong=True)

    @work(exclusive=True, group="complete")
    async def action_complete(self) -> None:
        """Complete the path as far as all entries agree."""
        line = self.query_one(Input)
        typed = line.value
        completed = (await to_thread(listed, typed)).completed
        if completed is not None and line.value == typed:
            self._type(completed)
            self.set_focus(line)

    def action_into_list(self) -> None:
        """Go to the list."""
        self.set_focus(self.query_one(Entries))

    def action_leave_chooser(self) -> None:
        """Leave without a path."""
        self.dismiss(None)

    def _type(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    def _hint(self, text: str, *, wrong: bool = False) -> None:
        self.query_one("#hint", Static).update(shown(text, ERROR if wrong else MUTED))


def _said(typed: str, more: int) -> str:
    if more > 0:
        return f"and {more:,} more: type on"
    what = "this folder" if typed.endswith(os.sep) else "it"
    return f"enter takes {what}, ↓ leads to the list"


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder was removed meanwhile
        return Path.home()
