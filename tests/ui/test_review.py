"""The review: every answer, where it comes from, and what it costs; and saving as a profile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import platformdirs
import pytest
from textual.pilot import Pilot
from textual.widgets import Footer, Input

from advisor.catalogue.catalogue import Catalogue, load_catalogue
from advisor.needs.answers import Answers, AnswerSet, answered
from advisor.needs.profile import load_profile
from advisor.needs.requirements import Machine
from advisor.shortlist.resources import needed_mib
from advisor.ui import review as module
from advisor.ui.app import AdvisorApp, Opening
from advisor.ui.keeping import wrong_name
from advisor.ui.page import Back
from advisor.ui.review import ReviewScreen

HERE = Machine(source="detected", cpu="a small CPU", cores=2, memory_mib=24_000)
FOUND: dict[str, tuple[str, ...]] = {"document_languages": ("zh-Hant",)}
SAID = answered(Answers(task="search", machine="edge", commercial_use=True))
HOSTILE = "\x1b]0;x\x07[/][@click=app.quit]x\u202e\x9b31m\ud800" + "中文" * 40 + "a" * 10_000

Steps = Callable[["Looked"], Awaitable[None]]


class Looked(AdvisorApp):
    """The application with nothing but the review; what it gave is kept."""

    def __init__(self, screen: ReviewScreen) -> None:
        super().__init__(Opening())
        self.review = screen
        self.results: list[Any] = []

    def begin(self) -> None:
        self.push_screen(self.review, self.results.append)

    async def press(self, *keys: str) -> None:
        await Pilot(self).press(*keys)
        await Pilot(self).pause(0.05)

    async def save_as(self, name: str) -> None:
        await self.press("ctrl+s")
        await self.until(lambda: bool(self.screen.query(Input)))
        await self.press(*name, "enter")

    async def until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(100):
            if is_so():
                return
            await Pilot(self).pause(0.02)
        raise AssertionError(self.text)

    async def says(self, words: str) -> None:
        await self.until(lambda: words in self.text)

    @property
    def text(self) -> str:
        """What a person sees."""
        lines = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)

    def row(self, label: str) -> str:
        rows = [line for line in self.text.splitlines() if line.strip().startswith(label)]
        return " ".join(rows[0].split())


def look(
    steps: Steps,
    answers: AnswerSet = SAID,
    *,
    found: dict[str, tuple[str, ...]] = FOUND,
    profile: str = "",
    base: AnswerSet | None = None,
    size: tuple[int, int] = (80, 24),
) -> Looked:
    async def run() -> Looked:
        screen = ReviewScreen(answers, (), found=found, machine=HERE, profile=profile, base=base)
        app = Looked(screen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.05)
            await steps(app)
            await pilot.pause()
        return app

    return asyncio.run(run())


def press(*keys: str) -> Steps:
    async def steps(app: Looked) -> None:
        await app.press(*keys)

    return steps


def profiles() -> Path:
    return platformdirs.user_config_path("embed-advisor") / "profiles"


def test_enter_goes_on_whatever_is_highlighted() -> None:
    assert look(press("enter")).results == [None]
    assert look(press("down", "down", "enter")).results == [None]


@pytest.mark.parametrize("key", ["e", "right"])
def test_the_highlighted_answer_can_be_changed(key: str) -> None:
    assert look(press("down", key)).results == ["document_languages"]


def test_a_click_changes_an_answer() -> None:
    async def steps(app: Looked) -> None:
        pilot: Pilot[Any] = Pilot(app)
        await pilot.click("#answers", offset=(5, 3))
        await pilot.pause()

    assert look(steps).results == ["exact_terms"]


def test_escape_leaves_backwards() -> None:
    (result,) = look(press("escape")).results
    assert isinstance(result, Back)


def test_every_row_says_value_source_and_models_lost() -> None:
    async def steps(app: Looked) -> None:
        assert app.row("task") == "task Semantic search, RAG you"
        row = app.row("documents' language")
        assert row.startswith("documents' language Traditional Chinese found in data −")
        assert app.row("exact terms") == "exact terms no assumed"
        assert app.row("machine").startswith("machine On an edge device you −")
        assert app.row("least recall") == "least recall no limit open"

    look(steps, size=(100, 40))


def test_what_a_profile_says_and_what_was_changed_are_told_apart() -> None:
    async def steps(app: Looked) -> None:
        assert "Begun with the profile plain-rag." in app.text
        assert app.row("task").endswith("profile")
        assert "edge device you" in app.row("machine")

    base = msgspec.structs.replace(
        SAID, values=msgspec.structs.replace(SAID.values, machine="laptop")
    )
    look(steps, profile="plain-rag", base=base, size=(100, 40))


def test_warnings_stand_below() -> None:
    answers = answered(
        Answers(document_languages=("ja",), priority="accuracy", machine="edge", labelled_pairs=3)
    )

    async def steps(app: Looked) -> None:
        assert "most of them look like" in app.text
        assert "! Accuracy first on an edge device" in app.text
        assert "! Fewer than 500 labelled pairs" in app.text

    look(steps, answers, size=(80, 30))


def test_when_none_is_left_the_clash_and_the_way_out_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cards = [card for card in load_catalogue().cards if needed_mib(card) is not None]
    monkeypatch.setattr(module, "load_catalogue", lambda: Catalogue(cards))

    async def steps(app: Looked) -> None:
        assert "0 of" in app.text
        assert "! No model is left. Giving up the memory limit brings back" in app.text

    look(steps, answered(Answers(task="search", memory_mib=1)))


def test_a_task_that_is_not_text_is_answered_plainly() -> None:
    async def steps(app: Looked) -> None:
        assert "For images look for a CLIP" in app.text

    look(steps, answered(Answers(task="images-or-audio")))


def test_rows_follow_a_resize() -> None:
    async def steps(app: Looked) -> None:
        for size in ((140, 40), (40, 12), (80, 24)):
            await Pilot(app).resize_terminal(*size)
            await Pilot(app).pause(0.05)
            assert "documents' language" in app.text
        await app.press("down", "e")

    assert look(steps).results == ["document_languages"]


def test_no_key_of_the_footer_is_clipped_at_80_columns() -> None:
    async def steps(app: Looked) -> None:
        assert app.screen.query_one(Footer).max_scroll_x == 0

    look(steps)


def test_hostile_texts_are_shown_harmlessly() -> None:
    seen: list[str] = []

    async def steps(app: Looked) -> None:
        seen.append(app.text)

    long_path = (80, 40)
    look(steps, profile=HOSTILE, size=long_path, found={"document_languages": (HOSTILE,)})
    assert "]0;x" in seen[0]
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\ud800"} & set(seen[0])


def test_answers_are_saved_as_a_profile_and_the_place_is_said() -> None:
    async def steps(app: Looked) -> None:
        await app.save_as("mine")
        await app.says("Saved: ")

    look(steps, size=(140, 40))
    assert load_profile("mine").answers == SAID


def test_a_profile_of_ones_own_is_saved_over_only_after_asking() -> None:
    profiles().mkdir(parents=True)
    path = profiles() / "mine.toml"
    path.write_text("kept")

    async def keep(app: Looked) -> None:
        await app.save_as("mine")
        await app.says("Save over it?")
        await app.press("enter")
        await app.says("Nothing was saved.")

    async def replace(app: Looked) -> None:
        await app.save_as("mine")
        await app.says("Save over it?")
        await app.press("y")
        await app.says("Saved: ")

    look(keep)
    assert path.read_text() == "kept"
    look(replace, size=(140, 40))
    assert load_profile("mine").answers == SAID


def test_a_shipped_name_is_not_taken_without_asking() -> None:
    async def steps(app: Looked) -> None:
        await app.save_as("plain-rag")
        await app.says("comes with this program")
        await app.press("escape")

    look(steps)
    assert not (profiles() / "plain-rag.toml").exists()


def test_a_place_that_cannot_be_written_is_said() -> None:
    profiles().parent.mkdir(parents=True)
    profiles().write_text("a file where the folder should be")

    async def steps(app: Looked) -> None:
        await app.save_as("mine")
        await app.says("cannot be made")

    look(steps)


def test_without_an_answer_of_ones_own_there_is_nothing_to_save() -> None:
    async def steps(app: Looked) -> None:
        await app.press("ctrl+s")
        await app.says("There is no answer of yours yet")

    look(steps, AnswerSet(values=Answers(), sources={}))


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "a b", "-x", "", "é", "a" * 61, ".hidden", "a.toml", "\x1b"]
)
def test_a_name_that_is_no_plain_word_is_refused(name: str) -> None:
    assert wrong_name(name) is not None


def test_a_plain_name_is_taken() -> None:
    assert wrong_name("my-profile_2") is None
