"""Asking how much of the data is measured: quick, standard, thorough, everything, or numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, Static
from textual.widgets.option_list import Option

from advisor.corpus.amount import Amount
from advisor.evaluation.yardstick import Yardstick, yardstick
from advisor.ui.dialogs import Line
from advisor.ui.leaving import Dialog
from advisor.ui.text import MUTED, STRONG, shown
from advisor.ui.widgets.rows import Rows

if TYPE_CHECKING:
    from textual.app import App

    from advisor.desk.messages import Described

MOST_DIGITS = 15
_ABOUT = (
    "Shows: the smallest gap in {metric} that so many {units} tell from chance; smaller ones look "
    "like a tie. Takes: estimated for one model like {model} on this machine."
)


class Amounts(Dialog["int | None"]):
    """A list of amounts; the result is the place of one, behind the last for numbers of one's own.

    None when it was left.
    """

    BINDINGS = [
        Binding("enter", "take", "Take it"),
        Binding("escape", "leave", "Back"),
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, 6)),
    ]

    def __init__(self, found: Described, now: Amount) -> None:
        """`now` is highlighted."""
        super().__init__()
        self._found, self._now = found, now

    def compose(self) -> ComposeResult:
        """The question, the list, and what the time is of."""
        words = yardstick(self._found.task)
        about = _ABOUT.format(metric=words.main, units=words.units, model=self._found.offers_model)
        with Vertical(classes="pane"):
            yield Static(shown("How much is measured?", STRONG))
            yield Static(shown(_line("", *_columns(words), "shows", "takes"), MUTED))
            yield Rows(*(Option(text) for text in offered(self._found)), id="amounts")
            yield Static(shown(about, MUTED))
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin at what is measured now."""
        rows = self.query_one("#amounts", Rows)
        amounts = [offer.amount for offer in self._found.offers]
        rows.highlighted = amounts.index(self._now) if self._now in amounts else 0
        rows.focus()

    def on_rows_entered(self) -> None:
        """Take the highlighted one."""
        self.action_take()

    def on_rows_pointed(self) -> None:
        """A click takes it as well."""
        self.action_take()

    def action_take(self) -> None:
        """Take the highlighted one."""
        self.dismiss(self.query_one("#amounts", Rows).highlighted)

    def action_pick(self, number: int) -> None:
        """Take one by its number."""
        if number <= len(self._found.offers) + 1:
            self.dismiss(number - 1)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)


def offered(found: Described) -> list[Content]:
    """Return a line for each amount, and one for numbers of one's own."""
    lines, words = [], yardstick(found.task)
    for number, offer in enumerate(found.offers, start=1):
        name = "everything" if offer.amount.full else offer.amount.size
        gap = offer.smallest_gap
        shows = f"{gap:.2f}".lstrip("0") if gap is not None else "no verdict"
        takes = _duration(offer.seconds) if offer.seconds is not None else "–"
        documents = "" if words.is_one_sided else f"{offer.documents:,}"
        line = _line(f"{number} {name}", f"{offer.queries:,}", documents, shows, takes)
        lines.append(shown(line))
    return [*lines, shown(f"{len(found.offers) + 1} other numbers …")]


def _columns(words: Yardstick) -> tuple[str, str]:
    """Return what is counted to the left and to the right; nothing where it is the same."""
    if words.is_one_sided:
        return words.units, ""
    return words.units, words.documents if words.document == "document" else "to learn"


def _line(name: str, queries: str, documents: str, gap: str, time: str) -> str:
    return f"{name:<14}{queries:>9}{documents:>12}{gap:>12}{time:>10}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"~{max(1, round(seconds))} s"
    return f"~{seconds / 60:.0f} min" if seconds < 5_400 else f"~{seconds / 3_600:.1f} h"


async def asked_amount(app: App[int], found: Described, now: Amount) -> Amount | None:
    """Ask in a worker; None when it was left."""
    place = await app.push_screen_wait(Amounts(found, now))
    if place is None or place < len(found.offers):
        return None if place is None else found.offers[place].amount
    return await _asked_numbers(app, found, now.seed)


async def _asked_numbers(app: App[int], found: Described, seed: int) -> Amount | None:
    """Ask for both sizes; None when one of the two was left."""
    said: list[int | None] = []
    units, documents = _columns(yardstick(found.task))
    for what, most, now in (
        (units, found.queries, found.sample_queries),
        (documents, found.documents, found.sample_documents),
    ):
        if most == 0 or not what:
            said.append(None)
            continue
        check = partial(wrong_with, most=most)
        line = Line(f"How many {what}?", str(now), hint=f"1 to {most:,}", check=check)
        text = await app.push_screen_wait(line)
        if text is None:
            return None
        said.append(int(text.replace(",", "")))
    return Amount(queries=said[0], documents=said[1], seed=seed)


def wrong_with(text: str, most: int) -> str | None:
    """Say what is wrong with a size as it is typed."""
    digits = text.replace(",", "").strip()
    # Not isdigit, which takes ² as well; int() reads no number of thousands of digits.
    if not digits.isdecimal() or (len(digits) <= MOST_DIGITS and int(digits) == 0):
        return "a number from 1 on"
    too_many = len(digits) > MOST_DIGITS or int(digits) > most
    return f"there are only {most:,}" if too_many else None
