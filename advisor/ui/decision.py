"""One decision: which screen comes next, what is kept, and what happens if the desk is lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from advisor.corpus.dataset import found_answers
from advisor.corpus.options import AskedTask, asked_for
from advisor.desk import messages
from advisor.needs.answers import AnswerSet
from advisor.text import one_line
from advisor.ui import draft as drafts
from advisor.ui.draft import Draft, Step
from advisor.ui.looking import look
from advisor.ui.page import Back, GoTo, Lost, Page
from advisor.ui.walk import show_record, trouble

if TYPE_CHECKING:
    from advisor.desk.client import Desk
    from advisor.ui.app import AdvisorApp

Result = TypeVar("Result")
Thing = TypeVar("Thing")
KEPT = "Your answers and measurements are kept; `embed-advisor` goes on where you were."
OWN_RECORD = "RECORD.toml"
"""Stands in the command that repeats a run for the record itself, which holds the answers."""


class Left(Exception):
    """A step was left for another one."""

    def __init__(self, step: Step | None) -> None:
        """None is Home."""
        super().__init__()
        self.step = step


class Decision:
    """One person's way from data and answers to a saved record."""

    def __init__(self, app: AdvisorApp, draft: Draft) -> None:
        """Begin, or go on, where `draft` stands."""
        self._app, self._draft = app, draft
        self._desk: Desk | None = None
        self._having = asyncio.Lock()
        self._looked: messages.Looked | None = None
        self._described: messages.Described | None = None
        self._chosen: messages.Chosen | None = None
        self._read_as: AskedTask | None = None
        """The task that the data was last read for; None went by what it holds."""
        self._ran = False
        """Whether this desk holds a finished run."""

    async def go(self) -> None:
        """Walk until a record is saved, or Home is asked for; every screen may send it back."""
        step: Step | None = self._draft.step
        while step is not None:
            self._keep(step=step)
            try:
                await self._ready(step)
                step = await self._screen_of(step)
            except Left as left:
                step = left.step

    async def _screen_of(self, step: Step) -> Step | None:
        match step:
            case "data":
                return await self._data()
            case "interview":
                return await self._interview()
            case "review":
                return await self._review()
            case "shortlist":
                return await self._shortlist()
            case "benchmark":
                return await self._benchmark()
            case "judge":
                return await self._judge()
            case "verdict":
                return await self._verdict()

    # The screens ------------------------------------------------------------------------------

    async def _data(self) -> Step | None:
        from advisor.ui.data import DataScreen

        draft = self._draft
        self._read_as = asked_for(draft.answers.values.task)
        reading = msgspec.structs.replace(draft.reading, task=self._read_as)
        screen = DataScreen(
            draft.place, draft.amount, drafts.recent_places(), draft.to_judge, reading
        )
        found = await self._push(screen, back=None)
        self._described = found.described
        if found.place:
            drafts.remember_place(found.place)
        self._keep(
            place=found.place,
            amount=found.amount,
            to_judge=found.to_judge,
            reading=found.reading,
        )
        # A profile has answered already: what is left is to look it over.
        return "review" if self._draft.base is not None else "interview"

    async def _interview(self, at: str | None = None) -> Step | None:
        from advisor.ui.interview import InterviewScreen

        screen = InterviewScreen(
            self._draft.answers,
            self._draft.skipped,
            found=self._found(),
            machine=_known(self._looked).machine,
            at=at,
            keep=self._keep_answers,
        )
        self._keep_answers(*(await self._push(screen, back="data")))
        return "review"

    async def _review(self) -> Step | None:
        from advisor.ui.review import ReviewScreen

        screen = ReviewScreen(
            self._draft.answers,
            self._draft.skipped,
            found=self._found(),
            machine=_known(self._looked).machine,
            profile=self._draft.profile,
            base=self._draft.base,
        )
        back: Step = "data" if self._draft.base is not None else "interview"
        key = await self._push(screen, back=back)
        return await self._interview(at=key) if key is not None else "shortlist"

    async def _shortlist(self) -> Step | None:
        from advisor.ui.shortlist import ShortlistScreen

        screen = ShortlistScreen(
            self._choosing(),
            looked=_known(self._looked),
            described=self._described,
        )
        selected = await self._push(screen, back="review")
        self._chosen = selected.chosen
        self._keep(names=selected.names, removed=selected.removed, added=selected.added)
        return "benchmark"

    async def _benchmark(self) -> Step | None:
        from advisor.ui.benchmark import BenchmarkScreen

        choice = _known(self._chosen).choice
        self._keep(measured=0, of=len(choice.candidates))
        screen = BenchmarkScreen(
            choice,
            _known(self._described),
            self._keep_count,
            here=_known(self._looked).here,
        )
        added = await self._push(screen, back="shortlist")
        self._ran = True
        self._keep(added=(*self._draft.added, *added))
        # What nobody has judged has no verdict.
        return "judge" if not _known(self._described).judgements else "verdict"

    async def _judge(self) -> Step | None:
        from advisor.ui.judge import JudgeScreen

        await self._push(JudgeScreen(str(self._app.opening.out)), back="verdict")
        return "verdict"

    async def _verdict(self) -> Step | None:
        from advisor.ui.verdict import VerdictScreen

        screen = VerdictScreen(self._deciding(), self._app.opening.out, self._draft.answers)
        saved = await self._push(screen, back="shortlist")
        drafts.forget(self._draft)
        self._app.parting = f"The record: {one_line(saved.path)}"
        await show_record(self._app, saved.path)
        return None

    # Between the screens ----------------------------------------------------------------------

    async def _push(self, screen: Page[Result], *, back: Step | None) -> Result:
        """Show a screen; Left when it was left for another step, or its desk is gone."""
        result = await self._app.push_screen_wait(screen)
        match result:
            case Back():
                raise Left(back)
            case GoTo():
                raise Left(result.step)
            case Lost():
                await self._lost(result.why)
        return result

    async def _lost(self, why: str) -> NoReturn:
        """Say that the desk ended; go on with another one, or Home."""
        self._desk = self._described = self._chosen = None
        self._ran = False
        if not await trouble(self._app, why, go_on=True):
            raise Left(None)
        await self._app.started_desk()
        raise Left(self._draft.step)

    async def _ready(self, step: Step) -> None:
        """Have a desk that knows what this step builds on."""
        from advisor.desk.client import DeskLost, Refusal

        if step == "data":
            # Choosing data waits for nobody: the desk gets ready behind it.
            self._app.run_worker(self._get_ready(), group="desk")
            return
        try:
            desk = await self._have_desk()
            task = asked_for(self._draft.answers.values.task)
            # The interview may have asked for another task of the same data.
            if self._read_as != task and step not in ("interview", "review"):
                self._described = self._chosen = None
            if self._draft.place and self._described is None:
                self._read_as = task
                read = messages.Read(
                    place=self._draft.place,
                    amount=self._draft.amount,
                    to_judge=self._draft.to_judge,
                    reading=msgspec.structs.replace(self._draft.reading, task=task),
                )
                self._described = await desk.ask(read, messages.Described)
            if step in ("benchmark", "judge", "verdict"):
                if self._chosen is None:
                    self._chosen = await desk.ask(self._choosing(), messages.Chosen)
                if step != "benchmark" and not self._ran:
                    raise Left("benchmark")
        except Refusal as refusal:
            # The data or a model is gone since: the screen before lets choose again.
            await trouble(self._app, str(refusal))
            raise Left("shortlist" if self._described else "data") from None
        except DeskLost as lost:
            await self._lost(str(lost))

    async def _get_ready(self) -> None:
        """Have a desk early; what is wrong with it is said by the step that needs it."""
        from advisor.desk.client import DeskLost, Refusal

        with contextlib.suppress(DeskLost, Refusal):
            await self._have_desk()

    async def _have_desk(self) -> Desk:
        async with self._having:
            desk = await self._app.started_desk()
            if desk is not self._desk:
                if self._desk is not None:  # another one than the one that knew everything
                    self._described, self._chosen, self._ran = None, None, False
                self._looked = await desk.ask(look(self._app), messages.Looked)
                self._app.looked = self._looked
                self._desk = desk
            return desk

    # What is known ----------------------------------------------------------------------------

    def _keep(self, **changes: object) -> None:
        """Change the draft, and write it where going on finds it."""
        self._draft = msgspec.structs.replace(self._draft, **changes)
        if self._draft.begun:
            drafts.keep(self._draft)
            self._app.parting = KEPT

    def _keep_answers(self, answers: AnswerSet, skipped: tuple[str, ...]) -> None:
        self._keep(answers=answers, skipped=skipped)

    def _keep_count(self, measured: int, of: int) -> None:
        self._keep(measured=measured, of=of)

    def _found(self) -> dict[str, Any]:
        known = self._described
        if known is None:
            return {}
        return found_answers(known.languages, known.task)

    def _choosing(self) -> messages.Choose:
        draft = self._draft
        return messages.Choose(
            answers=draft.answers, names=draft.names, removed=draft.removed, added=draft.added
        )

    def _deciding(self) -> messages.Decide:
        """Name the record after the profile; answers of one's own are in the record itself."""
        draft = self._draft
        unchanged = draft.base is not None and draft.base.values == draft.answers.values
        return messages.Decide(
            name=draft.profile or _known(self._described).name,
            profile=draft.profile if unchanged else OWN_RECORD,
        )


def _known(thing: Thing | None) -> Thing:
    assert thing is not None  # the step before has set it
    return thing
