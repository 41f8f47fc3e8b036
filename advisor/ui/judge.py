"""Judging: one query, one document at a time, without saying which model found it."""

from __future__ import annotations

from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.desk import messages
from advisor.ui.judging import Sitting
from advisor.ui.page import Page
from advisor.ui.text import MUTED, STRONG, lines, shown

WORDS = {2: "answers it", 1: "partly", 0: "not", -1: "skipped"}
LEAST_QUERIES = 20
"""Below so many no verdict is given (methods, 2)."""


class JudgeScreen(Page[None]):
    """Ends with nothing: what was judged is kept at the desk after every key."""

    TITLE_WORDS = "judge"
    HELP_WORDS = (
        "The first documents of every candidate and of BM25, shuffled, without saying who found "
        "what; those the candidates disagree on come first. A query counts once all its documents "
        "were gone through; what was not shown counts as not relevant. Twenty queries are the "
        "least for a verdict, and many queries judged a little say more than few judged deeply. "
        "Every key is saved at once; e writes the judgements into a file of their own."
    )
    BINDINGS = [
        Binding("enter", "next", "Next", tooltip="Pass over the rest of this query"),
        Binding("2", "grade(2)", "Yes", tooltip="The document answers the query"),
        Binding("1", "grade(1)", "Partly", tooltip="It answers the query in part"),
        Binding("0", "grade(0)", "No", tooltip="It does not answer the query"),
        Binding("space", "grade(-1)", "Skip", tooltip="Pass this document over"),
        Binding("u", "undo", "Undo", tooltip="Take the last key back"),
        Binding("e", "export", "Export", show=False, tooltip="Write the judgements into a file"),
        Binding("escape,q", "back", "Verdict", key_display="esc"),
    ]

    def __init__(self, folder: str) -> None:
        """`folder` is where judgements are exported to."""
        super().__init__()
        self._folder = folder
        self._sitting: Sitting | None = None

    def body(self) -> ComposeResult:
        """The query, which document it is, and the document."""
        yield Static(shown("putting together what the candidates found …"), id="asked")
        yield Static(id="place")
        with VerticalScroll(id="document-pane"):
            yield Static(id="document")

    def on_mount(self) -> None:
        """Have the pools put together."""
        self._pool()

    @work
    async def _pool(self) -> None:
        pooled = await self.ask(messages.Pool(), messages.Pooled)
        if pooled is None:
            self.query_one("#asked", Static).update(self.refusal)
            return
        self._sitting = Sitting(pooled)
        self.query_one("#document-pane").focus()
        self.refresh_bindings()
        self._paint()
        # Nothing changes by judging nothing, and the desk says what there is so far.
        first = pooled.queries[0].id
        self._count(await self.ask(messages.Judge(query=first, grades={}), messages.Counted))

    # Painting -----------------------------------------------------------------------------------

    def _paint(self) -> None:
        sitting = self._sitting
        if sitting is None or not self.stands:
            return
        at = sitting.at
        self.head.put(detail=f"query {sitting.number:,} of {len(sitting.queries):,}")
        if at is None:
            self._paint_end()
            return
        query, document = at
        self.query_one("#asked", Static).update(shown(query.text, STRONG))
        place = f"{sitting.place} of {len(query.documents)}"
        before = sitting.grade_of(query.id, document)
        said = f"   {WORDS[before]}" if before is not None else ""
        self.query_one("#place", Static).update(shown(f"document {place}{said}", MUTED))
        self.query_one("#document", Static).update(shown(query.documents[document]))
        self.query_one("#document-pane").scroll_home(animate=False)

    def _paint_end(self) -> None:
        done = lines(
            Content.styled("Everything that was found is judged.", STRONG),
            shown("esc leads to the verdict, u takes the last key back.", MUTED),
        )
        self.query_one("#asked", Static).update(done)
        self.query_one("#place", Static).update("")
        self.query_one("#document", Static).update("")

    def _count(self, counted: messages.Counted | None) -> None:
        """Say how far it is and what that much judging can decide."""
        if counted is None or not self.stands:
            return
        self.head.put(aside=f"{counted.judged:,} judged · {counted.queries:,} queries count")
        if counted.queries < LEAST_QUERIES or counted.smallest_gap is None:
            left = LEAST_QUERIES - counted.queries
            self.say(f"{left} more queries with a relevant document, and a verdict can be given.")
            return
        gap = f"{counted.smallest_gap:.2f}".lstrip("0")
        self.say(f"{counted.queries:,} queries can show gaps of {gap} nDCG@10.")

    # Keys ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be judged before it is there, or after the end."""
        del parameters
        sitting = self._sitting
        if action in ("grade", "next"):
            return sitting is not None and sitting.at is not None
        if action == "undo":
            return sitting is not None and sitting.can_undo
        return action != "export" or sitting is not None

    def action_grade(self, grade: int) -> None:
        """Judge the document that is shown."""
        if self._sitting is not None:
            self._send(self._sitting.grade(grade))

    def action_next(self) -> None:
        """Pass over what is left of this query."""
        if self._sitting is not None:
            self._send(self._sitting.skip_query())

    def action_undo(self) -> None:
        """Take the last key back."""
        if self._sitting is not None:
            self._send(self._sitting.undo())

    def _send(self, judged: messages.Judge | None) -> None:
        """Show what comes next at once; what was judged is on its way to the disk."""
        if judged is None:
            return
        self._paint()
        self.refresh_bindings()
        self._keep(judged)

    @work
    async def _keep(self, judged: messages.Judge) -> None:
        self._count(await self.ask(judged, messages.Counted))

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        """Ask for a folder and write the judgements as qrels."""
        from advisor.ui.dialogs import Line
        from advisor.ui.verdict import wrong_with_folder

        folder = await self.app.push_screen_wait(
            Line(
                "Folder for the judgements",
                self._folder,
                hint="a new file of qrels (TSV); beside your data it makes every run use them",
                check=wrong_with_folder,
            )
        )
        if not folder:
            return
        exported = await self.ask(messages.Export(folder=_absolute(folder)), messages.Exported)
        if exported is not None:
            self.say(f"Written: {exported.path}")

    def action_back(self) -> None:
        """Go on to the verdict."""
        self.dismiss(None)


def _absolute(folder: str) -> str:
    return str(Path(folder).expanduser().absolute())
