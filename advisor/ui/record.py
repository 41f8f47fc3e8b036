"""A saved record: as text and as Markdown, and where it is."""

from __future__ import annotations

from asyncio import to_thread
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from advisor.errors import RecordError
from advisor.record.decision import DecisionRecord
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, ERROR, MUTED, joined, shown


class RecordScreen(Page[None]):
    """Shows one record until it is left for Home."""

    TITLE_WORDS = "record"
    HELP_WORDS = (
        "The record is a TOML file: answers, data, figures with their intervals, the verdict and "
        "the command that repeats it. It holds no text of your documents and queries and can be "
        "shared. `embed-advisor show` prints what is shown here."
    )
    BINDINGS = [
        Binding("enter,escape", "back", "Home", key_display="⏎", tooltip="Back to Home"),
        Binding("v", "view", "Text or Markdown", tooltip="Change between text and Markdown"),
        Binding("c", "copy", "Copy", tooltip="Copy what is shown"),
        Binding("y", "copy_path", "Copy path", tooltip="Copy the path of the file"),
    ]

    def __init__(self, path: str) -> None:
        """`path` is the record's file."""
        super().__init__()
        self._path = path
        self._record: DecisionRecord | None = None
        self._unknown: tuple[str, ...] = ()
        self._markdown = False
        self._view = ""

    def body(self) -> ComposeResult:
        """Where it is, and the view."""
        yield Static(joined(shown("saved as ", MUTED), shown(self._path, ACCENT)), id="path")
        with VerticalScroll(id="view-pane"):
            yield Static(id="view")

    def on_mount(self) -> None:
        """Read it."""
        self.query_one("#view-pane").focus()
        self._load()

    @work
    async def _load(self) -> None:
        from advisor.record.store import load_record

        try:
            record, self._unknown = await to_thread(load_record, Path(self._path))
        except RecordError as error:
            sentence = joined(shown("! ", ERROR), shown(str(error)))
            self.query_one("#view", Static).update(sentence)
            return
        self._record = record
        self.head.put(aside=record.record.created.replace("T", " "))
        self._show()

    def on_resize(self) -> None:
        """Write it for the new width."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        from advisor.record.show_markdown import as_markdown
        from advisor.record.show_text import as_text

        if self._record is None or not self.stands:
            return
        width = self.query_one("#view-pane").scrollable_content_region.width
        if self._markdown:
            self._view = as_markdown(self._record)
        else:
            self._view = as_text(self._record, max(40, min(100, width)))
        view = shown("\n".join((*(f"! {note}" for note in self._unknown), self._view)))
        self.query_one("#view", Static).update(view)

    def action_view(self) -> None:
        """Change between text and Markdown."""
        self._markdown = not self._markdown
        self._show()

    def action_copy(self) -> None:
        """Copy what is shown."""
        self.app.copy_to_clipboard(self._view)
        self.say(f"Copied, if your terminal allows it. The file is {self._path}")

    def action_copy_path(self) -> None:
        """Copy the path."""
        self.app.copy_to_clipboard(self._path)
        self.say(f"Copied, if your terminal allows it: {self._path}")
