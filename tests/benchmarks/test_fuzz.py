"""Damaged files of every kind that is read are refused in words, or read."""

import random
import subprocess
import sys
from pathlib import Path

from benchmarks.fuzz import ROOT, Fault, Reader, damaged, fuzz, readers


def test_every_reader_reads_its_own_files_undamaged(tmp_path: Path) -> None:
    for kind in readers(tmp_path):
        for sample in kind.samples:
            path = tmp_path / f"whole{kind.suffix}"
            path.write_bytes(sample)
            assert kind.read(path) is not None, kind.name


def test_damaged_files_are_refused_in_words_or_read_in_little_memory() -> None:
    # A process of its own: the highest memory of this one is that of all tests before.
    script = ROOT / "benchmarks" / "fuzz.py"
    done = subprocess.run(
        [sys.executable, script, "--cases", "400", "--seed", "1"],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Damaged files: 400 cases" in done.stdout
    assert "Faults: 0." in done.stdout


def test_an_error_that_is_none_of_ours_is_seen(tmp_path: Path) -> None:
    def broken(path: Path) -> object:
        raise ValueError(path.name)

    kinds = (Reader("broken", ".x", (b"1",), broken),)
    (fault,) = fuzz(kinds, 1, seed=0, folder=tmp_path).faults
    assert fault == Fault("broken", "seed 0 0", "ValueError: case.x")


def test_the_same_seed_damages_alike() -> None:
    one, two = (damaged(b"name = 'x'", random.Random("7")) for _ in range(2))
    assert one == two != b"name = 'x'"
