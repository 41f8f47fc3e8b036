"""Single queries: what one candidate finds and another misses, side by side."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.desk import messages
from advisor.desk.queries import Contrast, Placed
from advisor.evaluation.metrics import MAIN_METRIC
from advisor.record.cells import UNKNOWN, ndcg
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, cut, joined, lines, shown
from advisor.ui.widgets.rows import Rows

GRADES = {None: "not judged", 0: "judged not relevant"}


class QueriesScreen(Page[None]):
    """Ends with nothing; the verdict comes again."""

    TITLE_WORDS = "queries"
    HELP_WORDS = (
        "Two candidates query by query, the largest differences first. Below stand the "
        "relevant documents, with their place in either list, and what stands on top instead. A "
        "query that no candidate solves, BM25 included, may be wrongly judged: its label is "
        "suspect."
    )
    BINDINGS = [
        Binding("space", "read_on", "Read on", tooltip="Scroll the documents"),
        Binding("escape,q", "back", "Verdict", key_display="esc"),
    ]

    def __init__(self, first: str, second: str, metric: str = MAIN_METRIC) -> None:
        """Both are names of measured candidates; `metric` is what is compared."""
        super().__init__()
        self._first, self._second, self._metric = first, second, metric
        self._queries: tuple[Contrast, ...] = ()

    def body(self) -> ComposeResult:
        """The queries, and the documents of the one that is highlighted."""
        yield Static(shown("comparing …"), id="pair")
        yield Rows(id="queries")
        with VerticalScroll(id="found-pane"):
            yield Static(id="found")

    def on_mount(self) -> None:
        """Have the two compared."""
        self._compare()

    @work
    async def _compare(self) -> None:
        request = messages.Contrasts(first=self._first, second=self._second)
        contrasted = await self.ask(request, messages.Contrasted)
        if contrasted is None:
            self.query_one("#pair", Static).update(self.refusal)
            return
        self._queries = contrasted.queries
        suspect = sum(one.unsolved for one in self._queries)
        self.head.put(aside=f"{suspect:,} that nobody solves" if suspect else "")
        pair = joined(
            "left ",
            shown(self._first, ACCENT),
            ", right ",
            shown(self._second, ACCENT),
            f"; {self._metric}",
        )
        self.query_one("#pair", Static).update(pair)
        table = self.query_one("#queries", Rows)
        table.set_options([Option(self._row(one)) for one in self._queries])
        table.focus()
        table.highlighted = 0

    @staticmethod
    def _row(one: Contrast) -> Content:
        figures = f"{ndcg(one.first):>5}  {ndcg(one.second):>5}  "
        sign = Content.styled("! ", WARN) if one.unsolved else Content("  ")
        return joined(figures, sign, cut(one.text, 160))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what both found for it."""
        one = self._queries[event.option_index]
        doubt = shown("No candidate finds a relevant document: is it judged rightly?", WARN)
        head = lines(shown(one.text, STRONG), *([doubt] if one.unsolved else []))
        found = lines(head, *(self._document(document) for document in one.documents))
        self.query_one("#found", Static).update(found)
        self.query_one("#found-pane").scroll_home(animate=False)

    @staticmethod
    def _document(document: Placed) -> Content:
        places = f"{document.first or UNKNOWN} | {document.second or UNKNOWN}"
        word = GRADES.get(document.grade, "relevant")
        style = ACCENT if word == "relevant" else MUTED
        return lines(
            "",
            joined(shown(f"{word}  ", style), shown(f"place {places}", MUTED)),
            shown(document.text),
        )

    def action_read_on(self) -> None:
        """Scroll the documents; from their end back to their start."""
        pane = self.query_one("#found-pane", VerticalScroll)
        if pane.is_vertical_scroll_end:
            pane.scroll_home(animate=False)
        else:
            pane.scroll_page_down(animate=False)

    def action_back(self) -> None:
        """Back to the verdict."""
        self.dismiss(None)
