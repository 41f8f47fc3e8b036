"""A saved record: as text, as Markdown and as code, and where it is."""

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
from advisor.text import is_utf8
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, ERROR, MUTED, joined, shown

FORMS = ("text", "markdown", "code")
MOST_SHOWN = 60_000
"""Characters; a record made to overwhelm is longer, and the file has the rest."""


class RecordScreen(Page[None]):
    """Shows one record until it is left for Home."""

    TITLE_WORDS = "record"
    HELP_WORDS = (
        "The record is a TOML file: answers, data, figures with their intervals, the verdict and "
        "the command that repeats it. It holds no text of your documents and queries and can be "
        "shared. v shows it as text, as an architecture decision record in Markdown, and as code "
        "for the model that was picked; `embed-advisor show` prints all of them, and one HTML page "
        "with charts."
    )
    BINDINGS = [
        Binding("enter,escape", "back", "Home", key_display="⏎", tooltip="Back to Home"),
        Binding("v", "view", "Other view", tooltip="Text, Markdown, or code for the pick"),
        Binding("c", "copy", "Copy", tooltip="Copy what is shown"),
        Binding("y", "copy_path", "Copy path", tooltip="Copy the path of the file"),
    ]

    def __init__(self, path: str) -> None:
        """`path` is the record's file."""
        super().__init__()
        self._path = path
        self._record: DecisionRecord | None = None
        self._unknown: tuple[str, ...] = ()
        self._form = 0
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
        view = await to_thread(_written, self._record, FORMS[self._form], max(40, min(100, width)))
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
        """Go on to the next view."""
        self._form = (self._form + 1) % len(FORMS)
        self.query_one("#view-pane").scroll_home(animate=False)
        self._show()

    def action_copy(self) -> None:
        """Copy what is shown."""
        self.app.copy_to_clipboard(self._view)
        self.say(f"Copied, if your terminal allows it. The file is {self._path}")

    def action_copy_path(self) -> None:
        """Copy the path, if the clipboard can take it."""
        if not is_utf8(self._path):
            self.say("This name is not written in UTF-8: it cannot be copied.", wrong=True)
            return
        self.app.copy_to_clipboard(self._path)
        self.say(f"Copied, if your terminal allows it: {self._path}")


def _written(record: DecisionRecord, form: str, width: int) -> str:
    from advisor.record.show_code import as_code
    from advisor.record.show_markdown import as_markdown
    from advisor.record.show_text import as_text

    if form == "markdown":
        return as_markdown(record)
    if form == "text":
        return as_text(record, width)
    try:
        return as_code(record)
    except RecordError as error:
        return str(error)  # nothing is picked, or no code is known for it
