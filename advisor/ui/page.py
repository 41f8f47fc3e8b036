"""What every screen shares: the line on top, the message line, the keys, and asking the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, Static

from advisor.ui.leaving import LeftOnce
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, joined, shown

if TYPE_CHECKING:
    from advisor.desk import messages
    from advisor.ui.app import AdvisorApp
    from advisor.ui.draft import Step

Result = TypeVar("Result")
Reply = TypeVar("Reply", bound="messages.Reply")


class Back:
    """The result of a screen that was left backwards."""


class Lost:
    """The result of a screen whose desk ended; the walk starts another and comes back."""

    def __init__(self, why: str) -> None:
        """`why` is the sentence to show."""
        self.why = why


class GoTo:
    """The result of a screen that was left for another step."""

    def __init__(self, step: Step) -> None:
        """`step` is where to go."""
        self.step = step


class Head(Static):
    """The line on top: program, where one is, and a few words to the right."""

    def __init__(self, title: str) -> None:
        """`title` says where one is."""
        super().__init__()
        self._title, self._detail, self._aside = title, "", ""

    def put(self, detail: str | None = None, aside: str | None = None) -> None:
        """Change what stands beside the title, at the right end, or both."""
        detail = self._detail if detail is None else detail
        aside = self._aside if aside is None else aside
        if (detail, aside) != (self._detail, self._aside):
            self._detail, self._aside = detail, aside
            self.refresh()

    def render(self) -> Content:
        """Both sides at their ends; the right one goes when there is no room."""
        left = joined(
            Content.styled("embed-advisor", STRONG),
            "   ",
            shown(self._title, ACCENT),
            "   ",
            shown(self._detail, MUTED),
        )
        right = shown(self._aside, MUTED)
        gap = self.content_size.width - left.cell_length - right.cell_length
        return joined(left, " " * gap, right) if gap > 0 else left


class Page(LeftOnce["Result | Back | GoTo | Lost"], Generic[Result]):
    """A screen of the walk. Subclasses give `TITLE_WORDS`, `HELP_WORDS` and `body()`."""

    TITLE_WORDS: ClassVar[str] = ""
    HELP_WORDS: ClassVar[str] = ""
    """What the screen is for, in a few sentences of our own; `?` shows them with the keys."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("question_mark,f1", "help", "Help", key_display="?"),
        Binding("ctrl+c", "copy_or_leave", "Leave", show=False),
    ]

    refusal = Content()
    """The last one, for screens that show it where there is more room."""

    def compose(self) -> ComposeResult:
        """The line on top, the body, the message line, the keys."""
        yield Head(self.TITLE_WORDS)
        with Vertical(id="body"):
            yield from self.body()
        yield Static(id="message")
        yield Footer(show_command_palette=False)

    def body(self) -> ComposeResult:
        """What the screen is about."""
        raise NotImplementedError

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Return the keys in the order of the footer: enter first, back and help last."""
        active = super().active_bindings
        own = self._main_binding()
        if own is not None:
            # A list in focus takes the key first and hands it on: it is the screen's all the same.
            active = {**active, "enter": ActiveBinding(self, own, True)}
        last = [key for key in ("escape", "question_mark", "f1", "ctrl+c") if key in active]
        first = [key for key in ("enter",) if key in active]
        rest = [key for key in active if key not in (*first, *last)]
        return {key: active[key] for key in (*first, *rest, *last)}

    def _main_binding(self) -> Binding | None:
        """Return what Enter does here now."""
        declared = self._bindings.key_to_bindings.get("enter", [])
        return next((one for one in declared if self.check_action(one.action, ())), None)

    @property
    def head(self) -> Head:
        """The line on top."""
        return self.query_one(Head)

    @property
    def stands(self) -> bool:
        """Whether there is anything to paint on: not before the mount, nor while it is left."""
        return self.is_attached and not self.is_left and bool(self.query("#body > *"))

    @property
    def advisor(self) -> AdvisorApp:
        """The application, with its own type."""
        return cast("AdvisorApp", self.app)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Show a sentence above the keys until the next one; empty takes it away."""
        message = self.query_one("#message", Static)
        sign = joined(Content.styled("! ", ERROR), shown(text)) if wrong else shown(text, MUTED)
        message.update(sign if text else "")
        message.display = bool(text)

    async def ask(self, request: messages.Request, kind: type[Reply]) -> Reply | None:
        """Ask the desk. A refusal is shown and gives None; without a desk the screen is left."""
        from advisor.desk.client import DeskLost, Refusal

        try:
            if not hasattr(self.advisor, "desk"):
                await self.advisor.started_desk()
            return await self.advisor.desk.ask(request, kind)
        except Refusal as refusal:
            self.refusal = joined(Content.styled("! ", ERROR), shown(str(refusal)))
            self.say(str(refusal), wrong=True)
        except DeskLost as lost:
            self.dismiss(Lost(str(lost)))
        return None

    def action_back(self) -> None:
        """Leave the screen backwards."""
        self.dismiss(Back())

    def action_help(self) -> None:
        """Say what the screen is for and what the keys do."""
        from advisor.ui.help import Help

        self.app.push_screen(Help(self.TITLE_WORDS, self.HELP_WORDS, self.active_bindings))

    def action_copy_or_leave(self) -> None:
        """Copy what is selected with the mouse; leave when nothing is."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
            self.say("copied, if your terminal allows it")
        else:
            self.advisor.leave()
