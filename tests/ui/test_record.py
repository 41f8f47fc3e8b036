"""The record screen."""

from pathlib import Path

import msgspec
import pytest

from advisor.record.store import load_record, save_record
from advisor.ui.record import MOST_SHOWN, RecordScreen
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"


def record(path: Path) -> Make:
    async def make(stage: Stage) -> RecordScreen:
        del stage
        return RecordScreen(str(path))

    return make


def test_a_record_is_shown_with_its_place_and_left_with_enter() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        assert "saved as" in stage.text()
        assert "record.toml" in stage.text()
        await stage.until_offered("Home")
        await stage.press("enter")
        await stage.until(lambda: not isinstance(stage.app.screen, RecordScreen), "Home")

    assert alone(record(EXAMPLE), steps) is None


def test_escape_leaves_it_too() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("CLEAR")
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.app.screen, RecordScreen), "Home")

    alone(record(EXAMPLE), steps)


def test_what_this_version_does_not_know_is_named(tmp_path: Path) -> None:
    path = tmp_path / "newer.toml"
    content = EXAMPLE.read_text(encoding="utf-8").replace('advisor/1"', 'advisor/1.4"', 1)
    path.write_text(content + "\n[novelties]\ndate = 2026-01-01\n", encoding="utf-8")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("! written as embed-advisor/1.4, read as embed-advisor/1")
        await stage.until_shown("! novelties is not known to this version")

    alone(record(path), steps)


def test_a_record_made_to_overwhelm_is_shown_in_part(tmp_path: Path) -> None:
    kept, _ = load_record(EXAMPLE)
    parts = tuple(
        msgspec.structs.replace(kept.candidates[0], name=f"model-{number}") for number in range(250)
    )
    path = save_record(msgspec.structs.replace(kept, candidates=parts), tmp_path)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("c")
        assert len(stage.app.clipboard) < MOST_SHOWN + 100
        assert stage.app.clipboard.endswith("the file has the rest")

    alone(record(path), steps)


def test_the_view_changes_to_markdown_to_code_and_back() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("CLEAR")
        await stage.press("v")
        await stage.until_shown("# Embedding model: multilingual-e5-small")
        await stage.press("v")
        await stage.until_shown("from sentence_transformers import SentenceTransformer")
        await stage.press("v")
        await stage.until_shown("CLEAR")

    alone(record(EXAMPLE), steps)


def test_copying_says_where_the_file_is_in_any_case() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("CLEAR")
        await stage.press("c")
        await stage.until_shown("Copied, if your terminal allows it. The file is")
        assert "Take multilingual-e5-small" in stage.app.clipboard
        await stage.press("y")
        await stage.until(lambda: stage.app.clipboard == str(EXAMPLE), "the path")

    alone(record(EXAMPLE), steps)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "is not there"), ("schema = 3", "no decision record"), ("[", "not readable as TOML")],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "record.toml"
    if content is not None:
        path.write_text(content)

    async def steps(stage: Stage) -> None:
        await stage.until_shown(words)
        assert "Other view" not in stage.footer()
        await stage.press("c", "v")
        assert "Copied" not in stage.text()

    alone(record(path), steps)


@pytest.mark.parametrize("size", SIZES)
def test_a_hostile_record_is_shown_harmlessly(tmp_path: Path, size: tuple[int, int]) -> None:
    kept, _ = load_record(EXAMPLE)
    head = msgspec.structs.replace(kept.record, name=HOSTILE, note=HOSTILE)
    verdict = msgspec.structs.replace(kept.verdict, sentence=HOSTILE)
    path = save_record(msgspec.structs.replace(kept, record=head, verdict=verdict), tmp_path)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("[/]")
        await stage.press("v")
        await stage.press("question_mark", "escape", "c")
        assert not CONTROLS & set(stage.text())

    alone(record(path), steps, size=size)
