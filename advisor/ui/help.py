"""Help: what a screen is for and what its keys do."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.ui.leaving import Dialog
from advisor.ui.text import ACCENT, MUTED, STRONG, joined, lines

_EVERYWHERE = {
    "ctrl+p": "all commands, by name",
    "ctrl+t": "light or dark",
    "ctrl+q": "leave; everything is kept",
}


def is_ours(active: ActiveBinding) -> bool:
    """Say whether a key belongs to a screen or widget of this program, not to one of Textual's."""
    own = (kind for kind in type(active.node).__mro__ if kind.__module__.startswith("advisor."))
    actions = {
        binding.action
        for kind in own
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding)
    }
    return active.binding.action in actions


class Help(Dialog[None]):
    """A pane over the screen it explains."""

    BINDINGS = [
        Binding("escape,question_mark,q,enter", "dismiss_help", "Close", key_display="esc"),
    ]

    def __init__(self, title: str, words: str, active: Mapping[str, ActiveBinding]) -> None:
        """`active` are the bindings of the screen when help was asked for."""
        super().__init__()
        self._title, self._words, self._active = title, words, active

    def compose(self) -> ComposeResult:
        """One scrolling pane."""
        with VerticalScroll(classes="pane"):
            yield Static(self._text())

    def _text(self) -> Content:
        return lines(
            Content.styled(self._title, STRONG),
            "",
            self._words,
            "",
            Content.styled("Keys here", MUTED),
            *_rows(self._keys()),
            "",
            Content.styled("Everywhere", MUTED),
            *_rows(_EVERYWHERE),
            "",
            Content.styled("esc closes this", MUTED),
        )

    def _keys(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for active in self._active.values():
            binding = active.binding
            if binding.description and active.node is not self.app and is_ours(active):
                key = self.app.get_key_display(binding)
                found.setdefault(key, binding.tooltip or binding.description)
        return found

    def action_dismiss_help(self) -> None:
        """Go back to the screen."""
        self.dismiss()


def _rows(keys: Mapping[str, str]) -> list[Content]:
    return [joined(Content.styled(f"  {key:<10}", ACCENT), what) for key, what in keys.items()]
