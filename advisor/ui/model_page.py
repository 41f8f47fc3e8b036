"""The page of one model: its facts, scores, needs and traps, and the models most like it."""

from __future__ import annotations

from collections.abc import Collection

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.page import beside, page_of
from advisor.catalogue.similar import similar
from advisor.desk import messages
from advisor.shortlist.model_page import model_page
from advisor.ui.looking import looked_around
from advisor.ui.model_page_text import halves, page_text, similar_row
from advisor.ui.model_table import NO_CANDIDATES, where_of
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, MUTED, joined, shown
from advisor.ui.widgets.rows import Rows


class Facts(VerticalScroll):
    """The text; going down from its end leads on into the list of similar models."""

    class Passed(Message):
        """The end was reached, and still the key went down."""

    def action_scroll_down(self) -> None:
        """Scroll, or go on."""
        if self.scroll_offset.y >= self.max_scroll_y:
            self.post_message(self.Passed())
        else:
            super().action_scroll_down()


class Similar(Rows):
    """The list; going up from its first line leads back to the text."""

    class Passed(Message):
        """The beginning was reached, and still the key went up."""

    def action_cursor_up(self) -> None:
        """Go up, or back."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.post_message(self.Passed())


class ModelPage(Page[str]):
    """The result is the full name of a model to take into the shortlist."""

    TITLE_WORDS = "model"
    HELP_WORDS = (
        "Everything the catalogue knows of a model, and what it would need on this machine. A bar "
        "is a public score from 0 to 100; below it stands where the middle half of the models of "
        "its size lies, ┼ is their median. Estimates of time are rough and may be off several "
        "times over: the range says how far. Enter opens a similar model, esc goes back to this."
    )
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    BINDINGS = [
        Binding("enter", "open", "Open", tooltip="Open the highlighted similar model"),
        Binding("s", "similar", "Similar", tooltip="Go to the similar models, or back"),
        Binding("a", "take", "Add", tooltip="Add the model to the shortlist"),
    ]

    def __init__(self, card: ModelCard, *, take: bool = False) -> None:
        """`take` lets the model be added to the shortlist."""
        super().__init__()
        self._trail, self._can_take = [card], take
        self._looked: messages.Looked | None = None
        self._near: tuple[ModelCard, ...] = ()

    @property
    def card(self) -> ModelCard:
        """The model that is shown."""
        return self._trail[-1]

    def body(self) -> ComposeResult:
        """The text, in two columns where there is room, and the similar models."""
        with Container(id="page"):
            with Facts(id="facts-pane"):
                yield Static(id="facts")
            with Vertical(id="side"):
                with VerticalScroll(id="more-pane"):
                    yield Static(id="more")
                yield Static(id="similar-head")
                yield Similar(id="similar")

    def on_mount(self) -> None:
        """Show the facts at once; the machine is looked at behind that."""
        self.query_one(Facts).focus()
        self._looked = self.advisor.looked
        if self._looked is None:
            self._look()

    @work
    async def _look(self) -> None:
        self._looked = await looked_around(self)
        self._paint()

    def on_resize(self) -> None:
        """Use the new width; this comes once at the beginning as well."""
        self.call_after_refresh(self._paint)

    def on_screen_resume(self) -> None:
        """Use the width that the terminal got while another screen lay over this one."""
        self.on_resize()

    def _paint(self) -> None:
        if not self.stands:
            return
        cards, looked = load_catalogue().cards, self._looked
        here = looked.here if looked else ()
        sections = page_of(self.card, cards)
        if looked is not None:
            on_it = self.card.name in here
            sections = model_page(self.card, cards, looked.machine, here=on_it)
        width = self.query_one(Facts).scrollable_content_region.width - 1
        first, second = halves(sections) if self.has_class("-wide") else (sections, ())
        self.query_one("#facts", Static).update(page_text(first, width))
        width = self.query_one("#more-pane").scrollable_content_region.width - 1
        self.query_one("#more", Static).update(page_text(second, max(20, width)))
        self.head.put(detail=self.card.name, aside=where_of(self.card, here) if looked else "")
        self._near = similar(self.card, cards)
        self._paint_similar(here)
        self.refresh_bindings()

    def _paint_similar(self, here: Collection[str]) -> None:
        """Fill the list; while it is closed, its heading names what is in it."""
        rows, room = self.query_one(Similar), self.query_one("#side").content_size.width - 1
        is_open = rows.display = self.has_class("-wide") or self.focused is rows
        names = "" if is_open else ", ".join(one.short_name for one in self._near)
        head = joined(Content.styled("Most like it  ", f"bold {ACCENT}"), shown(names, MUTED))
        self.query_one("#similar-head", Static).update(head)
        at = rows.highlighted or 0
        rows.set_options(
            Option(similar_row(one, where_of(one, here), beside(one, self.card), room))
            for one in self._near
        )
        rows.highlighted = min(at, len(self._near) - 1) if self._near else None

    def on_descendant_focus(self) -> None:
        """Offer the keys of what has the focus."""
        self.refresh_bindings()

    def on_rows_entered(self) -> None:
        """Open it."""
        self.action_open()

    def on_rows_pointed(self) -> None:
        """A click opens as well."""
        self.action_open()

    def on_facts_passed(self) -> None:
        """Open the list and go into it."""
        if self._near:
            rows = self.query_one(Similar)
            rows.display = True
            self.set_focus(rows)
            self._paint()

    def on_similar_passed(self) -> None:
        """Close the list and go back to the text."""
        self.set_focus(self.query_one(Facts))
        self._paint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is for the list, and adding for shortlists."""
        if action == "open":
            return self.stands and self.focused is self.query_one(Similar)
        if action == "take":
            return self._can_take and self.card.kind not in NO_CANDIDATES
        return True

    # Keys ---------------------------------------------------------------------------------------

    def action_similar(self) -> None:
        """Go to the similar models, or back to the text."""
        if self.focused is self.query_one(Similar):
            self.on_similar_passed()
        else:
            self.on_facts_passed()

    def action_open(self) -> None:
        """Open the highlighted similar model."""
        index = self.query_one(Similar).highlighted
        if index is not None and index < len(self._near):
            self._trail.append(self._near[index])
            self._show()

    def action_back(self) -> None:
        """Go back to the model before, or leave."""
        if len(self._trail) == 1:
            super().action_back()
            return
        self._trail.pop()
        self._show()

    def _show(self) -> None:
        """Show another model from its beginning."""
        self.query_one(Similar).highlighted = None
        self.on_similar_passed()
        self.query_one(Facts).scroll_home(animate=False)
        self.query_one("#more-pane").scroll_home(animate=False)

    def action_take(self) -> None:
        """Take the model into the shortlist."""
        self.dismiss(self.card.name)
