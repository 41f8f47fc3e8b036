"""`embed-advisor forget`, over what real commands have left."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from advisor.bench.cache import README, cache_dir
from advisor.bench.leases import Lease
from advisor.bench.limit import set_limit
from advisor.catalogue.own import add_own
from advisor.catalogue.own_model import OwnModel
from advisor.deciding.judged_here import Judgements
from advisor.needs.profile import load_profile, own_profiles, save_profile
from advisor.ui import draft
from tests.bench.faults import static_model

PYTHON = [sys.executable, "-m", "advisor.cli"]
SECRET = "s3cretpassw0rd"


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PYTHON, *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "HTTPS_PROXY": f"http://ann:{SECRET}@127.0.0.1:9",
            "HF_ENDPOINT": f"http://ann:{SECRET}@127.0.0.1:9",
            "HF_TOKEN": SECRET,
        },
    )


def left_by_people() -> None:
    save_profile(load_profile("plain-rag"), _made(own_profiles()) / "mine.toml")
    add_own(OwnModel(name="acme/own", hub="acme/own"))
    Judgements(cache_dir(), "a" * 64).put("q1", {"d1": 1})
    draft.keep(draft.new_draft())
    draft.remember_place("somewhere")
    set_limit(cache_dir(), 2**30)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_everything_a_run_leaves_is_its_owners_alone_listed_and_removed_when_asked(
    tmp_path: Path,
) -> None:
    model = static_model(tmp_path / "model")
    broken = static_model(tmp_path / "broken")
    (broken / "modules.json").write_text(
        json.dumps([{"type": f"sentence_transformers.https://ann:{SECRET}@host/x", "path": ""}])
    )
    ran = call(
        tmp_path, "run", "plain-rag", "--data", "xquad-en", "--sample", "quick",
        "--models", f"{model},{broken},bm25", "--offline", "--json",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    left_by_people()
    places = [cache_dir(), draft.folder().parent, own_profiles().parent]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) > 10
    # A profile is there to be shared.
    private = [path for path in files if path.parent != own_profiles()]
    assert not [path for path in private if path.stat().st_mode & 0o077]
    records = list((tmp_path / "benchmark_results").iterdir())
    for path in (*files, *records):
        assert SECRET.encode() not in path.read_bytes(), path
    assert SECRET not in ran.stdout + ran.stderr
    assert "embed-advisor forget" in (cache_dir() / README).read_text("utf-8")

    held = Lease(next((cache_dir() / "measured").iterdir()))
    kept = {part["name"]: part for part in json.loads(call(tmp_path, "forget", "--json").stdout)}

    assert all(part["n"] and part["bytes"] for part in kept.values()), kept
    shown = call(tmp_path, "forget").stdout
    assert len(re.findall(r"^\w+ +\d+ +[\d.]+ \w?i?B  ", shown, re.MULTILINE)) == len(kept)
    refused = call(tmp_path, "forget", "judgements")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert call(tmp_path, "forget", "everything", "--yes").returncode == 2
    gone = call(tmp_path, "forget", "all", "--yes").stdout
    assert re.search(r"measurements: .* gone; \d+ stayed, in use", gone)
    assert "decisions: 0 B gone; 1 stayed" in gone, "this very process is still at it"
    held.release()
    call(tmp_path, "forget", "measurements", "--yes")
    after = {
        part["name"]: part["n"] for part in json.loads(call(tmp_path, "forget", "--json").stdout)
    }
    assert {name for name, n in after.items() if n} == {"decisions", "records"}
    assert call(tmp_path, "forget", "records", "--yes").stdout.startswith("records: ")
    assert not list((tmp_path / "benchmark_results").iterdir())
    assert call(tmp_path, "forget", "records", "--yes").stdout == "Nothing of that is kept.\n"
