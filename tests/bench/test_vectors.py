"""Vectors are kept by text, written whole or not at all, and shared by processes."""

from pathlib import Path

import numpy as np
import pytest

from advisor.bench.vectors import Floats, VectorStore, encoding_key, text_hash


def vectors_of(texts: list[str]) -> Floats:
    return np.array([[len(text), index] for index, text in enumerate(texts)], np.float32)


def test_what_was_added_is_found_in_any_order_by_another_process(tmp_path: Path) -> None:
    texts = ["a", "bb", "ccc"]
    keys = [text_hash(text) for text in texts]
    VectorStore(tmp_path).add(keys, vectors_of(texts), tokens=6, seconds=0.5)
    again = VectorStore(tmp_path)
    assert again.take([keys[2], keys[0]]).tolist() == [[3.0, 2.0], [1.0, 0.0]]
    assert again.pace(keys) == (3, 6, 0.5)


def test_a_text_that_is_not_there_is_not_guessed(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    assert text_hash("a") not in store
    with pytest.raises(KeyError):
        store.take([text_hash("a")])


def test_a_half_written_chunk_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    keys = [text_hash("a")]
    VectorStore(tmp_path).add(keys, vectors_of(["a"]), tokens=1, seconds=0.1)
    (chunk,) = tmp_path.glob("*.chunk")
    chunk.write_bytes(chunk.read_bytes()[:-3])
    assert keys[0] not in VectorStore(tmp_path)


def test_a_chunk_of_noise_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (tmp_path / "noise.chunk").write_bytes(b"\xff" * 100)
    (tmp_path / "empty.chunk").write_bytes(b"")
    assert text_hash("a") not in VectorStore(tmp_path)


def test_an_unfinished_file_of_a_killed_writer_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "0123.4567").write_bytes(b"half")
    assert text_hash("a") not in VectorStore(tmp_path)


def test_every_setting_that_changes_a_vector_changes_the_key() -> None:
    base: dict[str, str | int | float | bool | None] = {
        "weights": "w",
        "prompt": "",
        "max_tokens": 256,
        "dtype": "float32",
    }
    changed = [
        encoding_key(**{**base, **change})
        for change in (
            {},
            {"weights": "x"},
            {"prompt": "query: "},
            {"max_tokens": None},
            {"dtype": "bfloat16"},
        )
    ]
    assert len(set(changed)) == len(changed)
    assert encoding_key(**dict(reversed(base.items()))) == encoding_key(**base)
