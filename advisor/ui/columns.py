"""Which column of a table is what: the rows as they would be read, and each meaning to correct."""

from __future__ import annotations

import msgspec
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static
from textual.widgets.option_list import Option

from advisor.corpus.options import MEANINGS, ReadOptions, encoding_named
from advisor.desk import messages
from advisor.errors import UsageError
from advisor.text import one_line
from advisor.ui.dialogs import Line
from advisor.ui.leaving import Dialog
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, lines, shown
from advisor.ui.widgets.rows import Rows

ENCODING = "encoding"
_LABEL, _COLUMN = 12, 22


class ColumnsScreen(Page[ReadOptions]):
    """The result is how the files are to be read."""

    TITLE_WORDS = "columns"
    HELP_WORDS = (
        "What each column of your tables is taken for. Point at a meaning and press enter to name "
        "the column that has it; below stand the first rows as they would then be read. A "
        "meaning without a column is found by the usual names, or is not there. `run` takes the "
        "same as --columns and --encoding."
    )
    BINDINGS = [
        Binding("enter", "change", "Change", tooltip="Name the column of the highlighted meaning"),
        Binding("u", "use", "Use these", tooltip="Read the data with these columns"),
        Binding("d", "default", "By name", tooltip="Find every column by its name again"),
    ]

    def __init__(self, place: str, reading: ReadOptions) -> None:
        """`reading` is what was said before."""
        super().__init__()
        self._place, self._reading = place, reading
        self._tables: tuple[messages.TableColumns, ...] = ()

    def body(self) -> ComposeResult:
        """The meanings, and the rows below them."""
        yield Rows(id="meanings")
        yield VerticalScroll(Static(id="rows"), id="rows-pane")

    def on_mount(self) -> None:
        """Ask for the tables."""
        self.query_one("#meanings").focus()
        self._look()

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        request = messages.Tables(place=self._place, reading=self._reading)
        tabled = await self.ask(request, messages.Tabled)
        if tabled is not None and self.stands:
            self._tables = tabled.tables
            self.say("" if self._tables else "There are no tables here. esc leads back.")
            self._paint()

    def _paint(self) -> None:
        rows = self.query_one("#meanings", Rows)
        kept = rows.highlighted or 0
        options = [Option(self._line(meaning), id=meaning) for meaning in MEANINGS]
        rows.set_options([*options, Option(self._encoding_line(), id=ENCODING)])
        rows.highlighted = kept
        self.query_one("#rows", Static).update(rows_as_read(self._tables))

    def _line(self, meaning: str) -> Content:
        named = meaning in dict(self._reading.columns)
        for table in self._tables:
            column = table.read_as.get(meaning)
            if column is not None:
                first = next((row[column] for row in table.rows if row.get(column)), "")
                return joined(
                    shown(f"{meaning:<{_LABEL}}"),
                    cut(column, _COLUMN, ACCENT if named else ""),
                    " " * max(1, _COLUMN + 1 - len(one_line(column, _COLUMN))),
                    cut(first, 40, MUTED),
                )
        return shown(f"{meaning:<{_LABEL}}–", MUTED)

    def _encoding_line(self) -> Content:
        found = ", ".join(dict.fromkeys(table.encoding for table in self._tables))
        by = "" if self._reading.encoding else "detected"
        return joined(shown(f"{ENCODING:<{_LABEL}}{found:<{_COLUMN}} "), shown(by, MUTED))

    # Keys ---------------------------------------------------------------------------------------

    def on_rows_entered(self) -> None:
        """Change the highlighted meaning."""
        self.action_change()

    def on_rows_pointed(self) -> None:
        """A click changes it as well."""
        self.action_change()

    @work(exclusive=True, group="change")
    async def action_change(self) -> None:
        """Ask which column has the highlighted meaning, or for the encoding."""
        option = self.query_one("#meanings", Rows).highlighted_option
        if option is None or not self.is_current:
            return
        if option.id == ENCODING:
            await self._change_encoding()
        else:
            await self._change_column(str(option.id))
        self._look()

    async def _change_column(self, meaning: str) -> None:
        columns = dict.fromkeys(name for table in self._tables for name in table.columns)
        picked = await self.app.push_screen_wait(ColumnChoice(meaning, tuple(columns)))
        if picked is None:
            return
        # A column has one meaning, and a meaning one column.
        kept = [(key, name) for key, name in self._reading.columns if key != meaning]
        kept = [(key, name) for key, name in kept if name != picked]
        chosen = (*kept, (meaning, picked)) if picked else tuple(kept)
        self._reading = msgspec.structs.replace(self._reading, columns=chosen)

    async def _change_encoding(self) -> None:
        hint = "utf-8, cp1252, utf-16, gb18030, big5, shift_jis, euc-kr; empty detects it"
        line = Line(
            "Encoding of the files", self._reading.encoding or "", hint=hint, check=wrong_encoding
        )
        said = await self.app.push_screen_wait(line)
        if said is not None:
            encoding = encoding_named(said.strip() or None)
            self._reading = msgspec.structs.replace(self._reading, encoding=encoding)

    def action_default(self) -> None:
        """Forget what was named."""
        self._reading = msgspec.structs.replace(self._reading, columns=(), encoding=None)
        self._look()

    def action_use(self) -> None:
        """Read the data so."""
        self.dismiss(self._reading)


class ColumnChoice(Dialog[str | None]):
    """Asks for a column; empty finds it by its name, None leaves it as it was."""

    BINDINGS = [Binding("escape", "leave", "Back")]

    def __init__(self, meaning: str, columns: tuple[str, ...]) -> None:
        """`columns` are outside text."""
        super().__init__()
        self._meaning, self._columns = meaning, columns

    def compose(self) -> ComposeResult:
        """The columns of all tables."""
        with Vertical(classes="pane"):
            yield Static(shown(f"Which column is the {self._meaning}?", STRONG))
            by_name = Option(shown("found by its name, or none", MUTED))
            yield Rows(by_name, *(Option(cut(column, 60)) for column in self._columns))
        yield Footer(show_command_palette=False)

    def on_rows_entered(self) -> None:
        """Take the highlighted one."""
        at = self.query_one(Rows).highlighted or 0
        self.dismiss(self._columns[at - 1] if at else "")

    def on_rows_pointed(self) -> None:
        """A click takes it as well."""
        self.on_rows_entered()

    def action_leave(self) -> None:
        """Leave without a column."""
        self.dismiss(None)


def rows_as_read(tables: tuple[messages.TableColumns, ...]) -> Content:
    """Return the first rows of every table, each value under what it is taken for."""
    parts: list[Content | str] = []
    for table in tables:
        unused = [name for name in table.columns if name not in table.read_as.values()]
        parts.append(joined(shown(table.file, STRONG), shown(" as it would be read", MUTED)))
        for number, row in enumerate(table.rows, start=1):
            parts += [
                joined(
                    Content.styled(f"{number if at == 0 else '':>2} {meaning:<{_LABEL}}", MUTED),
                    cut(row.get(column) or "–", 100),
                )
                for at, (meaning, column) in enumerate(table.read_as.items())
            ]
        if unused:
            parts.append(shown(f"   not read: {', '.join(unused)}", MUTED))
        parts.append("")
    return lines(*parts)


def wrong_encoding(text: str) -> str | None:
    """Say what is wrong with an encoding as it is typed."""
    try:
        encoding_named(text.strip() or None)
    except UsageError:
        return "no encoding of this name"
    return None
