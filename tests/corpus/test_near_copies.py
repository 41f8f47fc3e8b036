"""Texts that are nearly the same as another."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.corpus.near_copies import NearCopies
from advisor.corpus.readers import read_dataset

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("name", ["xquad-mini", "cmrc-mini", "jsquad-mini"])
def test_edited_texts_are_found_and_different_ones_are_not(name: str) -> None:
    texts = [document.text for document in read_dataset(str(DATA / name)).corpus]
    texts = [text for text in texts if len(text) > 150]
    near = NearCopies()
    for number, text in enumerate(texts):
        near.add(text, f"{number}")
    assert list(near.found()) == []
    for number, text in enumerate(texts[:10]):
        near.add(f"{text} (2)", f"edited {number}")
        # The second half is another text's: half the same is no copy.
        near.add(text[: len(text) // 2] + texts[-1][: len(text) // 2], f"mixed {number}")
    assert list(near.found()) == [(f"edited {number}", f"{number}") for number in range(10)]


def test_short_and_empty_texts_are_no_copies_of_each_other() -> None:
    near = NearCopies()
    for number, text in enumerate(["", "a", "Red shirt, size 1", "Red shirt, size 2"]):
        near.add(text, f"{number}")
    assert list(near.found()) == []
