"""The desk as the interface uses it: a real process, real small models, and what goes wrong."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from advisor.bench import protocol
from advisor.bench.events import Ended, Paused, Scored, Waiting
from advisor.corpus.amount import Amount
from advisor.deciding.headless import RunOptions, decide
from advisor.desk import messages
from advisor.desk.client import Desk, DeskLost, Refusal
from advisor.needs.answers import Answers, AnswerSet
from advisor.needs.profile import load_profile
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from tests.bench.faults import static_model
from tests.bench.test_steering import is_gone, processes_of_ours

PATIENCE_S = 180.0
QUICK = ("potion-base-8M", "paraphrase-MiniLM-L3-v2")
SAMPLE = "techcorp-zh"
PROFILE = "chinese-customer-support"
NOTHING_SAID = AnswerSet(values=Answers(), sources={})


class AtTheDesk:
    """A desk, and everything it told."""

    def __init__(self, logs: Path) -> None:
        self.news: list[messages.Told] = []
        self.desk = Desk(logs, self.news.append)

    async def ask(self, request: messages.Request) -> messages.Reply:
        """Ask, whatever kind of reply comes."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.desk.ask(request, object)  # type: ignore[arg-type]

    async def refused(self, request: messages.Request) -> str:
        """Ask for what cannot be done; the sentence is returned."""
        with pytest.raises(Refusal) as caught:
            await self.ask(request)
        said = str(caught.value)
        assert said == said.strip() != ""
        assert "Traceback" not in said
        return said

    async def chosen(self, models: Path, *names: str) -> messages.Chosen:
        """Look, read the sample, and choose these models."""
        await self.ask(messages.Look(models_dir=str(models)))
        await self.ask(messages.Read(place=SAMPLE))
        chosen = await self.ask(messages.Choose(answers=NOTHING_SAID, names=names))
        assert isinstance(chosen, messages.Chosen)
        return chosen

    async def told(self, kind: type, name: str = "", times: int = 1) -> object:
        """Wait until something was told of a candidate."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := self.of(kind, name)) < times:
                assert self.desk.alive, "the desk ended"
                await asyncio.sleep(0.01)
        return found[times - 1]

    def of(self, kind: type, name: str = "") -> list[object]:
        """What was told of one kind so far."""
        return [
            told.update.event
            for told in self.news
            if told.update is not None
            and isinstance(told.update.event, kind)
            and name in ("", told.update.candidate)
        ]

    def below(self) -> list[psutil.Process]:
        """The desk and every process below it."""
        assert self.desk.pid is not None
        desk = psutil.Process(self.desk.pid)
        return [desk, *desk.children(recursive=True)]


@asynccontextmanager
async def open_desk(logs: Path) -> AsyncGenerator[AtTheDesk, None]:
    at_it = AtTheDesk(logs)
    await at_it.desk.start()
    try:
        yield at_it
    finally:
        at_it.desk.kill()
        await at_it.desk.gone()


def at_the_desk(logs: Path, steps: Callable[[AtTheDesk], Awaitable[None]]) -> None:
    """Do the steps with a desk; no process may be left when they are done."""

    async def walk() -> None:
        async with open_desk(logs) as at_it:
            await steps(at_it)

    asyncio.run(walk())
    wait_until(lambda: not processes_of_ours(), "the end of every process")


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.02)


def texts_in(place: Path) -> list[Path]:
    """The folders in which a run keeps the user's texts while it goes on."""
    return list(place.glob("embed-advisor-*"))


@pytest.fixture
def one_static(tmp_path: Path) -> Path:
    """A folder with models that cost nothing."""
    for number, name in enumerate(("first", "second", "third")):
        static_model(tmp_path / "models" / name, seed=number)
    return tmp_path / "models"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the desk's temporary files go."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


# The whole walk --------------------------------------------------------------------------------


def figures(record: DecisionRecord) -> dict[str, object]:
    """What must be the same in two runs; times may differ."""
    return {
        "verdict": record.verdict,
        "answers": record.answers,
        "data": record.data,
        "quality": {one.name: one.quality for one in record.candidates},
        "statuses": {one.name: one.status for one in record.candidates},
        "reproduce": record.reproduce,
        "rejected": record.rejected,
    }


def test_a_walk_at_the_desk_gives_the_record_of_the_command(tmp_path: Path, models: Path) -> None:
    said = load_profile(PROFILE).answers
    saved: list[messages.Saved] = []

    async def walk(at_it: AtTheDesk) -> None:
        looked = await at_it.ask(messages.Look(models_dir=str(models)))
        assert isinstance(looked, messages.Looked)
        assert "minishlab/potion-base-8M" in looked.here
        amount = Amount(queries=30, seed=3)
        described = await at_it.ask(messages.Read(place=SAMPLE, amount=amount))
        assert isinstance(described, messages.Described)
        assert (described.name, described.sample_queries) == (SAMPLE, 30)
        assert described.languages["query_languages"] == ("zh-Hant",)
        assert described.previews
        chosen = await at_it.ask(messages.Choose(answers=said, names=QUICK))
        assert isinstance(chosen, messages.Chosen)
        assert [one.name for one in chosen.choice.candidates] == [*QUICK, "BM25"]
        measured = await at_it.ask(messages.Measure())
        assert measured == messages.Measured(measured=5, of=5)
        assert len(at_it.of(Scored)) == len(at_it.of(Ended)) == 5
        decided = await at_it.ask(messages.Decide(name=PROFILE, profile=PROFILE))
        assert isinstance(decided, messages.Decided)
        folder = str(tmp_path / "records")
        done = await at_it.ask(messages.Save(folder=folder, name="our choice", note="for Monday"))
        assert isinstance(done, messages.Saved)
        saved.append(done)

    at_the_desk(tmp_path / "logs", walk)
    record, unknown = load_record(Path(saved[0].path))
    assert unknown == ()
    assert record == saved[0].record
    assert (record.record.name, record.record.note) == ("our choice", "for Monday")
    options = RunOptions(
        profile=PROFILE,
        data=SAMPLE,
        models=QUICK,
        models_dir=models,
        queries=30,
        seed=3,
        out=tmp_path / "run",
        offline=True,
    )
    command = asyncio.run(decide(options, lambda absent: False)).record
    assert figures(record) == figures(command)


# Refusals --------------------------------------------------------------------------------------


def test_what_cannot_be_done_is_said_in_a_sentence_and_the_desk_goes_on(
    tmp_path: Path, models: Path
) -> None:
    async def ask_too_much(at_it: AtTheDesk) -> None:
        for early in (
            messages.Choose(answers=NOTHING_SAID),
            messages.Fetch(repos=("minishlab/potion-base-8M",)),
            messages.Measure(),
            messages.Pause(),
            messages.Resume(),
            messages.Stop(),
            messages.Skip(name="BM25"),
            messages.Add(name="potion-base-8M"),
            messages.Decide(name="x", profile="x"),
            messages.Save(folder=str(tmp_path)),
        ):
            assert "too early" in await at_it.refused(early), early
        assert (
            "nothing there" in await at_it.refused(messages.Read(place="/nowhere/at/all")) or True
        )
        for place in ("/nowhere/at/all", "", "~nobody-of-that-name/x", "a" * 10_000, "a\0b"):
            await at_it.refused(messages.Read(place=place))
        await at_it.chosen(models, "potion-base-8M")
        for name in (
            "no-such-model",
            "a" * 10_000,
            "=",
            "x=/nowhere",
            "x=~nobody-of-that-name/y",
            "~nobody-of-that-name/y",
            "a\0b",
            "x=a\0b",
            str(tmp_path),
            "x=" + "a" * 10_000,
        ):
            await at_it.refused(messages.Choose(answers=NOTHING_SAID, names=(name,)))
            await at_it.refused(messages.Choose(answers=NOTHING_SAID, added=(name,)))
        assert "nearest" in await at_it.refused(
            messages.Choose(answers=NOTHING_SAID, names=("potion-base-8",))
        )
        described = await at_it.ask(messages.Read(place=SAMPLE))
        assert isinstance(described, messages.Described)

    at_the_desk(tmp_path / "logs", ask_too_much)


def test_names_that_are_no_text_are_refused_on_this_side_and_on_the_other(
    tmp_path: Path, models: Path
) -> None:
    nameless = os.fsdecode(b"potion-\xff")
    shutil.copytree(models / "potion-base-8M", tmp_path / "models" / nameless)

    async def ask(at_it: AtTheDesk) -> None:
        assert "UTF-8" in await at_it.refused(messages.Read(place=nameless))
        await at_it.ask(messages.Look(models_dir=str(tmp_path / "models")))
        await at_it.ask(messages.Read(place=SAMPLE))
        found = messages.Choose(answers=NOTHING_SAID, names=("potion-base-8M",))
        assert "rename" in await at_it.refused(found)
        only_here = messages.Choose(answers=NOTHING_SAID, names=("bm25",))
        assert isinstance(await at_it.ask(only_here), messages.Chosen)

    at_the_desk(tmp_path / "logs", ask)


def test_hostile_texts_in_the_data_come_over_and_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    hostile = ["\x1b]0;x\x07", "[/]", "\u202e", "\x9b31m", "\ud800", "中文" * 40, "a" * 10_000]
    (folder / "qrels").mkdir(parents=True)
    rows = [json.dumps({"_id": f"d{i}\ud800", "text": f"{t} {i}"}) for i, t in enumerate(hostile)]
    (folder / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    asked = [json.dumps({"_id": f"q{i}", "text": t, "category": t}) for i, t in enumerate(hostile)]
    (folder / "queries.jsonl").write_text("\n".join(asked), "utf-8")
    judged = [
        json.dumps({"query-id": f"q{i}", "corpus-id": f"d{i}\ud800", "score": 1}) for i in range(7)
    ]
    (folder / "qrels" / "test.jsonl").write_text("\n".join(judged), "utf-8")

    async def read(at_it: AtTheDesk) -> None:
        described = await at_it.ask(messages.Read(place=str(folder)))
        assert isinstance(described, messages.Described)
        assert described.documents == 7

    at_the_desk(tmp_path / "logs", read)


def test_a_record_that_cannot_be_saved_is_refused_and_can_be_saved_elsewhere(
    tmp_path: Path, one_static: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    async def save(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        await at_it.refused(messages.Decide(name="x", profile="x"))
        await at_it.ask(messages.Measure())
        await at_it.refused(messages.Save(folder=str(tmp_path)))
        await at_it.ask(messages.Decide(name="x", profile="x"))
        for folder in (str(tmp_path / "file"), "/proc/no", "a" * 10_000):
            await at_it.refused(messages.Save(folder=folder))
        saved = await at_it.ask(
            messages.Save(folder=str(tmp_path / "new"), name="\x1b[31m", note="\ud7ff")
        )
        assert isinstance(saved, messages.Saved)
        assert load_record(Path(saved.path))[0] == saved.record

    at_the_desk(tmp_path / "logs", save)


@pytest.mark.parametrize("queries", [1, 2])
def test_so_few_queries_that_nothing_can_be_said_still_make_a_record(
    tmp_path: Path, one_static: Path, queries: int
) -> None:
    async def walk(at_it: AtTheDesk) -> None:
        await at_it.ask(messages.Look())
        amount = Amount(queries=queries, documents=5)
        described = await at_it.ask(messages.Read(place=SAMPLE, amount=amount))
        assert isinstance(described, messages.Described)
        assert described.sample_queries == queries
        names = (str(one_static / "first"), str(one_static / "second"))
        await at_it.ask(messages.Choose(answers=NOTHING_SAID, names=names))
        await at_it.ask(messages.Measure())
        decided = await at_it.ask(messages.Decide(name="x", profile="x"))
        assert isinstance(decided, messages.Decided)
        assert decided.record.verdict.kind == "insufficient"
        assert decided.record.verdict.pick is None

    at_the_desk(tmp_path / "logs", walk)


def test_other_data_or_another_choice_makes_what_was_measured_too_old_to_decide_on(
    tmp_path: Path, one_static: Path
) -> None:
    names = (str(one_static / "first"),)

    async def walk(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, *names)
        await at_it.ask(messages.Measure())
        await at_it.ask(messages.Decide(name="x", profile="x"))
        await at_it.ask(messages.Read(place="techcorp-en"))
        assert "too early" in await at_it.refused(messages.Decide(name="x", profile="x"))
        assert "too early" in await at_it.refused(messages.Save(folder=str(tmp_path)))
        assert "too early" in await at_it.refused(messages.Measure())
        await at_it.ask(messages.Choose(answers=NOTHING_SAID, names=names))
        assert "too early" in await at_it.refused(messages.Decide(name="x", profile="x"))
        await at_it.ask(messages.Measure())
        await at_it.ask(messages.Decide(name="x", profile="x"))

    at_the_desk(tmp_path / "logs", walk)


def test_data_is_read_again_when_its_file_has_changed(tmp_path: Path) -> None:
    data = tmp_path / "ours.jsonl"
    rows = [
        json.dumps({"_id": f"d{i}", "title": f"About {i}", "text": f"Text {i}. " * 9})
        for i in range(40)
    ]

    async def read(at_it: AtTheDesk) -> None:
        for count in (30, 40):
            data.write_text("\n".join(rows[:count]), "utf-8")
            described = await at_it.ask(messages.Read(place=str(data)))
            assert isinstance(described, messages.Described)
            assert described.documents == count
            less = await at_it.ask(
                messages.Read(place=str(data), amount=Amount(queries=5, documents=20))
            )
            assert isinstance(less, messages.Described)
            assert (less.documents, less.sample_documents) == (count, 20)

    at_the_desk(tmp_path / "logs", read)


# A run at the desk -----------------------------------------------------------------------------


def test_a_run_can_be_steered_from_its_first_moment_and_is_one_at_a_time(
    tmp_path: Path, one_static: Path
) -> None:
    async def steer(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await asyncio.sleep(0)  # asked, and not yet begun
        assert await at_it.ask(messages.Pause()) == messages.Done()
        await at_it.told(Paused)
        for another in (
            messages.Measure(),
            messages.Read(place=SAMPLE),
            messages.Choose(answers=NOTHING_SAID),
        ):
            assert "going on" in await at_it.refused(another)
        assert "no candidate" in await at_it.refused(messages.Skip(name="nobody"))
        await at_it.ask(messages.Skip(name="BM25"))
        await at_it.told(Ended, "BM25")
        await at_it.ask(messages.Resume())
        assert await measure == messages.Measured(measured=1, of=2)
        assert len(at_it.of(Ended)) == 2
        assert await at_it.ask(messages.Measure()) == messages.Measured(measured=3, of=3)

    at_the_desk(tmp_path / "logs", steer)


def test_what_is_added_to_a_run_is_in_the_record_and_in_the_next_run(
    tmp_path: Path, one_static: Path
) -> None:
    second = str(one_static / "second")

    async def add(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(Waiting)
        assert "not on this machine" in await at_it.refused(messages.Add(name="bge-m3"))
        assert "nearest" in await at_it.refused(messages.Add(name="potion-base-8"))
        assert "baseline" in await at_it.refused(messages.Add(name="bm25"))
        assert await at_it.ask(messages.Add(name=second)) == messages.Done()
        assert "two candidates are called second" in await at_it.refused(messages.Add(name=second))
        assert at_it.of(Waiting, "second")
        assert await measure == messages.Measured(measured=5, of=5)
        assert "over" in await at_it.refused(messages.Add(name=str(one_static / "third")))
        decided = await at_it.ask(messages.Decide(name="x", profile="x"))
        assert isinstance(decided, messages.Decided)
        names = [candidate.name for candidate in decided.record.candidates]
        assert sorted(names) == ["BM25", "first", "first + BM25", "second", "second + BM25"]
        assert "--models first,second" in decided.record.reproduce["command"]
        at_it.news.clear()
        assert await at_it.ask(messages.Measure()) == messages.Measured(measured=5, of=5)
        updates = [told.update for told in at_it.news if told.update is not None]
        assert all(one.earlier for one in updates if isinstance(one.event, Scored))
        again = await at_it.ask(messages.Decide(name="x", profile="x"))
        assert isinstance(again, messages.Decided)
        assert again.record.verdict == decided.record.verdict

    at_the_desk(tmp_path / "logs", add)


def test_a_stopped_run_is_over_and_another_goes_on_from_there(
    tmp_path: Path, one_static: Path
) -> None:
    async def stop(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"), str(one_static / "second"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(Scored, "first")
        await at_it.ask(messages.Stop())
        assert await measure == messages.Measured(measured=3, of=4)
        assert await at_it.ask(messages.Stop()) == messages.Done()
        decided = await at_it.ask(messages.Decide(name="x", profile="x"))
        assert isinstance(decided, messages.Decided)
        statuses = {one.name: one.status for one in decided.record.candidates}
        assert statuses["second"] == "stopped early"
        assert await at_it.ask(messages.Measure()) == messages.Measured(measured=5, of=5)

    at_the_desk(tmp_path / "logs", stop)


def test_the_desk_decides_on_what_there_is_while_a_run_goes_on(
    tmp_path: Path, one_static: Path
) -> None:
    async def decide_early(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"), str(one_static / "second"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(Scored, "first")
        decided = await at_it.ask(messages.Decide(name="x", profile="x"))
        assert isinstance(decided, messages.Decided)
        assert await measure == messages.Measured(measured=5, of=5)

    at_the_desk(tmp_path / "logs", decide_early)


# Answering and leaving in the middle -----------------------------------------------------------


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    """A file that takes many seconds to read."""
    place = tmp_path / "large.jsonl"
    words = "every document of this file says something about the weather in another town"
    with place.open("w", encoding="utf-8") as file:
        for number in range(400_000):
            row = {"_id": f"d{number}", "title": f"Town {number}", "text": f"{words} {number}"}
            file.write(json.dumps(row) + "\n")
    return place


def test_the_desk_answers_while_it_reads_a_large_file_and_leaves_in_the_middle_of_it(
    tmp_path: Path, large_file: Path
) -> None:
    async def read(at_it: AtTheDesk) -> None:
        await at_it.ask(messages.Look())
        reading = asyncio.create_task(at_it.ask(messages.Read(place=str(large_file))))
        await asyncio.sleep(0.5)
        for request in (messages.Pause(), messages.Skip(name="BM25")):
            assert "too early" in await at_it.refused(request)
        assert not reading.done()
        below = at_it.below()
        at_it.desk.kill()
        with pytest.raises(DeskLost):
            await reading
        assert all(is_gone(process) for process in below[:1])

    at_the_desk(tmp_path / "logs", read)


def test_leaving_in_the_middle_of_a_run_leaves_no_process_and_no_file_behind(
    tmp_path: Path, one_static: Path, temporary: Path
) -> None:
    async def leave(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(protocol.Loaded, "first")
        assert texts_in(temporary)
        below = at_it.below()
        assert len(below) >= 3
        at_it.desk.kill()
        await at_it.desk.gone()
        with pytest.raises(DeskLost):
            await measure
        wait_until(lambda: all(map(is_gone, below)), "the end of all")
        assert not texts_in(temporary)

    at_the_desk(tmp_path / "logs", leave)


def test_a_desk_that_stands_still_is_ended_by_force(tmp_path: Path) -> None:
    async def freeze(at_it: AtTheDesk) -> None:
        await at_it.ask(messages.Look())
        below = at_it.below()
        assert at_it.desk.pid is not None
        os.kill(at_it.desk.pid, signal.SIGSTOP)
        at_it.desk.kill()
        await at_it.desk.gone()
        wait_until(lambda: all(map(is_gone, below)), "the end of all")

    at_the_desk(tmp_path / "logs", freeze)


# A lost desk -----------------------------------------------------------------------------------


def test_a_killed_desk_is_told_to_whoever_waits_and_takes_its_processes_with_it(
    tmp_path: Path, one_static: Path
) -> None:
    async def kill(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(protocol.Loaded, "first")
        assert at_it.desk.pid is not None
        below = at_it.below()
        assert len(below) >= 3
        # It stands still, so that nothing is answered any more before it is killed.
        os.kill(at_it.desk.pid, signal.SIGSTOP)
        asked = [asyncio.create_task(at_it.ask(messages.Look())) for _ in range(3)]
        await asyncio.sleep(0.1)
        os.kill(at_it.desk.pid, signal.SIGKILL)
        for waiting in (measure, *asked):
            with pytest.raises(DeskLost, match=r"desk\.log"):
                await waiting
        assert not at_it.desk.alive
        with pytest.raises(DeskLost):
            await at_it.ask(messages.Look())
        wait_until(lambda: all(map(is_gone, below)), "the end of host and sessions")

    at_the_desk(tmp_path / "logs", kill)


def test_another_desk_goes_on_where_the_lost_one_was(tmp_path: Path, one_static: Path) -> None:
    names = (str(one_static / "first"), str(one_static / "second"))

    async def lose(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, *names)
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(Scored, "first")
        assert at_it.desk.pid is not None
        os.kill(at_it.desk.pid, signal.SIGKILL)
        with pytest.raises(DeskLost):
            await measure

    async def go_on(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, *names)
        assert await at_it.ask(messages.Measure()) == messages.Measured(measured=5, of=5)
        earlier = {
            told.update.candidate
            for told in at_it.news
            if told.update is not None
            and isinstance(told.update.event, Scored)
            and told.update.earlier
        }
        assert earlier == {"BM25", "first", "first + BM25"}

    at_the_desk(tmp_path / "logs", lose)
    at_the_desk(tmp_path / "logs2", go_on)


def test_a_killed_host_costs_the_run_at_the_desk_nothing(tmp_path: Path, one_static: Path) -> None:
    async def kill(at_it: AtTheDesk) -> None:
        await at_it.chosen(one_static, str(one_static / "first"))
        measure = asyncio.create_task(at_it.ask(messages.Measure()))
        await at_it.told(Scored, "first")
        (host,) = (
            one
            for one in at_it.below()
            if "--control-fd" in one.cmdline() and one.ppid() == at_it.desk.pid
        )
        host.kill()
        assert await measure == messages.Measured(measured=3, of=3)

    at_the_desk(tmp_path / "logs", kill)


MEASURES = """
import asyncio, sys
from pathlib import Path
from advisor.desk import messages
from advisor.desk.client import Desk
from advisor.needs.answers import Answers, AnswerSet

async def measure(logs, *names):
    def hear(told):
        if told.update is not None and type(told.update.event).__name__ == "Loaded":
            if told.update.candidate != "BM25":
                print("loaded", flush=True)
    desk = Desk(Path(logs), hear)
    await desk.start()
    print(desk.pid, flush=True)
    await desk.ask(messages.Look(), messages.Looked)
    await desk.ask(messages.Read(place="techcorp-zh"), messages.Described)
    nothing = AnswerSet(values=Answers(), sources={})
    await desk.ask(messages.Choose(answers=nothing, names=names), messages.Chosen)
    await desk.ask(messages.Measure(), messages.Measured)

asyncio.run(measure(*sys.argv[1:]))
"""


def test_nothing_outlives_an_interface_that_is_killed(
    tmp_path: Path, one_static: Path, temporary: Path
) -> None:
    interface = subprocess.Popen(
        [sys.executable, "-c", MEASURES, str(tmp_path / "logs"), str(one_static / "first")],
        stdout=subprocess.PIPE,
        text=True,
    )
    with interface:
        assert interface.stdout is not None
        desk = psutil.Process(int(interface.stdout.readline()))
        assert interface.stdout.readline() == "loaded\n"
        below = [desk, *desk.children(recursive=True)]
        assert len(below) >= 3
        interface.kill()
    wait_until(lambda: all(map(is_gone, below)), "the end of desk, host and sessions")
    assert not texts_in(temporary)


def test_an_interface_that_ends_without_a_word_leaves_nothing_behind(
    tmp_path: Path, one_static: Path
) -> None:
    async def crash() -> list[psutil.Process]:
        at_it = AtTheDesk(tmp_path / "logs")
        await at_it.desk.start()
        await at_it.ask(messages.Look())
        return at_it.below()

    below = asyncio.run(crash())
    wait_until(lambda: all(map(is_gone, below)), "the end of all")


# Lines that nobody of ours writes --------------------------------------------------------------


@pytest.mark.parametrize(
    "line", [b"garbage\n", b"[" * 100_000 + b"\n", b'{"number":1}\n', b"a" * (17 * 2**20) + b"\n"]
)
def test_a_desk_that_is_told_nonsense_ends_with_the_reason_in_its_log(
    tmp_path: Path, line: bytes
) -> None:
    async def tell(at_it: AtTheDesk) -> None:
        await at_it.ask(messages.Look())
        below = at_it.below()
        assert at_it.desk._writer is not None
        waiting = asyncio.create_task(at_it.ask(messages.Look()))
        await asyncio.sleep(0)
        at_it.desk._writer.write(line)
        await asyncio.wait([waiting])
        await at_it.desk.gone()
        with pytest.raises(DeskLost):
            await at_it.ask(messages.Look())
        wait_until(lambda: all(map(is_gone, below)), "the end of all")
        waiting.exception()

    at_the_desk(tmp_path / "logs", tell)
    assert "Error" in (tmp_path / "logs" / "desk.log").read_text("utf-8")


@pytest.mark.parametrize("line", [b"garbage\n", b"a" * (17 * 2**20) + b"\n"])
def test_nonsense_from_the_desk_ends_it(tmp_path: Path, line: bytes) -> None:
    async def hear(at_it: AtTheDesk) -> None:
        looked = asyncio.create_task(at_it.ask(messages.Look()))
        await asyncio.sleep(0)
        writer = at_it.desk._writer
        assert writer is not None
        protocol_of_reader = writer.transport.get_protocol()
        protocol_of_reader.data_received(line)  # type: ignore[attr-defined]
        with pytest.raises(DeskLost):
            await looked
        assert not at_it.desk.alive

    at_the_desk(tmp_path / "logs", hear)


def test_news_that_the_interface_cannot_take_ends_the_desk_too(tmp_path: Path) -> None:
    async def hear() -> None:
        def fail(told: messages.Told) -> None:
            raise LookupError(told)

        desk = Desk(tmp_path / "logs", fail)
        await desk.start()
        assert desk._listening is not None
        told = messages.Told()
        assert desk._writer is not None
        desk._writer.transport.get_protocol().data_received(messages.encode(told))  # type: ignore[attr-defined]
        with pytest.raises(LookupError):
            await desk._listening

    asyncio.run(hear())
    wait_until(lambda: not processes_of_ours(), "the end of every process")
