"""The shortlist screen and the finder."""

from typing import Any

import msgspec
import pytest

from advisor.needs.answers import Answers, answered
from advisor.ui.finder import Finder
from advisor.ui.shortlist import Selected, ShortlistScreen
from tests.ui.screens import (
    CONTROLS,
    HOSTILE,
    QUICK,
    SIZES,
    Make,
    Stage,
    alone,
    choosing,
    described,
    looked,
)


def shortlist(*names: str, data: bool = True, **changes: Any) -> Make:
    async def make(stage: Stage) -> ShortlistScreen:
        asked = msgspec.structs.replace(choosing(*names), **changes)
        here = await looked(stage)
        found = await described(stage) if data else None
        return ShortlistScreen(asked, looked=here, described=found)

    return make


def test_the_proposal_is_measured_with_enter() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("will be measured")
        text = stage.text()
        assert "multilingual-e5-small" in text
        assert "BM25" in text
        assert "not here" in text
        assert "do not fit" in text
        assert "Measure" in stage.footer()
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(), steps)
    assert isinstance(result, Selected)
    names = [candidate.name for candidate in result.chosen.choice.candidates]
    assert names == ["multilingual-e5-small", "BM25"]


def test_named_models_are_exactly_what_is_measured() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25 will be measured")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(*QUICK), steps)
    assert isinstance(result, Selected)
    names = [candidate.name for candidate in result.chosen.choice.candidates]
    assert names == [*QUICK, "BM25"]


def test_a_candidate_is_left_out_and_taken_in_again() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("x")
        await stage.until_shown("1 model and BM25")
        assert "left out" in stage.text()
        await stage.press("x")
        await stage.until_shown("2 models and BM25")
        await stage.press("x", "enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(*QUICK), steps)
    assert isinstance(result, Selected)
    assert result.removed == (QUICK[0],)
    assert [one.name for one in result.chosen.choice.candidates] == [QUICK[1], "BM25"]


def test_bm25_cannot_be_left_out() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("down", "down", "x")
        await stage.until_shown("BM25 stays")

    alone(shortlist(*QUICK), steps)


def test_without_any_model_there_is_nothing_to_measure() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models")
        await stage.press("x", "down", "x", "enter")
        await stage.until_shown("! No model is on this machine")

    assert alone(shortlist(*QUICK), steps) is None


def test_a_model_is_added_by_name() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        await stage.press("a")
        await stage.until_shown("Add a model")
        await stage.press(*"potion-base-8M")
        await stage.until_shown("minishlab/potion-base-8M")
        await stage.press("enter")
        await stage.until_shown("2 models and BM25")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist("all-MiniLM-L6-v2"), steps)
    assert isinstance(result, Selected)
    assert result.added == ("minishlab/potion-base-8M",)
    names = [candidate.name for candidate in result.chosen.choice.candidates]
    assert names == ["all-MiniLM-L6-v2", "potion-base-8M", "BM25"]


def test_a_name_that_nobody_knows_is_said_on_the_screen() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("enter")
        await stage.until_shown("! no/such-model is not in the catalogue")

    assert alone(shortlist("all-MiniLM-L6-v2", "no/such-model"), steps) is None


def test_the_others_are_one_key_away_with_their_reasons() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("will be measured")
        await stage.press("d")
        await stage.until_shown("Not compared")
        assert "reads English only" in stage.text()
        await stage.press("escape")
        await stage.until_shown("will be measured")

    alone(shortlist(), steps)


def test_limits_that_leave_nothing_are_named_with_the_way_out() -> None:
    answers = answered(Answers(task="search", memory_mib=10, document_languages=("zh-Hant",)))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("No model is left")
        assert "memory" in stage.text()

    alone(shortlist(answers=answers), steps)


def test_measuring_without_data_leads_to_the_data() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("candidate")
        await stage.press("enter")
        await stage.until_shown("Measuring needs documents and queries")
        await stage.press("c")

    result = alone(shortlist(data=False), steps)
    assert getattr(result, "step", None) == "data"


def test_nothing_is_downloaded_without_leave_or_offline() -> None:
    async def refuse(stage: Stage) -> None:
        await stage.until_shown("not here")
        await stage.press("g")
        await stage.until_shown("Download from the Hugging Face Hub, about")
        await stage.press("enter")
        await stage.until_shown("will be measured")

    async def offline(stage: Stage) -> None:
        await stage.until_shown("not here")
        await stage.press("g")
        await stage.until_shown("Nothing is downloaded with --offline")

    alone(shortlist(), refuse)
    alone(shortlist(), offline, offline=True)


def test_a_download_that_fails_says_why_and_costs_nothing_else() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("not here")
        await stage.press("end", "g")
        await stage.until_shown("Download from the Hugging Face Hub")
        await stage.press("y")
        await stage.until(lambda: "Downloading" not in stage.text(), "the end of the download")
        await stage.until_shown("!")
        assert "will be measured" in stage.text()

    alone(shortlist(), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_are_shown_harmlessly(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("candidate")
        await stage.press("enter")
        await stage.until_shown("!")
        await stage.press("d", "escape", "down", "question_mark", "escape")
        assert not CONTROLS & set(stage.text())

    alone(shortlist("potion-base-8M", f"x/{HOSTILE}"), steps, size=size)


def test_the_finder_takes_a_folder_as_it_stands() -> None:
    async def make(stage: Stage) -> Finder:
        del stage
        return Finder(())

    async def steps(stage: Stage) -> None:
        await stage.press(*"./my model")
        await stage.until_shown("take ./my model as it stands")
        await stage.press("enter")

    assert alone(make, steps) == "./my model"


def test_the_finder_finds_by_words_and_by_likeness() -> None:
    async def make(stage: Stage) -> Finder:
        del stage
        return Finder(("intfloat/multilingual-e5-small",))

    async def steps(stage: Stage) -> None:
        await stage.press(*"multilingual e5 small")
        await stage.until_shown("● intfloat/multilingual-e5-small")
        await stage.press("ctrl+u", *"minilm-l6-v22")
        await stage.until_shown("all-MiniLM-L6-v2")
        await stage.press("down", "down", "up", "escape")

    assert alone(make, steps) is None
