"""The verdict: the advice first, then the figures behind it, then what would change it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.corpus.dataset import RANKED
from advisor.desk import messages
from advisor.needs.answers import AnswerSet
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.group_text import groups_in
from advisor.ui.page import GoTo, Page
from advisor.ui.text import ACCENT, STRONG, joined, lines, shown
from advisor.ui.verdict_text import (
    WORDS,
    belief,
    changes,
    drawing,
    evidence,
    header,
    in_chunks,
    reasons,
    row,
    rows_of,
)
from advisor.ui.widgets.rows import Rows

_BELOW, _BESIDE = 9, 6
"""Lines that the table leaves to the names of its columns, to the detail, and to what is below."""


class VerdictScreen(Page[messages.Saved]):
    """The result is the saved record."""

    TITLE_WORDS = "verdict"
    HELP_WORDS = (
        "Clear: the best is known with 95 % and a test at 5 %. Probable: with 80 %. A tie: no "
        "difference that counts, or none that so few queries can show. The pick is the cheapest "
        "model that meets your limits and is probably within the points you give up of the best. "
        "± is half the 95 % interval; what is believed of the row "
        "pointed at counts the public scores in; $/month is at your queries and documents, and c "
        "shows the formulas; ~ is a median, where "
        "too few calls were timed for a p95; * is a doubt about every figure."
    )
    BINDINGS = [
        Binding("enter", "accept", "Accept", tooltip="Accept the advice and save it"),
        Binding(
            "space",
            "read_on",
            "Read on",
            show=False,
            tooltip="Read on in the chart and the reasons",
        ),
        Binding("w", "what_if", "What if", tooltip="Move an answer and see what it changes"),
        Binding("c", "costs", "Costs", tooltip="What each costs, with the formulas"),
        Binding("d", "queries", "Queries", tooltip="Compare the highlighted one by query"),
        Binding("g", "groups", "Groups", tooltip="Quality by category and by language"),
        Binding("j", "judge", "Judge", tooltip="Judge what was found, without saying by whom"),
        # Escape goes there too.
        Binding("m", "more", "Models", show=False, tooltip="Back to the shortlist to measure more"),
        Binding("x", "axis", "Axis", show=False, tooltip="Chart by latency, by cost, by memory"),
        Binding("a", "answers", show=False, tooltip="Back to all the answers"),
        Binding("o", "folder", "Folder", show=False, tooltip="Save into another folder"),
    ]

    def __init__(
        self, request: messages.Decide, out: Path, answers: AnswerSet | None = None
    ) -> None:
        """`request` makes the record; it is saved into `out`. `answers` are what the user said."""
        super().__init__()
        self._request, self._out, self._answers = request, out, answers
        self._record: DecisionRecord | None = None
        self._turn = 0
        """How often the axis of the chart was turned."""
        self._typed_name = self._typed_note = ""
        """As typed, so that a refused save costs nobody their words."""

    def body(self) -> ComposeResult:
        """The sentence, the table, and everything else below or beside it."""
        yield Static(shown("comparing …"), id="sentence")
        with Container(id="verdict"):
            with Container(id="table-pane"):
                yield Static(id="verdict-head")
                yield Rows(id="candidates")
                yield Static(id="why")
            with VerticalScroll(id="rest"):
                yield Static(id="chart")
                yield Static(id="changes")
                yield Static(id="evidence")

    def on_mount(self) -> None:
        """Have the measurements compared."""
        self._decide()

    @work
    async def _decide(self) -> None:
        decided = await self.ask(self._request, messages.Decided)
        if decided is None:
            self.query_one("#sentence", Static).update(self.refusal)
            self.say("esc leads back to the shortlist.")
            return
        self._record = decided.record
        self.query_one("#candidates", Rows).focus()
        self.refresh_bindings()
        self._paint()

    # Painting -----------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        record = self._record
        if record is None or not self.stands:
            return
        self.head.put(aside=WORDS.get(record.verdict.kind, record.verdict.kind))
        self.query_one("#sentence", Static).update(self._sentence(record))
        self._paint_table(record)
        width = self.query_one("#rest").scrollable_content_region.width
        self.query_one("#chart", Static).update(drawing(record, min(width - 2, 74), self._turn))
        self.query_one("#changes", Static).update(changes(record))
        self.query_one("#evidence", Static).update(
            lines(in_chunks(record), reasons(record), evidence(record))
        )
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the table what the detail and the rest leave, so that all can be reached."""
        if not self.stands:
            return
        needed = _BESIDE if self.has_class("-wide") else _BELOW
        table = self.query_one("#candidates", Rows)
        table.styles.max_height = max(2, self.query_one("#verdict").size.height - needed)
        table.call_after_refresh(table.scroll_to_highlight)

    @staticmethod
    def _sentence(record: DecisionRecord) -> Content:
        sentence, pick = record.verdict.sentence, record.verdict.pick
        before, found, after = sentence.partition(pick) if pick else (sentence, "", "")
        return joined(shown(before, STRONG), shown(found, f"bold {ACCENT}"), shown(after, STRONG))

    def _paint_table(self, record: DecisionRecord) -> None:
        table = self.query_one("#candidates", Rows)
        width = max(40, table.scrollable_content_region.width)
        self.query_one("#verdict-head", Static).update(header(width, record.measure.main))
        kept = table.highlighted
        table.set_options([Option(row(record, part, width)) for part in rows_of(record)])
        table.highlighted = kept if kept is not None else self._row_of_the_pick(record)

    @staticmethod
    def _row_of_the_pick(record: DecisionRecord) -> int:
        names = [part.name for part in rows_of(record)]
        pick = record.verdict.pick
        return names.index(pick) if pick in names else 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say in full why this one, or why not."""
        if self._record is not None:
            part = rows_of(self._record)[event.option_index]
            why = part.why_not or part.reason
            if part.name == self._record.verdict.pick:
                why = "the pick"
            signs = "   ~ the median, no p95 is known" if is_median_only(part) else ""
            signs += f"   * {part.mark}" if part.mark else ""
            text = joined(
                shown(part.name, STRONG), shown(f"   {why or 'measured'}{belief(part)}{signs}")
            )
            self.query_one("#why", Static).update(text)

    def on_rows_entered(self) -> None:
        """Accept."""
        self.action_accept()

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be saved before it is there; other tasks than a search have no documents."""
        del parameters
        record = self._record
        if action == "judge":
            return record is None or record.data.task == "retrieval"
        if action == "queries":
            return record is not None and record.data.task in RANKED
        if action == "groups":
            return record is not None and bool(groups_in(record))
        return record is not None or action not in ("accept", "folder", "what_if", "costs")

    @work(exclusive=True, group="save")
    async def action_accept(self) -> None:
        """Ask for a name and a note, and save."""
        from advisor.ui.dialogs import Line

        if self._record is None:
            return
        where = f"enter keeps it; the record goes to {self._out}, o on the screen before changes it"
        name = await self.app.push_screen_wait(
            Line("Name of the record", self._typed_name or self._record.record.name, hint=where)
        )
        if name is None:
            return
        self._typed_name = name
        note = await self.app.push_screen_wait(
            Line(
                "A note, if you like", self._typed_note, hint="why it was decided so; enter goes on"
            )
        )
        if note is None:
            return
        self._typed_note = note
        await self._save()

    async def _save(self) -> None:
        folder = str(self._out.absolute())
        request = messages.Save(folder=folder, name=self._typed_name, note=self._typed_note)
        saved = await self.ask(request, messages.Saved)
        if saved is not None:
            self.dismiss(saved)
        elif self.stands:
            refusal = self.refusal.plain.removeprefix("! ")
            self.say(f"{refusal} Here, o chooses another folder.", wrong=True)

    @work
    async def action_folder(self) -> None:
        """Choose another folder for the record."""
        from advisor.ui.dialogs import Line

        line = Line(
            "Folder for the record",
            str(self._out),
            hint="it is made if it is not there",
            check=wrong_with_folder,
        )
        folder = await self.app.push_screen_wait(line)
        if folder:
            self._save_into(folder)

    def _save_into(self, folder: str) -> None:
        self._out = Path(folder).expanduser()
        self.say(f"The record will go to {self._out}.")

    def action_read_on(self) -> None:
        """Scroll what is below or beside the table; from its end back to its start."""
        rest = self.query_one("#rest", VerticalScroll)
        if rest.is_vertical_scroll_end:
            rest.scroll_home(animate=False)
        else:
            rest.scroll_page_down(animate=False)

    def action_more(self) -> None:
        """Measure more models."""
        self.dismiss(GoTo("shortlist"))

    def action_judge(self) -> None:
        """Judge documents; nothing is measured again."""
        self.dismiss(GoTo("judge"))

    def action_queries(self) -> None:
        """Compare the highlighted candidate with the pick, or the pick with the next best."""
        from advisor.ui.queries import QueriesScreen

        pair = self._pair()
        if pair is None:
            self.say("There are no two measured candidates to compare.")
        else:
            self.app.push_screen(QueriesScreen(*pair, self._metric()))

    def _metric(self) -> str:
        assert self._record is not None  # its candidates make the pair
        return self._record.measure.main

    def _pair(self) -> tuple[str, str] | None:
        record, table = self._record, self.query_one("#candidates", Rows)
        if record is None or table.highlighted is None:
            return None
        measured = sorted(
            (part for part in record.candidates if part.quality is not None),
            key=lambda part: -(part.quality.mean if part.quality else 0.0),
        )
        names = [part.name for part in measured]
        here = rows_of(record)[table.highlighted].name
        base = record.verdict.pick or record.verdict.leader or here
        if here == base:
            here = next((name for name in names if name != base), base)
        return (base, here) if here != base and {base, here} <= set(names) else None

    @work(exclusive=True, group="what-if")
    async def action_what_if(self) -> None:
        """Move answers and see at once what they change; taken ones make the record anew."""
        from advisor.ui.what_if import WhatIf

        answers = self._request.answers or self._answers
        if self._record is None or answers is None:
            return
        taken = await self.app.push_screen_wait(WhatIf(answers))
        if taken is not None:
            self._request = msgspec.structs.replace(self._request, answers=taken)
            self._decide()

    def action_axis(self) -> None:
        """Turn the axis of the chart."""
        self._turn += 1
        self._paint()

    def action_costs(self) -> None:
        """Show the costs."""
        from advisor.ui.costs import Costs

        if self._record is not None:
            self.app.push_screen(Costs(self._record))

    def action_groups(self) -> None:
        """Show the groups of queries."""
        from advisor.ui.groups import GroupsScreen

        if self._record is not None:
            self.app.push_screen(GroupsScreen(self._record))

    def action_answers(self) -> None:
        """Change an answer; what is measured stays measured."""
        self.dismiss(GoTo("review"))


def is_median_only(part: CandidatePart) -> bool:
    """Say whether its latency is a median, because no p95 is known."""
    speed = part.speed
    return speed is not None and speed.latency_p95_ms is None and speed.latency_p50_ms is not None


def wrong_with_folder(text: str) -> str | None:
    """Say why no folder can have this name, while it is typed; None when one can."""
    try:
        Path(text).expanduser()
    except RuntimeError:
        return "there is no such user; write the folder without ~"
    return "no folder can have this name" if "\0" in text else None
