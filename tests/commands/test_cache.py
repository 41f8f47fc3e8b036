"""`embed-advisor cache`, as a script or a person calls it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.bench.about import write_about
from advisor.bench.cache import VECTORS, cache_dir
from advisor.bench.leases import Lease
from advisor.bench.vectors import VectorStore, encoding_key, text_hash

COMMAND = str(Path(sys.executable).parent / "embed-advisor")


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "cache", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture
def kept() -> dict[str, Path]:
    """Encodings of two models, 4 KiB of vectors each."""
    folders = {}
    for name in ("acme/one", "two"):
        folder = cache_dir() / VECTORS / encoding_key(model=name) / encoding_key(prompt="")
        VectorStore(folder, 1024).add([text_hash("a")], np.ones((1, 1024), np.float32), 1, 1.0)
        write_about(folder, name, {"prompt": "", "dim": 1024})
        folders[name] = folder
    return folders


def test_an_empty_cache_says_its_place_and_limit() -> None:
    done = call()
    assert done.returncode == 0, done.stderr
    assert str(cache_dir()) in done.stdout
    assert "0 B of at most 5.0 GiB (the default)" in done.stdout
    assert json.loads(call("--json").stdout)["models"] == []
    assert call("--clear", "--yes").stdout == "The cache holds nothing.\n"


def test_what_is_kept_is_listed_and_given_as_json(kept: dict[str, Path]) -> None:
    done = call()
    assert "2 models, 2 encodings" in done.stdout
    assert "acme/one" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines()[1:]), done.stdout
    said = json.loads(call("--json").stdout)
    assert said["limit_bytes"] == 5 * 2**30
    by_name = {model["model"]: model for model in said["models"]}
    assert by_name["two"]["encodings"][0]["dim"] == 1024
    assert 4096 < by_name["two"]["bytes"] < said["bytes"]


def test_clearing_asks_says_what_was_freed_and_leaves_what_is_in_use(
    kept: dict[str, Path],
) -> None:
    refused = call("--clear")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    unknown = call("--clear", "three", "--yes")
    assert unknown.returncode == 2
    assert "acme/one" in unknown.stderr
    assert all(folder.is_dir() for folder in kept.values())
    done = call("--clear", "one", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Freed 4.")
    assert not kept["acme/one"].exists()
    lease = Lease(kept["two"])
    assert "1 folder in use by a run stayed" in call("--clear", "--yes").stdout
    lease.release()
    assert call("--clear", "--yes").stdout.startswith("Freed 4.")
    assert not kept["two"].exists()


def test_a_limit_is_kept_and_holds_at_once(
    kept: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = call("--limit", "6KiB")
    assert done.stdout.startswith("The cache keeps at most 6.0 KiB (as set). Freed 4.")
    assert len([folder for folder in kept.values() if folder.is_dir()]) == 1
    assert json.loads(call("--json").stdout)["limit_source"] == "set"
    monkeypatch.setenv("EMBED_ADVISOR_CACHE_LIMIT", "1MiB")
    assert "1.0 MiB (by EMBED_ADVISOR_CACHE_LIMIT)" in call().stdout
    monkeypatch.setenv("EMBED_ADVISOR_CACHE_LIMIT", "much")
    for words in ((), ("--limit", "lots"), ("--limit", "1GiB", "--clear")):
        refused = call(*words)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
