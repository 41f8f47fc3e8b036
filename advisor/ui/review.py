"""The review: every answer with where it comes from, and the way back to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.catalogue.catalogue import load_catalogue
from advisor.needs import hardware
from advisor.needs.answers import AnswerSet, contradictions, filled
from advisor.needs.mistakes import mistakes
from advisor.needs.questions import Question, questions_for, unsupported
from advisor.needs.requirements import Machine
from advisor.shortlist.path import Tree, TreePath
from advisor.ui.answering import assumed, known_languages
from advisor.ui.asking import in_words
from advisor.ui.page import Page
from advisor.ui.panel import LABELS
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, cut, joined, lines, shown
from advisor.ui.widgets.rows import Rows

LABEL_CELLS = 20
SOURCE_CELLS = 13
LEFT_CELLS = 6
MOST_VALUE_CELLS = 46
GAP = "  "
FOUND = "found in data"


class ReviewScreen(Page["str | None"]):
    """The result is the question to change, or None to go on."""

    TITLE_WORDS = "answers, all of them"
    HELP_WORDS = (
        "Every answer and where it comes from: you, the profile, your data, or assumed because "
        "nobody answered. To the right, how many models left because of it. Enter goes on, "
        "whatever is highlighted; e changes the highlighted answer, and so does a click."
    )
    BINDINGS = [
        Binding("enter", "on", "Go on", tooltip="Go on to the shortlist"),
        Binding("e", "edit", "Change", tooltip="Change the highlighted answer"),
        # The list would scroll sideways.
        Binding("right", "edit", show=False, priority=True),
        Binding("ctrl+s", "save", "Save as profile", tooltip="Save the answers as a profile"),
    ]

    def __init__(
        self,
        answers: AnswerSet,
        skipped: tuple[str, ...],
        *,
        found: Mapping[str, Any],
        machine: Machine,
        profile: str,
        base: AnswerSet | None = None,
    ) -> None:
        """`found` is what the data shows; `profile` is what was begun with, `base` its answers."""
        super().__init__()
        self._answers, self._skipped, self._machine = answers, skipped, machine
        self._found = known_languages(found)
        self._profile, self._base = profile, base
        self._asked = questions_for(answers.values)
        self._left: dict[str, int] = {}

    def body(self) -> ComposeResult:
        """The answers, then what is odd about them."""
        yield Static(id="lead")
        yield Static(id="columns")
        yield Rows(id="answers")
        yield VerticalScroll(Static(id="doubts"), id="doubts-pane")

    def on_mount(self) -> None:
        """Show everything."""
        tree = Tree(load_catalogue().cards, self._machine_of)
        # What nobody has answered counts with what is assumed.
        open_ones = tuple(question.key for question in self._asked)
        path = tree.follow(self._answers, open_ones, self._found)
        self._left = {step.key: len(step.left) for step in path.steps}
        self.query_one("#lead", Static).update(self._lead(path))
        doubts = self._doubts(path)
        self.query_one("#doubts", Static).update(lines(*doubts))
        self.query_one("#doubts-pane").display = bool(doubts)
        self._show_rows()
        self.query_one("#answers", Rows).focus()

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self._show_rows)

    def _machine_of(self, name: str | None) -> Machine:
        return self._machine if name in (None, "this") else hardware.describe(name)

    # What is shown ------------------------------------------------------------------------------

    def _lead(self, path: TreePath) -> Content:
        begun = f"Begun with the profile {self._profile}. " if self._profile else ""
        other = f" This version cannot measure {path.not_measurable} more."
        return joined(
            shown(begun, MUTED),
            shown(f"{path.remaining} of {path.considered} models are left.", STRONG),
            shown(other if path.not_measurable else "", MUTED),
        )

    def _show_rows(self) -> None:
        answers = self.query_one("#answers", Rows)
        fixed = LABEL_CELLS + SOURCE_CELLS + LEFT_CELLS + 3 * len(GAP)
        # One cell is the scroll bar's.
        width = min(MOST_VALUE_CELLS, max(8, answers.size.width - fixed - 1))
        heads = ("question", "answer", "from", "models")
        self.query_one("#columns", Static).update(_row(heads, width, (MUTED,) * 4))
        at = answers.highlighted or 0
        answers.set_options([Option(self._row(question, width)) for question in self._asked])
        answers.highlighted = at

    def _row(self, question: Question, width: int) -> Content:
        value, source = self._value(question)
        left = self._left.get(question.key, 0)
        texts = (LABELS[question.key], value, source, f"−{left}" if left else "")
        own = "" if source in ("you", "profile", FOUND) else MUTED
        return _row(texts, width, (MUTED, own, ACCENT if source == FOUND else MUTED, ""))

    def _value(self, question: Question) -> tuple[str, str]:
        """Return an answer in words, and where it comes from."""
        given = getattr(self._answers.values, question.key)
        if given is None:
            words = assumed(question, self._answers, self._found)
            if question.key in self._found:
                return words, FOUND
            return words, "assumed" if question.default is not None else "open"
        source = self._answers.sources.get(question.key, "default")
        words = {"detected": FOUND, "default": "assumed", "user": self._who(question)}[source]
        return in_words(question, given), words

    def _who(self, question: Question) -> str:
        if not self._profile:
            return "you"
        now = getattr(self._answers.values, question.key)
        kept = self._base is None or getattr(self._base.values, question.key) == now
        return "profile" if kept else "you"

    def _doubts(self, path: TreePath) -> list[Content]:
        values = filled(self._answers, self._found, "detected").values
        refused = unsupported(self._answers.values)
        wrong = [sentence for sentence in (refused, path.clash) if sentence]
        odd = (*contradictions(self._answers, self._found), *mistakes(values))
        return [
            *(joined(shown("! ", ERROR), shown(sentence, STRONG)) for sentence in wrong),
            *(joined(shown("! ", WARN), shown(sentence)) for sentence in odd),
        ]

    # Keys ---------------------------------------------------------------------------------------

    def action_on(self) -> None:
        """Go on to the shortlist."""
        self.dismiss(None)

    def action_edit(self) -> None:
        """Change the highlighted answer."""
        index = self.query_one("#answers", Rows).highlighted
        if index is not None:
            self.dismiss(self._asked[index].key)

    def on_rows_entered(self) -> None:
        """Go on."""
        self.action_on()

    def on_rows_pointed(self) -> None:
        """A click changes an answer."""
        self.action_edit()

    @work
    async def action_save(self) -> None:
        """Save the answers as a profile."""
        from advisor.ui.keeping import keep_as_profile

        await keep_as_profile(self, self._answers)


def _row(
    texts: tuple[str, str, str, str], value_cells: int, styles: tuple[str, str, str, str]
) -> Content:
    """Put a row's parts into columns; the count of models is right-aligned."""
    parts: list[Content | str] = []
    widths = (LABEL_CELLS, value_cells, SOURCE_CELLS)
    for text, width, style in zip(texts[:3], widths, styles[:3], strict=True):
        part = cut(text, width, style)
        parts += [part, " " * (width - part.cell_length), GAP]
    return joined(*parts, shown(f"{texts[3]:>{LEFT_CELLS}}", styles[3]))
