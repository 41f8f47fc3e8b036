"""Vectors are kept by text, written whole or not at all, checked, and shared by processes."""

import random
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from advisor.bench.chunks import Facts, Floats
from advisor.bench.vectors import VectorStore, encoding_key, text_hash
from advisor.errors import CacheError


def vectors_of(texts: list[str]) -> Floats:
    return np.array([[len(text), index] for index, text in enumerate(texts)], np.float32)


def keep(folder: Path, texts: list[str], vectors: Floats | None = None) -> list[bytes]:
    """Keep texts in one chunk and return their keys."""
    keys = [text_hash(text) for text in texts]
    VectorStore(folder, 2).add(
        keys, vectors_of(texts) if vectors is None else vectors, tokens=6, seconds=0.5
    )
    return keys


def test_what_was_added_is_found_in_any_order_by_another_process(tmp_path: Path) -> None:
    keys = keep(tmp_path, ["a", "bb", "ccc"])
    again = VectorStore(tmp_path, 2)
    assert again.take([keys[2], keys[0]]).tolist() == [[3.0, 2.0], [1.0, 0.0]]
    assert again.pace(keys) == (3, 6, 0.5)
    assert again.take([]).shape == (0, 2)
    assert again.has([]).tolist() == []


def test_a_text_that_is_not_there_is_not_guessed(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, 2)
    assert not store.has([text_hash("a")]).any()
    with pytest.raises(KeyError):
        store.take([text_hash("a")])
    keep(tmp_path, ["b"])
    with pytest.raises(KeyError):
        VectorStore(tmp_path, 2).take([text_hash("b"), text_hash("a")])


def test_more_chunks_than_a_process_may_open_files_are_all_found(tmp_path: Path) -> None:
    # 300 chunks under a limit of 64 files; it is set in a process of its own.
    code = (
        "import resource, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from advisor.bench.vectors import VectorStore, text_hash\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
        "folder, names = Path(sys.argv[1]), [str(i) for i in range(300)]\n"
        "store = VectorStore(folder, 2)\n"
        "for i, name in enumerate(names):\n"
        "    store.add([text_hash(name)], np.full((1, 2), i, np.float32), 1, 0.1)\n"
        "for store in (store, VectorStore(folder, 2)):\n"
        "    taken = store.take([text_hash(name) for name in names])\n"
        "    assert taken[:, 0].tolist() == list(range(300))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def flip(at: int) -> Callable[[bytes], bytes]:
    """Return a damage that turns one bit of the byte at this place."""

    def damage(whole: bytes) -> bytes:
        turned = bytearray(whole)
        turned[at] ^= 4
        return bytes(turned)

    return damage


def claiming(n: int, dim: int) -> Callable[[bytes], bytes]:
    """Return a head that claims what is not there, and whose own checksum is right."""

    def damage(whole: bytes) -> bytes:
        length = int.from_bytes(whole[8:12], "little")
        facts = Facts(n=n, dim=dim, tokens=1, seconds=0.1, checksum=1)
        said = msgspec.json.encode(facts).ljust(length)
        rest = whole[16 + length :]
        checksum = zlib.crc32(rest[: 16 * min(max(n, 0), 1)], zlib.crc32(said))
        return whole[:8] + struct.pack("<II", len(said), checksum) + said + rest

    return damage


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "noise": lambda _: b"\xff" * 100,
    "head alone": lambda whole: whole[:16],
    "one byte short": lambda whole: whole[:-1],
    "one vector short": lambda whole: whole[:-8],
    "trailing junk": lambda whole: whole + b"junk",
    "another vector": lambda whole: whole + whole[-8:],
    "2**40 rows": claiming(2**40, 2),
    "2**40 dimensions": claiming(2, 2**40),
    "2**63 of both": claiming(2**63, 2**63),
    "no rows": claiming(0, 2),
    "fewer than no rows": claiming(-(2**40), -2),
    "a long head": lambda whole: whole[:8] + b"\xff\xff\xff\xff" + whole[12:],
    "flipped magic": flip(3),
    "flipped length": flip(9),
    "flipped checksum": flip(13),
    "flipped facts": flip(30),
    "flipped key": flip(-16 - 5),
    "flipped vector": flip(-2),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_chunk_counts_as_not_there_and_the_others_still_do(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    (key,) = keep(tmp_path, ["a"], np.array([[1, 2]], np.float32))
    (chunk,) = tmp_path.glob("*.chunk")
    whole = chunk.read_bytes()
    (other,) = keep(tmp_path, ["b"], np.array([[3, 4]], np.float32))
    chunk.write_bytes(damage(whole))
    store = VectorStore(tmp_path, 2)
    assert store.has([key, other]).tolist() == [False, True]
    assert store.take([other]).tolist() == [[3.0, 4.0]]
    # It is encoded again, and then found in spite of the damaged one.
    store.add([key], np.array([[5, 6]], np.float32), 1, 0.1)
    for again in (store, VectorStore(tmp_path, 2)):
        assert again.take([key, other]).tolist() == [[5.0, 6.0], [3.0, 4.0]]


def test_no_single_flipped_bit_ever_gives_a_wrong_vector(tmp_path: Path) -> None:
    (key,) = keep(tmp_path, ["a"], np.array([[1, 2]], np.float32))
    (chunk,) = tmp_path.glob("*.chunk")
    whole = chunk.read_bytes()
    for bit in range(8 * len(whole)):
        turned = bytearray(whole)
        turned[bit // 8] ^= 1 << bit % 8
        chunk.write_bytes(turned)
        assert not VectorStore(tmp_path, 2).has([key]).any(), f"bit {bit}"


def test_vectors_of_another_dimension_are_not_mixed_in(tmp_path: Path) -> None:
    keys = keep(tmp_path, ["a"])
    assert not VectorStore(tmp_path, 3).has(keys).any()


def test_vectors_that_are_removed_under_a_reader_are_a_sentence(tmp_path: Path) -> None:
    keys = keep(tmp_path, ["a"])
    store = VectorStore(tmp_path, 2)
    assert store.has(keys).all()
    (chunk,) = tmp_path.glob("*.chunk")
    chunk.unlink()
    with pytest.raises(CacheError, match="run again"):
        store.take(keys)


def test_a_disk_that_takes_no_more_is_a_sentence_with_the_way_out(tmp_path: Path) -> None:
    # A limit on the size of files stands in for a full disk; the write fails halfway as there.
    code = (
        "import resource, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from advisor.bench.vectors import VectorStore, text_hash\n"
        "from advisor.errors import CacheError\n"
        "store = VectorStore(Path(sys.argv[1]), 384)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "keys = [text_hash(str(i)) for i in range(64)]\n"
        "try:\n"
        "    store.add(keys, np.zeros((64, 384), np.float32), 1, 0.1)\n"
        "except CacheError as error:\n"
        "    print(error)\n"
        "assert not store.has(keys).any()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True
    )
    assert "cannot be written" in done.stdout
    assert "embed-advisor cache --clear" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


WRITER = """
import sys
import numpy as np
from pathlib import Path
from advisor.bench.vectors import VectorStore, text_hash

folder, name = Path(sys.argv[1]), sys.argv[2]
store = VectorStore(folder, 64)
for number in range(int(sys.argv[3])):
    values = [number * 100 + row for row in range(50)]
    keys = [text_hash(f"{name} {value}") for value in values]
    vectors = np.repeat(np.array(values, np.float32)[:, None], 64, axis=1)
    store.add(keys, vectors, 50, 0.1)
    if number == 0:
        print("writing", flush=True)
    assert (VectorStore(folder, 64).take(keys) == vectors).all()
"""


def writer(folder: Path, name: str, chunks: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, str(folder), name, str(chunks)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def check_everything(folder: Path, name: str, chunks: int) -> int:
    """Return how many texts of a writer are there; each has its own vector."""
    values = [number * 100 + row for number in range(chunks) for row in range(50)]
    keys = [text_hash(f"{name} {value}") for value in values]
    store = VectorStore(folder, 64)
    there = store.has(keys)
    kept = [key for key, known in zip(keys, there, strict=True) if known]
    expected = np.array(values, np.float32)[there]
    assert (store.take(kept) == expected[:, None]).all()
    return len(kept)


def test_two_processes_write_and_read_at_once(tmp_path: Path) -> None:
    both = [writer(tmp_path, name, 30) for name in ("one", "two")]
    for process in both:
        process.communicate(timeout=120)
    assert [process.returncode for process in both] == [0, 0]
    assert check_everything(tmp_path, "one", 30) == check_everything(tmp_path, "two", 30) == 1500


def test_a_writer_killed_at_any_moment_leaves_whole_chunks_only(tmp_path: Path) -> None:
    chance = random.Random(7)
    beside = writer(tmp_path, "beside", 60)
    for attempt in range(6):
        killed = writer(tmp_path, f"killed {attempt}", 100_000)
        assert killed.stdout is not None
        assert killed.stdout.readline() == "writing\n"
        time.sleep(chance.uniform(0, 0.05))
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        found = check_everything(tmp_path, f"killed {attempt}", 1_000)
        assert found >= 50
        assert found % 50 == 0
    beside.communicate(timeout=120)
    assert beside.returncode == 0
    assert check_everything(tmp_path, "beside", 60) == 3_000


def test_every_setting_that_changes_a_vector_changes_the_key() -> None:
    base: dict[str, str | int | None] = {
        "weights": "w",
        "prompt": "",
        "max_tokens": 256,
        "dtype": "float32",
        "torch": "2.13.0",
    }
    changed = [
        encoding_key(**{**base, **change})
        for change in (
            {},
            {"weights": "x"},
            {"prompt": "query: "},
            {"max_tokens": None},
            {"dtype": "bfloat16"},
            {"torch": "2.14.0"},
        )
    ]
    assert len(set(changed)) == len(changed)
    assert encoding_key(**dict(reversed(base.items()))) == encoding_key(**base)
