"""The interview: one question at a time, by keys, with what the answers leave beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Footer, OptionList

from advisor.catalogue.catalogue import Catalogue, load_catalogue
from advisor.needs.answers import Answers, AnswerSet, answered
from advisor.needs.questions import QUESTIONS, questions_for
from advisor.needs.requirements import Machine
from advisor.shortlist.resources import needed_mib
from advisor.ui import interview as module
from advisor.ui.answering import Answering
from advisor.ui.app import AdvisorApp, Opening
from advisor.ui.interview import InterviewScreen
from advisor.ui.page import Back

HERE = Machine(source="detected", cpu="a small CPU", cores=2, memory_mib=24_000)
FOUND = {"document_languages": ("zh-Hant",), "query_languages": ("zh-Hant", "en")}
NOTHING = AnswerSet(values=Answers(), sources={})
ALL_KEYS = tuple(question.key for question in QUESTIONS)
HOSTILE = "\x1b]0;x\x07[/][@click=app.quit]x\u202e\x9b31m\ud800" + "中文" * 40 + "a" * 10_000

Steps = Callable[["Asked"], Awaitable[None]]


class Asked(AdvisorApp):
    """The application with nothing but the interview; what it gave is kept."""

    def __init__(self, screen: InterviewScreen, kept: list[AnswerSet]) -> None:
        super().__init__(Opening())
        self.interview, self.kept = screen, kept
        self.results: list[Any] = []

    def begin(self) -> None:
        self.push_screen(self.interview, self.results.append)

    async def press(self, *keys: str) -> None:
        await Pilot(self).press(*keys)
        await Pilot(self).pause()

    async def ask(self, key: str) -> None:
        """Press Enter until this question is asked."""
        for _ in QUESTIONS:
            if self.interview._asking.key == key:
                return
            await self.press("enter")
        raise AssertionError(f"{key} was not asked")

    @property
    def text(self) -> str:
        """What a person sees."""
        lines = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)

    @property
    def said(self) -> Answers:
        return self.interview._asking.answers.values


def ask(
    steps: Steps,
    answers: AnswerSet = NOTHING,
    skipped: tuple[str, ...] = (),
    *,
    at: str | None = None,
    found: dict[str, tuple[str, ...]] = FOUND,
    machine: Machine = HERE,
    size: tuple[int, int] = (80, 24),
) -> Asked:
    async def run() -> Asked:
        kept: list[AnswerSet] = []
        screen = InterviewScreen(
            answers,
            skipped,
            found=found,
            machine=machine,
            at=at,
            keep=lambda answers, skipped: kept.append(answers),
        )
        app = Asked(screen, kept)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app)
            await pilot.pause()
        return app

    return asyncio.run(run())


def press(*keys: str) -> Steps:
    async def steps(app: Asked) -> None:
        await app.press(*keys)

    return steps


def test_enter_alone_walks_through_every_question_that_applies() -> None:
    app = ask(press(*["enter"] * 25))
    ((answers, skipped),) = app.results
    assert answers.values.task == "search"
    assert answers.sources["document_languages"] == "detected"
    assert answers.values.document_languages == ("zh-Hant",)
    assert answers.values.query_languages == ("zh-Hant", "en")
    applied = {question.key for question in questions_for(answers.values)}
    assert {*answers.sources, *skipped} == applied
    assert "latency_ms" in skipped


def test_enter_gives_no_number_that_nobody_typed() -> None:
    ((answers, skipped),) = ask(press(*["enter"] * 25)).results
    numbers = {question.key for question in QUESTIONS if question.kind == "number"}
    assert numbers.isdisjoint(answers.sources)
    assert "labelled_pairs" in skipped


def test_every_answer_is_handed_over_to_be_kept() -> None:
    app = ask(press("enter", "enter"))
    assert [set(answers.sources) for answers in app.kept] == [
        {"task"},
        {"task", "document_languages"},
    ]


def test_a_digit_chooses_and_goes_on() -> None:
    async def steps(app: Asked) -> None:
        await app.press("3")
        assert app.said.task == "clustering"
        assert "Which languages are the documents in?" in app.text

    ask(steps)


def test_a_click_chooses_and_goes_on() -> None:
    async def steps(app: Asked) -> None:
        pilot: Pilot[Any] = Pilot(app)
        await pilot.click("#options", offset=(8, 1))
        await pilot.pause()
        assert app.said.task == "classification"

    ask(steps)


def test_the_head_counts_only_the_questions_that_apply() -> None:
    async def steps(app: Asked) -> None:
        all_of_search = len(questions_for(Answers(task="search")))
        assert f"question 1 of {all_of_search}" in app.text
        await app.press("3")
        assert f"question 2 of {len(questions_for(Answers(task='clustering')))}" in app.text

    ask(steps)


def test_why_it_is_asked_is_always_shown() -> None:
    async def steps(app: Asked) -> None:
        while not app.results:
            question = app.interview._asking.question
            assert f"Why: {question.why[:20]}" in app.text
            await app.press("enter")

    ask(steps)


def test_what_was_found_is_said_and_stands_there() -> None:
    async def steps(app: Asked) -> None:
        await app.press("enter")
        assert "Found in your documents: Traditional Chinese." in app.text
        assert "⏎ takes Traditional Chinese" in app.text
        assert "■ Traditional Chinese  found" in app.text

    ask(steps)


def test_several_languages_are_marked_by_digit_and_by_space() -> None:
    async def steps(app: Asked) -> None:
        await app.press("enter", "2", "down", "space")
        assert "⏎ takes Traditional Chinese, English, S" in app.text
        await app.press("enter")
        assert app.said.document_languages == ("zh-Hant", "en", "zh-Hans")
        assert app.interview._asking.answers.sources["document_languages"] == "user"

    ask(steps)


def test_the_highlighted_language_is_taken_when_nothing_was_marked_by_hand() -> None:
    async def steps(app: Asked) -> None:
        await app.press("enter", "down")
        assert "⏎ takes English" in app.text
        await app.press("enter")
        assert app.said.document_languages == ("en",)

    ask(steps)


def test_a_language_is_found_by_typing_its_name() -> None:
    async def steps(app: Asked) -> None:
        await app.press("enter", "slash", "g", "e", "r")
        assert "German" in app.text
        assert "Danish" not in app.text
        await app.press("enter")
        assert "■ German" in app.text
        await app.press("enter")
        assert app.said.document_languages == ("zh-Hant", "de")

    ask(steps)


def test_leaving_the_search_for_a_name_changes_nothing() -> None:
    async def steps(app: Asked) -> None:
        await app.press("enter", "slash", "g", "e", "escape")
        assert "⏎ takes Traditional Chinese" in app.text
        await app.press("enter")
        assert app.said.document_languages == ("zh-Hant",)

    ask(steps)


def test_i_dont_know_is_a_key_and_says_what_is_assumed_then() -> None:
    async def steps(app: Asked) -> None:
        assert "I don't know  then: Semantic search, RAG" in app.text
        await app.press("s")
        assert app.interview._asking.skipped == ("task",)
        assert app.said.task is None
        await app.press("escape")
        assert "● I don't know" in app.text

    ask(steps)


def test_the_keys_of_the_screen_work_in_a_line_for_a_number() -> None:
    async def steps(app: Asked) -> None:
        await app.ask("latency_ms")
        await app.press("5", "s")
        assert app.interview._asking.key != "latency_ms"
        assert "latency_ms" in app.interview._asking.skipped

    ask(steps)


@pytest.mark.parametrize(
    ("typed", "seen", "value"),
    [
        ("5k", "= 5,000 ms", 5_000.0),
        ("2,000", "= 2,000 ms", 2_000.0),
        ("0.5", "= 0.5 ms", 0.5),
        ("0", "! from 0.001", None),
        ("-3", "! from 0.001", None),
        ("5..", "! a number, such as", None),
    ],
)
def test_a_number_is_checked_as_it_is_typed(typed: str, seen: str, value: float | None) -> None:
    async def steps(app: Asked) -> None:
        await app.ask("latency_ms")
        await app.press(*typed)
        assert seen in app.text
        await app.press("enter")
        assert app.said.latency_ms == value
        assert (app.interview._asking.key == "latency_ms") == (value is None)

    ask(steps)


def test_a_large_number_stands_there_whole_when_one_comes_back() -> None:
    async def steps(app: Asked) -> None:
        await app.ask("documents")
        await app.press(*"1234567", "enter", "escape")
        assert "1,234,567" in app.text
        await app.press("enter")
        assert app.said.documents == 1_234_567

    ask(steps)


def test_nothing_typed_says_what_counts_then() -> None:
    async def steps(app: Asked) -> None:
        await app.ask("labelled_pairs")
        assert "Nothing typed: I don't know. Then: 0 pairs." in app.text

    ask(steps)


def test_escape_goes_back_and_what_was_said_stands_there() -> None:
    async def steps(app: Asked) -> None:
        await app.press("2", "escape")
        assert "● Classification" in app.text
        await app.press("escape")

    (result,) = ask(steps).results
    assert isinstance(result, Back)


def test_an_earlier_answer_keeps_later_ones_that_still_apply() -> None:
    given = answered(
        Answers(task="search", document_languages=("en",), exact_terms=True, latency_ms=50.0)
    )
    ((answers, _),) = ask(press("3", "r"), given, at="task").results
    assert answers.values.task == "clustering"
    assert answers.values.document_languages == ("en",)
    assert answers.values.latency_ms is None
    assert set(answers.sources) == {"task", "document_languages"}


def test_an_answer_that_hung_on_a_dropped_one_is_dropped_too() -> None:
    given = answered(Answers(machine="server", hosted_allowed=True, usd_per_month=9.0))
    asking = Answering(given, (), {}, "machine")
    assert asking.take("edge") is None
    assert asking.answers.values == Answers(machine="edge")


def test_a_changed_answer_asks_what_it_brings_up_and_nothing_else() -> None:
    given = answered(Answers(task="search", hosted_allowed=False))

    async def steps(app: Asked) -> None:
        await app.press("1")
        assert "What may it cost a month?" in app.text
        await app.press("4", "0", "enter")
        assert "What does an hour of judging results cost?" in app.text
        await app.press("s")

    ((answers, _),) = ask(steps, given, at="hosted_allowed").results
    assert answers.values.hosted_allowed is True
    assert answers.values.usd_per_month == 40.0


def test_leaving_a_single_question_leads_back_with_the_answers_as_they_were() -> None:
    given = answered(Answers(task="search", domain="legal"))
    ((answers, _),) = ask(press("down", "escape"), given, at="domain").results
    assert answers == given


def test_an_answer_of_the_profile_that_is_confirmed_stays_the_users() -> None:
    given = answered(Answers(document_languages=("zh-Hant",)))
    ((answers, _),) = ask(press("enter"), given, at="document_languages").results
    assert answers.sources["document_languages"] == "user"


def test_going_on_begins_at_the_first_open_question() -> None:
    async def steps(app: Asked) -> None:
        assert app.interview._asking.key == "query_languages"

    ask(steps, answered(Answers(document_languages=("en",))), ("task",))


def test_r_goes_to_the_review_at_once() -> None:
    ((answers, skipped),) = ask(press("2", "r")).results
    assert answers.values == Answers(task="classification")
    assert skipped == ()


def test_images_are_answered_plainly_and_the_answer_can_be_changed() -> None:
    async def steps(app: Asked) -> None:
        await app.press("7")
        assert "For images look for a CLIP" in app.text
        assert app.said.task is None
        assert app.kept == []
        await app.press("1")
        assert app.said.task == "search"
        assert "CLIP" not in app.text

    ask(steps)


def test_a_wrong_combination_is_said_at_the_answer_that_makes_it() -> None:
    async def steps(app: Asked) -> None:
        assert "Accuracy first on an edge device" not in app.text
        await app.press("down")
        assert "! Accuracy first on an edge device" in app.text
        await app.press("down")
        assert "Accuracy first on an edge device" not in app.text

    ask(steps, answered(Answers(priority="accuracy", task="search")), at="machine")


def test_the_panel_counts_models_and_says_who_left_and_why() -> None:
    async def steps(app: Asked) -> None:
        assert "left" in app.text
        assert "−" not in app.text
        await app.press("enter", "enter")
        assert "documents' language" in app.text
        assert "just left" in app.text
        assert "reads English only" in app.text
        assert "in front now" in app.text

    ask(steps)


def test_when_no_model_is_left_the_panel_says_what_clashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cards = [card for card in load_catalogue().cards if needed_mib(card) is not None]
    monkeypatch.setattr(module, "load_catalogue", lambda: Catalogue(cards))

    async def steps(app: Asked) -> None:
        await app.ask("memory_mib")
        await app.press("1", "enter")
        assert "No model is left." in app.text
        assert "memory limit" in app.text

    ask(steps)


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (60, 16)])
def test_no_key_of_the_footer_and_no_question_is_clipped(size: tuple[int, int]) -> None:
    async def steps(app: Asked) -> None:
        while not app.results:
            if size[0] >= 80:
                assert app.screen.query_one(Footer).max_scroll_x == 0
            assert app.interview._asking.question.text.split()[-1] in app.text
            assert app.screen.query_one("#panel-pane").region.right <= size[0]
            await app.press("enter")

    ask(steps, size=size)


def test_a_resize_in_the_middle_keeps_the_question() -> None:
    async def steps(app: Asked) -> None:
        pilot: Pilot[Any] = Pilot(app)
        await app.press("enter")
        for size in ((140, 40), (50, 12), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "⏎ takes Traditional Chinese" in app.text

    ask(steps)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_hostile_texts_are_shown_harmlessly(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    cards = tuple(
        # A few are enough to be as long as that.
        msgspec.structs.replace(card, name=f"{HOSTILE[: 120 if number % 25 else None]}{number}")
        for number, card in enumerate(load_catalogue().cards)
    )
    monkeypatch.setattr(module, "load_catalogue", lambda: Catalogue(cards=cards))
    seen: list[str] = []

    async def steps(app: Asked) -> None:
        for _ in range(25):
            seen.append(app.text)
            await app.press("enter")

    machine = msgspec.structs.replace(HERE, cpu=HOSTILE, gpu=HOSTILE)
    app = ask(steps, machine=machine, found={"document_languages": (HOSTILE,)}, size=size)
    assert len(app.results) == 1
    text = "".join(seen)
    assert "]0;x" in text
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\ud800"} & set(text)


def test_the_list_is_there_for_every_kind_of_choice(tmp_path: Path) -> None:
    async def steps(app: Asked) -> None:
        while not app.results:
            options = app.screen.query_one("#options", OptionList)
            is_number = app.interview._asking.question.kind == "number"
            assert options.is_on_screen != is_number
            await app.press("enter")

    ask(steps)


def test_keys_typed_ahead_belong_to_the_questions_they_were_meant_for() -> None:
    async def steps(app: Asked) -> None:
        # Without a pause between them, as fast as a terminal sends them.
        for key in ("down", "down", "enter", "down", "enter", "3", "down", "enter"):
            app.simulate_key(key)
        await Pilot(app).pause()
        assert app.said == Answers(
            task="clustering", document_languages=("en",), domain="biomedical", priority="speed"
        )

    ask(steps)
