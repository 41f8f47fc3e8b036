"""The catalogue: every model as a line of a table, searched by words and narrowed by keys."""

from __future__ import annotations

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.finding import Wanted, board_of, find_models, wanted
from advisor.shortlist.ranking import BENCHMARKS
from advisor.ui import filters
from advisor.ui.looking import looked_around
from advisor.ui.model_table import NO_CANDIDATES, Where, about, header, row, where_of, whole
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, MUTED, Harmless, lines, shown
from advisor.ui.widgets.rows import Rows

WORDS = "a name, a language, a licence, a domain"
"""What can be typed."""


class CatalogueScreen(Page[str]):
    """The result is the full name of a model to take into the shortlist."""

    TITLE_WORDS = "models"
    HELP_WORDS = (
        "● is on this machine, ○ is not, ◇ is hosted, ◆ is your own, · is a pipeline of several. "
        "A word has to occur in a card, or to name a language that the model reads: chinese, "
        "japanese, code, apache. The public score is the mean of a benchmark's retrieval tasks, 0 "
        "to 100; the word behind it names the benchmark, ~ says that it is estimated. Capital "
        "letters turn a filter backwards."
    )
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]
    BINDINGS = [
        Binding("enter", "open", "Page", tooltip="Show all that is known of the model"),
        # At once, whatever is still on its way to the list: what is typed next are the words.
        Binding(
            "slash", "search", "Search", key_display="/", tooltip="Search by words", priority=True
        ),
        Binding("a", "take", "Add", tooltip="Add the model to the shortlist"),
        Binding("r", "reset", "Reset", tooltip="Take every word and filter away"),
        *(
            Binding(one.key, f"turn('{one.field}')", show=False, tooltip=f"Change: {one.name}")
            for one in filters.FILTERS
        ),
        *(
            Binding(one.key.upper(), f"turn('{one.field}', -1)", show=False)
            for one in filters.FILTERS
        ),
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(self, asked: Wanted | None = None, *, take: bool = False) -> None:
        """Begin with the filters of `asked`; `take` lets a model be added to the shortlist."""
        super().__init__()
        self._asked, self._can_take = asked or filters.EVERYTHING, take
        self._here: tuple[str, ...] = ()
        self._found: tuple[ModelCard, ...] = ()
        self._lines: dict[tuple[str, Where, Board, int], Content] = {}
        """By what they depend on: nothing of them changes while one types."""

    def body(self) -> ComposeResult:
        """The line to type in, the filters, the table, and what is known of one model."""
        with Horizontal(id="search"):
            yield Static(Content.styled("/ ", ACCENT), id="slash")
            yield Input(placeholder=WORDS, highlighter=Harmless(), compact=True, id="words")
        yield Static(id="filters")
        with Container(id="catalogue"):
            with Container(id="list-pane"):
                yield Static(id="columns")
                yield Rows(id="models")
            with VerticalScroll(id="about-pane", can_focus=False):
                yield Static(id="about")

    def on_mount(self) -> None:
        """Show everything at once; what is here is looked up behind that."""
        self.query_one("#models", Rows).focus()
        trouble = load_catalogue().trouble
        if trouble:
            self.say(trouble, wrong=True)
        self._look()

    @work
    async def _look(self) -> None:
        looked = await looked_around(self)
        if looked is not None and looked.here and self.stands:
            self._here = looked.here
            self._find(at=self._highlighted())

    def on_resize(self) -> None:
        """Use the new width; this comes once at the beginning as well."""
        self.call_after_refresh(lambda: self._find(at=self._highlighted()))

    def on_screen_resume(self) -> None:
        """Use the width that the terminal got while another screen lay over this one."""
        self.on_resize()

    def _find(self, at: ModelCard | None = None) -> None:
        """Fill the table anew, and point at one model if it is still there."""
        if not self.stands:
            return
        typed = wanted([self.query_one("#words", Input).value]).words
        asked = msgspec.structs.replace(self._asked, words=typed)
        cards, board = load_catalogue().cards, board_of(asked)
        self._found = filters.as_shown(find_models(cards, asked), asked)
        models = self.query_one("#models", Rows)
        width = max(30, models.scrollable_content_region.width - 1)
        self.head.put(
            detail=f"{len(self._found)} of {len(cards)}", aside=f"public: {BENCHMARKS[board]}"
        )
        self.query_one("#filters", Static).update(filters.line(asked, self.size.width - 4))
        self.query_one("#columns", Static).update(header(width))
        models.set_options(self._option(card, board, width) for card in self._found)
        if self._found:
            models.highlighted = self._found.index(at) if at in self._found else 0
        else:
            self.query_one("#about", Static).update(self._nothing(" ".join(typed)))

    def _option(self, card: ModelCard, board: Board, width: int) -> Option:
        where = where_of(card, self._here)
        key = (card.name, where, board, width)
        if key not in self._lines:
            self._lines[key] = row(card, where, board, width)
        return Option(self._lines[key])

    def _nothing(self, typed: str) -> Content:
        near = load_catalogue().nearest(typed) if typed else ()
        said = f"Nearest by name: {', '.join(near)}." if near else ""
        return lines("Nothing fits. r takes every word and filter away.", shown(said, MUTED))

    def _about(self, card: ModelCard) -> Content:
        where = where_of(card, self._here)
        return whole(card, where) if self.has_class("-wide") else about(card, where)

    def _highlighted(self) -> ModelCard | None:
        index = self.query_one("#models", Rows).highlighted
        return self._found[index] if index is not None and index < len(self._found) else None

    def on_option_list_option_highlighted(self) -> None:
        """Show what is known of it."""
        card = self._highlighted()
        if card is not None:
            self.query_one("#about", Static).update(self._about(card))
            self.query_one("#about-pane").scroll_home(animate=False)
        self.refresh_bindings()

    def on_input_changed(self) -> None:
        """Find while it is typed."""
        self._find()

    def on_input_submitted(self) -> None:
        """Open what is found."""
        self.action_open()

    def on_rows_entered(self) -> None:
        """Open it."""
        self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Models are taken only into a shortlist; in the line a / is a letter like others."""
        if action == "search":
            return self.stands and self.focused is not self.query_one("#words", Input)
        if action != "take":
            return True
        card = self._highlighted() if self._can_take and self.stands else None
        return card is not None and card.kind not in NO_CANDIDATES

    # Keys ---------------------------------------------------------------------------------------

    @work(exclusive=True, group="page")
    async def action_open(self) -> None:
        """Show the page of the highlighted model."""
        from advisor.ui.model_page import ModelPage

        card = self._highlighted()
        if card is None:
            return
        taken = await self.app.push_screen_wait(ModelPage(card, take=self._can_take))
        if isinstance(taken, str):
            self.dismiss(taken)

    def action_search(self) -> None:
        """Go to the line."""
        self.set_focus(self.query_one("#words", Input))

    def action_back(self) -> None:
        """Leave the line, then the screen."""
        if self.focused is self.query_one("#words", Input):
            self.set_focus(self.query_one("#models", Rows))
        else:
            super().action_back()

    def action_turn(self, field: str, by: int = 1) -> None:
        """Give one filter its next value."""
        self._asked = filters.turned(self._asked, field, by)
        self._find()

    def action_reset(self) -> None:
        """Show every model again."""
        self._asked = filters.EVERYTHING
        line = self.query_one("#words", Input)
        if line.value:
            line.value = ""  # which finds anew
        else:
            self._find()

    def action_take(self) -> None:
        """Take the highlighted model into the shortlist."""
        card = self._highlighted()
        if card is not None:
            self.dismiss(card.name)

    def action_move(self, how: str) -> None:
        """Move in the list while one types."""
        getattr(self.query_one("#models", Rows), f"action_{how}")()
