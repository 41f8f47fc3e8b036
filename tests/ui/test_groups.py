"""Groups of queries on the screen: every group, and every candidate on the one pointed at."""

import msgspec

from advisor.record.decision import DecisionRecord
from advisor.ui.groups import GroupsScreen
from tests.advice.test_groups import advice_of, data
from tests.record import made
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Stage, alone


def record() -> DecisionRecord:
    dataset = data()
    named = tuple(
        query._replace(category=HOSTILE if query.category == "orders" else "returns")
        for query in dataset.queries
    )
    dataset = msgspec.structs.replace(dataset, queries=named)
    advice, results = advice_of(dataset)
    return made.record(results, {"dataset": dataset, "advice": advice})


def test_every_group_shows_its_best_and_every_candidate_against_the_leader() -> None:
    whole = record()

    async def make(stage: Stage) -> GroupsScreen:
        del stage
        return GroupsScreen(whole)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("French")
        assert "surely" in stage.text()
        await stage.press("end")
        await stage.until_shown("language French, against")
        assert "surely better" in stage.text()
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.pilot.pause(0.2)
            assert not CONTROLS & set(stage.text())
        await stage.pilot.resize_terminal(80, 24)
        await stage.press("space")
        await stage.until_offered("Verdict")

    alone(make, steps)
