"""The page of one model: what it shows, where it leads, and taking the model from it."""

import pytest

from advisor.catalogue.catalogue import load_catalogue
from advisor.desk import messages
from advisor.needs.hardware import describe
from advisor.ui.model_page import ModelPage
from advisor.ui.shortlist import Selected
from tests.ui.screens import CONTROLS, QUICK, SIZES, Make, Stage, alone
from tests.ui.test_shortlist import shortlist

BGE = "BAAI/bge-small-en-v1.5"
HERE = messages.Looked(machine=describe("laptop"), here=(BGE,))


def page(name: str = BGE, *, take: bool = False, looked: messages.Looked | None = HERE) -> Make:
    async def make(stage: Stage) -> ModelPage:
        stage.app.looked = looked
        return ModelPage(load_catalogue().find(name), take=take)

    return make


def test_a_wide_terminal_shows_the_whole_page_at_once() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("The eight factors")
        text = stage.text()
        for words in (
            "512 tokens", "30,522 entries", "On this machine", "16,384", "cores of 80 GFLOP/s",
            "rank 3 of 18; best 54.9, median 50.8", "├─┼┤", "1 of 8 tasks: DuRetrieval",
            "! context", "gte-small",
        ):  # fmt: skip
            assert words in text, words

    alone(page(), steps, size=(140, 50))


def test_the_machine_is_looked_at_behind_the_facts() -> None:
    async def steps(stage: Stage) -> None:
        assert "The eight factors" in stage.text()
        await stage.until_shown("On this machine")

    alone(page(looked=None), steps, size=(140, 40))


def test_going_down_scrolls_to_the_end_and_into_the_similar_models() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Most like it  NoInstruct")
        await stage.press("end", "down")
        await stage.until_offered("Open")
        await stage.press("down", "enter")
        await stage.until_shown("Snowflake/snowflake-arctic-embed-s")
        assert "What it is" in stage.text()
        await stage.press("escape")
        await stage.until_shown(BGE)
        await stage.press("s", "up")
        await stage.until_shown("Most like it  NoInstruct")
        await stage.press("escape")

    alone(page(), steps)


def test_a_model_is_taken_only_into_a_shortlist() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("The eight factors")
        await stage.press("a")

    assert alone(page(take=True), steps) == BGE
    assert alone(page(), steps) is None
    assert alone(page("BM25", take=True), steps) is None


def test_from_the_shortlist_a_similar_model_is_opened_and_added() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.until_offered("Page")
        await stage.press("p")
        await stage.until_shown("minishlab/potion-base-8M")
        await stage.press("s")
        await stage.until_offered("Open")
        await stage.press("enter")
        await stage.until_shown("minishlab/M2V_base_output")
        await stage.press("a")
        await stage.until_shown("1 not here")
        assert "M2V_base_output" in stage.text()
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the choice")

    result = alone(shortlist(*QUICK), steps)
    assert isinstance(result, Selected)
    assert result.added == ("minishlab/M2V_base_output",)


def test_the_shortlists_panes_lead_to_pages() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 models and BM25")
        await stage.press("a", *"all-minilm-l6-v2", "ctrl+o")
        await stage.until_shown("The eight factors")
        await stage.press("escape", "escape", "d")
        await stage.until_offered("Page")
        await stage.press("ctrl+o")
        await stage.until_shown("The eight factors")
        await stage.press("escape", "escape", "m")
        await stage.until_shown("c commercial")
        await stage.press("escape")
        await stage.until_shown("2 models and BM25")

    alone(shortlist(*QUICK), steps)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_shows_the_page_to_its_end(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("What it is")
        await stage.press("end", "down")
        await stage.until_shown("NoInstruct")
        await stage.pilot.resize_terminal(100, 30)
        await stage.until_shown("NoInstruct")
        assert not CONTROLS & set(stage.text())

    alone(page(), steps, size=size)
