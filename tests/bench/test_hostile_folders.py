"""Model folders whose own code, run with consent, does harm: each costs only itself."""

import json
import signal
import textwrap
from pathlib import Path

import msgspec
import psutil
import pytest

from advisor.bench import guard
from advisor.bench.candidate import Candidate
from advisor.bench.kin import family_of
from advisor.bench.patience import silence_s
from advisor.bench.processes import Processes
from advisor.bench.runner import Runner
from tests.bench.faults import static_model
from tests.bench.test_runner import candidate, plan_of, run

CODE = """
import ctypes, os, subprocess, sys, time
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

class Own(StaticEmbedding):
    calls = 0

    @classmethod
    def load(cls, *given, **named):
{loading}
        loaded = super().load(*given, **named)
        loaded.__class__ = cls
        return loaded

    def forward(self, *given, **named):
        Own.calls += 1
        if Own.calls > 1:
            pass  # the first call is part of loading
{encoding}
        return super().forward(*given, **named)
"""
EATS = """
if os.fork() == 0:
    hoard = []
    while len(hoard) < 400:
        hoard.append(b"x" * 2**24)
time.sleep(10**6)
"""
STARTS = """
for before in (["sleep"], ["setsid", "sleep"]):
    subprocess.Popen([*before, "86399"])
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", "86399"])
    os._exit(0)
"""
BABBLES = """
for fd in range(3, 30):
    try:
        os.write(fd, b"\\x1b]0;owned\\x07 not a word of the protocol\\n")
    except OSError:
        pass
"""
FAULTS = {
    "hangs in loading": ("time.sleep(10**6)", "", "hung while loading"),
    "hangs in encoding": ("", "time.sleep(10**6)", "hung while encoding"),
    "eats memory in a child": (EATS, "", "of memory, more than the 1,500 MiB"),
    "segfaults": ("ctypes.string_at(0)", "", "crashed (SIGSEGV)"),
    "aborts in encoding": ("", "os.abort()", "crashed (SIGABRT)"),
    "ends": ("os._exit(0)", "", "ended by itself with status 0"),
    "raises SystemExit": ("sys.exit(0)", "", "ended by itself with status 1"),
    "prints without end": ("os.write(1, b'x' * 3_000_000); time.sleep(10**6)", "", "to its log"),
    "babbles on every pipe": (BABBLES, "", "broke the protocol"),
}


def own_code(folder: Path, loading: str = "", encoding: str = "") -> Candidate:
    """A tiny model whose folder brings a module of its own, with the consent to run it."""
    static_model(folder)
    code = CODE.format(
        loading=textwrap.indent(loading, " " * 8), encoding=textwrap.indent(encoding, " " * 12)
    )
    (folder / "own.py").write_text(code, encoding="utf-8")
    modules = [{"idx": 0, "name": "0", "path": "", "type": "own.Own"}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return msgspec.structs.replace(candidate(folder), remote_code=True)


def sleepers() -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] == ["sleep", "86399"]
    ]


def test_whatever_a_folders_own_code_does_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_LOG_BYTES", 2**21)
    bad = [own_code(tmp_path / name.replace(" ", "_"), *does[:2]) for name, does in FAULTS.items()]
    starts = own_code(tmp_path / "starts_processes", STARTS)
    good = candidate(static_model(tmp_path / "good"))
    plan = plan_of(*bad, starts, good, silence_s=10.0)
    seen: list[int] = []

    def watch(runner: Runner, processes: Processes, update: object) -> None:
        processes._most_mib = 1_500
        seen.append(len(sleepers()))

    results, _ = run(plan, tmp_path / "logs", watch)
    for result, (_, _, reason) in zip(results, FAULTS.values(), strict=False):
        assert result.status == "failed", result.candidate.name
        assert reason in (result.reason or ""), (result.candidate.name, result.reason)
    assert [result.status for result in results[-2:]] == ["measured", "measured"]
    assert max(seen) == 3
    assert not sleepers(), "what a session has started and cut loose goes with it"
    log = Path(results[list(FAULTS).index("prints without end")].log or "")
    assert log.stat().st_size <= guard.LOG_KEPT_BYTES


def test_a_family_is_a_process_and_everything_below_it() -> None:
    command = ["sh", "-c", "sleep 86398 & sleep 86398 & wait"]
    with psutil.Popen(command) as shell:
        while len(shell.children()) < 2:
            continue
        family = family_of(shell.pid)
        for pid in family:
            psutil.Process(pid).send_signal(signal.SIGKILL)
    assert len(family) == 3
    assert family[0] == shell.pid
    assert family_of(2**22 + 1) == [2**22 + 1]


def test_the_time_a_session_is_given_fits_what_it_does(tmp_path: Path) -> None:
    small = candidate(static_model(tmp_path / "model"))
    large = msgspec.structs.replace(small, disk_bytes=20 * 2**30)
    plan = plan_of(small, load_qps=1.0)
    assert silence_s("load", large, plan) > silence_s("load", small, plan) == plan.silence_s
    assert silence_s("documents@16", large, plan) == plan.silence_s
    assert silence_s("time-0", small, plan) < plan.silence_s
    assert silence_s("time-0", small, plan) > plan.block_seconds
    assert silence_s("serve-1", small, plan_of(small, load_seconds=100.0)) >= 1_000
