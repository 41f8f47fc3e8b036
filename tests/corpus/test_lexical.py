"""BM25: words, ranking, and what must not happen beside it."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from advisor.corpus.lexical import LexicalIndex, tokens
from advisor.corpus.readers import read_dataset

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Running shoes", ["run", "shoe"]),
        ("Überraschungen", ["überraschungen"]),
        ("退款政策", ["退款", "款政", "政策"]),
        ("按A鍵", ["按", "a", "鍵"]),
        ("ｶﾞﾗｽ", ["ガラ", "ラス"]),
        ("한국어 책", ["한국", "국어", "책"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("read_file(x)", ["read", "file", "x"]),
        ("don't", ["don", "t"]),
        ("3.11", ["3", "11", "3.11"]),
        ("", []),
        ("\u200b ... !", []),
    ],
)
def test_words_of_many_scripts(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "query", ["E-4021", "e4021", "E 4021", "Ｅ－４０２１", "E_4021", "錯誤E-4021"]
)
def test_codes_are_found_however_they_are_joined(query: str) -> None:
    texts = ["Error E-4022 means water", "Error E-4021 means the door is open", "Error E-402"]
    indices, _ = LexicalIndex(texts).top([query], 1)
    assert indices.tolist() == [[1]]


def test_scores_follow_lucenes_formula() -> None:
    texts = ["apple apple pear", "pear plum", "plum fig fig fig"]
    _, scores = LexicalIndex(texts).top(["apple"], 1)
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert scores[0, 0] == pytest.approx(idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 3)), rel=1e-5)


def test_equal_scores_stay_in_the_order_of_the_index() -> None:
    indices, scores = LexicalIndex(["b a", "a b", "a c", "a b", "x y"]).top(["a"], 3)
    assert indices.tolist() == [[0, 1, 2]]
    assert len(set(scores[0].tolist())) == 1


def test_texts_without_a_common_term_are_not_found() -> None:
    indices, scores = LexicalIndex(["apple pie", "plum cake", ""]).top(["apple", "xyz", ""], 3)
    assert indices.tolist() == [[0, -1, -1], [-1, -1, -1], [-1, -1, -1]]
    assert np.count_nonzero(scores) == 1
    assert (indices.dtype.name, scores.dtype.name) == ("int32", "float32")


@pytest.mark.parametrize("texts", [[], ["", "..."]])
def test_an_index_without_terms_finds_nothing(texts: list[str]) -> None:
    index = LexicalIndex(texts)
    indices, _ = index.top(["apple"], 2)
    assert indices.tolist() == [[-1, -1]]
    assert len(index) == len(texts)


@pytest.mark.parametrize(
    ("name", "least"), [("xquad-mini", 0.97), ("cmrc-mini", 0.97), ("jsquad-mini", 0.97)]
)
def test_real_questions_find_their_paragraph(name: str, least: float) -> None:
    dataset = read_dataset(str(DATA / name))
    indices, _ = LexicalIndex([document.text for document in dataset.corpus]).top(
        [query.text for query in dataset.queries], 10
    )
    gains = []
    for query, row in zip(dataset.queries, indices.tolist(), strict=True):
        found = [dataset.corpus[at].id for at in row if at >= 0]
        relevant = next(iter(dataset.qrels[query.id]))
        gains.append(1 / math.log2(found.index(relevant) + 2) if relevant in found else 0.0)
    assert sum(gains) / len(gains) >= least


def test_neither_threads_nor_output_nor_heavy_libraries(capfd: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    LexicalIndex(["apple pie"] * 50).top(["apple"] * 50, 5)
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")


def test_jax_and_numba_are_not_loaded_even_where_they_are_installed(tmp_path: Path) -> None:
    for name in ("jax", "numba"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('loaded')\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import advisor.corpus.lexical;"
        "assert not {'jax', 'numba', 'torch'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
