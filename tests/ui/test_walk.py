"""The whole walk, from Home to a saved record, with real workers and real small models."""

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from advisor.deciding.headless import RunOptions, decide
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from advisor.ui import draft as drafts
from tests.ui.walking import (
    MODELS,
    ORDER,
    QUICK,
    Walker,
    as_of_a_process_that_is_gone,
    walk,
)

LEFT_AT = [name for name in ORDER if name not in ("HomeScreen", "DataScreen", "RecordScreen")]


@pytest.fixture(autouse=True)
def one_cache(measured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(measured))


def the_record(folder: Path) -> DecisionRecord:
    (path,) = folder.glob("*.toml")
    record, unknown = load_record(path)
    assert unknown == ()
    return record


def profile_for(name: str) -> str:
    """Return a profile that answers the questions, unless it is them that are asked for."""
    return "" if name == "InterviewScreen" else "chinese-customer-support"


def figures(record: DecisionRecord) -> dict[str, object]:
    """Return what must be the same in two runs; times may differ."""
    return {
        "verdict": (record.verdict.kind, record.verdict.pick, record.verdict.sentence),
        "within reach": record.verdict.within_reach,
        "answers": record.answers,
        "quality": {one.name: one.quality for one in record.candidates},
        "data": record.data,
    }


def test_enter_alone_leads_from_home_to_a_saved_record(tmp_path: Path) -> None:
    async def steps(walker: Walker) -> None:
        await walker.reach("RecordScreen")

    walk(tmp_path, steps)
    record = the_record(tmp_path)
    measured = {one.name for one in record.candidates if one.status == "measured"}
    assert measured == {*QUICK, "BM25", *(f"{name} + BM25" for name in QUICK)}
    assert record.data.name == "techcorp-zh"
    assert drafts.unfinished() == ()


def test_the_advice_is_that_of_run_for_the_same_profile_data_and_seed(tmp_path: Path) -> None:
    async def steps(walker: Walker) -> None:
        await walker.reach("RecordScreen")

    profile = "english-regulations-chinese-queries"
    walk(tmp_path / "interface", steps, profile=profile, data="techcorp-zh-en", seed=3)
    options = RunOptions(
        profile=profile,
        data="techcorp-zh-en",
        seed=3,
        models=QUICK,
        models_dir=MODELS,
        out=tmp_path / "run",
        offline=True,
    )
    asyncio.run(decide(options, lambda absent: False))
    assert figures(the_record(tmp_path / "interface")) == figures(the_record(tmp_path / "run"))


@pytest.mark.parametrize("name", LEFT_AT)
def test_what_is_left_in_the_middle_goes_on_where_it_was(tmp_path: Path, name: str) -> None:
    seen: list[str] = []

    async def leave(walker: Walker) -> None:
        await walker.reach(name)
        await walker.press("ctrl+q")

    async def go_on(walker: Walker) -> None:
        await walker.settle()
        await walker.press("down", "enter")
        await walker.until(lambda: walker.at != "HomeScreen", "what was left")
        await walker.settle()
        seen.append(walker.at)
        await walker.reach("RecordScreen")

    walk(tmp_path, leave, profile=profile_for(name))
    as_of_a_process_that_is_gone()
    assert len(drafts.unfinished()) == 1
    walk(tmp_path, go_on, data="", models=())
    # A verdict is made again from the measurements, which takes a moment on their screen.
    assert seen == ["BenchmarkScreen" if name == "VerdictScreen" else name]
    assert the_record(tmp_path).data.name == "techcorp-zh"


@pytest.mark.parametrize("name", LEFT_AT)
def test_a_killed_desk_is_said_and_gone_on_from(tmp_path: Path, name: str) -> None:
    said: list[bool] = []

    async def steps(walker: Walker) -> None:
        await walker.reach(name)
        assert walker.app.desk.pid is not None
        os.kill(walker.app.desk.pid, signal.SIGKILL)
        await walker.until(lambda: not walker.app.desk.alive, "the desk's end")
        for _ in range(40):
            await walker.settle()
            said.append(walker.at == "TroubleScreen")
            if walker.at == "RecordScreen":
                return
            if walker.at == "BenchmarkScreen" and walker.app.desk.alive:
                await walker.until(walker.run_is_over, "the end of the run")
            await walker.press("enter")

    walk(tmp_path, steps, profile=profile_for(name))
    the_record(tmp_path)
    # Questions need no desk, nor does a run that is over: there a new one is simply started.
    assert any(said) == (name in ("ShortlistScreen", "VerdictScreen"))


def test_a_desk_killed_while_it_measures_is_said_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(tmp_path / "cache"))

    async def steps(walker: Walker) -> None:
        await walker.reach("BenchmarkScreen")
        lines = walker.app.news.board.lines
        await walker.until(lambda: lines["BM25"].quality is not None, "the baseline")
        assert walker.app.desk.pid is not None
        os.kill(walker.app.desk.pid, signal.SIGKILL)
        await walker.until(lambda: walker.at == "TroubleScreen", "the sentence")
        await walker.reach("RecordScreen")

    walk(tmp_path, steps, profile="chinese-customer-support")
    assert {one.status for one in the_record(tmp_path).candidates} == {"measured"}


def test_a_killed_session_costs_only_its_candidate(tmp_path: Path) -> None:
    async def steps(walker: Walker) -> None:
        await walker.reach("BenchmarkScreen")
        lines = walker.app.news.board.lines
        slow = "paraphrase-MiniLM-L3-v2"
        await walker.until(lambda: lines[slow].phase.startswith(("loaded", "encod")), "encoding")
        assert walker.app.desk.pid is not None
        for helper in psutil.Process(walker.app.desk.pid).children():
            for session in helper.children():  # the host's: nobody else has any
                session.kill()
        await walker.reach("RecordScreen")

    walk(tmp_path, steps, data="xquad-en", profile="plain-rag")
    statuses = {one.name: one.status for one in the_record(tmp_path).candidates}
    assert "failed" in statuses.values()
    assert statuses["BM25"] == "measured"


def test_back_leads_home_and_what_was_said_is_kept(tmp_path: Path) -> None:
    async def steps(walker: Walker) -> None:
        await walker.reach("ShortlistScreen")
        for _ in range(60):
            await walker.settle()
            if walker.at == "HomeScreen":
                return
            await walker.press("escape")
        raise AssertionError(walker.at)

    walk(tmp_path, steps, profile="chinese-customer-support")
    (draft,) = drafts.unfinished()
    assert draft.answers.values.task == "search"


def test_torch_numpy_and_the_like_never_enter_the_interface(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tests.ui.walking import Walker, walk\n"
        "async def steps(walker):\n"
        "    await walker.reach('RecordScreen')\n"
        f"walk(Path({str(tmp_path)!r}), steps)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'numpy', 'scipy', 'bm25s'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]", done.stderr
