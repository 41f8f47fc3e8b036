"""A run with real processes: what is measured, what a fault costs, and where it goes on."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from advisor.bench import protocol
from advisor.bench.cache import cache_dir
from advisor.bench.candidate import Candidate
from advisor.bench.events import Scored, Update
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.results import Result
from advisor.bench.runner import Runner
from tests.bench.faults import small_dataset, static_model

Watch = Callable[[Runner, Processes, Update], None]
BM25 = Candidate(name="BM25", kind="baseline")


def candidate(folder: Path, name: str | None = None) -> Candidate:
    return Candidate(
        name=name or folder.name,
        kind="static",
        folder=str(folder),
        weights_hash=f"hash of {folder.name}",
        threads=1,
    )


def plan_of(*candidates: Candidate, **changes: Any) -> Plan:
    settings = {"calls": 20, **changes}
    return Plan(dataset=small_dataset(), candidates=candidates, **settings)


def run(
    plan: Plan, logs: Path, watch: Watch | None = None
) -> tuple[tuple[Result, ...], list[Update]]:
    """Carry a plan out; `watch(runner, processes, update)` may interfere."""

    async def measure() -> tuple[tuple[Result, ...], list[Update]]:
        async with Processes(logs) as processes:
            runner = Runner(plan, processes, cache_dir())
            updates = []
            async with aclosing(runner.events()) as events:
                async for update in events:
                    updates.append(update)
                    if watch is not None:
                        watch(runner, processes, update)
            return runner.results(), updates

    return asyncio.run(measure())


def pid_of(runner: Runner, name: str = "model") -> int:
    """The process of a candidate."""
    session = runner._states[name].session
    assert session is not None
    assert session.pid is not None
    return session.pid


def children_of_ours() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE
    ]


def test_a_model_and_the_baseline_are_measured_completely(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))
    results, _ = run(plan_of(BM25, model), tmp_path / "logs")
    for result in results:
        assert result.status == "measured", result.reason
        assert set(result.per_query["nDCG@10"]) == {f"q{i:03d}" for i in range(24)}
        assert result.latency is not None
        assert (result.latency.n, result.latency.p50 is not None) == (100, True)
        assert result.latency.p95 is None
        assert result.throughput is not None
        assert result.peak_mib is not None
    dense = results[1]
    assert dense.loaded is not None
    assert dense.loaded.static
    assert dense.diagnosis is not None
    # "number" and the digits are not in its vocabulary.
    assert dense.diagnosis.unknown_share is not None
    assert 0.3 < dense.diagnosis.unknown_share < 0.6
    assert dense.peak_mib is not None
    assert dense.bare_mib is not None
    assert dense.peak_mib > dense.bare_mib


def test_a_second_run_measures_nothing_twice_and_starts_no_process(tmp_path: Path) -> None:
    plan = plan_of(BM25, candidate(static_model(tmp_path / "model")))
    first, _ = run(plan, tmp_path / "logs")
    started: list[psutil.Process] = []
    second, updates = run(plan, tmp_path / "logs2", lambda *_: started.extend(children_of_ours()))
    assert not started
    assert all(update.earlier for update in updates if isinstance(update.event, Scored))
    assert [r.per_query for r in second] == [r.per_query for r in first]
    for before, after in zip(first, second, strict=True):
        assert before.latency is not None
        assert after.latency is not None
        assert after.latency.p50 == before.latency.p50
        assert (before.latency.basis, after.latency.basis) == ("measured", "measured earlier")


def test_the_same_weights_under_two_names_are_timed_twice_and_score_the_same(
    tmp_path: Path,
) -> None:
    folder = static_model(tmp_path / "model")
    results, _ = run(
        plan_of(candidate(folder, "first"), candidate(folder, "second")), tmp_path / "logs"
    )
    first, second = results
    assert first.per_query == second.per_query
    assert first.latency != second.latency


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda folder: (folder / "model.safetensors").unlink(), "no .safetensors"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"junk"), "header|Safetensor"),
        (lambda folder: (folder / "modules.json").write_text("{", "utf-8"), "modules.json"),
        (
            lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
            "pickle",
        ),
        (
            lambda folder: (folder / "config.json").write_text('{"auto_map": {}}', "utf-8"),
            "code of its own",
        ),
        (
            lambda folder: (folder / "modules.json").write_text(
                '[{"idx": 0, "name": "0", "path": "", "type": "evil.Module"}]', "utf-8"
            ),
            "evil.Module",
        ),
    ],
    ids=["no weights", "broken weights", "broken modules", "pickle", "auto_map", "own module"],
)
def test_a_folder_that_cannot_be_loaded_costs_only_itself(
    tmp_path: Path, damage: Callable[[Path], object], reason: str
) -> None:
    broken = static_model(tmp_path / "broken")
    damage(broken)
    good = candidate(static_model(tmp_path / "good"))
    results, _ = run(plan_of(candidate(broken), good), tmp_path / "logs")
    assert results[0].status == "failed"
    assert results[0].reason is not None
    assert any(part in results[0].reason for part in reason.split("|")), results[0].reason
    assert results[0].log is not None
    assert Path(results[0].log).is_file()
    assert results[1].status == "measured"


def test_a_model_that_returns_nan_has_failed(tmp_path: Path) -> None:
    weights = np.full((7, 8), np.nan)
    model = candidate(static_model(tmp_path / "nan", weights=weights))
    results, _ = run(plan_of(model, BM25), tmp_path / "logs")
    assert results[0].status == "failed"
    assert "NaN" in (results[0].reason or "")
    assert not results[0].per_query
    assert results[1].status == "measured"


PHASES = {
    "loading": protocol.Loaded,
    "diagnosing": protocol.Diagnosed,
    "encoding": protocol.Encoded,
    "searching": protocol.Searched,
    "timing": protocol.Timed,
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_session_costs_only_its_candidate_and_the_next_run_goes_on(
    tmp_path: Path, phase: str
) -> None:
    model = candidate(static_model(tmp_path / "model"))
    killed: list[int] = []

    def kill(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, PHASES[phase]) and update.candidate == "model" and not killed:
            killed.append(pid_of(runner))
            os.kill(killed[0], signal.SIGKILL)

    results, _ = run(plan_of(model, BM25), tmp_path / "logs", kill)
    assert killed
    assert results[0].status == "failed"
    assert "signal 9" in (results[0].reason or "")
    assert results[1].status == "measured"
    again, updates = run(plan_of(model, BM25), tmp_path / "logs2")
    assert again[0].status == "measured"
    kept = [
        type(update.event) for update in updates if update.earlier and update.candidate == "model"
    ]
    assert PHASES[phase] in kept


def test_a_killed_light_session_costs_only_the_baseline(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    def kill(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Encoded) and update.candidate == "BM25":
            os.kill(pid_of(runner, "BM25"), signal.SIGKILL)

    results, _ = run(plan_of(BM25, model), tmp_path / "logs", kill)
    assert [result.status for result in results] == ["failed", "measured"]
    again, _ = run(plan_of(BM25, model), tmp_path / "logs2")
    assert [result.status for result in again] == ["measured", "measured"]


def test_a_killed_host_is_started_again_and_nothing_is_lost(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))
    killed: list[int] = []

    def kill(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Searched) and not killed:
            assert processes._host is not None
            killed.append(processes._host._process.pid)
            os.kill(killed[0], signal.SIGKILL)

    results, _ = run(plan_of(model), tmp_path / "logs", kill)
    assert killed
    assert [result.status for result in results] == ["measured"]


def test_a_session_that_hangs_is_stopped_and_said_to_hang(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    def freeze(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Loaded) and update.candidate == "model":
            os.kill(pid_of(runner), signal.SIGSTOP)

    results, _ = run(plan_of(model, BM25, silence_s=8.0), tmp_path / "logs", freeze)
    assert results[0].status == "failed"
    assert "hung" in (results[0].reason or "")
    assert results[1].status == "measured"
    assert not children_of_ours()


def test_skipping_one_candidate_leaves_the_others(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))
    other = candidate(static_model(tmp_path / "other"))

    def skip(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Loaded) and update.candidate == "model":
            runner.skip("model")

    results, _ = run(plan_of(model, other), tmp_path / "logs", skip)
    assert [result.status for result in results] == ["skipped", "measured"]


def test_stopping_keeps_what_is_measured_and_says_why_the_rest_is_not(tmp_path: Path) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))

    def stop(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, Scored):
            runner.stop("stopped by the test")

    results, _ = run(plan_of(first, second), tmp_path / "logs", stop)
    assert [result.status for result in results] == ["measured", "stopped early"]
    assert results[1].reason == "stopped by the test"


def test_a_time_limit_ends_the_run(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))
    results, _ = run(plan_of(BM25, model, time_limit_s=0.6), tmp_path / "logs")
    assert results[1].status == "stopped early"
    assert "time limit" in (results[1].reason or "")


def test_a_candidate_can_be_added_while_others_are_measured(tmp_path: Path) -> None:
    first, second = (candidate(static_model(tmp_path / name)) for name in ("first", "second"))
    added: list[Candidate] = []

    def add(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Loaded) and not added:
            added.append(second)
            runner.add(second)

    results, _ = run(plan_of(first), tmp_path / "logs", add)
    assert [result.candidate.name for result in results] == ["first", "second"]
    assert {result.status for result in results} == {"measured"}


def test_no_process_outlives_a_cancelled_run(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    async def measure() -> None:
        async with Processes(tmp_path / "logs") as processes:
            runner = Runner(plan_of(model), processes, cache_dir())
            async with aclosing(runner.events()) as events:
                async for update in events:
                    if isinstance(update.event, protocol.Loaded):
                        raise asyncio.CancelledError

    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(measure())
    assert not children_of_ours()
