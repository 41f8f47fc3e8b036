"""The check of the search at scale can fail."""

import numpy as np
import pytest

from advisor.bench.ranking import Floats, Ints, search
from benchmarks.search_scale import asked, check, vectors

DOCUMENTS, QUERIES, DIMENSIONS = 2_000, 300, 8


@pytest.fixture
def found() -> tuple[Ints, Floats]:
    documents = vectors(0, DOCUMENTS, DIMENSIONS)
    return search(asked(QUERIES, DIMENSIONS), lambda: iter([documents]), 100)


def test_a_right_result_passes(found: tuple[Ints, Floats]) -> None:
    assert check(*found, DOCUMENTS, DIMENSIONS, QUERIES)


def test_a_missed_document_a_wrong_score_and_a_wrong_tie_do_not(
    found: tuple[Ints, Floats],
) -> None:
    indices, scores = found
    missed = indices.copy()
    missed[0, 0] = missed[0, -1]
    assert not check(missed, scores, DOCUMENTS, DIMENSIONS, QUERIES)
    assert not check(indices, scores * np.float32(1.001), DOCUMENTS, DIMENSIONS, QUERIES)
    tied = np.argwhere(np.diff(scores, axis=1) == 0)
    row, rank = tied[0]
    swapped = indices.copy()
    swapped[row, [rank, rank + 1]] = swapped[row, [rank + 1, rank]]
    assert not check(swapped, scores, DOCUMENTS, DIMENSIONS, QUERIES)
