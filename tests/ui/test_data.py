"""The data screen: choosing, what was found, and how much of it is measured."""

import json
from pathlib import Path

import pytest

from advisor.corpus.amount import Amount
from advisor.ui.data import DataChosen, DataScreen
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone


def data(place: str = "", *recent: str) -> Make:
    async def make(stage: Stage) -> DataScreen:
        del stage
        return DataScreen(place, Amount(), recent)

    return make


def test_a_sample_is_read_shown_and_taken_with_enter() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show gaps of .11 nDCG@10")
        text = stage.text()
        assert "Traditional Chinese 100 %" in text
        assert "judgements by people" in text
        assert "想不起來" in text
        assert "Use it" in stage.footer()
        await stage.press("enter")

    result = alone(data("techcorp-zh"), steps)
    assert isinstance(result, DataChosen)
    assert result.place == "techcorp-zh"
    assert result.described is not None
    assert result.described.documents == 60


def test_a_place_is_chosen_from_the_list() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("techcorp-zh-en")
        assert "Other data" not in stage.footer()
        await stage.press("down", "enter")
        await stage.until_shown("Traditional Chinese")
        await stage.press("enter")

    result = alone(data(), steps)
    assert isinstance(result, DataChosen)
    assert result.place == "techcorp-zh"


def test_a_place_used_before_is_offered_first() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("used before")
        lines = [line for line in stage.text().splitlines() if "used before" in line]
        assert "my-docs" in lines[0]

    alone(data("", "my-docs"), steps)


def test_no_data_yet_is_an_answer() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("No data yet")
        await stage.press("end", "enter")

    result = alone(data(), steps)
    assert result == DataChosen("", Amount(), None)


def test_ten_queries_are_said_to_decide_nothing() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("10 queries decide nothing")

    alone(data("techcorp-small"), steps)


def test_bad_data_is_said_in_full_and_other_data_can_be_chosen(tmp_path: Path) -> None:
    lines = ['{"_id": "a", "text": "fine"}', *(f'{{"_id": "{n}", "te' for n in range(12))]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("12 problems")
        assert "corpus.jsonl:2" in stage.text()
        await stage.press("c")
        await stage.until_shown("What shall the models be measured on?")
        await stage.press("escape")

    alone(data(str(tmp_path)), steps)


def test_a_missing_path_is_said() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("no-such-folder")
        await stage.until_shown("Correct the data")

    alone(data("./no-such-folder"), steps)


def test_the_sample_size_can_be_changed() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show")
        await stage.press("n")
        await stage.until_shown("How many queries?")
        await stage.press("x")
        await stage.until_shown("a number from 1 on")
        await stage.press("ctrl+u", "2", "5", "enter")
        await stage.until_shown("How many documents?")
        await stage.press("enter")
        await stage.until_shown("A sample is measured: 25 queries on 60 documents.")
        await stage.press("enter")

    result = alone(data("techcorp-zh"), steps)
    assert isinstance(result, DataChosen)
    assert result.amount == Amount(queries=25, documents=60)


def test_a_path_is_typed_with_completion(tmp_path: Path) -> None:
    folder = tmp_path / "a folder of mine"
    folder.mkdir()
    (folder / "docs.csv").write_text("id,title,text\n1,one,the first text\n2,two,the second\n")
    (folder / "notes.txt").write_text("not data")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("A file or folder")
        await stage.press("enter")
        await stage.until_shown("A folder, or a file")
        await stage.press("ctrl+u", *f"{tmp_path}/a f")
        await stage.until_shown("a folder of mine")
        await stage.press("tab")
        await stage.until_shown("docs.csv")
        assert "notes.txt" not in stage.text()
        await stage.press("down", "enter")
        await stage.until_shown("documents")

    alone(data(), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_texts_are_shown_harmlessly(tmp_path: Path, size: tuple[int, int]) -> None:
    rows = [{"_id": f"{n}", "title": f"{n} {HOSTILE}", "text": HOSTILE} for n in range(3)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("[/]")
        await stage.press("t")
        await stage.press("question_mark", "escape")
        assert not CONTROLS & set(stage.text())

    alone(data(str(tmp_path)), steps, size=size)
