"""The cache stays within its limit, and what a living process uses stays in the cache."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from advisor.bench.about import read_about, write_about
from advisor.bench.cache import LOCK, MEASURED, VECTORS
from advisor.bench.inventory import by_model, survey
from advisor.bench.leases import Lease
from advisor.bench.limit import DEFAULT_BYTES, limit_of, parse_size, set_limit, size_words
from advisor.bench.retention import Freed, clear, enforce
from advisor.bench.vectors import VectorStore, encoding_key, text_hash
from advisor.errors import CacheError

DAY_S = 86_400


def encoding(cache: Path, model: str, prompt: str, *, days_ago: int) -> Path:
    """Keep 10 KiB of vectors that were last used so many days ago."""
    folder = cache / VECTORS / encoding_key(model=model) / encoding_key(prompt=prompt)
    keys = [text_hash(str(number)) for number in range(10)]
    VectorStore(folder, 256).add(keys, np.ones((10, 256), np.float32), 10, 1.0)
    write_about(folder, model, {"prompt": prompt})
    return used(folder, days_ago)


def measured(cache: Path, model: str, *, days_ago: int) -> Path:
    folder = cache / MEASURED / encoding_key(measured=model)
    write_about(folder, model)
    (folder / "run.npz").write_bytes(bytes(5_000))
    Lease(folder).release()
    return used(folder, days_ago)


def used(folder: Path, days_ago: int) -> Path:
    then = time.time() - days_ago * DAY_S
    os.utime(folder / ".lock", (then, then))
    return folder


def test_what_was_used_longest_ago_goes_first_and_vectors_before_measurements(
    tmp_path: Path,
) -> None:
    steps = measured(tmp_path, "old", days_ago=90)
    old = encoding(tmp_path, "old", "", days_ago=80)
    new = encoding(tmp_path, "new", "", days_ago=1)
    older = encoding(tmp_path, "new", "query: ", days_ago=40)
    whole = survey(tmp_path).bytes
    assert enforce(tmp_path, whole) == Freed()
    freed = enforce(tmp_path, whole - 1)
    assert freed.removed == 1
    assert [folder.is_dir() for folder in (steps, old, older, new)] == [True, False, True, True]
    assert not old.parent.exists()
    assert survey(tmp_path).bytes == whole - freed.bytes
    enforce(tmp_path, whole - freed.bytes - 10_000)
    assert [folder.is_dir() for folder in (steps, older, new)] == [True, False, True]
    enforce(tmp_path, 0)
    assert survey(tmp_path).bytes == 0


def test_opening_an_encoding_is_a_use_of_it(tmp_path: Path) -> None:
    first = encoding(tmp_path, "first", "", days_ago=9)
    second = encoding(tmp_path, "second", "", days_ago=5)
    VectorStore(first, 256)
    enforce(tmp_path, survey(tmp_path).bytes - 1)
    assert first.is_dir()
    assert not second.exists()


HOLDER = """
import sys, time
from pathlib import Path
from advisor.bench.leases import Lease
lease = Lease(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("whole_model", [False, True], ids=["an encoding", "its model"])
def test_what_another_process_uses_stays_until_that_process_is_killed(
    tmp_path: Path, whole_model: bool
) -> None:
    folder = encoding(tmp_path, "used", "", days_ago=90)
    other = encoding(tmp_path, "other", "", days_ago=1)
    held = folder.parent if whole_model else folder
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(held)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        freed = enforce(tmp_path, 0)
        assert (freed.removed, freed.in_use) == (1, 1)
        assert folder.is_dir()
        assert not other.exists()
        assert clear(tmp_path, survey(tmp_path).entries).in_use == 1
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    assert enforce(tmp_path, 0).removed == 1
    assert not folder.exists()


REMOVER = """
import sys
from pathlib import Path
from advisor.bench.retention import enforce
removed = 0
print("removing", flush=True)
while not Path(sys.argv[2]).exists():
    removed += enforce(Path(sys.argv[1]), 0).removed
print(removed)
"""


def test_a_folder_removed_while_somebody_begins_to_use_it_is_made_again(tmp_path: Path) -> None:
    cache, enough = tmp_path / "cache", tmp_path / "enough"
    folder = cache / VECTORS / encoding_key(model="m") / encoding_key(prompt="")
    words = [sys.executable, "-c", REMOVER, str(cache), str(enough)]
    removers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for remover in removers:
            assert remover.stdout is not None
            assert remover.stdout.readline() == "removing\n"
        for number in range(100):
            store = VectorStore(folder, 4)
            keys = [text_hash(str(number))]
            store.add(keys, np.full((1, 4), number, np.float32), 1, 0.1)
            assert store.take(keys)[0, 0] == number
            assert VectorStore(folder, 4).has(keys).all()
            del store
    finally:
        enough.touch()
        removed = [remover.communicate(timeout=60)[0] for remover in removers]
    assert [remover.returncode for remover in removers] == [0, 0]
    assert sum(map(int, removed)) > 0


def test_a_file_in_the_place_of_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CacheError, match="cannot be written"):
            Lease(place)


def test_leftovers_of_killed_writers_go_when_they_are_old_and_nothing_of_others_ever(
    tmp_path: Path,
) -> None:
    folder = encoding(tmp_path, "m", "", days_ago=1)
    log = tmp_path / "logs" / "20260101T000000000000"
    log.mkdir(parents=True)
    used = log.with_name("20260102T000000000000")
    lease = Lease(used)
    killed = tmp_path / f".removed-{encoding_key(killed=True)}"
    killed.mkdir()
    leftovers = [folder / ".0a.chunk.x1y2", tmp_path / ".weights.json.x1y2"]
    others = [
        tmp_path / ".bashrc",
        tmp_path / VECTORS / "drawings" / ".a.json.b",
        tmp_path / VECTORS / "drawings" / "sheet" / "one.svg",
        tmp_path / "logs" / "mine" / "a.log",
        tmp_path / ".removed-by-me" / "a",
    ]
    for path in (*leftovers, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    enforce(tmp_path, DEFAULT_BYTES)
    assert all(path.exists() for path in (*leftovers, *others, log))
    assert not killed.exists()
    for path in (*leftovers, *others, *(other.parent for other in others), log, used / LOCK):
        os.utime(path, (1, 1))
    enforce(tmp_path, DEFAULT_BYTES)
    assert not any(path.exists() for path in (*leftovers, log))
    assert used.is_dir(), "however old the clock says that it is"
    lease.release()
    assert folder.is_dir()
    clear(tmp_path, survey(tmp_path).entries)
    enforce(tmp_path, 0)
    assert all(path.exists() for path in others)


def test_weights_that_went_by_two_names_are_found_by_both(tmp_path: Path) -> None:
    folder = encoding(tmp_path, "acme/first", "", days_ago=1)
    write_about(folder, "second\x1b[2J")
    assert read_about(folder).settings == {"prompt": ""}
    (model,) = by_model(survey(tmp_path).entries)
    assert model.name == "second\ufffd[2J"
    (entry,) = model.encodings
    assert [entry.is_of(name) for name in ("acme/First", "first", "acme", "second")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2GiB", 2 * 2**30),
        ("500 MiB", 500 * 2**20),
        ("1.5gb", 1_500_000_000),
        ("0", 0),
        ("123", 123),
        ("7B", 7),
    ],
)
def test_a_size_is_read_as_it_is_meant(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["", "GiB", "-1", "2 GiBs", "nan", "1e9", "9" * 5_000, "２GiB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(CacheError, match="no size"):
        parse_size(text)


def test_sizes_are_told_in_the_unit_that_fits() -> None:
    assert [size_words(count) for count in (0, 1023, 1024, 5 * 2**30)] == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "5.0 GiB",
    ]


def test_the_environments_limit_stands_above_the_set_one_and_that_above_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMBED_ADVISOR_CACHE_LIMIT", raising=False)
    assert (limit_of(tmp_path).bytes, limit_of(tmp_path).source) == (DEFAULT_BYTES, "default")
    set_limit(tmp_path, 7)
    assert (limit_of(tmp_path).bytes, limit_of(tmp_path).source) == (7, "set")
    monkeypatch.setenv("EMBED_ADVISOR_CACHE_LIMIT", "1KiB")
    assert (limit_of(tmp_path).bytes, limit_of(tmp_path).source) == (1024, "environment")
    monkeypatch.setenv("EMBED_ADVISOR_CACHE_LIMIT", "much")
    with pytest.raises(CacheError, match="EMBED_ADVISOR_CACHE_LIMIT"):
        limit_of(tmp_path)


@pytest.mark.parametrize("held", [b"", b"{", b'{"limit_bytes": -1}', b'{"limit_bytes": "5"}'])
def test_a_damaged_setting_is_the_default(
    tmp_path: Path, held: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMBED_ADVISOR_CACHE_LIMIT", raising=False)
    (tmp_path / "settings.json").write_bytes(held)
    assert limit_of(tmp_path).source == "default"
