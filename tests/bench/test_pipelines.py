"""Pipelines are named by their parts, and each part is measured once."""

import pytest

from advisor.bench.candidate import Candidate
from advisor.bench.pipelines import taken
from advisor.errors import UsageError

BASELINE = Candidate(name="BM25", kind="baseline")
KINDS = {"model": "dense", "other": "dense", "reader": "reranked"}


def find(name: str) -> Candidate | str:
    if name == "bm25":
        return BASELINE
    return Candidate(name=name, kind=KINDS[name]) if name in KINDS else name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "candidates", "gone"),
    [
        (["model + bm25"], ["model", "BM25", "model + BM25"], []),
        (["model+BM25", "model"], ["model", "BM25", "model + BM25"], []),
        (["away + bm25", "away"], ["BM25"], ["away"]),
        (["model > reader"], ["model", "BM25", "model > reader"], []),
        (["bm25 > reader"], ["BM25", "BM25 > reader"], []),
        (["reader", "other", "model"], ["other", "model", "BM25", "other > reader"], []),
        (["reader"], ["BM25", "BM25 > reader"], []),
        (["model > away"], ["model", "BM25"], ["away"]),
    ],
)
def test_parts_come_once_and_before_what_is_made_of_them(
    names: list[str], candidates: list[str], gone: list[str]
) -> None:
    found, absent = taken(names, find, BASELINE)
    assert ([one.name for one in found], absent) == (candidates, gone)


@pytest.mark.parametrize("name", ["model > other", "reader + bm25", "reader > reader"])
def test_a_model_is_asked_only_for_what_it_can(name: str) -> None:
    with pytest.raises(UsageError, match=r"no cross-encoder|only reranks"):
        taken([name], find, BASELINE)
