"""Texts in the temporary folder go, also those of a process that was killed."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from advisor.bench.passing import texts_folder

HOLDS = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from advisor.bench.passing import texts_folder
with texts_folder() as folder:
    (folder / "documents.json").write_text("[]")
    print(folder, flush=True)
    input()
"""


def test_what_a_killed_process_left_goes_and_what_a_living_one_uses_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "embed-advisor-being-made").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with texts_folder() as own:
            assert own.stat().st_mode & 0o077 == 0
            assert (left / "documents.json").exists()
        assert not own.exists()
        other.kill()
        other.wait()
        assert left.exists()
        with texts_folder():
            assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["embed-advisor-being-made"]
