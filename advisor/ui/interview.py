"""The interview: one question at a time, why it is asked, and what the answers leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, VerticalScroll
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from advisor.catalogue.catalogue import load_catalogue
from advisor.needs import hardware
from advisor.needs.answers import KEYS, AnswerSet
from advisor.needs.mistakes import mistakes
from advisor.needs.questions import QUESTIONS, Question, questions_for, unsupported
from advisor.needs.requirements import Machine
from advisor.shortlist.path import Tree
from advisor.ui.asking import UNKNOWN, Shown, assumed, first_value, in_words, number_of, options_of
from advisor.ui.page import Page
from advisor.ui.panel import panel
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, shown

Keep = Callable[[AnswerSet, tuple[str, ...]], None]
Answered = tuple[AnswerSet, tuple[str, ...]]
_BY_KEY = {question.key: question for question in QUESTIONS}


class InterviewScreen(Page[Answered]):
    """Asks what applies; the result is the answers and what was left open."""

    TITLE_WORDS = "answers"
    HELP_WORDS = (
        "Each answer sets a limit or a priority. The panel says how many models of the catalogue "
        "remain, which have just left and why. What was found in your data stands there already. "
        "“I don't know” is always an answer: then what stands in brackets is assumed, and the "
        "record says so."
    )
    BINDINGS = [
        Binding("enter", "next", "Next", tooltip="Take the answer and go on", priority=True),
        Binding("space", "mark", "Mark", tooltip="Mark one of several"),
        Binding("s", "unknown", "Don't know", tooltip="Leave this question open"),
        Binding("slash", "search", "Find", key_display="/", tooltip="Find a language by name"),
        Binding("ctrl+r", "review", "Review", tooltip="Look over the answers and go on"),
        Binding("ctrl+s", "save", "Save", show=False, tooltip="Save the answers as a profile"),
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, 10)),
    ]

    def __init__(
        self,
        answers: AnswerSet,
        skipped: tuple[str, ...],
        *,
        found: Mapping[str, tuple[str, ...]],
        machine: Machine,
        at: str | None,
        keep: Keep,
    ) -> None:
        """With `at` only that question is asked; `keep` is called after every answer."""
        super().__init__()
        self._answers, self._skipped, self._found = answers, skipped, dict(found)
        self._machine, self._only, self._keep = machine, at, keep
        self._key = at or self._first_open()
        self._last: str | None = None
        self._options: list[Shown] = []
        self._marked: set[str] = set()
        self._finding = False

    def _first_open(self) -> str:
        asked = questions_for(self._answers.values)
        open_ones = (
            question.key
            for question in asked
            if question.key not in self._answers.sources and question.key not in self._skipped
        )
        return next(open_ones, asked[-1].key) if self._answers.sources else asked[0].key

    def body(self) -> ComposeResult:
        """The question to the left, what the answers leave to the right."""
        with Horizontal(id="interview"):
            with Container(id="asking"):
                yield Static(id="question")
                yield Static(id="hint")
                with Horizontal(id="typed"):
                    yield Input(compact=True, id="line")
                    yield Static(id="unit")
                yield OptionList(id="options")
                yield Static(id="why")
            yield VerticalScroll(Static(id="panel"), id="panel-pane", can_focus=False)

    def on_mount(self) -> None:
        """Ask the first question."""
        self._tree = Tree(load_catalogue().cards, self._machine_of)
        self._ask()

    def _machine_of(self, name: str | None) -> Machine:
        return self._machine if name in (None, "this") else hardware.describe(name)

    # Asking -------------------------------------------------------------------------------------

    @property
    def _question(self) -> Question:
        return _BY_KEY[self._key]

    def _ask(self) -> None:
        question = self._question
        self._finding = False
        first = first_value(question, self._answers, self._skipped, self._found)
        is_number = question.kind == "number"
        self.query_one("#question", Static).update(shown(question.text, STRONG))
        self.query_one("#hint", Static).update(shown(self._hint(question), MUTED))
        self.query_one("#why", Static).update(shown(f"Why: {question.why}", MUTED))
        self.query_one("#typed").display = is_number
        options = self.query_one("#options", OptionList)
        options.display = not is_number
        if is_number:
            self._ask_number(question, first)
        else:
            self._offer(question, first)
            options.focus()
        self._count()
        self._show_panel()
        self.refresh_bindings()

    def _hint(self, question: Question) -> str:
        found = self._found.get(question.key)
        if found:
            return f"{in_words(question, found)}: found in your data"
        if question.key == "machine":
            cores, memory = self._machine.cores, self._machine.memory_mib
            ram = f", {memory / 1024:.0f} GiB" if memory else ""
            gpu = f", {self._machine.gpu}" if self._machine.gpu else ", no GPU"
            return f"This machine: {self._machine.cpu}, {cores} cores{ram}{gpu}"
        return "several may be marked" if question.kind == "several" else ""

    def _ask_number(self, question: Question, first: object) -> None:
        line = self.query_one("#line", Input)
        line.value = "" if first is None or not self._is_said(question) else f"{first:,g}"
        self.query_one("#unit", Static).update(shown(question.unit, ACCENT))
        line.focus()
        self._check_line()

    def _is_said(self, question: Question) -> bool:
        return question.key in self._answers.sources

    def _offer(self, question: Question, first: Any) -> None:  # noqa: ANN401 - any answer
        self._options = options_of(question, self._found.get(question.key, ()))
        value = {True: "yes", False: "no"}.get(first, first) if isinstance(first, bool) else first
        self._marked = set(value) if isinstance(value, tuple) else set()
        wanted = self._marked or {value if isinstance(value, str) else UNKNOWN}
        if question.key in self._skipped:
            wanted = {UNKNOWN}
        self._show_options()
        index = next((i for i, one in enumerate(self._options) if one.value in wanted), 0)
        self.query_one("#options", OptionList).highlighted = index

    def _show_options(self) -> None:
        prompts = [Option(self._prompt(index)) for index in range(len(self._options))]
        self.query_one("#options", OptionList).set_options(prompts)

    def _prompt(self, index: int) -> Any:  # noqa: ANN401 - content, whatever Textual calls it
        option = self._options[index]
        number = f"{index + 1} " if index < 9 else "  "
        sign = ""
        if self._question.kind == "several" and option.value != UNKNOWN:
            sign = "■ " if option.value in self._marked else "□ "
        return joined(shown(number, MUTED), shown(sign, ACCENT), cut(option.label, 60))

    def _count(self) -> None:
        asked = [question.key for question in questions_for(self._answers.values)]
        place = asked.index(self._key) + 1 if self._key in asked else 1
        self.head.put(aside=f"question {place} of {len(asked)}")

    def _show_panel(self) -> None:
        path = self._tree.follow(self._answers, self._skipped)
        width = max(20, self.query_one("#panel-pane").content_size.width)
        self.query_one("#panel", Static).update(panel(path, self._last, width))

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._show_panel)

    # Taking an answer ---------------------------------------------------------------------------

    def action_next(self) -> None:
        """Take what is typed, marked or highlighted."""
        question = self._question
        if self._finding:
            self._found_one()
        elif question.kind == "number":
            value, wrong = number_of(question, self.query_one("#line", Input).value)
            if not wrong:
                self._take(value)
        elif (index := self.query_one("#options", OptionList).highlighted) is not None:
            self._take(self._value_of(index))

    def _value_of(self, index: int) -> Any:  # noqa: ANN401 - an answer of any question
        value = self._options[index].value
        if self._question.kind == "several" and self._marked:
            return tuple(one.value for one in self._options if one.value in self._marked)
        if value == UNKNOWN:
            return None
        if self._question.kind == "yes-no":
            return value == "yes"
        return (value,) if self._question.kind == "several" else value

    def _take(self, value: Any) -> None:  # noqa: ANN401 - an answer of any question
        before = set(mistakes(self._answers.values))
        self._set(self._key, value)
        refused = unsupported(self._answers.values)
        if refused is not None:
            self._show_panel()
            self.say(refused, wrong=True)
            return
        self._last = self._key
        self._keep(self._answers, self._skipped)
        following = self._following()
        if following is None or self._only is not None:
            self.dismiss((self._answers, self._skipped))
            return
        self._key = following
        self.say(" ".join(one for one in mistakes(self._answers.values) if one not in before))
        self._ask()

    def _set(self, key: str, value: Any) -> None:  # noqa: ANN401 - an answer of any question
        sources = {name: source for name, source in self._answers.sources.items() if name != key}
        skipped = [name for name in self._skipped if name != key]
        if value is None:
            skipped.append(key)
        else:
            sources[key] = "detected" if self._found.get(key) == value else "user"
        values = msgspec.structs.replace(self._answers.values, **{key: value})
        # What only an answer that is gone had made worth asking is not an answer any more.
        asked = {question.key for question in questions_for(values)}
        gone = {name: None for name in KEYS if name in sources and name not in asked}
        if unsupported(values) is None:
            values = msgspec.structs.replace(values, **gone)
            sources = {name: source for name, source in sources.items() if name not in gone}
        self._answers = AnswerSet(values=values, sources=sources)
        self._skipped = tuple(skipped)

    def _following(self) -> str | None:
        asked = [question.key for question in questions_for(self._answers.values)]
        place = asked.index(self._key)
        return asked[place + 1] if place + 1 < len(asked) else None

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that fit the question."""
        del parameters
        kind = self._question.kind
        if action in ("mark", "search"):
            return kind == "several"
        return action != "unknown" or kind != "number"

    def action_mark(self) -> None:
        """Mark the highlighted one, or take the mark away."""
        options = self.query_one("#options", OptionList)
        if options.highlighted is not None:
            self._toggle(options.highlighted)

    def _toggle(self, index: int) -> None:
        value = self._options[index].value
        self._marked ^= {value} if value != UNKNOWN else set()
        options = self.query_one("#options", OptionList)
        options.replace_option_prompt_at_index(index, self._prompt(index))

    def action_pick(self, number: int) -> None:
        """Choose by number; of several, mark."""
        options = self.query_one("#options", OptionList)
        if self._question.kind == "number" or number > len(self._options):
            return
        options.highlighted = number - 1
        if self._question.kind == "several":
            self._toggle(number - 1)
        else:
            self.action_next()

    def action_unknown(self) -> None:
        """Leave the question open."""
        self._marked = set()
        self._take(None)

    def action_review(self) -> None:
        """Go on to the review with what is there."""
        self.dismiss((self._answers, self._skipped))

    @work
    async def action_save(self) -> None:
        """Save the answers as a profile."""
        from advisor.ui.keeping import keep_as_profile

        await keep_as_profile(self, self._answers)

    def action_back(self) -> None:
        """Go to the question before; from the first one leave."""
        if self._finding:
            self._ask()
            return
        asked = [question.key for question in questions_for(self._answers.values)]
        place = asked.index(self._key) if self._key in asked else 0
        if self._only is not None or place == 0:
            super().action_back()
            return
        self._key = asked[place - 1]
        self.say("")
        self._ask()

    # Finding a language, and typing a number ----------------------------------------------------

    def action_search(self) -> None:
        """Find a language by its name."""
        self._finding = True
        self.query_one("#typed").display = True
        self.query_one("#unit", Static).update(shown("language", MUTED))
        line = self.query_one("#line", Input)
        line.value = ""
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find, or say what is wrong with a number."""
        if self._finding:
            options = self.query_one("#options", OptionList)
            wanted = event.value.strip().lower()
            hits = (i for i, one in enumerate(self._options) if wanted in one.label.lower())
            options.highlighted = next(hits, None)
        else:
            self._check_line()

    def _found_one(self) -> None:
        """Mark what was found and go back to the list."""
        options = self.query_one("#options", OptionList)
        if options.highlighted is not None and self._options[options.highlighted].value:
            self._marked.add(self._options[options.highlighted].value)
            options.replace_option_prompt_at_index(
                options.highlighted, self._prompt(options.highlighted)
            )
        self._finding = False
        self.query_one("#typed").display = False
        options.focus()

    def _check_line(self) -> None:
        question = self._question
        if question.kind != "number":
            return
        value, wrong = number_of(question, self.query_one("#line", Input).value)
        hint = f"! {wrong}" if wrong else f"= {in_words(question, value)}"
        if value is None and not wrong:
            hint = f"nothing typed: I don't know{assumed(question)}"
        self.query_one("#hint", Static).update(shown(hint, MUTED))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses; of several, it marks."""
        if self._question.kind == "several":
            self._toggle(event.option_index)
        else:
            self.action_next()

    def on_key(self, event: events.Key) -> None:
        """Keep the arrows in the list while a language is typed."""
        if self._finding and event.key in ("up", "down"):
            options = self.query_one("#options", OptionList)
            (options.action_cursor_up if event.key == "up" else options.action_cursor_down)()
