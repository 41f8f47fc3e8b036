"""`--offline` is a promise, and without it only a download that was allowed goes out."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.faults import static_model
from tests.witness import Witness

DATA = Path(__file__).parent / "data" / "xquad-mini"
ALONE = ("unshare", "--map-root-user", "--net")


def measured(
    folder: Path, models: str, *options: str, within: tuple[str, ...] = ()
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a real comparison; how it ended, and the addresses it turned to."""
    witness = Witness(folder / "witness")
    # What the tests set is not to answer for the command, and what is contacted is never far.
    env = {name: value for name, value in witness.env.items() if name != "HF_HUB_OFFLINE"}
    words = [
        *within, sys.executable, "-m", "advisor.cli", "run", "plain-rag", "--data", str(DATA),
        "--models", models, *options,
    ]  # fmt: skip
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**env, "HF_ENDPOINT": "http://127.0.0.1:9"},
    )
    return done, witness.seen()


def test_a_download_that_is_allowed_is_seen_by_the_witness(tmp_path: Path) -> None:
    done, seen = measured(tmp_path, "BAAI/bge-small-en-v1.5,bm25", "--yes")
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1" in seen, "or the other tests here could not fail"


def test_offline_nothing_is_contacted_even_where_a_download_would_help(tmp_path: Path) -> None:
    done, seen = measured(tmp_path, "BAAI/bge-small-en-v1.5,bm25", "--yes", "--offline")
    assert done.returncode == 0, done.stderr
    assert not seen


def test_without_a_model_of_the_hub_nothing_is_contacted_either(tmp_path: Path) -> None:
    model = static_model(tmp_path / "model")
    done, seen = measured(tmp_path, f"{model},bm25", "--yes")
    assert done.returncode == 0, done.stderr
    assert not seen


def test_a_whole_run_needs_no_network_at_all(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.call([*ALONE, "true"]) != 0:
        pytest.skip("this system gives nobody a network namespace of his own (unshare -rn)")
    model = static_model(tmp_path / "model")
    done, seen = measured(tmp_path, f"{model},bm25", "--offline", within=ALONE)
    assert done.returncode == 0, done.stderr
    assert not seen
