"""Downloads: only what a model needs, never twice, and every trouble told in a sentence.

huggingface_hub reads its endpoint when it is imported, so the code runs in processes of its own.
"""

import asyncio
import errno
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from huggingface_hub import constants

from advisor.bench import protocol, serving
from advisor.bench.bm25 import Bm25Engine
from advisor.bench.engine import EngineError
from advisor.bench.hub import failures, fetching, files, planning
from advisor.bench.hub.files import HubFile
from advisor.bench.locate import Places, content_hash, find
from advisor.bench.processes import Processes
from tests.bench import fake_hub
from tests.bench.fake_hub import FILES, REPO, REVISION, WEIGHTS, FakeHub

TOTAL = sum(map(len, FILES.values()))

SCRIPT = """
import json, sys
from advisor.bench.hub.fetching import download
from advisor.bench.hub.planning import plan_download
from advisor.bench.engine import EngineError

def tell(**said):
    print(json.dumps(said), flush=True)

try:
    plan = plan_download(sys.argv[1])
    tell(revision=plan.revision, files=[file.name for file in plan.files],
         total=plan.total_bytes, already=plan.already_bytes)
    if sys.argv[2] == "download":
        tell(path=str(download(plan, lambda done, total: tell(done=done, of=total))))
except EngineError as error:
    tell(kind=error.kind, text=str(error))
assert not {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with fake_hub.running() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.delenv("HF_HUB_OFFLINE")
        for name in ("HF_TOKEN", "HF_HUB_CACHE", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
        yield hub


@pytest.fixture
def cache() -> Path:
    return Path(os.environ["HF_HOME"]) / "hub"


def start(
    what: str = "download", repo: str = REPO, *, largest_file: int | None = None
) -> subprocess.Popen[str]:
    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    command = [sys.executable, "-c", SCRIPT, repo, what]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=limit)


def run(
    what: str = "download", repo: str = REPO, *, largest_file: int | None = None
) -> list[dict[str, Any]]:
    with start(what, repo, largest_file=largest_file) as process:
        assert process.stdout is not None
        said = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    return said


def refusal(said: list[dict[str, Any]], kind: str) -> str:
    assert said[-1].get("kind") == kind, said[-1]
    text: str = said[-1]["text"]
    assert "\n" not in text
    return text


# The plan ------------------------------------------------------------------------------------


def test_a_plan_names_the_commit_and_the_bytes_and_fetches_nothing(hub: FakeHub) -> None:
    [plan] = run("plan")
    assert plan["revision"] == REVISION
    assert (plan["total"], plan["already"]) == (TOTAL, 0)
    assert hub.fetched() == []


def test_weights_come_last_so_that_a_broken_download_is_never_taken_for_a_model(
    hub: FakeHub,
) -> None:
    [plan] = run("plan")
    assert plan["files"][-1] == "model.safetensors"


def test_only_the_repository_is_asked_for_and_nothing_is_reported_home(hub: FakeHub) -> None:
    run()
    assert all(REPO in path for _, path, _ in hub.requests)


# The download --------------------------------------------------------------------------------


def test_a_download_brings_exactly_what_a_model_needs(hub: FakeHub, cache: Path) -> None:
    said = run()
    snapshot = Path(said[-1]["path"])
    got = {
        str(path.relative_to(snapshot)): path.read_bytes()
        for path in snapshot.rglob("*")
        if path.is_file()
    }
    assert got == FILES
    assert sorted(hub.fetched()) == sorted(FILES)
    found = find(REPO, Places((), cache))
    assert found is not None
    assert (found.path, found.revision) == (snapshot, REVISION)


def test_no_code_and_no_pickle_is_asked_for_even_by_head(hub: FakeHub) -> None:
    run()
    asked = " ".join(path for _, path, _ in hub.requests)
    for ending in (".py", ".bin", ".onnx", ".md", "escape"):
        assert ending not in asked


def test_progress_never_falls_and_ends_at_the_total(hub: FakeHub) -> None:
    done = [line["done"] for line in run() if "done" in line]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == TOTAL
    assert len([step for step in done if len(WEIGHTS) // 4 < step < TOTAL]) >= 2


def test_a_second_download_asks_for_no_file(hub: FakeHub) -> None:
    run()
    hub.requests.clear()
    said = run()
    assert said[0]["already"] == TOTAL
    assert [method for method, _, _ in hub.requests] == ["GET"]  # the plan's one question


def test_a_connection_that_breaks_goes_on_inside_the_file(hub: FakeHub) -> None:
    hub.cut_after = 2 * 2**20
    said = run()
    assert Path(said[-1]["path"], "model.safetensors").read_bytes() == WEIGHTS
    assert hub.ranges() == [f"bytes={2 * 2**20}-"]
    assert [line["done"] for line in said if "done" in line][-1] == TOTAL


def test_a_connection_that_is_reset_begins_the_file_again(hub: FakeHub) -> None:
    hub.cut_after, hub.reset = 2 * 2**20, True
    said = run()
    assert hub.fetched().count("model.safetensors") == 2
    assert hub.ranges() == []
    assert Path(said[-1]["path"], "model.safetensors").read_bytes() == WEIGHTS
    assert [line["done"] for line in said if "done" in line][-1] == TOTAL


def test_after_a_kill_finished_files_are_not_fetched_again(hub: FakeHub, cache: Path) -> None:
    hub.hold_after = 2 * 2**20
    with start() as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("done", 0) > 2**20:
                break
        process.kill()
    assert find(REPO, Places((), cache)) is None
    assert any(path.name.endswith(".incomplete") for path in cache.rglob("blobs/*"))
    hub.hold_after = None
    hub.let_go.set()
    hub.requests.clear()
    said = run()
    assert said[0]["already"] == TOTAL - len(WEIGHTS)
    assert hub.fetched() == ["model.safetensors"]
    assert Path(said[-1]["path"], "model.safetensors").read_bytes() == WEIGHTS


def test_what_killed_downloads_left_is_cleared_away_after_a_while(
    hub: FakeHub, cache: Path
) -> None:
    blobs = cache / "models--acme--tiny" / "blobs"
    blobs.mkdir(parents=True)
    old, fresh = (blobs / f"{'a' * 64}.{tail}.incomplete" for tail in ("00000001", "00000002"))
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    run()
    assert not old.exists()
    assert fresh.exists()


def test_content_that_is_not_what_was_announced_is_removed(hub: FakeHub, cache: Path) -> None:
    hub.lie = True
    text = refusal(run(), "damaged")
    assert "model.safetensors" in text
    assert find(REPO, Places((), cache)) is None
    hub.lie = False
    assert content_hash(Path(run()[-1]["path"]))


# What goes wrong -----------------------------------------------------------------------------


def test_a_repository_that_does_not_exist_is_said_so(hub: FakeHub) -> None:
    text = refusal(run("plan", "acme/nosuch"), "not found")
    assert "acme/nosuch" in text
    assert "check the name" in text


@pytest.mark.parametrize("name", ["../../etc", "a b/c", "x--y/z", "a/b/c", ""])
def test_a_name_that_cannot_be_a_repository_is_not_asked_for(hub: FakeHub, name: str) -> None:
    refusal(run("plan", name), "not found")
    assert hub.requests == []


@pytest.mark.parametrize(
    ("status", "headers", "kind", "way_out"),
    [
        (401, {}, "access", "renew the token"),
        (401, {"X-Error-Code": "RepoNotFound"}, "not found", "if it is private"),
        (401, {"X-Error-Code": "GatedRepo"}, "access", "accept its terms"),
        (403, {"X-Error-Code": "GatedRepo"}, "access", "accept its terms"),
        (403, {}, "access", "hf auth login"),
        (404, {"X-Error-Code": "RevisionNotFound"}, "not found", "revision"),
        (404, {}, "not found", "shows no"),
        (429, {"Retry-After": "240"}, "rate limit", "240 s"),
        (429, {}, "rate limit", "minutes"),
        (503, {}, "hub", "try again later"),
    ],
)
def test_each_refusal_of_the_hub_has_a_way_out(
    hub: FakeHub, status: int, headers: dict[str, str], kind: str, way_out: str
) -> None:
    hub.status, hub.status_headers = status, headers
    assert way_out in refusal(run("plan"), kind)


def test_a_gated_repository_is_refused_before_anybody_agrees_to_a_download(hub: FakeHub) -> None:
    hub.extra = {"gated": "manual"}  # the fake's auth-check describes the repository: access
    assert "kind" not in run("plan")[-1]
    assert any(path.endswith("/auth-check") for _, path, _ in hub.requests)


def test_code_of_its_own_is_refused_before_the_bytes_come(hub: FakeHub) -> None:
    hub.extra = {"config": {"auto_map": {"AutoModel": "modeling_tiny.Tiny"}}}
    assert "auto_map" in refusal(run(), "remote code")
    assert hub.fetched() == []


def test_pickles_alone_are_refused_before_the_bytes_come(hub: FakeHub) -> None:
    del hub.files["model.safetensors"]
    del hub.files["consolidated.safetensors"]
    assert "pytorch_model.bin" in refusal(run(), "unsafe weights")
    assert hub.fetched() == []


def test_a_repository_without_weights_is_refused(hub: FakeHub) -> None:
    for name in [name for name in hub.files if name.endswith((".safetensors", ".bin"))]:
        del hub.files[name]
    assert "model.safetensors" in refusal(run(), "missing weights")


def test_a_module_that_lies_elsewhere_is_told_after_the_download(hub: FakeHub) -> None:
    modules = [{"path": "somewhere", "type": "sentence_transformers.models.Dense"}]
    hub.files["modules.json"] = json.dumps(modules).encode()
    assert "not whole" in refusal(run(), "missing files")


def test_a_page_of_another_kind_is_not_taken_for_the_hub(hub: FakeHub) -> None:
    hub.plain_page = True
    assert "login page" in refusal(run("plan"), "hub")


def test_a_refused_connection_names_the_endpoint(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    text = refusal(run("plan"), "no connection")
    assert "http://127.0.0.1:9" in text


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_asks_nobody(hub: FakeHub, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert "--offline" in refusal(run(), "offline")
    assert hub.requests == []


def test_a_cache_that_cannot_be_written_to_is_said_so(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "file" / "hub"))
    assert "HF_HOME" in refusal(run(), "not writable")


def test_a_disk_that_is_too_full_is_refused_before_the_download(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1))
    weights = HubFile("model.safetensors", 10**9, "a" * 64)
    plan = planning.DownloadPlan(REPO, REVISION, (weights,), already_bytes=0)
    with pytest.raises(EngineError, match="1,067 MB"):
        fetching.download(plan, lambda done, total: None)


def test_a_disk_that_fills_up_during_the_download_leaves_what_is_complete(
    hub: FakeHub, cache: Path
) -> None:
    refusal(run(largest_file=2**20), "disk full")
    assert not list(cache.rglob("*.incomplete"))
    hub.requests.clear()
    run()
    assert hub.fetched() == ["model.safetensors"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, "disk full"), (errno.EROFS, "not writable"), (errno.EIO, "hub")],
)
def test_a_disk_that_gives_up_half_way_is_told_apart_from_the_network(
    number: int, kind: str
) -> None:
    error = OSError(number, os.strerror(number))
    assert failures.explain(error, REPO).kind == kind


# Which files ---------------------------------------------------------------------------------


def chosen(*names: str) -> set[str]:
    return {file.name for file in files.needed(REPO, [HubFile(name, 1, "b") for name in names])}


def test_shards_are_taken_with_their_index() -> None:
    names = {
        "config.json",
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    }
    assert chosen(*names, "pytorch_model.bin.index.json", "model.fp16.safetensors") == names


def test_an_index_beside_whole_weights_is_left_out() -> None:
    assert chosen("model.safetensors", "model.safetensors.index.json", "config.json") == {
        "model.safetensors",
        "config.json",
    }


def test_modules_bring_their_own_weights_and_tokenizers() -> None:
    names = {
        "modules.json",
        "0_StaticEmbedding/model.safetensors",
        "0_StaticEmbedding/tokenizer.json",
        "2_Dense/model.safetensors",
        "2_Dense/config.json",
        "sentencepiece.bpe.model",
    }
    assert chosen(*names, "0_StaticEmbedding/train.py", "original/config.json") == names


def test_a_module_of_pickles_alone_refuses_the_repository() -> None:
    with pytest.raises(EngineError, match=re.escape("2_Dense/pytorch_model.bin")):
        chosen("model.safetensors", "2_Dense/config.json", "2_Dense/pytorch_model.bin")


def test_names_that_lead_elsewhere_are_never_chosen() -> None:
    names = (
        "../x.json",
        "/etc/x.json",
        "1_A/../../x.json",
        "a\\b.json",
        "x\n.json",
        "1_A/b/c.json",
    )
    assert chosen("model.safetensors", *names) == {"model.safetensors"}


# In a light session -------------------------------------------------------------------------


def ask(command: protocol.Command, logs: Path, *, network: bool) -> list[protocol.Event]:
    async def asked() -> list[protocol.Event]:
        async with Processes(logs) as processes:
            session = await processes.open_light_session("downloads", network=network)
            async with aclosing(session.ask(command, silence_s=60)) as events:
                answer = [event async for event in events]
            await session.quit()
            await session.ended()
        return [event for event in answer if not isinstance(event, protocol.Opened)]

    return asyncio.run(asked())


def test_a_light_session_weighs_before_it_fetches(hub: FakeHub, tmp_path: Path) -> None:
    [weighed] = ask(protocol.Weigh(repo=REPO), tmp_path, network=True)
    assert weighed == protocol.Weighed(
        repo=REPO, revision=REVISION, files=len(FILES), bytes=TOTAL, missing_bytes=TOTAL
    )
    *progress, fetched = ask(protocol.Fetch(repo=REPO, revision=REVISION), tmp_path, network=True)
    assert isinstance(fetched, protocol.Fetched)
    assert (fetched.revision, fetched.bytes) == (REVISION, TOTAL)
    assert all(isinstance(event, protocol.Progress) for event in progress)
    last = progress[-1]
    assert isinstance(last, protocol.Progress)
    assert (last.phase, last.unit, last.done, last.total) == ("downloading", "bytes", TOTAL, TOTAL)


def test_a_light_session_says_what_went_wrong(hub: FakeHub, tmp_path: Path) -> None:
    [failed] = ask(protocol.Weigh(repo="acme/nosuch"), tmp_path, network=True)
    assert isinstance(failed, protocol.Failed)
    assert failed.kind == "not found"


def test_a_light_session_without_network_asks_nobody(hub: FakeHub, tmp_path: Path) -> None:
    [failed] = ask(protocol.Fetch(repo=REPO), tmp_path, network=False)
    assert isinstance(failed, protocol.Failed)
    assert failed.kind == "offline"
    assert hub.requests == []


@pytest.mark.parametrize("command", [protocol.Weigh(repo=REPO), protocol.Fetch(repo=REPO)])
def test_an_engine_without_downloads_says_that_it_cannot(command: protocol.Command) -> None:
    engine = Bm25Engine(lambda event: None)
    with pytest.raises(EngineError, match=r"this session cannot (weigh|fetch)"):
        serving._carry_out(engine, command)
