"""Choosing a file or folder: type a path with completion, or walk through the folders."""

from __future__ import annotations

import os
from asyncio import to_thread
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from advisor.ui.text import ERROR, MUTED, STRONG, cut, joined, shown

SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
MOST_SHOWN = 500
"""A folder with more entries is typed into, not scrolled through."""


class Chooser(ModalScreen[str | None]):
    """The result is a path as typed or walked to, None when it was left."""

    BINDINGS = [
        Binding("escape", "leave_chooser", "Back"),
        Binding("tab", "complete", "Complete", tooltip="Complete the path", priority=True),
        Binding("down", "into_list", "List", tooltip="Go to the list", key_display="↓"),
    ]

    def __init__(self, start: Path | None = None) -> None:
        """Begin in `start`, or where the program was called."""
        super().__init__()
        self._start = start or Path.cwd()
        self._entries: list[tuple[str, Path]] = []

    def compose(self) -> ComposeResult:
        """A line for the path, and what begins like it."""
        with Vertical(classes="pane tall"):
            yield Static(shown("A folder, or a file (JSONL, CSV, TSV)", STRONG))
            yield Input(f"{self._start}{os.sep}", compact=True)
            yield Static(id="hint")
            yield OptionList(id="entries")
        yield Footer(show_command_palette=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what begins like the path."""
        self._list(event.value)

    @work(exclusive=True, group="list")
    async def _list(self, typed: str) -> None:
        found, wrong = await to_thread(_beginning_like, typed)
        self._entries = found[:MOST_SHOWN]
        options = [
            Option(joined(shown(f"{kind:<8}", MUTED), cut(path.name, 60)), id=f"entry-{index}")
            for index, (kind, path) in enumerate(self._entries)
        ]
        self.query_one("#entries", OptionList).set_options(options)
        more = len(found) - len(self._entries)
        hint = shown(wrong, ERROR) if wrong else shown(_hint(typed, more), MUTED)
        self.query_one("#hint", Static).update(hint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the path if something is there."""
        path = _path(event.value)
        if _exists(path):
            self.dismiss(str(path))
        else:
            self.query_one("#hint", Static).update(shown("! nothing is there", ERROR))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a file, go into a folder."""
        kind, path = self._entries[event.option_index]
        if kind == "folder":
            self._type(f"{path}{os.sep}")
        else:
            self.dismiss(str(path))

    def action_complete(self) -> None:
        """Complete the path as far as all entries agree."""
        names = [path.name for _, path in self._entries]
        if not names:
            return
        parent = self._entries[0][1].parent
        whole = len(names) == 1 and self._entries[0][0] == "folder"
        agreed = os.path.commonprefix(names)  # noqa: RUF071 - letters, not parts, are completed
        self._type(f"{parent / agreed}{os.sep if whole else ''}")

    def action_into_list(self) -> None:
        """Go to the list."""
        self.query_one("#entries", OptionList).focus()

    def action_leave_chooser(self) -> None:
        """Leave without a path."""
        self.dismiss(None)

    def _type(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)
        line.focus()


def _hint(typed: str, more: int) -> str:
    if more > 0:
        return f"and {more:,} more: type on"
    return "enter takes this folder" if typed.endswith(os.sep) else "enter takes it"


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError:  # "~nobody/..."
        return Path(typed.strip())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or a NUL in it
        return False


def _beginning_like(typed: str) -> tuple[list[tuple[str, Path]], str]:
    """Return folders, then data files, that begin like what is typed, and what is wrong."""
    path = _path(typed)
    folder, start = (path, "") if typed.endswith(os.sep) else (path.parent, path.name)
    folders, files = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(start) or entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    folders.append(("folder", folder / entry.name))
                elif entry.name.lower().endswith(SUFFIXES):
                    files.append(("file", folder / entry.name))
    except (OSError, ValueError) as error:
        return [], f"! {getattr(error, 'strerror', None) or 'no such folder'}"
    return sorted(folders) + sorted(files), ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads round in a circle
        return False
