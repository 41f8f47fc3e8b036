"""The tokenizer of a model folder: kind and size, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.catalogue.tokenizer_files import Tokenizer, read_tokenizer


def folder(place: Path, content: Any) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    (place / "tokenizer.json").write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("all-MiniLM-L6-v2", Tokenizer("wordpiece", 30_522)),
        ("multilingual-e5-small", Tokenizer("unigram", 250_002)),
        ("potion-base-8M", Tokenizer("wordpiece", 29_528)),
    ],
)
def test_a_real_model_says_what_its_tokenizer_is(models: Path, name: str, found: Tokenizer) -> None:
    assert read_tokenizer(models / name) == found


@pytest.mark.parametrize(
    ("around", "kind"),
    [
        ({}, "bpe"),
        ({"pre_tokenizer": {"type": "ByteLevel"}}, "byte-bpe"),
        ({"pre_tokenizer": {"pretokenizers": [{"type": "ByteLevel"}]}}, "byte-bpe"),
        ({"decoder": {"decoders": [{"type": "ByteFallback"}]}}, "bpe"),
        ({"decoder": "odd"}, "bpe"),
    ],
)  # fmt: skip
def test_bpe_over_bytes_is_told_from_bpe_over_characters(
    tmp_path: Path, around: dict[str, Any], kind: str
) -> None:
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}
    assert read_tokenizer(folder(tmp_path, {"model": model, **around})) == Tokenizer(kind, 2)  # type: ignore[arg-type]


def test_added_tokens_count_once(tmp_path: Path) -> None:
    added = [{"id": 0, "content": "a"}, {"id": 2, "content": "<x>"}]
    held = {"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}}, "added_tokens": added}
    assert read_tokenizer(folder(tmp_path, held)) == Tokenizer("word", 3)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"model": {"type": "Odd", "vocab": {"a": 1}}}',
     '{"model": {"type": "BPE", "vocab": {}}}', '{"model": {"type": "BPE", "vocab": 7}}',
     '{"model": ' + "[" * 100_000],
)  # fmt: skip
def test_a_file_that_is_no_tokenizer_says_nothing(tmp_path: Path, content: str) -> None:
    assert read_tokenizer(folder(tmp_path, content)) is None


def test_a_folder_without_one_says_nothing(tmp_path: Path) -> None:
    assert read_tokenizer(tmp_path) is None
    assert read_tokenizer(tmp_path / "nowhere") is None
