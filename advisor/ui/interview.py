"""The interview: one question at a time, why it is asked, and what the answers leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from advisor.catalogue.catalogue import load_catalogue
from advisor.needs import hardware
from advisor.needs.answers import AnswerSet
from advisor.needs.requirements import Machine
from advisor.shortlist.path import Tree
from advisor.ui.answering import Answering, assumed
from advisor.ui.asking import UNKNOWN, in_words, number_of, options_of
from advisor.ui.page import Page
from advisor.ui.panel import panel
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, joined, lines, shown
from advisor.ui.widgets.amount import Amount
from advisor.ui.widgets.choices import Choice, Choices

Keep = Callable[[AnswerSet, tuple[str, ...]], None]
Answered = tuple[AnswerSet, tuple[str, ...]]
_WHOSE = {"document_languages": "documents", "query_languages": "queries"}


class InterviewScreen(Page[Answered]):
    """Asks what applies; the result is the answers and what was left open."""

    TITLE_WORDS = "answers"
    HELP_WORDS = (
        "Each answer sets a limit or a priority. The panel says how many models of the catalogue "
        "remain, which have just left and why, and which lead by public scores. What was found in "
        "your data stands there already. “I don't know” is always an answer: what is said behind "
        "it counts then, and the record says so. Arrows or the numbers 1 to 9 choose; of several, "
        "space or a number marks, and / finds by name."
    )
    BINDINGS = [
        Binding("enter", "next", "Next", tooltip="Take the answer and go on"),
        Binding("s", "unknown", "Don't know", tooltip="Leave this question open"),
        Binding("r", "review", "Review", tooltip="Look over the answers and go on"),
        Binding("ctrl+s", "save", "Save", tooltip="Save the answers as a profile"),
    ]

    def __init__(
        self,
        answers: AnswerSet,
        skipped: tuple[str, ...],
        *,
        found: Mapping[str, Any],
        machine: Machine,
        at: str | None,
        keep: Keep,
    ) -> None:
        """With `at` only that question is asked; `keep` is called after every answer."""
        super().__init__()
        self._asking = Answering(answers, skipped, found, at)
        self._machine, self._at, self._keep = machine, at, keep
        self._last: str | None = None

    def body(self) -> ComposeResult:
        """The question to the left, what the answers leave to the right."""
        with Horizontal(id="interview"):
            with Vertical(id="asking"):
                yield Static(id="question")
                yield Static(id="why")
                with Horizontal(id="typed"):
                    yield Amount()
                    yield Static(id="unit")
                yield Static(id="hint")
                yield Choices()
                yield Static(id="warning")
            yield VerticalScroll(Static(id="panel"), id="panel-pane", can_focus=False)

    def on_mount(self) -> None:
        """Ask the first question."""
        self._tree = Tree(load_catalogue().cards, self._machine_of)
        self._ask()

    def _machine_of(self, name: str | None) -> Machine:
        return self._machine if name in (None, "this") else hardware.describe(name)

    # Asking -------------------------------------------------------------------------------------

    def _ask(self) -> None:
        question = self._asking.question
        is_number = question.kind == "number"
        self.query_one("#question", Static).update(shown(question.text, STRONG))
        self.query_one("#why", Static).update(shown(f"Why: {question.why}", MUTED))
        self.query_one("#typed").display = is_number
        self.query_one(Choices).display = not is_number
        if is_number:
            self._ask_number()
        else:
            self._hint(self._words_above())
            self._offer()
        place, of = self._asking.place
        self.head.put(aside=f"question {place} of {of}")
        self._show_panel()
        self.refresh_bindings()

    def _hint(self, words: str, *, wrong: bool = False) -> None:
        sign = "! " if wrong else ""
        hint = self.query_one("#hint", Static)
        hint.update(joined(shown(sign, ERROR), shown(words, "" if wrong else MUTED)))
        hint.display = bool(words)

    def _words_above(self) -> str:
        asking = self._asking
        if asking.key == "machine":
            cores, memory = self._machine.cores, self._machine.memory_mib
            ram = f", {memory / 1024:.0f} GiB" if memory else ""
            gpu = f", {self._machine.gpu}" if self._machine.gpu else ", no GPU"
            return f"This machine: {self._machine.cpu}, {cores} cores{ram}{gpu}"
        found = asking.found.get(asking.key)
        whose = _WHOSE.get(asking.key, "data")
        return f"Found in your {whose}: {in_words(asking.question, found)}." if found else ""

    @property
    def _is_several(self) -> bool:
        return self._asking.question.kind == "several"

    def _ask_number(self) -> None:
        value = self._asking.stands() if self._asking.is_answered() else None
        line = self.query_one(Amount)
        line.value = "" if value is None else f"{value:,.10g}"
        line.cursor_position = len(line.value)
        self.query_one("#unit", Static).update(shown(self._asking.question.unit, ACCENT))
        line.focus()
        self._check_number()

    def _offer(self) -> None:
        asking, question = self._asking, self._asking.question
        found = asking.found.get(asking.key, ())
        found = (found,) if isinstance(found, str) else found
        then = f"then: {assumed(question, asking.answers, asking.found)}"
        choices = [
            Choice(UNKNOWN, "I don't know", then)
            if one.value == UNKNOWN
            else Choice(one.value, one.label, "found" if one.value in found else "")
            for one in options_of(question, found)
        ]
        value = asking.stands()
        if isinstance(value, bool):
            value = "yes" if value else "no"
        stands = value if isinstance(value, tuple) else (value,) if value else ()
        self.query_one(Choices).offer(choices, stands, several=self._is_several)

    def _show_panel(self) -> None:
        asking = self._asking
        path = self._tree.follow(asking.answers, asking.skipped, asking.found)
        size = self.query_one("#panel-pane").content_size
        words = panel(path, self._last, max(20, size.width), max(12, size.height))
        self.query_one("#panel", Static).update(words)

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._show_panel)

    # What stands there --------------------------------------------------------------------------

    def _value(self) -> tuple[Any, str]:
        """Return the answer that Enter would take, and what is wrong with it."""
        question = self._asking.question
        if question.kind == "number":
            return number_of(question, self.query_one(Amount).value)
        values = self.query_one(Choices).answer
        if not values or question.kind == "several":
            return values or None, ""
        return (values[0] == "yes" if question.kind == "yes-no" else values[0]), ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong with a number."""
        if isinstance(event.input, Amount):
            self._check_number()

    def _check_number(self) -> None:
        question = self._asking.question
        if question.kind != "number":
            return
        value, wrong = self._value()
        then = assumed(question, self._asking.answers, self._asking.found)
        words = f"Nothing typed: I don't know. Then: {then}."
        if value is not None:
            words = f"= {in_words(question, value)}"
        self._hint(wrong or words, wrong=bool(wrong))
        self._warn()

    def on_choices_changed(self) -> None:
        """Say at once what is odd about an answer."""
        self._warn()

    def _warn(self) -> None:
        value, wrong = self._value()
        finding = self.query_one(Choices).finding
        sentences = () if wrong or finding else self._asking.warnings(value)
        warning = self.query_one("#warning", Static)
        warning.display = bool(sentences)
        warning.update(lines(*(joined(shown("! ", WARN), shown(one)) for one in sentences)))

    # Keys ---------------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Take what is typed, marked or highlighted."""
        choices = self.query_one(Choices)
        if choices.finding:
            choices.stop_finding(mark=True)
            return
        value, wrong = self._value()
        if not wrong:
            self._take(value)

    def action_unknown(self) -> None:
        """Leave the question open."""
        self._take(None)

    def _take(self, value: Any) -> None:  # noqa: ANN401 - an answer of any question
        refused = self._asking.take(value)
        if refused is not None:
            self.say(refused, wrong=True)
            return
        self._last = self._asking.key
        self._keep(self._asking.answers, self._asking.skipped)
        self.say("")
        if self._asking.forward():
            self._ask()
        else:
            self.action_review()

    def action_review(self) -> None:
        """Go on to the review with what is there."""
        self.dismiss((self._asking.answers, self._asking.skipped))

    @work
    async def action_save(self) -> None:
        """Save the answers as a profile."""
        from advisor.ui.keeping import keep_as_profile

        await keep_as_profile(self, self._asking.answers)

    def action_back(self) -> None:
        """Go to the question before; from the first one leave."""
        choices = self.query_one(Choices)
        if choices.finding:
            choices.stop_finding(mark=False)
        elif self._asking.back():
            self.say("")
            self._ask()
        elif self._at is not None:
            # Come from the review to change one answer: the way back leads there.
            self.action_review()
        else:
            super().action_back()
