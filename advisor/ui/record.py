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

MOST_SHOWN = 60_000
"""Characters; a record made to overwhelm is longer, and the file has the rest."""


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
        self.refresh_bindings()
        self._show()

    def on_resize(self) -> None:
        """Write it for the new width."""
        self.call_after_refresh(self._show)

    @work(exclusive=True, group="view")
    async def _show(self) -> None:
        if self._record is None or not self.stands:
            return
        width = self.query_one("#view-pane").scrollable_content_region.width
        # A large record takes seconds to write.
        view = await to_thread(_written, self._record, self._markdown, max(40, min(100, width)))
        if len(view) > MOST_SHOWN:
            view = f"{view[:MOST_SHOWN]}\n… the file has the rest"
        self._view = view
        notes = (f"! {note}" for note in self._unknown)
        whole = "\n".join((*notes, view))
        self.query_one("#view", Static).update(shown(whole))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What could not be read has no views."""
        del parameters
        return self._record is not None or action not in ("view", "copy")

    def action_back(self) -> None:
        """Leave for Home."""
        self.dismiss(None)

    def action_view(self) -> None:
        """Change between text and Markdown."""
        self._markdown = not self._markdown
        self.query_one("#view-pane").scroll_home(animate=False)
        self._show()

    def action_copy(self) -> None:
        """Copy what is shown."""
        self.app.copy_to_clipboard(self._view)
        self.say(f"Copied, if your terminal allows it. The file is {self._path}")

    def action_copy_path(self) -> None:
        """Copy the path."""
        self.app.copy_to_clipboard(self._path)
        self.say(f"Copied, if your terminal allows it: {self._path}")


def _written(record: DecisionRecord, markdown: bool, width: int) -> str:
    from advisor.record.show_markdown import as_markdown
    from advisor.record.show_text import as_text

    return as_markdown(record) if markdown else as_text(record, width)
