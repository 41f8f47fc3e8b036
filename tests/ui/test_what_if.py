"""What if: answers are moved by key, the advice changes at once and says why; costs to be read."""

from pathlib import Path

import msgspec
import pytest

from advisor.desk import messages
from advisor.needs.answers import Answers, answered
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from advisor.ui.costs import costs_text
from advisor.ui.verdict import VerdictScreen
from advisor.ui.what_if_text import SLIDERS, outcome, slider_line
from tests.record import made
from tests.ui.screens import HOSTILE, Stage, alone, choosing, described, looked

BY_KEY = {slider.key: slider for slider in SLIDERS}


def test_a_slider_goes_step_by_step_and_stays_at_its_ends() -> None:
    limit, answers = BY_KEY["latency_ms"], answered(Answers())
    assert limit.words(answers) == "no limit"
    assert limit.moved(answers, 1) == answers
    lower = limit.moved(answers, -1)
    assert limit.words(lower) == "10,000 ms (p95)"
    assert lower.sources["latency_ms"] == "user"
    assert limit.moved(lower, 1).values.latency_ms is None


@pytest.mark.parametrize(("by", "goal"), [(1, 50.0), (-1, 20.0)])
def test_from_a_value_between_two_steps_the_next_one_on_either_side_is_taken(
    by: int, goal: float
) -> None:
    between = answered(Answers(latency_ms=37.5))
    assert BY_KEY["latency_ms"].moved(between, by).values.latency_ms == goal


def test_another_priority_gives_up_its_own_points() -> None:
    own = answered(Answers(priority="balanced", give_up_ndcg=0.03))
    moved = BY_KEY["priority"].moved(own, 1)
    assert (moved.values.priority, moved.values.give_up_ndcg) == ("speed", None)
    assert "give_up_ndcg" not in moved.sources
    assert "was balanced" in slider_line(BY_KEY["priority"], moved, own).plain


def test_hostile_names_are_shown_harmlessly() -> None:
    row = messages.SupposedRow(name=HOSTILE, p_within=0.5, usd_per_month=1.0, over=HOSTILE)
    reply = messages.Supposed(
        kind="tie", sentence=HOSTILE, pick=HOSTILE, changed=HOSTILE, rows=(row,)
    )
    assert "\x1b" not in outcome(reply, 80).plain


def test_the_costs_tell_every_formula_with_its_inputs() -> None:
    text = costs_text(made.record()).plain
    assert "Costs in US dollars" in text
    assert "queries × ms ÷ 3,600,000 ÷ utilisation × USD an hour" in text
    assert "a million queries" in text


def test_moving_an_answer_changes_the_advice_and_the_record(
    tmp_path: Path, measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(measured))

    async def make(stage: Stage) -> VerdictScreen:
        await looked(stage)
        await described(stage)
        chosen = choosing("potion-base-8M", "paraphrase-MiniLM-L3-v2")
        values = msgspec.structs.replace(
            chosen.answers.values, latency_ms=None, priority="speed", min_recall_at_10=None
        )
        answers = answered(values)
        await stage.ask(msgspec.structs.replace(chosen, answers=answers), messages.Chosen)
        await stage.ask(messages.Measure(), messages.Measured)
        decide = messages.Decide(name="n", profile="p")
        return VerdictScreen(decide, tmp_path, answers)

    async def steps(stage: Stage) -> None:
        await stage.until_offered("What if")
        await stage.press("w")
        await stage.until_shown("still potion-base-8M")
        await stage.press("down", "right")  # gives up nothing: the priority's .05 no more
        await stage.until_shown("◂ 0 ▸")
        await stage.until_shown("was as the priority says")
        await stage.press("down", "down", *["left"] * 25)  # the least budget there is
        await stage.until_shown("1.0 USD a month")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, VerdictScreen), "the verdict again")
        await stage.press("c")
        await stage.until_shown("Costs in US dollars")
        await stage.press("escape")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(make, steps)
    assert isinstance(saved, messages.Saved)
    record, _ = load_record(Path(saved.path))
    assert isinstance(record, DecisionRecord)
    assert record.answers["usd_per_month"] == 1.0
    assert record.verdict.give_up_ndcg == 0.0
