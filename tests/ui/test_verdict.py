"""The verdict screen: the advice, the figures behind it, and saving it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from advisor.desk import messages
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from advisor.ui import verdict_text as words
from advisor.ui.page import GoTo
from advisor.ui.verdict import VerdictScreen
from tests.ui.screens import (
    CONTROLS,
    HOSTILE,
    SIZES,
    Make,
    Stage,
    alone,
    choosing,
    described,
    looked,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"
DECIDE = messages.Decide(name="techcorp-zh", profile="chinese-customer-support")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache that the tests of this module share."""
    return tmp_path_factory.mktemp("measured")


@pytest.fixture(autouse=True)
def one_cache(measured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(measured))


def verdict(out: Path, *names: str) -> Make:
    async def make(stage: Stage) -> VerdictScreen:
        await looked(stage)
        await described(stage)
        await stage.ask(choosing(*names), messages.Chosen)
        await stage.ask(messages.Measure(), messages.Measured)
        return VerdictScreen(DECIDE, out)

    return make


MODELS = ("potion-base-8M", "multilingual-e5-small")


def test_the_advice_stands_first_and_enter_alone_saves_it(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        text = stage.text()
        assert "CLEAR" in text
        assert "▸ multilingual" in text
        assert "behind" in text
        assert "│" in text
        await stage.until_offered("Accept, save")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    record, _ = load_record(Path(saved.path))
    assert record.record.name == "techcorp-zh"
    assert record.record.note is None
    assert record.verdict.pick == "multilingual-e5-small"


def test_a_name_and_a_note_go_into_the_record(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("ctrl+u", *"support 2026", "enter")
        await stage.until_shown("A note")
        await stage.press(*"as agreed", "enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    record, _ = load_record(Path(saved.path))
    assert record.record.name == "support 2026"
    assert record.record.note == "as agreed"
    assert "support-2026" in saved.path


def test_a_folder_that_cannot_be_written_is_said_and_another_can_be_given(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until_shown("cannot be written")
        await stage.press("o")
        await stage.until_shown("Folder for the record")
        await stage.press("ctrl+u", *f"{tmp_path}/other", "enter")
        await stage.until_shown("The record will go to")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(taken, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    assert Path(saved.path).parent == tmp_path / "other"


def test_leaving_the_name_saves_nothing(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("escape")
        await stage.until_shown("Take multilingual-e5-small")

    assert alone(verdict(tmp_path, *MODELS), steps) is None
    assert not list(tmp_path.iterdir())


def test_arrows_walk_the_candidates_and_say_why_not(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("up")
        await stage.until_shown("worse than multilingual-e5-small (clear)")

    alone(verdict(tmp_path, *MODELS), steps)


@pytest.mark.parametrize(("key", "step"), [("m", "shortlist"), ("w", "review")])
def test_more_models_and_other_answers_are_one_key_away(
    tmp_path: Path, key: str, step: str
) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press(key)

    result = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(result, GoTo)
    assert result.step == step


def test_one_model_alone_is_not_enough_evidence(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("NOT ENOUGH EVIDENCE")
        await stage.until_shown("Not enough evidence")

    alone(verdict(tmp_path, "potion-base-8M"), steps)


def test_the_screen_stands_at_every_size(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.until_shown("Take")

    alone(verdict(tmp_path, *MODELS), steps)


# A record in words --------------------------------------------------------------------------


def example(**changes: Any) -> DecisionRecord:
    record, _ = load_record(EXAMPLE)
    return msgspec.structs.replace(record, **changes)


def test_a_median_is_marked_where_no_p95_is_known() -> None:
    record = example()
    part = next(one for one in record.candidates if one.speed is not None)
    assert part.speed is not None
    speed = msgspec.structs.replace(part.speed, latency_p95_ms=None, latency_p50_ms=7.0)
    row = words.row(record, msgspec.structs.replace(part, speed=speed), 76).plain
    assert "~7.0" in row


def test_what_is_not_known_is_a_dash_and_never_0() -> None:
    record = example()
    part = msgspec.structs.replace(
        record.candidates[0], quality=None, speed=None, public_score=None, status="failed"
    )
    figures = words.row(record, part, 76).plain
    assert words._figures(part).split() == ["–"] * 5
    assert "–" in figures


def test_models_that_were_not_here_stand_at_the_end() -> None:
    from advisor.record.decision import Rejected

    gone = Rejected(reason="not on this machine", models=("BAAI/bge-m3",), command="hf download x")
    rows = words.rows_of(example(rejected=(gone,)))
    assert rows[-1].name == "bge-m3"
    assert rows[-1].status == "not here"


def test_what_would_change_is_said_or_that_nothing_would() -> None:
    record = example()
    told = msgspec.structs.replace(record.verdict, would_change=("accuracy first: other",))
    assert "accuracy first: other" in words.changes(example(verdict=told)).plain
    none = msgspec.structs.replace(record.verdict, would_change=())
    assert "no other priority" in words.changes(example(verdict=none)).plain


def test_a_hostile_record_is_written_harmlessly() -> None:
    record = example(notes=(HOSTILE,), assumptions=(HOSTILE,))
    parts = tuple(
        msgspec.structs.replace(part, name=HOSTILE, why_not=HOSTILE, mark=HOSTILE)
        for part in record.candidates
    )
    verdict = msgspec.structs.replace(record.verdict, pick=HOSTILE, would_change=(HOSTILE,))
    record = msgspec.structs.replace(record, candidates=parts, verdict=verdict)
    shown = [
        *(words.row(record, part, 76) for part in words.rows_of(record)),
        words.drawing(record, 70),
        words.changes(record),
        words.reasons(record),
        words.evidence(record),
    ]
    assert not CONTROLS & set("".join(one.plain for one in shown))
