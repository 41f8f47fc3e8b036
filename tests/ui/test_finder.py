"""The finder, and the panes in which downloads are asked for and shown."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor.bench import protocol
from advisor.bench.downloads import Download
from advisor.catalogue.catalogue import load_catalogue
from advisor.ui.downloads import Downloads, consent_to
from advisor.ui.finder import Finder
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone

E5 = "intfloat/multilingual-e5-small"


def finder(*here: str) -> Make:
    async def make(stage: Stage) -> Finder:
        del stage
        return Finder(here)

    return make


def test_the_finder_finds_by_words_and_by_likeness() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*"multilingual e5 small")
        await stage.until_shown("● multilingual-e5-small")
        await stage.press("ctrl+u", *"minilm-l6-v22")
        await stage.until_shown("all-MiniLM-L6-v2")
        await stage.press("down", "down", "up", "escape")

    assert alone(finder(E5), steps) is None


def test_what_is_here_comes_first_and_the_highlighted_one_is_described() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("● multilingual-e5-small")
        assert E5 in stage.text()
        assert "reads 99" in stage.text()
        assert "Its weights are on this machine." in stage.text()
        footer = stage.footer()
        assert "Add" in footer
        assert "Move" in footer

    alone(finder(E5), steps)


def test_the_arrow_keys_move_in_the_list_while_one_types() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*"bge-small")
        await stage.until_shown("bge-small-zh-v1.5")
        await stage.press("down", "enter")

    assert alone(finder(), steps) == "BAAI/bge-small-zh-v1.5"


def test_the_very_name_goes_before_names_that_hold_it() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*"e5-small", "enter")

    assert alone(finder(E5), steps) == "intfloat/e5-small"


@pytest.mark.parametrize("typed", ["./my model", "mine=/a/folder", "someone/their-model"])
def test_the_finder_takes_a_place_as_it_stands(typed: str) -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*typed)
        await stage.until_shown(f"take {typed} as it stands")
        await stage.press("enter")

    assert alone(finder(), steps) == typed


def test_a_folder_that_is_there_is_said_to_be(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*str(tmp_path))
        await stage.until_shown("This folder is on this machine.")

    alone(finder(), steps, size=(140, 40))


def test_nothing_that_fits_is_said_and_enter_waits() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*"qqqqqqqq", "enter")
        await stage.until_shown("Nothing fits.")

    assert alone(finder(), steps) is None


def test_a_click_points_and_a_second_way_takes() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press(*"bge-small")
        await stage.pilot.click("#found", offset=(4, 1))
        await stage.until_shown("BAAI/bge-small-zh-v1.5")
        await stage.press("enter")

    assert alone(finder(), steps) == "BAAI/bge-small-zh-v1.5"


@pytest.mark.parametrize("size", SIZES)
def test_hostile_words_are_shown_harmlessly(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        for typed in (f"./{HOSTILE}", "[/]", "\ud800/[/red]", "中文" * 40, "a" * 5_000):
            stage.app.screen.query_one("Input").value = typed  # type: ignore[attr-defined]
            await stage.pilot.pause(0.05)
            assert not CONTROLS & set(stage.text())

    alone(finder(), steps, size=size)


def test_a_download_names_models_bytes_and_the_place_they_come_from() -> None:
    cards = [load_catalogue().find(name) for name in ("bge-small-zh-v1.5", "bge-base-zh-v1.5")]

    async def make(stage: Stage) -> object:
        del stage
        return consent_to(cards)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Download from the Hugging Face Hub, about 0.5 GB by their cards?")
        assert "BAAI/bge-small-zh-v1.5" in stage.text()
        assert "Nothing of yours is sent." in stage.text()
        await stage.press("enter")

    assert alone(make, steps) is False


@pytest.mark.parametrize("size", SIZES)
def test_downloads_show_how_far_they_are(size: tuple[int, int]) -> None:
    far = protocol.Progress(phase="download", done=1_200_000_000, total=2_400_000_000)
    steps_so_far: Sequence[tuple[str, object]] = [
        ("a/waits", None),
        ("a/comes", far),
        ("a/is-here", protocol.Fetched(path="x", revision="y", bytes=1)),
        (f"a/{HOSTILE}", protocol.Failed(kind="download", text=HOSTILE)),
    ]
    known = {
        repo: Download(repo=repo, event=event)  # type: ignore[arg-type]
        for repo, event in steps_so_far
        if event is not None
    }

    async def make(stage: Stage) -> Downloads:
        del stage
        return Downloads([repo for repo, _ in steps_so_far], known)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("waiting")
        if size[0] >= 80:
            assert "━━━━━━━╌╌╌╌╌╌╌ 1,200 of 2,400 MB" in stage.text()
            assert "is here" in stage.text()
        assert not CONTROLS & set(stage.text())
        await stage.press("escape")

    alone(make, steps, size=size)
