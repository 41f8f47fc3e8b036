"""Steering a run while it goes on: pause, resume, skip, stop and add, with real processes."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from pathlib import Path

import psutil
import pytest

from advisor.bench import protocol
from advisor.bench.cache import cache_dir
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Paused, Scored, Timing, Update, Waiting
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.results import Result
from advisor.bench.runner import Runner
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.errors import WorkerError
from tests.bench.faults import static_model
from tests.bench.test_runner import BM25, candidate, pid_of, plan_of, run

PATIENCE_S = 60.0
Steer = Callable[["Watched"], Awaitable[None]]


class Watched:
    """A run that goes on while a test steers it; everything it told is in `updates`."""

    def __init__(self, runner: Runner, processes: Processes) -> None:
        self.runner, self.processes = runner, processes
        self.updates: list[Update] = []
        self.measuring = asyncio.create_task(self._measure())

    async def _measure(self) -> None:
        async with aclosing(self.runner.events()) as events:
            async for update in events:
                self.updates.append(update)

    async def told(self, kind: type, name: str = "", times: int = 1) -> Update:
        """Wait until something was told of a candidate."""
        found: list[Update] = []

        def is_there() -> bool:
            found[:] = self.of(kind, name)
            return len(found) >= times

        await self.until(is_there, f"{kind.__name__} of {name or 'anybody'}")
        return found[times - 1]

    def of(self, kind: type, name: str = "") -> list[Update]:
        """What was told of one kind so far."""
        return [
            update
            for update in self.updates
            if isinstance(update.event, kind) and name in ("", update.candidate)
        ]

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something; a run that ended before it shows its own error."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                if self.measuring.done():
                    await self.measuring
                    assert is_so(), f"the run ended without {what}"
                    return
                await asyncio.sleep(0.01)

    async def end(self) -> tuple[Result, ...]:
        """Wait for the run's end."""
        async with asyncio.timeout(PATIENCE_S):
            await self.measuring
        return self.runner.results()

    async def all_sessions_gone(self) -> None:
        """Wait until every session's process has ended, also after the run."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if not self.sessions():
                    return
                await asyncio.sleep(0.01)

    def sessions(self) -> list[psutil.Process]:
        """The processes of ours that are no host."""
        host = self.processes._host
        return [
            process
            for process in processes_of_ours()
            if host is None or process.pid != host._process.pid
        ]


def steered(plan: Plan, logs: Path, steer: Steer) -> tuple[tuple[Result, ...], list[Update]]:
    """Run a plan while `steer` acts beside it."""

    async def measure() -> tuple[tuple[Result, ...], list[Update]]:
        async with Processes(logs) as processes:
            watched = Watched(Runner(plan, processes, cache_dir()), processes)
            try:
                await steer(watched)
                results = await watched.end()
                # What was still being opened when the run ended goes by itself.
                await watched.all_sessions_gone()
                return results, watched.updates
            finally:
                watched.measuring.cancel()
                with suppress(asyncio.CancelledError):
                    await watched.measuring

    return asyncio.run(measure())


def is_gone(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def processes_of_ours() -> list[psutil.Process]:
    """Whatever this process has started; some may be ending just now."""
    children = psutil.Process().children(recursive=True)
    return [process for process in children if not is_gone(process)]


def long_dataset(documents: int = 500) -> Dataset:
    """Texts that take a real model some seconds."""
    corpus = tuple(
        Document(f"d{i:03d}", " ".join(f"word{(i * 7 + j) % 97} stands here" for j in range(30)))
        for i in range(documents)
    )
    queries = tuple(Query(f"q{i:03d}", f"where does word{i} stand") for i in range(24))
    qrels = {query.id: {f"d{i:03d}": 1} for i, query in enumerate(queries)}
    return Dataset(name="long", corpus=corpus, queries=queries, qrels=qrels, evidence="human")


def real_model(models: Path) -> Candidate:
    return Candidate(
        name="model",
        kind="dense",
        folder=str(models / "paraphrase-MiniLM-L3-v2"),
        weights_hash="hash of paraphrase",
        threads=1,
    )


# Pause -----------------------------------------------------------------------------------------


def test_a_pause_in_the_middle_of_encoding_frees_the_machine_and_changes_no_number(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = real_model(models)
    plan = Plan(dataset=long_dataset(), candidates=(model,), calls=20, blocks=1)

    async def pause(watched: Watched) -> None:
        progress = await watched.told(protocol.Progress, "model")
        assert isinstance(progress.event, protocol.Progress)
        assert 0 < progress.event.done < progress.event.total
        process = psutil.Process(pid_of(watched.runner))
        watched.runner.pause()
        await watched.told(Paused, "model")
        await watched.until(lambda: is_gone(process), "the end of the session")
        assert not watched.sessions()
        so_far = len(watched.updates)
        await asyncio.sleep(0.3)
        assert len(watched.updates) == so_far
        watched.runner.resume()

    (disturbed,), updates = steered(plan, tmp_path / "logs", pause)
    assert disturbed.status == "measured", disturbed.reason
    assert [type(update.event) for update in updates].count(Paused) == 1
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(tmp_path / "another cache"))
    (undisturbed,), _ = run(plan, tmp_path / "logs2")
    assert disturbed.per_query == undisturbed.per_query
    assert disturbed.rankings == undisturbed.rankings
    assert disturbed.diagnosis == undisturbed.diagnosis


def test_a_pause_ends_idle_sessions_too_since_their_models_take_memory(tmp_path: Path) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))

    async def pause(watched: Watched) -> None:
        await watched.told(protocol.Loaded, "second")
        assert len(watched.sessions()) == 2
        watched.runner.pause()
        await watched.told(Paused)
        await watched.all_sessions_gone()
        watched.runner.resume()

    results, _ = steered(plan_of(first, second), tmp_path / "logs", pause)
    assert [result.status for result in results] == ["measured", "measured"], results


def test_a_pause_taken_back_at_once_costs_nobody_its_place(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def pause_and_resume(watched: Watched) -> None:
        for kind in (Waiting, protocol.Loaded, protocol.Diagnosed, Scored, Timing):
            await watched.told(kind, "model")
            watched.runner.pause()
            watched.runner.resume()

    (result,), _ = steered(plan_of(model), tmp_path / "logs", pause_and_resume)
    assert (result.status, result.reason) == ("measured", None)


def test_a_pause_while_a_session_is_being_opened_leaves_no_process(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def pause(watched: Watched) -> None:
        await watched.told(Waiting, "model")
        await watched.until(lambda: watched.processes._host is not None, "a host")
        watched.runner.pause()  # the host is importing; the fork comes later
        await watched.told(Paused, "model")
        await watched.all_sessions_gone()
        watched.runner.resume()

    (result,), _ = steered(plan_of(model), tmp_path / "logs", pause)
    assert result.status == "measured"


def test_a_run_can_be_paused_before_it_begins(tmp_path: Path) -> None:
    async def pause(watched: Watched) -> None:
        watched.runner.pause()
        await watched.told(Paused, "BM25")
        assert not watched.sessions()
        watched.runner.resume()

    (result,), updates = steered(plan_of(BM25), tmp_path / "logs", pause)
    assert result.status == "measured"
    assert isinstance(updates[0].event, Paused)


def test_a_run_that_is_over_cannot_be_paused_and_nothing_happens(tmp_path: Path) -> None:
    async def pause(watched: Watched) -> None:
        await watched.end()
        watched.runner.pause()
        watched.runner.resume()
        watched.runner.stop("too late")

    (result,), _ = steered(plan_of(BM25), tmp_path / "logs", pause)
    assert (result.status, result.reason) == ("measured", None)


def test_stopping_a_paused_run_ends_it(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def stop(watched: Watched) -> None:
        await watched.told(Scored, "BM25")
        watched.runner.pause()
        await watched.told(Paused)
        watched.runner.stop("stopped by the test")

    results, updates = steered(plan_of(BM25, model), tmp_path / "logs", stop)
    assert [(result.status, result.reason) for result in results] == [
        ("measured", None),
        ("stopped early", "stopped by the test"),
    ]
    assert [update.candidate for update in updates if isinstance(update.event, Ended)] == [
        "BM25",
        "model",
    ]


# Skip ------------------------------------------------------------------------------------------


def test_skipping_while_paused_is_told_once_and_at_once(tmp_path: Path) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))

    async def skip(watched: Watched) -> None:
        await watched.told(protocol.Loaded, "first")
        watched.runner.pause()
        await watched.told(Paused)
        watched.runner.skip("first")
        await watched.told(Ended, "first")
        watched.runner.skip("first")
        watched.runner.resume()

    results, updates = steered(plan_of(first, second), tmp_path / "logs", skip)
    assert [result.status for result in results] == ["skipped", "measured"]
    assert [u.candidate for u in updates if isinstance(u.event, Ended)] == ["first", "second"]


def test_a_paused_run_in_which_everything_is_skipped_is_over(tmp_path: Path) -> None:
    async def skip(watched: Watched) -> None:
        watched.runner.pause()
        await watched.told(Paused)
        watched.runner.skip("BM25")

    (result,), _ = steered(plan_of(BM25), tmp_path / "logs", skip)
    assert result.status == "skipped"


def test_skipping_one_that_waits_is_told_at_once_and_no_process_is_opened_for_it(
    tmp_path: Path,
) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))

    async def skip(watched: Watched) -> None:
        await watched.told(protocol.Loaded, "first")
        with frozen(pid_of(watched.runner, "first")):
            watched.runner.skip("second")
            await watched.told(Ended, "second")

    results, updates = steered(plan_of(first, second), tmp_path / "logs", skip)
    assert [result.status for result in results] == ["measured", "skipped"]
    (told,) = (update for update in updates if update.candidate == "second")
    assert isinstance(told.event, Ended)
    assert (told.event.status, told.event.reason) == ("skipped", "skipped by hand")


@pytest.mark.parametrize("kind", [Waiting, protocol.Loaded, protocol.Encoded, Scored, Timing])
def test_after_a_skip_nothing_more_is_told_of_the_candidate(tmp_path: Path, kind: type) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))
    skipped: list[int] = []

    def skip(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, kind) and update.candidate == "first" and not skipped:
            runner.skip("first")
            skipped.append(1)

    results, updates = run(plan_of(first, second), tmp_path / "logs", skip)
    assert [result.status for result in results] == ["skipped", "measured"]
    assert isinstance([u for u in updates if u.candidate == "first"][-1].event, Ended)


def test_a_skip_between_the_steps_that_are_done_again_costs_nobody_else(tmp_path: Path) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))

    def interfere(runner: Runner, processes: Processes, update: Update) -> None:
        if update.candidate != "first":
            return
        loads = sum(1 for known in seen if isinstance(known, protocol.Loaded))
        seen.append(update.event)
        if isinstance(update.event, protocol.Encoded) and loads == 1:
            runner.pause()
            runner.resume()
        elif isinstance(update.event, protocol.Loaded) and loads == 1:
            runner.skip("first")  # load is done again for the search; more comes after it

    seen: list[object] = []
    results, _ = run(plan_of(first, second), tmp_path / "logs", interfere)
    assert [result.status for result in results] == ["skipped", "measured"]


def test_skipping_what_is_no_candidate_is_refused(tmp_path: Path) -> None:
    runner = Runner(plan_of(BM25), Processes(tmp_path / "logs"), cache_dir())
    with pytest.raises(WorkerError, match="no candidate is called nobody"):
        runner.skip("nobody")


# Stop ------------------------------------------------------------------------------------------


def test_stopping_while_a_session_is_being_opened_ends_the_run_before_its_step(
    tmp_path: Path,
) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def stop(watched: Watched) -> None:
        await watched.told(Waiting, "model")
        await watched.until(lambda: watched.processes._host is not None, "a host")
        watched.runner.stop("stopped by the test")

    (result,), updates = steered(plan_of(model), tmp_path / "logs", stop)
    assert (result.status, result.reason) == ("stopped early", "stopped by the test")
    assert not [u for u in updates if isinstance(u.event, protocol.Loading | protocol.Loaded)]


def test_the_first_reason_to_stop_is_the_one_that_is_told(tmp_path: Path) -> None:
    async def stop(watched: Watched) -> None:
        watched.runner.stop("the first")
        watched.runner.stop("the second")

    (result,), _ = steered(plan_of(BM25), tmp_path / "logs", stop)
    assert result.reason == "the first"


def test_a_stopped_run_can_be_measured_again_and_goes_on_from_there(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def stop(watched: Watched) -> None:
        await watched.told(Scored, "model")
        watched.runner.stop("stopped by the test")

    async def nothing(watched: Watched) -> None:
        await watched.end()

    steered(plan_of(model), tmp_path / "logs", stop)
    (result,), updates = steered(plan_of(model), tmp_path / "logs", nothing)
    assert result.status == "measured"
    assert [u.earlier for u in updates if isinstance(u.event, Scored)] == [True]


# Add -------------------------------------------------------------------------------------------


def test_an_added_candidate_is_told_at_once_opened_beside_the_step_and_comes_next(
    tmp_path: Path,
) -> None:
    first, planned, added = (
        candidate(static_model(tmp_path / name)) for name in ("first", "planned", "added")
    )

    async def add(watched: Watched) -> None:
        await watched.told(protocol.Loaded, "first")
        with frozen(pid_of(watched.runner, "first")):  # a step that takes its time
            watched.runner.add(added)
            await watched.told(Waiting, "added")
            state = watched.runner._states["added"]
            await watched.until(lambda: state.session is not None, "a session beside the step")
            assert psutil.pid_exists(pid_of(watched.runner, "added"))
            early.append(pid_of(watched.runner, "added"))
            assert len(watched.sessions()) == 2
        await watched.told(protocol.Loading, "added")
        assert pid_of(watched.runner, "added") == early[0]

    early: list[int] = []
    results, updates = steered(plan_of(first, planned), tmp_path / "logs", add)
    assert [result.candidate.name for result in results] == ["first", "planned", "added"]
    assert {result.status for result in results} == {"measured"}
    begun = [u.candidate for u in updates if isinstance(u.event, protocol.Loading)]
    assert begun == ["first", "added", "planned"]


def test_a_name_that_is_taken_cannot_be_added(tmp_path: Path) -> None:
    async def add(watched: Watched) -> None:
        await watched.told(Waiting)
        with pytest.raises(WorkerError, match="two candidates are called BM25"):
            watched.runner.add(BM25)

    results, _ = steered(plan_of(BM25), tmp_path / "logs", add)
    assert [result.status for result in results] == ["measured"]


def test_what_is_added_while_paused_is_told_at_once_and_opened_after_the_pause(
    tmp_path: Path,
) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def add(watched: Watched) -> None:
        watched.runner.pause()
        await watched.told(Paused)
        watched.runner.add(model)
        await watched.told(Waiting, "model")
        assert not watched.sessions()
        watched.runner.resume()

    results, _ = steered(plan_of(BM25), tmp_path / "logs", add)
    assert [result.status for result in results] == ["measured", "measured"]


def test_the_same_weights_added_under_another_name_are_measured_for_themselves(
    tmp_path: Path,
) -> None:
    folder = static_model(tmp_path / "model")

    async def add(watched: Watched) -> None:
        await watched.told(Scored, "first")
        watched.runner.add(candidate(folder, "second"))

    results, _ = steered(plan_of(candidate(folder, "first")), tmp_path / "logs", add)
    first, second = results
    assert first.per_query == second.per_query
    assert second.latency is not None
    assert second.latency.basis == "measured"
    assert first.latency != second.latency


@pytest.mark.parametrize("end", ["stop", "skip"])
def test_an_end_right_after_an_add_leaves_no_process_behind(tmp_path: Path, end: str) -> None:
    first, added = (candidate(static_model(tmp_path / name)) for name in ("first", "added"))

    async def add(watched: Watched) -> None:
        await watched.told(protocol.Loaded, "first")
        watched.runner.add(added)
        await asyncio.sleep(0)  # the opening has begun
        if end == "stop":
            watched.runner.stop("stopped by the test")
        else:
            watched.runner.skip("added")
            await watched.until(lambda: len(watched.sessions()) < 2, "one session alone")

    results, _ = steered(plan_of(first), tmp_path / "logs", add)
    of_first, of_added = (result.status for result in results)
    # So small a model may be through before the stop comes.
    assert of_first in ({"stopped early", "measured"} if end == "stop" else {"measured"})
    assert of_added == {"stop": "stopped early", "skip": "skipped"}[end]
    assert not processes_of_ours()


def test_nothing_can_be_added_to_a_run_that_is_over(tmp_path: Path) -> None:
    async def add(watched: Watched) -> None:
        await watched.end()
        with pytest.raises(WorkerError, match="the run is over"):
            watched.runner.add(candidate(static_model(tmp_path / "model")))

    results, _ = steered(plan_of(BM25), tmp_path / "logs", add)
    assert len(results) == 1


def test_the_texts_written_for_a_run_are_gone_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))

    async def stop(watched: Watched) -> None:
        await watched.told(Waiting)
        assert list(place.glob("**/documents.json"))
        watched.runner.stop("stopped by the test")

    steered(plan_of(BM25), tmp_path / "logs", stop)
    assert not list(place.iterdir())


class frozen:
    """A process that stands still for a while."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def __enter__(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)

    def __exit__(self, *error: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGCONT)


# Everything at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_pressed_in_whatever_order_nobody_fails_and_no_process_stays(
    tmp_path: Path, seed: int
) -> None:
    drawn = random.Random(seed)
    planned, *others = (candidate(static_model(tmp_path / f"m{i}", seed=i)) for i in range(3))

    async def press(watched: Watched) -> None:
        runner = watched.runner
        for _ in range(20):
            await asyncio.sleep(drawn.choice([0, 0.001, 0.01, 0.1, 0.3]))
            match drawn.choice(["pause", "resume", "both", "both", "add"]):
                case "pause":
                    runner.pause()
                case "resume":
                    runner.resume()
                case "both":
                    runner.pause()
                    runner.resume()
                case "add" if others and not watched.measuring.done():
                    runner.add(others.pop())
        runner.resume()

    results, updates = steered(plan_of(BM25, planned), tmp_path / "logs", press)
    assert {result.status for result in results} == {"measured"}, results
    ended = [update.candidate for update in updates if isinstance(update.event, Ended)]
    assert sorted(ended) == sorted(result.candidate.name for result in results)
