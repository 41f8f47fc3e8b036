"""A pane with a line to type in and the lines that fit it: type, move, take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input, Static
from textual.widgets.option_list import Option

from advisor.ui.leaving import Dialog
from advisor.ui.text import MUTED, STRONG, Harmless, shown
from advisor.ui.widgets.rows import Rows


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    text: Content
    about: Callable[[], Content] = Content
    """Makes what stands below the list while this line is highlighted."""
    value: str | None = None
    """What the pane returns for it; None for a line that is only read."""
    model: str = ""
    """The full name of the model that has a page in the catalogue."""
    heading: bool = False


class Searching(Dialog[str | None]):
    """The result is the value of the line that was taken, None when the pane was left.

    The line to type in keeps the focus; the arrow keys move in the list all the same.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Add"),
        Binding(
            "down", "move('cursor_down')", "Move", key_display="↑↓", tooltip="Move in the list"
        ),
        Binding("ctrl+o", "page", "Page", tooltip="Show all that is known of the model"),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("escape", "leave_pane", "Back"),
    ]

    def __init__(self, title: str, placeholder: str) -> None:
        """`title` stands on top, `placeholder` in the line while it is empty."""
        super().__init__()
        self._title, self._placeholder = title, placeholder
        self._lines: Sequence[Line] = ()

    def compose(self) -> ComposeResult:
        """A line to type in, what it finds, and what is known of the highlighted one."""
        with Vertical(classes="pane tall searching"):
            yield Static(shown(self._title, STRONG), classes="title")
            yield Input(placeholder=self._placeholder, highlighter=Harmless(), compact=True)
            yield Static(id="columns")
            yield Rows(id="found")
            with VerticalScroll(id="about-pane", can_focus=False):
                yield Static(id="about")
        yield Footer(show_command_palette=False)

    def columns(self, width: int) -> Content:
        """Return the names of the columns."""
        raise NotImplementedError

    def found(self, typed: str, width: int) -> Sequence[Line]:
        """Return the lines for what is typed."""
        raise NotImplementedError

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Return the keys with ours first: the line in focus takes them and hands them on."""
        active = super().active_bindings
        own = {key: self._bindings.key_to_bindings[key][0] for key in ("enter", "down")}
        first = {key: ActiveBinding(self, binding, True) for key, binding in own.items()}
        return first | {key: one for key, one in active.items() if key not in first}

    def on_mount(self) -> None:
        """Show everything, and keep the focus where one types."""
        self.query_one("#found", Rows).can_focus = False
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Use the new width; this comes once at the beginning as well."""
        self.call_after_refresh(self._find)

    def on_input_changed(self) -> None:
        """Find while it is typed."""
        self._find()

    def _find(self) -> None:
        rows = self.query_one("#found", Rows)
        width = max(30, rows.scrollable_content_region.width - 1)
        self._lines = self.found(self.query_one(Input).value, width)
        self.query_one("#columns", Static).update(self.columns(width))
        rows.set_options(Option(line.text, disabled=line.heading) for line in self._lines)
        first = next((at for at, line in enumerate(self._lines) if not line.heading), None)
        rows.highlighted = first
        if first is None:
            self.query_one("#about", Static).update(shown("Nothing fits.", MUTED))
        rows.scroll_home(animate=False)

    def _highlighted(self) -> Line | None:
        index = self.query_one("#found", Rows).highlighted
        return self._lines[index] if index is not None and index < len(self._lines) else None

    def on_option_list_option_highlighted(self) -> None:
        """Say what is known of it."""
        line = self._highlighted()
        if line is not None:
            self.query_one("#about", Static).update(line.about())
            self.query_one("#about-pane").scroll_home(animate=False)

    def on_input_submitted(self) -> None:
        """Take the highlighted line."""
        self.action_take()

    def action_take(self) -> None:
        """Take the highlighted line, if it can be."""
        line = self._highlighted()
        if line is not None and line.value is not None:
            self.dismiss(line.value)

    @work(exclusive=True, group="page")
    async def action_page(self) -> None:
        """Show the page of the highlighted model, from which it can be taken as well."""
        from advisor.catalogue.catalogue import load_catalogue
        from advisor.ui.model_page import ModelPage

        line = self._highlighted()
        if line is not None and line.model:
            page = ModelPage(load_catalogue().find(line.model), take=line.value is not None)
            taken = await self.app.push_screen_wait(page)
            if isinstance(taken, str):
                self.dismiss(taken)

    def action_move(self, how: str) -> None:
        """Move in the list without leaving the line."""
        getattr(self.query_one("#found", Rows), f"action_{how}")()

    def action_leave_pane(self) -> None:
        """Leave without anything."""
        self.dismiss(None)
