"""Groups of queries: how every candidate does on each category and each language."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.evaluation.estimate import Interval
from advisor.record.cells import cells, ndcg, shorten
from advisor.record.decision import Category, DecisionRecord
from advisor.record.group_text import GroupRow, against, groups_in, sure_word
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, cut, joined, lines, shown
from advisor.ui.widgets.bars import interval_bar, scale_for
from advisor.ui.widgets.rows import Rows

_BAR = 24
_FIGURES = 30
"""Cells of a difference with its interval."""


class GroupsScreen(Page[None]):
    """Ends with nothing; the verdict comes again."""

    TITLE_WORDS = "groups"
    HELP_WORDS = (
        "Quality on each category of the data and on each language of the queries, with 95 % "
        "intervals, and every candidate's difference from the leader of all queries, paired by "
        "query. A difference is called sure by a test at 5 %, corrected for the candidates and for "
        "the number of groups. Groups under 20 independent queries, marked ?, say nothing of "
        "differences."
    )
    BINDINGS = [
        Binding("space", "read_on", "Read on", tooltip="Scroll the candidates"),
        Binding("escape,g,q", "back", "Verdict", key_display="esc"),
    ]

    def __init__(self, record: DecisionRecord) -> None:
        """`record` holds the groups."""
        super().__init__()
        self._record = record
        self._leader = record.verdict.leader or ""
        self._groups = tuple(
            (groups.kind, row) for groups in groups_in(record) for row in groups.rows
        )

    def body(self) -> ComposeResult:
        """The groups, and every candidate on the one that is highlighted."""
        yield Static(id="groups-head")
        yield Rows(id="groups")
        with VerticalScroll(id="group-pane"):
            yield Static(id="group")

    def on_mount(self) -> None:
        """Show them."""
        if not self._groups:
            said = "The queries are of one category and one language, as far as can be told."
            self.query_one("#groups-head", Static).update(shown(said))
            return
        table = self.query_one("#groups", Rows)
        head = f"  {'group':<24} {'queries':>7}  {'leader':>6}  best there"
        self.query_one("#groups-head", Static).update(Content.styled(head, MUTED))
        table.set_options([Option(self._row(kind, row)) for kind, row in self._groups])
        table.focus()
        table.highlighted = 0

    def on_resize(self) -> None:
        """Draw for the new width."""
        if self._groups:
            self.call_after_refresh(self._show)

    def _row(self, kind: str, group: GroupRow) -> Content:
        leads = group.standings.get(self._leader)
        best = group.standings[group.best]
        sure = sure_word(best) == "surely better"
        sign = Content.styled("? ", WARN) if group.is_small else Content("  ")
        name = cut(group.name, 24, "" if kind == "category" else ACCENT)
        figure = ndcg(leads["mean"]) if leads is not None else ""
        told = f"{ndcg(best['mean'])} {group.best}"
        if group.best == self._leader:
            told = "the leader"
        return joined(
            sign,
            name,
            " " * (25 - name.cell_length),
            f"{best['n']:>7,.0f}  {figure:>6}  ",
            cut(told, 40, STRONG if sure else ""),
            Content.styled("  surely", ACCENT) if sure else "",
        )

    def on_option_list_option_highlighted(self) -> None:
        """Show the candidates on it."""
        self._show()
        self.query_one("#group-pane").scroll_home(animate=False)

    def _show(self) -> None:
        place = self.query_one("#groups", Rows).highlighted
        if place is None or not self.stands:
            return
        kind, group = self._groups[place]
        width = self.query_one("#group-pane").scrollable_content_region.width
        scale = scale_for(_interval(one) for one in group.standings.values())
        name_cells = max(12, min(34, width - _FIGURES - 10))
        bar_cells = max(0, min(_BAR, width - name_cells - _FIGURES - 20))
        told: list[Content | str] = [
            shown(f"{kind} {group.name}, against {self._leader}", STRONG),
            *([shown("Too few queries to say anything of differences.", WARN)]
              if group.is_small else []),
        ]  # fmt: skip
        order = sorted(group.standings.items(), key=lambda item: -item[1]["mean"])
        for name, one in order:
            label = shorten(name, name_cells)
            told.append(
                joined(
                    shown(label, ACCENT if name == self._record.verdict.pick else ""),
                    " " * (name_cells - cells(label) + 1),
                    f"{ndcg(one['mean']):>5}  ",
                    shown(f"{against(one):<{_FIGURES}}"),
                    shown(interval_bar(_interval(one), scale, bar_cells), MUTED),
                    shown(f" {sure_word(one)}", STRONG),
                )
            )
        self.query_one("#group", Static).update(lines(*told))

    def action_read_on(self) -> None:
        """Scroll the candidates; from their end back to their start."""
        pane = self.query_one("#group-pane", VerticalScroll)
        if pane.is_vertical_scroll_end:
            pane.scroll_home(animate=False)
        else:
            pane.scroll_page_down(animate=False)

    def action_back(self) -> None:
        """Back to the verdict."""
        self.dismiss(None)


def _interval(one: Category) -> Interval:
    return Interval(one["mean"], one.get("low"), one.get("high"), int(one["n"]))
