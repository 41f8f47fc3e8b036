"""The pane of costs: what each candidate costs, and the formula behind every figure."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from advisor.record.cost_text import (
    cost_rows,
    formula_lines,
    labelling_line,
    price_sentence,
    worth_lines,
)
from advisor.record.decision import DecisionRecord
from advisor.ui.leaving import Dialog
from advisor.ui.text import ACCENT, MUTED, STRONG, joined, lines, shown


class Costs(Dialog[None]):
    """A pane to be read; it takes nothing and changes nothing."""

    BINDINGS = [Binding("escape,c,enter,q", "leave", "Close", key_display="esc")]

    def __init__(self, record: DecisionRecord) -> None:
        """`record` holds the costs."""
        super().__init__()
        self._record = record

    def compose(self) -> ComposeResult:
        """One scrolling pane."""
        with VerticalScroll(classes="pane"):
            yield Static(costs_text(self._record))
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def costs_text(record: DecisionRecord) -> Content:
    """Return the costs of all, then every formula with its inputs, candidate by candidate."""
    rows = cost_rows(record)
    if not rows:
        return shown("No costs are known: no latency was measured.")
    told: list[Content | str] = [Content.styled("Costs in US dollars", STRONG)]
    told += [
        joined(shown(name, ACCENT), shown(f"  {month} a month; {million} a million queries; "),
               shown(f"{once} for the first indexing"))
        for name, month, million, once in rows
    ]  # fmt: skip
    told += ["", shown(price_sentence(record), MUTED), *map(shown, worth_lines(record))]
    told += [shown(line)] if (line := labelling_line(record)) else []
    parts = [(part.name, part.costs) for part in record.candidates if part.costs is not None]
    parts += [(one.name, one.costs) for one in record.hosted]
    for name, costs in parts:
        told += ["", shown(name, ACCENT), *map(shown, formula_lines(costs))]
        if costs.note:
            told.append(shown(f"! {costs.note}", MUTED))
    return lines(*told)
