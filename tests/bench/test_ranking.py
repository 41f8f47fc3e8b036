"""Exact top-k is exact, whatever the blocks, and its ties come in index order."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from advisor.bench import ranking
from advisor.bench.ranking import Floats


def brute_force(queries: Floats, documents: Floats, k: int) -> NDArray[np.int64]:
    scores = queries @ documents.T
    return np.array([np.lexsort((np.arange(len(row)), -row))[:k] for row in scores])


@pytest.mark.parametrize("k", [1, 10, 300])
@pytest.mark.parametrize("rows_in_block", [1, 7, 50, 500])
def test_blocks_do_not_change_the_ranking(rows_in_block: int, k: int) -> None:
    generator = np.random.default_rng(3)
    # Few distinct values make many ties.
    documents = generator.integers(-2, 3, (200, 4)).astype(np.float32)
    queries = generator.integers(-2, 3, (30, 4)).astype(np.float32)

    def blocks() -> Iterator[Floats]:
        for first in range(0, len(documents), rows_in_block):
            yield documents[first : first + rows_in_block]

    indices, scores = ranking.search(queries, blocks, k)
    assert indices.tolist() == brute_force(queries, documents, k).tolist()
    assert np.array_equal(scores, np.take_along_axis(queries @ documents.T, indices, axis=1))


def test_asking_for_more_than_there_is_gives_everything() -> None:
    documents = np.eye(3, dtype=np.float32)
    indices, _ = ranking.search(documents[:2], lambda: iter([documents]), 10)
    assert indices.tolist() == [[0, 1, 2], [1, 0, 2]]


def test_no_queries_give_an_empty_run() -> None:
    documents = np.eye(3, dtype=np.float32)
    indices, scores = ranking.search(np.empty((0, 3), np.float32), lambda: iter([documents]), 2)
    assert indices.shape[0] == scores.shape[0] == 0


def test_a_run_survives_the_file(tmp_path: Path) -> None:
    indices = np.array([[2, 0, -1]], np.int32)
    scores = np.array([[0.5, 0.25, 0.0]], np.float32)
    ranking.write_run(tmp_path / "run.npz", indices, scores)
    again, again_scores = ranking.read_run(tmp_path / "run.npz")
    assert again.tolist() == indices.tolist()
    assert again_scores.tolist() == scores.tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
