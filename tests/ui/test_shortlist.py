"""The shortlist screen."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from advisor.needs.answers import Answers, answered
from advisor.ui.shortlist import Selected, ShortlistScreen
from tests.ui.screens import (
    CONTROLS,
    HOSTILE,
    MODELS,
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
        await stage.until_offered("Measure")
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
        await stage.press("x", "down", "x")
        await stage.until_shown("no model to measure beside BM25: x takes one in again")
        await stage.press("enter")
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


def test_a_hybrid_is_added_by_its_name() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        await stage.press("a")
        await stage.until_shown("Add a model")
        await stage.press(*"potion-base-8M + bm25")
        await stage.until_shown("fused with what BM25 finds")
        await stage.press("enter")
        await stage.until_shown("potion-base-8M + BM25")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist("potion-base-8M"), steps)
    assert isinstance(result, Selected)
    names = [candidate.name for candidate in result.chosen.choice.candidates]
    assert names == ["potion-base-8M", "potion-base-8M + BM25", "BM25"]


def test_a_name_that_nobody_knows_is_said_on_the_screen() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        assert "! no/such-model" in stage.text()
        assert "unusable" in stage.text()
        await stage.press("enter")
        await stage.until_shown("! no/such-model is not in the catalogue")

    assert alone(shortlist("all-MiniLM-L6-v2", "no/such-model"), steps) is None


def test_a_name_that_nobody_knows_can_be_left_out() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        await stage.press("end", "x")
        await stage.until_shown("left out")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist("all-MiniLM-L6-v2", "no/such-model"), steps)
    assert isinstance(result, Selected)
    assert result.names == ("all-MiniLM-L6-v2",)


def test_a_named_model_that_is_not_here_is_not_said_to_be_measured() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25 will be measured")
        assert "1 not here" in stage.text()
        await stage.press("end", "g")
        await stage.until_shown("BAAI/bge-m3")
        await stage.until_shown("GB by its card")
        await stage.press("escape", "enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist("all-MiniLM-L6-v2", "BAAI/bge-m3"), steps)
    assert isinstance(result, Selected)
    assert [gone.name for gone in result.chosen.choice.absent] == ["BAAI/bge-m3"]


def test_a_model_named_in_full_is_left_out_as_well() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("x", "enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist("minishlab/potion-base-8M", "all-MiniLM-L6-v2"), steps)
    assert isinstance(result, Selected)
    assert [one.name for one in result.chosen.choice.candidates] == ["all-MiniLM-L6-v2", "BM25"]


def test_an_added_model_that_is_left_out_is_not_measured() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("down", "x")
        await stage.until_shown("1 model and BM25")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    asked = shortlist("all-MiniLM-L6-v2", added=("minishlab/potion-base-8M",))
    result = alone(asked, steps)
    assert isinstance(result, Selected)
    assert result.added == ()
    assert [one.name for one in result.chosen.choice.candidates] == ["all-MiniLM-L6-v2", "BM25"]


def test_a_model_that_was_added_and_is_proposed_since_is_measured_once() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        assert stage.text().count("● multilingual-e5-small") == 1
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(added=("intfloat/multilingual-e5-small",)), steps)
    assert isinstance(result, Selected)
    assert result.added == ()


def test_a_folder_is_added_under_its_own_name_and_an_empty_one_says_what_is_wrong(
    tmp_path: Path,
) -> None:
    model = next(path for path in MODELS.glob("*") if "MiniLM-L3" in path.name)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        assert "mine" in stage.text()
        await stage.press("end")
        await stage.until_shown("is empty")
        await stage.press("x", "enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    added = (f"mine={model}", f"other={tmp_path}")
    result = alone(shortlist("potion-base-8M", added=added), steps)
    assert isinstance(result, Selected)
    names = [candidate.name for candidate in result.chosen.choice.candidates]
    assert names == ["potion-base-8M", "mine", "BM25"]


def test_what_is_in_the_list_is_not_added_twice() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("x", "a")
        await stage.until_shown("Add a model")
        await stage.press(*QUICK[0], "enter")
        await stage.until_shown("2 models and BM25")  # taken in again
        await stage.press("a")
        await stage.until_shown("Add a model")
        await stage.press(*QUICK[0], "enter")
        await stage.until_shown("is in the list already")

    alone(shortlist(*QUICK), steps)


def test_the_others_are_one_key_away_with_their_reasons() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("will be measured")
        await stage.press("d")
        await stage.until_shown("Not compared: ")
        await stage.until_shown("languages ")
        await stage.press(*"mpnet english")
        await stage.until_shown("languages: ")
        await stage.until_shown("reads English only")
        await stage.press("escape")
        await stage.until_shown("will be measured")

    alone(shortlist(), steps)


def test_a_model_that_does_not_fit_can_be_compared_all_the_same() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25")
        await stage.press("d")
        await stage.until_shown("Not compared")
        await stage.press(*"potion-base-8M", "enter")
        await stage.until_shown("2 models and BM25")
        await stage.until_shown("! reads English only")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(), steps)
    assert isinstance(result, Selected)
    assert result.added == ("minishlab/potion-base-8M",)


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


def test_what_has_come_to_this_machine_since_is_found() -> None:
    async def make(stage: Stage) -> ShortlistScreen:
        before = msgspec.structs.replace(await looked(stage), here=())
        return ShortlistScreen(choosing(), looked=before, described=await described(stage))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("1 model and BM25 will be measured")

    alone(make, steps)


def test_a_machine_without_models_is_led_to_the_download(monkeypatch: pytest.MonkeyPatch) -> None:
    async def make(stage: Stage) -> ShortlistScreen:
        none = msgspec.structs.replace(await looked(stage), here=())
        # The desk finds the checkout's own models whatever folder it is given.
        monkeypatch.setattr(ShortlistScreen, "_look_again", lambda screen: None)
        return ShortlistScreen(choosing(), looked=none, described=await described(stage))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("no model to measure beside BM25: g downloads what is proposed")
        await stage.press("g")
        await stage.until_shown("Download from the Hugging Face Hub, about")
        await stage.press("escape")
        await stage.until_shown("not here (")

    alone(make, steps)


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
        await stage.until_shown(" was not downloaded")
        await stage.until_shown("The download failed: ")
        assert "failed" in stage.text()
        assert "1 model and BM25 will be measured" in stage.text()

    alone(shortlist(), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_are_shown_harmlessly(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("candidate")
        await stage.press("enter")
        await stage.until_shown("!")
        for key in ("end", "x", "d", "escape", "a", "escape", "question_mark", "escape"):
            await stage.press(key)
            assert not CONTROLS & set(stage.text())

    added = (f"{HOSTILE[:40]}=/nowhere/{HOSTILE[:90]}",)
    alone(shortlist("potion-base-8M", f"x/{HOSTILE}", added=added), steps, size=size)


def test_enter_pressed_again_and_again_begins_once() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25 will be measured")
        for _ in range(200):
            if stage.app.result is not None:
                break
            await stage.press("enter")
        assert stage.app.result is not None

    assert isinstance(alone(shortlist(*QUICK), steps), Selected)
