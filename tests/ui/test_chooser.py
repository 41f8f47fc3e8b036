"""The file chooser: typing, walking, and folders that are not as they should be."""

import os
from pathlib import Path

import pytest

from advisor.ui.chooser import Chooser
from advisor.ui.folders import MOST_SHOWN, listed
from tests.ui.screens import CONTROLS, SIZES, Make, Stage, alone

NAMES = ("\x1b]0;x\x07", "[red]x[", "[@click=app.quit]x", "\u202ename", "\x9b31m", "中文" * 20)


def chooser(start: Path) -> Make:
    async def make(stage: Stage) -> Chooser:
        del stage
        return Chooser(start)

    return make


def names(typed: str) -> list[str]:
    return [entry.path.name for entry in listed(typed).entries if entry.kind in ("folder", "file")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tickets" / "deep").mkdir(parents=True)
    (tmp_path / "texts").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "faq.csv").write_text("question,answer\n")
    (tmp_path / "notes.txt").write_text("not data")
    return tmp_path


def test_folders_come_first_then_data_files_and_nothing_hidden(folder: Path) -> None:
    assert names(f"{folder}/") == ["texts", "tickets", "faq.csv"]
    assert names(f"{folder}/.") == [".hidden"]
    assert names(f"{folder}/.h") == [".hidden"]


def test_what_is_typed_is_completed_as_far_as_all_agree(folder: Path) -> None:
    assert listed(f"{folder}/t").completed == f"{folder}/t"
    assert listed(f"{folder}/ti").completed == f"{folder}/tickets/"
    assert listed(f"{folder}/f").completed == f"{folder}/faq.csv"
    assert listed(f"{folder}/x").completed is None


def test_the_home_folder_stays_a_tilde(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert listed("~/ti").completed == "~/tickets/"
    assert names("~/") == names(f"{folder}/")
    assert listed("~").completed == "~/"
    assert listed("~nobody-of-that-name/").wrong


def test_ten_thousand_entries_are_cut_and_still_completed(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"part-{number:05}.jsonl").touch()
    listing = listed(f"{tmp_path}/")
    assert listing.more == 10_000 - MOST_SHOWN
    assert listing.completed == f"{tmp_path}/part-0"
    assert names(f"{tmp_path}/part-0999")[-1] == "part-09999.jsonl"


def test_links_in_a_circle_and_missing_folders_are_survived(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    (tmp_path / "home").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert names(f"{tmp_path}/") == ["home"]
    assert listed(f"{tmp_path}/round/").wrong
    assert listed(f"{tmp_path}/nowhere/").wrong == "No such file or directory"
    assert listed(f"{tmp_path}/a\0b/").wrong
    assert listed("a" * 10_000 + "/").wrong


def test_an_unreadable_folder_is_said_and_left_upwards(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("this folder")
        await stage.press("end", *"nowhere/")
        await stage.until_shown("! No such file")
        await stage.press("down", "enter")
        await stage.until_shown("tickets")

    alone(chooser(folder / "tickets" / "deep"), steps)


def test_a_folder_is_walked_into_and_taken_with_the_arrows(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("tickets")
        await stage.press("down", "down", "down", "down", "enter")
        await stage.until_shown("deep")
        await stage.press("enter")

    assert alone(chooser(folder), steps) == str(folder / "tickets")


def test_a_file_is_taken_from_the_list(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("faq.csv")
        await stage.press("down", "end", "enter")

    assert alone(chooser(folder), steps) == str(folder / "faq.csv")


def test_the_folder_above_is_one_enter_away(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("the folder above")
        await stage.press("down", "down", "enter")
        await stage.until_shown("faq.csv")
        await stage.press("enter")

    assert alone(chooser(folder / "texts"), steps) == str(folder)


def test_typing_replaces_the_folder_that_was_there_and_goes_on_from_the_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("tickets")
        await stage.press(*"ti", "tab")
        await stage.until_shown("deep")
        await stage.press("down", *"de", "tab", "enter")

    assert alone(chooser(folder), steps) == str(folder / "tickets" / "deep")


def test_up_from_the_first_entry_leads_back_to_the_line(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("tickets")
        await stage.press("down", "up")
        await stage.press(*"x")
        await stage.until_shown(f"{folder.name}/x")

    alone(chooser(folder), steps, size=(140, 40))


def test_nothing_there_is_said(folder: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("tickets")
        await stage.press("end", *"nothing", "enter")
        await stage.until_shown("! nothing is there")
        await stage.press("escape")

    assert alone(chooser(folder), steps) is None


@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_are_shown_harmlessly_and_walked_into(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    for name in NAMES:
        (tmp_path / name).mkdir()

    async def steps(stage: Stage) -> None:
        await stage.until_shown("this folder")
        await stage.press("down", "down")
        for _ in NAMES:
            await stage.press("down")
            assert not CONTROLS & set(stage.text())
        await stage.press("home", "down", "down", "enter")
        await stage.until_shown("this folder")
        await stage.press("tab")
        assert not CONTROLS & set(stage.text())
        await stage.press("enter")

    assert alone(chooser(tmp_path), steps, size=size) == str(tmp_path / sorted(NAMES)[0])


def test_a_name_of_bytes_that_are_no_text_is_shown_and_not_taken(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad-\xff")).mkdir()
    (tmp_path / "good").mkdir()

    async def steps(stage: Stage) -> None:
        await stage.until_shown("not UTF-8: rename it")
        await stage.press("down", "end", "enter")
        await stage.until_shown("good/")
        await stage.press("enter")

    assert alone(chooser(tmp_path), steps) == str(tmp_path / "good")
