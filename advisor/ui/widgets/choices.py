"""The list of options: arrows and numbers choose, space marks one of several, / finds by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from advisor.ui.text import ACCENT, MUTED, Harmless, joined, lines, shown

NUMBERED = 9
"""Options that a number key chooses."""


@dataclass(frozen=True)
class Choice:
    """One option as it is shown; an empty value is "I don't know"."""

    value: str
    label: str
    note: str = ""
    """A few quiet words behind it."""


class _Find(Input):
    """The line to find with; Enter is the screen's, in its turn among the keys."""

    BINDINGS = [Binding("enter", "screen.next", show=False)]


class _Lines(OptionList):
    """The list itself; Enter is the screen's, so that only a click selects."""

    BINDINGS = [Binding("enter", "screen.next", show=False)]


class Choices(Vertical):
    """Options of one question. The screen's `next` asks `answer` what is taken."""

    BINDINGS = [
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, NUMBERED + 1)),
        Binding("space", "mark", "Mark", show=False, tooltip="Mark one of several"),
        Binding("slash", "find", "Find", key_display="/", show=False, tooltip="Find by name"),
    ]

    class Changed(Message):
        """Enter would take another answer now."""

    def __init__(self) -> None:
        """Without options until `offer`."""
        super().__init__(id="choices")
        self._all: list[Choice] = []
        self._listed: list[Choice] = []
        self._marked: set[str] = set()
        self._several = self._touched = False
        self._cursor: int | None = None
        self._left_at: str | None = None
        """Where the cursor was before a name was looked for."""

    def compose(self) -> ComposeResult:
        """The line to find with, the list, and what Enter takes of several."""
        yield Static(id="takes")
        find = _Find(placeholder="find by name", highlighter=Harmless(), compact=True, id="find")
        find.display = False
        yield find
        yield _Lines(id="options")

    @property
    def _list(self) -> OptionList:
        return self.query_one("#options", OptionList)

    @property
    def finding(self) -> bool:
        """Whether a name is being typed."""
        return bool(self.query_one("#find", Input).display)

    @property
    def highlighted(self) -> Choice | None:
        """The option under the cursor."""
        index = self._list.highlighted
        return self._listed[index] if index is not None and index < len(self._listed) else None

    @property
    def answer(self) -> tuple[str, ...]:
        """What Enter takes: one value, several, or nothing for "I don't know"."""
        here = self.highlighted
        if here is None or not here.value:
            return ()
        if self._several and self._marked and (self._touched or here.value in self._marked):
            return tuple(one.value for one in self._all if one.value in self._marked)
        return (here.value,)

    def offer(
        self, choices: Sequence[Choice], stands: Collection[str], *, several: bool = False
    ) -> None:
        """Show options; `stands` are the values that stand there first, none is "don't know"."""
        self._all, self._several, self._touched = list(choices), several, False
        self._marked = set(stands)
        self._cursor = None
        self.query_one("#find", Input).display = False
        self.query_one("#takes").display = several
        wanted = self._marked or {""}
        self._show(next((one.value for one in choices if one.value in wanted), None))
        self._list.focus()

    def _show(self, at: str | None) -> None:
        """Show what fits the typed name, with the cursor on the value `at`, else on the first."""
        wanted = self.query_one("#find", Input).value.casefold().strip() if self.finding else ""
        hits = [one for one in self._all if wanted in one.label.casefold()]
        # A name that begins so is meant more likely than one that holds it somewhere.
        self._listed = sorted(hits, key=lambda one: not one.label.casefold().startswith(wanted))
        values = [one.value for one in self._listed]
        self._cursor = values.index(at) if at in values else (0 if values else None)
        prompts = [Option(self._prompt(index)) for index in range(len(values))]
        self._list.set_options(prompts)
        self._list.highlighted = self._cursor
        self._tell()

    def _prompt(self, index: int) -> Content:
        one = self._listed[index]
        cursor = "▸" if index == self._cursor else " "
        number = f"{index + 1}" if index < NUMBERED and not self.finding else " "
        note = f"  {one.note}" if one.note else ""
        return joined(
            Content.styled(cursor, ACCENT),
            Content.styled(f"{number} ", MUTED),
            Content.styled(f"{self._sign(one)} ", ACCENT if one.value in self._marked else MUTED),
            shown(one.label),
            shown(note, MUTED),
        )

    def _sign(self, one: Choice) -> str:
        if not self._several:
            return "●" if one.value in (self._marked or {""}) else "○"
        if not one.value:
            return " "
        return "■" if one.value in self._marked else "□"

    def _redraw(self, index: int | None) -> None:
        if index is not None and index < len(self._listed):
            self._list.replace_option_prompt_at_index(index, self._prompt(index))

    def _tell(self) -> None:
        if self._several:
            labels = {one.value: one.label for one in self._all}
            names = ", ".join(labels[value] for value in self.answer) or "I don't know"
            does = "⏎ marks it, esc leaves it" if self.finding else f"⏎ takes {names}"
            keys = shown("space or 1–9 marks several, / finds by name", MUTED)
            self.query_one("#takes", Static).update(lines(keys, shown(does, ACCENT)))
        self.post_message(self.Changed())

    # Keys and mouse -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marking and finding are for several."""
        del parameters
        return self._several if action in ("mark", "find") else True

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Move the cursor's sign."""
        event.stop()
        before, self._cursor = self._cursor, self._list.highlighted
        if before != self._cursor:
            self._redraw(before)
            self._redraw(self._cursor)
            self._tell()

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses; of several, it marks."""
        event.stop()
        await self._choose()

    async def action_pick(self, number: int) -> None:
        """Choose by number; of several, mark."""
        if number <= len(self._listed):
            self._list.highlighted = number - 1
            await self._choose()

    async def _choose(self) -> None:
        here = self.highlighted
        if self._several and here is not None and here.value:
            self.action_mark()
        elif here is not None:
            # At once, not by message: the next key is the next question's.
            await self.run_action("screen.next")

    def action_mark(self) -> None:
        """Mark what is under the cursor, or take the mark away."""
        here = self.highlighted
        if here is not None and here.value:
            self._touched = True
            self._marked ^= {here.value}
            self._redraw(self._list.highlighted)
            self._tell()

    # Finding ------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Show the line to find with."""
        here = self.highlighted
        self._left_at = here.value if here is not None else None
        find = self.query_one("#find", Input)
        find.display = True
        find.value = ""
        find.focus()
        self._show(None)

    def stop_finding(self, *, mark: bool) -> None:
        """Go back to the whole list, marking what was found or not."""
        here = self.highlighted
        if mark and here is not None:
            self._left_at = here.value
            if here.value not in self._marked:
                self.action_mark()
        self.query_one("#find", Input).display = False
        self._show(self._left_at)
        self._list.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show only what fits."""
        event.stop()
        if self.finding:
            self._show(None)

    def on_key(self, event: events.Key) -> None:
        """Keep the arrows in the list while a name is typed."""
        if self.finding and event.key in ("up", "down"):
            event.stop()
            self._list.action_cursor_up() if event.key == "up" else self._list.action_cursor_down()
