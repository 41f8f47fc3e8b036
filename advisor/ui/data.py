"""The data: which documents and queries, what was found in them, how much of it is measured."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from advisor.corpus.amount import Amount
from advisor.corpus.options import ReadOptions
from advisor.desk import messages
from advisor.text import is_utf8, one_line
from advisor.ui.data_keys import Situation, offered
from advisor.ui.data_places import NOTHING, OTHER, place_options
from advisor.ui.data_text import about, findings, preview
from advisor.ui.page import Page
from advisor.ui.text import STRONG, lines, shown
from advisor.ui.widgets.rows import Rows

_TO_CORRECT = "Correct the data and press enter to read it again"
_ELSE = "m to say what its columns are, or c to choose other data."


OWN = [
    Binding("enter", "pick", "Choose", tooltip="Take the highlighted line"),
    Binding("enter", "take", "Use it", tooltip="Go on with what is shown"),
    Binding("enter", "again", "Read again", tooltip="Read the corrected data again"),
    Binding("c", "choose", "Other", tooltip="Choose other data"),
    Binding("n", "amount", "Size", tooltip="Quick, standard, thorough, or numbers of your own"),
    Binding("f", "full", "All", tooltip="Measure on everything, or on a sample", show=False),
    Binding("w", "clean", "Clean", tooltip="Write a clean copy beside it and read that"),
    Binding(
        "k",
        "chunks",
        "Chunks",
        tooltip="Cut long documents into chunks, or read them whole",
        show=False,
    ),
    Binding(
        "m",
        "columns",
        "Columns",
        tooltip="Say which column is what, and the encoding",
        show=False,
    ),
    Binding("j", "judge", "Judge", tooltip="Judge the data's own queries, or make some"),
    Binding("q", "write", "Queries", tooltip="Have a language model of yours write queries"),
    Binding("t", "page(1)", "Texts", tooltip="Show the next texts", show=False),
    Binding("p", "page(-1)", "Texts before", tooltip="Show the texts before", show=False),
]
"""The keys that depend on what is shown."""


@dataclass(frozen=True)
class DataChosen:
    """What will be measured on; nothing means that only a shortlist can follow."""

    place: str
    amount: Amount
    described: messages.Described | None
    to_judge: bool = False
    """Whether its queries are to be judged here."""
    reading: ReadOptions = field(default_factory=ReadOptions)
    """What was said about its files."""


class DataScreen(Page[DataChosen]):
    """First a list to choose from, then what was found."""

    TITLE_WORDS = "data"
    HELP_WORDS = (
        "A folder with documents, queries and judgements (BEIR: corpus.jsonl, queries.jsonl, "
        "qrels/test.tsv; or JSONL, CSV, TSV of any clear names), or one file of documents or of "
        "question and answer rows. Without judgements, titles are taken as queries, and every "
        "result says so; q has a language model of yours write queries instead. Scored pairs and "
        "labelled texts are measured as such. The samples are there to try everything without data "
        "of your own."
    )
    BINDINGS = [*OWN]

    def __init__(
        self,
        place: str,
        amount: Amount,
        recent: Sequence[str],
        to_judge: bool = False,
        reading: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
    ) -> None:
        """`place` is read at once when there is one; `recent` ones are offered.

        With `to_judge`, queries without judgements are kept; `reading` is how the files are read.
        """
        super().__init__()
        self._place, self._amount, self._recent = place, amount, tuple(recent)
        self._was_chosen_here, self._to_judge, self._reading = False, to_judge, reading
        self._described: messages.Described | None = None
        self._examined: messages.Examined | None = None
        self._is_refused = False
        self._text_shown = 0
        self._is_reading = False
        self._asked_at = 0.0
        self._after_reading, self._went_wrong = "", False
        self._is_writing = False

    def body(self) -> ComposeResult:
        """Both states; one of them is shown."""
        with Container(id="choosing"):
            yield Static(shown("What shall the models be measured on?", STRONG), id="question")
            yield Rows(*place_options(self._recent), id="places")
        with Container(id="found"):
            yield VerticalScroll(Static(id="about"), id="about-pane")
            yield VerticalScroll(Static(id="texts"), id="texts-pane")

    def on_mount(self) -> None:
        """Read what was chosen before, or let choose."""
        if self._place:
            self._read()
        else:
            self.action_choose()

    # Choosing -----------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Show the list; what is being read is waited for no more."""
        self.workers.cancel_group(self, "read")
        self.workers.cancel_group(self, "examine")
        self._is_reading = False
        self._state(choosing=True)
        places = self.query_one("#places", Rows)
        places.highlighted = places.highlighted or 0
        # What is not displayed yet takes no focus.
        self.call_after_refresh(places.focus)

    def on_rows_entered(self) -> None:
        """Take a place."""
        self.action_pick()

    def on_rows_pointed(self) -> None:
        """A click takes it as well."""
        self.action_pick()

    def action_pick(self) -> None:
        """Take the highlighted line."""
        option = self.query_one("#places", Rows).highlighted_option
        place = ((option and option.id) or "").removeprefix("place-")
        if not (self.has_class("-choosing") and self.is_current and place):
            return
        if place == NOTHING:
            self.dismiss(DataChosen("", self._amount, None))
        elif place == OTHER:
            self._look_around()
        else:
            self._use(place)

    @work(exclusive=True, group="look")
    async def _look_around(self) -> None:
        from advisor.ui.chooser import Chooser

        chosen = await self.app.push_screen_wait(Chooser())
        if chosen is not None:
            self._use(chosen)

    def _use(self, place: str) -> None:
        self._place, self._was_chosen_here, self._to_judge = place, True, False
        self._reading = ReadOptions()
        self._read()

    # Found --------------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        self._described, self._examined, self._is_reading = None, None, True
        self._state(choosing=False)
        self._asked_at = time.monotonic()
        self._say_reading()
        seconds = self.set_interval(1.0, self._say_reading)
        try:
            described = await self._asked()
        finally:
            seconds.stop()
            self._is_reading = False
        if not self.stands:
            return
        self._described, self._text_shown = described, 0
        self._is_refused = described is None
        if described is None:
            self._refused()
        else:
            self._show_found(described)
        self.refresh_bindings()
        # Keys scroll what may be longer than the screen; what lies over it keeps the focus.
        self.call_after_refresh(self.query_one("#about-pane").focus)
        self._examine()

    @work(exclusive=True, group="examine")
    async def _examine(self) -> None:
        """Have the doctor look at everything, which takes longer than reading."""
        if not is_utf8(self._place):
            return
        from advisor.desk.client import DeskLost, Refusal

        request = messages.Examine(place=self._place, seed=self._amount.seed, reading=self._reading)
        try:
            examined = await self.advisor.desk.ask(request, messages.Examined)
        except (Refusal, DeskLost):
            # Reading was refused for the same reason, which is shown; a lost desk is said when it
            # is asked the next time.
            return
        if not self.stands or self.has_class("-choosing"):
            return
        self._examined = examined
        if self._described is not None:
            self._show_about(self._described)
        else:
            self.query_one("#about", Static).update(lines(self.refusal, "", findings(examined)))
            if examined.can_be_cleaned:
                self.say(f"{_TO_CORRECT}, w for a clean copy without the bad rows, {_ELSE}")
        self.refresh_bindings()

    async def _asked(self) -> messages.Described | None:
        if not is_utf8(self._place):
            self.refusal = shown("! This name is not written in UTF-8: rename it first.")
            return None
        if self._reading.queries_from is not None:
            await self._have_written()
            if not self.stands:
                return None
        request = messages.Read(
            place=self._place,
            amount=self._amount,
            to_judge=self._to_judge,
            reading=self._reading,
        )
        return await self.ask(request, messages.Described)

    async def _have_written(self) -> None:
        """Have the queries written that are to be; without them the data is read as it is."""
        from advisor.ui.data_writing import have_written

        request = messages.Write(place=self._place, amount=self._amount, reading=self._reading)
        self._is_writing = True
        try:
            why_not = await have_written(self, request)
        finally:
            self._is_writing = False
        if why_not is not None:
            self._reading = msgspec.structs.replace(self._reading, queries_from=None)
            self._after_reading, self._went_wrong = why_not, True

    def _say_reading(self) -> None:
        if not self.query("#about"):
            return  # left in this moment
        seconds = time.monotonic() - self._asked_at
        so_far = f" {seconds:.0f} s" if seconds >= 1 else ""
        writing = self.advisor.news.writing if self._is_writing else None
        doing = f"reading {one_line(self._place)}"
        if writing is not None:
            doing = f"queries written for {writing.done:,} of {writing.of:,} documents"
        self.query_one("#about", Static).update(shown(f"{doing} …{so_far}"))

    def _refused(self) -> None:
        """Show the whole of what is wrong, which may be many lines, where there is room."""
        self.query_one("#about", Static).update(self.refusal)
        self._say_after(f"{_TO_CORRECT}, {_ELSE}")

    def _say_after(self, usual: str = "") -> None:
        """Say what happened before the data was read, or what is usual."""
        self.say(self._after_reading or usual, wrong=self._went_wrong)
        self._after_reading, self._went_wrong = "", False

    def _show_found(self, described: messages.Described) -> None:
        self._say_after()
        self.head.put(aside=one_line(described.name, 40))
        self._show_about(described)
        self.set_class(not described.previews, "-alone")
        self._show_texts()

    def _show_about(self, described: messages.Described) -> None:
        self.query_one("#about", Static).update(about(described, self._amount, self._examined))

    def _show_texts(self) -> None:
        if self._described is not None and self._described.previews:
            self.query_one("#texts", Static).update(preview(self._described, self._text_shown))

    def _state(self, *, choosing: bool) -> None:
        self.set_class(choosing, "-choosing")
        self.add_class("-alone")
        # A list that is not displayed any more would still hear Enter.
        self.set_focus(None)
        self.query_one("#texts", Static).update("")
        self.say("")
        self.head.put(aside="")
        self.refresh_bindings()

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that fit what is shown."""
        if action not in {binding.action.partition("(")[0] for binding in OWN}:
            return super().check_action(action, parameters)
        now = Situation(
            self.has_class("-choosing"),
            self._is_reading,
            self._described,
            self._examined,
            self._is_refused,
            self._to_judge,
        )
        return offered(action, now)

    def action_take(self) -> None:
        """Go on with what was found."""
        if self._described is not None and self.is_current:
            chosen = DataChosen(
                self._place, self._amount, self._described, self._to_judge, self._reading
            )
            self.dismiss(chosen)

    def action_again(self) -> None:
        """Read the data again, corrected."""
        self._read()

    @work(exclusive=True, group="read")
    async def action_clean(self) -> None:
        """Write a clean copy beside the data, and read that instead."""
        self.say("writing a clean copy …")
        cleaned = await self.ask(
            messages.Clean(place=self._place, reading=self._reading), messages.Cleaned
        )
        if cleaned is not None and self.stands:
            self._place, self._reading = cleaned.place, ReadOptions(chunks=self._reading.chunks)
            self._after_reading = f"The clean copy is read. Left out: {cleaned.left_out:,} rows."
            self._read()

    def action_page(self, step: int) -> None:
        """Show the next texts, or those before."""
        if self._described is not None and self._described.previews:
            self._text_shown = (self._text_shown + step) % len(self._described.previews)
            self._show_texts()

    def action_judge(self) -> None:
        """Change between the data's own queries, to be judged here, and queries made of it."""
        self._to_judge = not self._to_judge
        self._reading = msgspec.structs.replace(self._reading, queries_from=None)
        self._read()

    @work(exclusive=True, group="look")
    async def action_write(self) -> None:
        """Ask who is to write queries for the documents."""
        from advisor.ui.data_writing import asked_source

        if self.advisor.opening.offline:
            self.say("Nothing is sent with --offline; start without it.", wrong=True)
            return
        source = await asked_source(self.app)
        if source is not None:
            self._to_judge = False
            self._reading = msgspec.structs.replace(self._reading, queries_from=source)
            self._read()

    @work(exclusive=True, group="stop")
    async def _stop_writing(self) -> None:
        await self.ask(messages.Stop(), messages.Done)

    @work(exclusive=True, group="look")
    async def action_columns(self) -> None:
        """Let the columns and the encoding be corrected."""
        from advisor.ui.columns import ColumnsScreen

        said = await self.app.push_screen_wait(ColumnsScreen(self._place, self._reading))
        if isinstance(said, ReadOptions) and said != self._reading:
            self._reading = said
            self._read()

    @work(exclusive=True, group="look")
    async def action_chunks(self) -> None:
        """Ask how long documents are cut."""
        from advisor.ui.cutting import asked_chunks

        said = await asked_chunks(self.advisor, self._reading)
        if said is not None and said != self._reading:
            self._reading = said
            self._read()

    def action_full(self) -> None:
        """Change between everything and a sample."""
        self._amount = Amount(full=not self._amount.full, seed=self._amount.seed)
        self._read()

    @work(exclusive=True, group="look")
    async def action_amount(self) -> None:
        """Ask how much of the data to measure."""
        from advisor.ui.sample_size import asked_amount

        if self._described is not None:
            amount = await asked_amount(self.advisor, self._described, self._amount)
            if amount is not None:
                self._amount = amount
                self._read()

    def action_back(self) -> None:
        """Stop waiting, or go back to choosing when the choice was made here; else leave."""
        if self._is_writing:
            self._stop_writing()
        elif self._is_reading or (self._was_chosen_here and not self.has_class("-choosing")):
            self.action_choose()
        else:
            super().action_back()
