"""The installed command as a script meets it: output, exit codes, signals, nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.bench.faults import WORDS, static_model

PROGRAM = Path(sys.executable).with_name("embed-advisor")
WAIT_S = 90
MODEL_LINE = f"{'one':<26}  "
"""How a line of progress about the model `one` begins."""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A BEIR folder in which colours find their sentences."""
    folder = tmp_path / "colours"
    (folder / "qrels").mkdir(parents=True)
    colours = ["red", "green", "blue"]
    rows = [
        (f"d{i}", f"{colours[i % 3]} {'cat' if i % 2 else 'dog'} number {i}") for i in range(30)
    ]
    lines = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in rows]
    (folder / "corpus.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = [json.dumps({"_id": f"q{i}", "text": rows[i][1]}) for i in range(24)]
    (folder / "queries.jsonl").write_text("\n".join(asked) + "\n", encoding="utf-8")
    judged = "".join(f"q{i}\td{i}\t1\n" for i in range(24))
    header = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(header + judged, encoding="utf-8")
    return folder


def call(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=WAIT_S,
        check=False,
    )


def run_words(dataset: Path, models: Sequence[Path], *more: str) -> list[str]:
    named = ",".join(f"{path.name}={path}" for path in models)
    return ["run", "plain-rag", "--data", str(dataset), "--models", named, *more]


def ours() -> list[psutil.Process]:
    """Processes that belong to this test, by the cache folder in their environment."""
    mark = os.environ["EMBED_ADVISOR_CACHE"]
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and mark in process.environ().values():
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def none_left() -> bool:
    """Wait for the processes of a killed command to notice; they have ten seconds."""
    deadline = time.monotonic() + 10
    while ours() and time.monotonic() < deadline:
        time.sleep(0.1)
    return not ours()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Read stderr up to a line that holds `wanted`."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if wanted in line:
            return said
    raise AssertionError(f"ended without {wanted!r}:\n{said}")


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes a test has started; whatever happens they are ended."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_check_data_says_everything_and_fixes_only_when_asked(
    dataset: Path, tmp_path: Path
) -> None:
    assert call("check-data", str(dataset), cwd=tmp_path).returncode == 0
    with (dataset / "corpus.jsonl").open("a") as corpus:
        corpus.write('{"_id": "x", "text": " "}\n{cut off\n')
    refused = call("check-data", str(dataset), "--fix", cwd=tmp_path)
    assert refused.returncode == 2
    assert "corpus.jsonl:32" in refused.stdout
    assert "No clean copy was written" in refused.stdout
    done = call("check-data", str(dataset), "--skip", "--fix", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {"broken-json", "empty-document"} <= {one["kind"] for one in said["findings"]}
    assert said["clean_copy"]["left_out"] == 2
    assert call("check-data", str(tmp_path / "colours-clean"), cwd=tmp_path).returncode == 0
    wrong = call("check-data", str(dataset), "--columns", "name=x", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "MEANING=COLUMN" in wrong.stderr


def test_a_run_prints_one_json_object_and_saves_the_record_it_names(
    dataset: Path, tmp_path: Path
) -> None:
    models = [static_model(tmp_path / "one"), static_model(tmp_path / "two", seed=1)]
    done = call(*run_words(dataset, models, "--json"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {"record", "seconds", "verdict", "evidence", "queries", "documents"} <= set(said)
    assert (said["queries"], said["documents"], said["evidence"]) == (24, 30, "human")
    assert said["verdict"]["kind"] in ("clear", "probable", "tie")
    by_name = {candidate["name"]: candidate for candidate in said["candidates"]}
    assert {"one", "two", "BM25", "one + BM25", "two + BM25"} == set(by_name)
    assert by_name["BM25"]["kind"] == "baseline"
    assert by_name["one"]["latency_ms"]["n"] >= 200
    assert by_name["one"]["latency_ms"]["p99"] is None
    record = tmp_path / said["record"]
    assert record.is_file()
    shown = call("show", record, "--format", "json", cwd=tmp_path)
    assert json.loads(shown.stdout)["verdict"] == said["verdict"]


def test_a_decision_holds_until_the_picked_models_weights_are_other_ones(
    dataset: Path, tmp_path: Path
) -> None:
    # Words apart find every colour and animal, so that BM25 adds nothing; words alike find none.
    alike = [f"q{i}\td{j}\t1\n" for i in range(24) for j in range(30) if i % 6 == j % 6]
    header = "query-id\tcorpus-id\tscore\n"
    (dataset / "qrels" / "test.tsv").write_text(header + "".join(alike), encoding="utf-8")
    models = [
        static_model(tmp_path / "apart", weights=np.diag([0.0, *[1.0] * (len(WORDS) - 1)])),
        static_model(tmp_path / "alike", weights=np.ones((len(WORDS), 8))),
    ]
    said = json.loads(call(*run_words(dataset, models, "--json"), cwd=tmp_path).stdout)
    assert said["verdict"]["pick"] == "apart"
    places = ",".join(f"{path.name}={path}" for path in models)
    words = ["verify", tmp_path / said["record"], "--data", dataset, "--models"]
    kept = call(*words, places, "--offline", cwd=tmp_path)
    assert (kept.returncode, kept.stderr[-300:]) == (0, kept.stderr[-300:])
    assert kept.stdout.startswith("The decision for apart holds.")
    assert "the same 24 queries and 30 documents" in kept.stdout
    damaged = static_model(tmp_path / "damaged", weights=np.ones((len(WORDS), 8)))
    other = f"apart={damaged},alike={models[1]}"
    broken = call(*words, other, "--offline", "--json", cwd=tmp_path)
    assert broken.returncode == 1, broken.stderr
    held = json.loads(broken.stdout)
    assert not held["holds"]
    assert "below its recorded interval" in " ".join(held["sentences"])
    stranger = call(*words, f"third={damaged}", cwd=tmp_path)
    assert stranger.returncode == 2
    assert "not among the record's candidates" in stranger.stderr


def test_what_the_parent_and_the_light_session_map_has_no_torch(
    dataset: Path, tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    model = static_model(tmp_path / "one")
    process = subprocess.Popen(
        [PROGRAM, *run_words(dataset, [model])],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    started.append(process)
    read_until(process, f"{MODEL_LINE}loaded")
    seen: dict[str, list[bool]] = {}
    for other in ours():
        role = "host" if "advisor.bench.worker" in " ".join(other.cmdline()) else "light"
        seen.setdefault(role, []).append("libtorch" in Path(f"/proc/{other.pid}/maps").read_text())
    assert any(seen["host"])
    assert seen["light"]
    assert not any(seen["light"])


@pytest.mark.parametrize("phase", ["starting", "loaded", "encoded", "nDCG@10", "timed block 1"])
def test_a_killed_command_leaves_no_process_and_the_next_run_goes_on(
    dataset: Path, tmp_path: Path, started: list[subprocess.Popen[str]], phase: str
) -> None:
    words = run_words(dataset, [static_model(tmp_path / "one")], "--json")
    process = subprocess.Popen(
        [PROGRAM, *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    started.append(process)
    read_until(process, f"{MODEL_LINE}{phase}")
    process.kill()
    process.wait()
    assert none_left(), ours()
    again = call(*words, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    # The baseline was done before the model began.
    assert "measured earlier" in again.stderr
    assert all(c["status"] == "measured" for c in json.loads(again.stdout)["candidates"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_says_that_it_goes_on_and_exits_130(
    dataset: Path, tmp_path: Path, started: list[subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [PROGRAM, *run_words(dataset, [static_model(tmp_path / "one")])],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    started.append(process)
    read_until(process, "starting")
    process.send_signal(number)
    _, said = process.communicate(timeout=WAIT_S)
    assert process.returncode == 130
    assert "goes on from there" in said
    assert "Traceback" not in said
    assert none_left(), ours()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "plain-rg", "--data", "techcorp-en"], 2, "do you mean plain-rag?"),
        (["run", "plain-rag"], 2, "--data"),
        (["run", "plain-rag", "--data", "no-such-place"], 2, "no-such-place"),
        (["run", "plain-rag", "--data", "techcorp-en", "--set", "latency=5"], 2, "latency_ms"),
        (["run", "plain-rag", "--data", "techcorp-en", "--time-limit", "soon"], 2, "90s"),
        (["run", "plain-rag", "--data", "techcorp-en", "--models", "all-MiniLM-L7"], 2, "nearest"),
        (["run", "plain-rag", "--data", "techcorp-en", "--models-dir", "nowhere"], 2, "nowhere"),
        (
            ["run", "plain-rag", "--data", "techcorp-en", "--models", "bge-m3", "--offline"],
            3,
            "not on this machine",
        ),
        (["show", "no-record.toml"], 2, "no-record.toml"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_an_exit_code(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = call(*words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_control_characters_of_names_never_reach_the_terminal(tmp_path: Path) -> None:
    name = "evil\x1b]0;owned\x07\x9b2J\u202ename"
    done = call("run", name, "--data", name, cwd=tmp_path)
    assert done.returncode == 2
    for char in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert char not in done.stderr


def test_help_names_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    done = call("--help", cwd=tmp_path)
    for command in ("run", "show", "profiles", "shortlist"):
        assert command in done.stdout
    code = (
        "import sys, contextlib\n"
        "from advisor.cli import commands\n"
        "with contextlib.suppress(SystemExit): commands(['--help'])\n"
        "heavy = {'numpy', 'scipy', 'torch', 'rich', 'asyncio', 'huggingface_hub'}\n"
        "print(heavy & set(sys.modules), file=sys.stderr)\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stderr.strip() == "set()"
