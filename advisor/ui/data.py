"""The data: which documents and queries, what was found in them, how much of it is measured."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.corpus.amount import Amount
from advisor.desk import messages
from advisor.text import one_line
from advisor.ui.data_text import about, preview
from advisor.ui.page import Page
from advisor.ui.text import MUTED, STRONG, cut, joined, shown
from advisor.ui.widgets.rows import Rows

NAME_CELLS = 22
OTHER, NOTHING = "other", "nothing"


@dataclass(frozen=True)
class DataChosen:
    """What will be measured on; nothing means that only a shortlist can follow."""

    place: str
    amount: Amount
    described: messages.Described | None


class DataScreen(Page[DataChosen]):
    """First a list to choose from, then what was found."""

    TITLE_WORDS = "data"
    HELP_WORDS = (
        "A folder with documents, queries and judgements (BEIR: corpus.jsonl, queries.jsonl, "
        "qrels/test.tsv; or JSONL, CSV, TSV of any clear names), or one file of documents or of "
        "question and answer rows. Without judgements, titles are taken as queries, and every "
        "result says so. The samples are there to try everything without data of your own."
    )
    BINDINGS = [
        Binding("enter", "take", "Use it", tooltip="Go on with what is shown"),
        Binding("c", "choose", "Other data", tooltip="Choose other data"),
        Binding("n", "amount", "Size", tooltip="How many queries and documents to measure"),
        Binding("f", "full", "All", tooltip="Measure on everything, or on a sample"),
        Binding("t", "page", "Texts", tooltip="Show the next texts"),
    ]

    def __init__(self, place: str, amount: Amount, recent: Sequence[str]) -> None:
        """`place` is read at once when there is one; `recent` ones are offered."""
        super().__init__()
        self._place, self._amount, self._recent = place, amount, tuple(recent)
        self._began_with = place
        self._described: messages.Described | None = None
        self._text_shown = 0
        self._reading = False
        self._asked_at = 0.0

    def body(self) -> ComposeResult:
        """Both states; one of them is shown."""
        with Container(id="choosing"):
            yield Static(shown("What shall the models be measured on?", STRONG), id="question")
            yield Rows(*self._options(), id="places")
        with Container(id="found"):
            yield VerticalScroll(Static(id="about"), id="about-pane")
            yield VerticalScroll(Static(id="texts"), id="texts-pane")

    def on_mount(self) -> None:
        """Read what was chosen before, or let choose."""
        if self._place:
            self._read()
        else:
            self.action_choose()

    def _options(self) -> list[Option]:
        from advisor.corpus.samples import SAMPLES

        recent = [place for place in self._recent if place not in SAMPLES]
        return [
            *(self._option(place, "used before") for place in recent),
            self._option(OTHER, "Documents and queries of your own", "A file or folder …"),
            *(self._option(one.name, _apart_first(one.description)) for one in SAMPLES.values()),
            self._option(NOTHING, "Answer the questions and see a shortlist", "No data yet"),
        ]

    @staticmethod
    def _option(key: str, words: str, name: str = "") -> Option:
        prompt = cut(name or key, NAME_CELLS)
        gap = " " * (NAME_CELLS + 2 - prompt.cell_length)
        return Option(joined(prompt, gap, cut(words, 120, MUTED)), id=f"place-{key}")

    # Choosing -----------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Show the list."""
        self._state(choosing=True)
        places = self.query_one("#places", Rows)
        places.highlighted = places.highlighted or 0
        # What is not displayed yet takes no focus.
        self.call_after_refresh(places.focus)

    def on_rows_entered(self) -> None:
        """Take a place."""
        self.action_take()

    def on_rows_pointed(self) -> None:
        """A click takes it as well."""
        self.action_take()

    @work
    async def _take_place(self, place: str) -> None:
        if place == NOTHING:
            self.dismiss(DataChosen("", self._amount, None))
            return
        if place == OTHER:
            from advisor.ui.chooser import Chooser

            chosen = await self.app.push_screen_wait(Chooser())
            if chosen is None:
                return
            place = chosen
        self._place = place
        self._read()

    # Found --------------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        self._described = None
        self._state(choosing=False)
        self._asked_at = time.monotonic()
        self._say_reading()
        self._reading = True
        seconds = self.set_interval(1.0, self._say_reading)
        try:
            request = messages.Read(place=self._place, amount=self._amount)
            described = await self.ask(request, messages.Described)
        finally:
            seconds.stop()
            self._reading = False
        if described is None:
            self._refused()
            return
        self._described, self._text_shown = described, 0
        self._show_found()

    def _say_reading(self) -> None:
        seconds = time.monotonic() - self._asked_at
        so_far = f" {seconds:.0f} s" if seconds >= 1 else ""
        self.query_one("#about", Static).update(shown(f"reading {one_line(self._place)} …{so_far}"))

    def _refused(self) -> None:
        """Show the whole of what is wrong, which may be many lines, where there is room."""
        about_it = self.query_one("#about", Static)
        about_it.update(self.refusal)
        self.say("Correct the data and press enter to read it again, or c to choose other data.")
        self.call_after_refresh(self.query_one("#about-pane").focus)

    def _show_found(self) -> None:
        described = self._described
        assert described is not None  # set just before
        self.say("")
        self.head.put(aside=one_line(described.name, 40))
        self.query_one("#about", Static).update(about(described, self._amount))
        self._show_texts()
        self.call_after_refresh(self.query_one("#about-pane").focus)
        self.refresh_bindings()

    def _show_texts(self) -> None:
        if self._described is not None and self._described.previews:
            self.query_one("#texts", Static).update(preview(self._described, self._text_shown))

    def _state(self, *, choosing: bool) -> None:
        self.set_class(choosing, "-choosing")
        self.query_one("#texts", Static).update("")
        self.say("")
        self.head.put(aside="")
        self.refresh_bindings()

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that fit what is shown."""
        del parameters
        if action in ("amount", "full", "page"):
            return self._described is not None and not self.has_class("-choosing")
        return action != "choose" or not self.has_class("-choosing")

    def action_take(self) -> None:
        """Choose what is highlighted, go on with what was found, or read again."""
        if self.has_class("-choosing"):
            option = self.query_one("#places", Rows).highlighted_option
            self._take_place(((option and option.id) or "").removeprefix("place-"))
        elif self._described is not None:
            self.dismiss(DataChosen(self._place, self._amount, self._described))
        elif not self._reading:
            self._read()

    def action_page(self) -> None:
        """Show the next texts."""
        if self._described is not None and self._described.previews:
            self._text_shown = (self._text_shown + 1) % len(self._described.previews)
            self._show_texts()

    def action_full(self) -> None:
        """Change between everything and a sample."""
        self._amount = Amount(full=not self._amount.full, seed=self._amount.seed)
        self._read()

    @work
    async def action_amount(self) -> None:
        """Ask how many queries and documents to measure."""
        from advisor.ui.dialogs import Line

        described = self._described
        assert described is not None  # the key is offered only then
        sizes = []
        for what, most, now in (
            ("queries", described.queries, described.sample_queries),
            ("documents", described.documents, described.sample_documents),
        ):
            line = Line(f"How many {what}?", str(now), hint=f"1 to {most:,}", check=_is_number)
            text = await self.app.push_screen_wait(line)
            if text is None:
                return
            sizes.append(min(int(text.replace(",", "")), most))
        self._amount = Amount(queries=sizes[0], documents=sizes[1], seed=self._amount.seed)
        self._read()

    def action_back(self) -> None:
        """Go back to choosing when the choice was made here; else leave."""
        if self.has_class("-choosing") or self._began_with == self._place:
            super().action_back()
        else:
            self.workers.cancel_group(self, "read")
            self.action_choose()


def _apart_first(description: str) -> str:
    """Put what tells a sample from its relatives first."""
    common, _, apart = description.rstrip(".").rpartition("; ")
    return f"{apart} · {common}"


def _is_number(text: str) -> str | None:
    digits = text.replace(",", "").strip()
    return None if digits.isdigit() and int(digits) > 0 else "a number from 1 on"
