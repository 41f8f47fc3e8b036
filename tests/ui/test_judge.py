"""Judging in the interface: keys, undo, what is kept, and the verdict that follows."""

import json
from pathlib import Path

import pytest

from advisor.desk import messages
from advisor.desk.queries import ToJudge
from advisor.ui.data import DataChosen, DataScreen
from advisor.ui.judge import JudgeScreen
from advisor.ui.judging import Sitting
from advisor.ui.page import Page
from advisor.ui.verdict import VerdictScreen
from tests.bench.faults import WORDS, static_model
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone, choosing, looked
from tests.ui.walking import Walker, walk

QUERIES = 24
NAMES = ("a1", "b2")


@pytest.fixture
def unjudged(tmp_path: Path) -> Path:
    """A folder of documents and queries that nobody has judged; one text of it is hostile."""
    folder = tmp_path / "unjudged"
    folder.mkdir()
    documents = [f"{WORDS[1 + i % 6]} {WORDS[1 + (i // 6) % 6]} number {i}" for i in range(30)]
    documents[0] = f"red red {HOSTILE}"  # found by its words for the query of the same text
    rows = [json.dumps({"_id": f"d{i}", "text": text}) for i, text in enumerate(documents)]
    (folder / "corpus.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    asked = [f"{WORDS[1 + i % 6]} {WORDS[1 + (i // 6) % 6]}" for i in range(QUERIES)]
    asked[0] = f"red red {HOSTILE}"
    rows = [json.dumps({"_id": f"q{i}", "text": text}) for i, text in enumerate(asked)]
    (folder / "queries.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def models(folder: Path) -> tuple[str, ...]:
    for seed, name in enumerate(NAMES):
        if not (folder / name).exists():
            static_model(folder / name, seed=seed)
    return tuple(f"{name}={folder / name}" for name in NAMES)


async def measured(stage: Stage, data: Path) -> None:
    """Measure two tiny models on data that is to be judged."""
    await looked(stage)
    await stage.ask(messages.Read(place=str(data), to_judge=True), messages.Described)
    await stage.ask(choosing(*models(data.parent / "models")), messages.Chosen)
    await stage.ask(messages.Measure(), messages.Measured)


def judging(data: Path) -> Make:
    async def make(stage: Stage) -> Page[None]:
        await measured(stage, data)
        return JudgeScreen(str(data.parent / "out"))

    return make


def test_keys_judge_undo_and_skip_and_the_verdict_follows_at_once(unjudged: Path) -> None:
    out = unjudged.parent / "out"

    async def steps(stage: Stage) -> None:
        await stage.until_shown("query 1 of 24")
        await stage.until_shown("20 more queries")
        assert "a1" not in stage.text() and "b2" not in stage.text()  # blind
        await stage.until_offered("Yes")
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.until_shown("document 1 of")
        await stage.pilot.resize_terminal(80, 24)
        await stage.press("2")
        await stage.until_shown("1 judged")
        await stage.until_offered("Undo")
        await stage.press("u")
        await stage.until_shown("0 judged")
        await stage.until_shown("document 1 of")
        await stage.press("2", "space", "enter")
        await stage.until_shown("query 2 of 24")
        await stage.until_shown("1 judged · 1 queries count")
        for _ in range(QUERIES - 2):
            await stage.press("1", "enter")
        await stage.until_shown("23 queries can show gaps of")
        await stage.press("0", "enter")
        await stage.until_shown("Everything that was found is judged")
        await stage.press("e")
        await stage.until_shown("Folder for the judgements")
        await stage.press("enter")
        await stage.until_shown("Written:")
        decide = messages.Decide(name="x", profile="plain-rag")
        decided = await stage.ask(decide, messages.Decided)
        assert isinstance(decided, messages.Decided)
        record = decided.record
        assert record.data.evidence == "judged-here"
        assert record.data.queries == 23
        assert record.verdict.smallest_gap_ndcg is not None
        await stage.press("escape")

    alone(judging(unjudged), steps)
    exported = (out / "unjudged-qrels.tsv").read_text("utf-8").splitlines()
    assert exported[0] == "query-id\tcorpus-id\tscore"
    assert len(exported) == 1 + 24
    # What was judged is there the next time, and only the open documents are asked for.
    again: list[str] = []

    async def later(stage: Stage) -> None:
        await stage.until_shown("Everything that was found is judged")
        again.append(stage.text())

    alone(judging(unjudged), later)
    assert again


def test_before_anything_is_judged_there_is_no_verdict(unjudged: Path) -> None:
    async def make(stage: Stage) -> VerdictScreen:
        await measured(stage, unjudged)
        return VerdictScreen(messages.Decide(name="x", profile="plain-rag"), unjudged)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Nothing is judged yet")
        await stage.until_offered("Judge")

    alone(make, steps)


def test_the_data_screen_offers_to_judge_queries_that_nobody_has_judged(unjudged: Path) -> None:
    async def make(stage: Stage) -> DataScreen:
        from advisor.corpus.amount import Amount

        return DataScreen(str(unjudged), Amount(), ())

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Or judge the queries in")
        await stage.until_offered("Judge")
        await stage.press("j")
        await stage.until_shown("to be made here")
        await stage.press("enter")

    chosen = alone(make, steps)
    assert isinstance(chosen, DataChosen)
    assert chosen.to_judge
    assert chosen.described is not None
    assert chosen.described.queries == QUERIES


def test_hostile_texts_are_shown_as_text(unjudged: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("document 1 of")
        for _ in range(QUERIES):
            assert not CONTROLS & set(stage.text())
            if "[/]" in stage.text():
                return
            await stage.press("enter")
        raise AssertionError("the hostile query never came")

    alone(judging(unjudged), steps)


def test_a_sitting_begins_where_the_last_one_ended_and_undo_leads_back() -> None:
    queries = (
        ToJudge(id="q1", text="one", documents={"a": "A", "b": "B"}, grades={"a": 2}),
        ToJudge(id="q2", text="two", documents={"a": "A"}),
    )
    sitting = Sitting(messages.Pooled(queries=queries, depth=3))
    assert sitting.at == (queries[0], "b")
    assert sitting.place == 2
    assert sitting.skip_query() == messages.Judge(query="q1", grades={"b": -1})
    assert sitting.at == (queries[1], "a")
    assert sitting.grade(1) == messages.Judge(query="q2", grades={"a": 1})
    assert sitting.at is None
    assert sitting.undo() == messages.Judge(query="q2", grades={"a": None})
    assert sitting.undo() == messages.Judge(query="q1", grades={"b": None})
    assert sitting.at == (queries[0], "b")
    assert sitting.undo() is None


def test_the_walk_leads_from_unjudged_data_over_judging_to_the_verdict(unjudged: Path) -> None:
    async def steps(walker: Walker) -> None:
        await walker.reach("DataScreen")
        await walker.until(
            lambda: walker.app.screen.check_action("judge", ()) is True, "the key of judging"
        )
        await walker.press("j")
        await walker.until(
            lambda: walker.app.screen.check_action("take", ()) is True, "the queries to judge"
        )
        await walker.reach("JudgeScreen")
        await walker.until(
            lambda: walker.app.screen.check_action("grade", (1,)) is True, "what is to be judged"
        )
        await walker.press("2", "enter", "escape")
        await walker.reach("VerdictScreen")
        await walker.until(
            lambda: walker.app.screen.check_action("accept", ()) is True, "the verdict"
        )
        await walker.press("j")
        await walker.until(lambda: walker.at == "JudgeScreen", "judging again")

    walk(
        unjudged.parent / "out",
        steps,
        data=str(unjudged),
        profile="plain-rag",
        models=models(unjudged.parent / "models"),
    )
