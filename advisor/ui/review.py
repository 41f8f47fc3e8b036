"""The review: every answer with where it comes from, and the way back to each."""

from __future__ import annotations

from collections.abc import Mapping

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.catalogue.catalogue import load_catalogue
from advisor.needs import hardware
from advisor.needs.answers import AnswerSet, contradictions
from advisor.needs.mistakes import mistakes
from advisor.needs.questions import Question, questions_for
from advisor.needs.requirements import Machine
from advisor.shortlist.path import Tree, TreePath
from advisor.ui.asking import in_words
from advisor.ui.page import Page
from advisor.ui.panel import LABELS
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, cut, joined, lines, shown

LABEL_CELLS = 22
SOURCE_CELLS = 10


class ReviewScreen(Page["str | None"]):
    """The result is the question to change, or None to go on."""

    TITLE_WORDS = "answers, all of them"
    HELP_WORDS = (
        "Every answer and where it comes from: you, the profile, your data, or assumed because "
        "nobody answered. To the right, how many models left because of it. Enter goes on, "
        "whatever is highlighted; e changes the highlighted answer."
    )
    BINDINGS = [
        Binding("enter", "on", "Go on", tooltip="Go on to the shortlist", priority=True),
        Binding("e,right", "edit", "Change", tooltip="Change the highlighted answer"),
        Binding("ctrl+s", "save", "Save as profile", tooltip="Save the answers as a profile"),
    ]

    def __init__(
        self,
        answers: AnswerSet,
        skipped: tuple[str, ...],
        *,
        found: Mapping[str, tuple[str, ...]],
        machine: Machine,
        profile: str,
    ) -> None:
        """`found` is what the data shows; `profile` is what was begun with."""
        super().__init__()
        self._answers, self._skipped = answers, skipped
        self._found, self._machine, self._profile = dict(found), machine, profile
        self._asked: tuple[Question, ...] = ()

    def body(self) -> ComposeResult:
        """The answers, then what is odd about them."""
        yield Static(id="lead")
        yield OptionList(id="answers")
        yield Static(id="doubts")

    def on_mount(self) -> None:
        """Show everything."""
        tree = Tree(load_catalogue().cards, self._machine_of)
        self._asked = questions_for(self._answers.values)
        # What nobody has answered counts with what is assumed.
        open_ones = tuple(question.key for question in self._asked)
        path = tree.follow(self._with_found(), (*self._skipped, *open_ones))
        left = {step.key: len(step.left) for step in path.steps}
        rows = [Option(self._row(question, left.get(question.key, 0))) for question in self._asked]
        answers = self.query_one("#answers", OptionList)
        answers.set_options(rows)
        answers.highlighted = 0
        answers.focus()
        self.query_one("#lead", Static).update(self._lead(path))
        self.query_one("#doubts", Static).update(self._doubts(path))

    def _machine_of(self, name: str | None) -> Machine:
        return self._machine if name in (None, "this") else hardware.describe(name)

    def _with_found(self) -> AnswerSet:
        from advisor.needs.answers import filled

        return filled(self._answers, self._found, "detected")

    def _lead(self, path: TreePath) -> Content:
        begun = f"Begun with the profile {self._profile}. " if self._profile else ""
        return joined(
            shown(begun, MUTED),
            shown(f"{path.remaining} of {path.considered} models are left.", STRONG),
        )

    def _row(self, question: Question, left: int) -> Content:
        value, source = self._value(question)
        label = cut(LABELS[question.key], LABEL_CELLS, MUTED)
        words = cut(in_words(question, value), 34)
        cells = self.app.size.width - LABEL_CELLS - SOURCE_CELLS - 14
        return joined(
            label,
            " " * (LABEL_CELLS + 2 - label.cell_length),
            words,
            " " * max(2, cells - words.cell_length),
            shown(f"{source:<{SOURCE_CELLS}}", ACCENT if source == "found" else MUTED),
            shown(f"{-left:>5}" if left else "     ", MUTED),
        )

    def _value(self, question: Question) -> tuple[object, str]:
        given = getattr(self._answers.values, question.key)
        source = self._answers.sources.get(question.key)
        if given is not None:
            words = {"user": "profile" if self._profile else "you", "detected": "found"}
            return given, words.get(source or "", source or "")
        if question.key in self._found:
            return self._found[question.key], "found"
        return question.default, "assumed" if question.default is not None else "open"

    def _doubts(self, path: TreePath) -> Content:
        answers = self._with_found()
        told = [
            joined(shown("! ", WARN), shown(sentence))
            for sentence in (
                *contradictions(self._answers, self._found),
                *mistakes(answers.values),
            )
        ]
        if path.clash:
            told.insert(0, joined(shown("! ", ERROR), shown(path.clash, STRONG)))
        return lines(*told)

    def action_on(self) -> None:
        """Go on to the shortlist."""
        self.dismiss(None)

    def action_edit(self) -> None:
        """Change the highlighted answer."""
        index = self.query_one("#answers", OptionList).highlighted
        if index is not None:
            self.dismiss(self._asked[index].key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click changes an answer."""
        self.dismiss(self._asked[event.option_index].key)

    @work
    async def action_save(self) -> None:
        """Save the answers as a profile."""
        from advisor.ui.keeping import keep_as_profile

        await keep_as_profile(self, self._answers)
