"""Two candidates query by query: the largest difference first, and what nobody solves."""

import pytest

from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.desk.contrasting import contrasts
from advisor.errors import UsageError
from advisor.evaluation.metrics import METRICS, evaluate
from tests.record import made

QRELS = {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"z": 1}}
RUNS: dict[str, dict[str, tuple[str, ...]]] = {
    "one": {"q1": ("a", "b"), "q2": ("b", "a"), "q3": ("a", "b")},
    "two": {"q1": ("c", "d", "a"), "q2": ("b", "a"), "q3": ("b", "a")},
}


def outcome() -> Outcome:
    dataset = Dataset(
        name="small",
        corpus=tuple(Document(name, f"text {name}") for name in "abcdz"),
        queries=tuple(Query(query, f"asked {query}") for query in QRELS),
        qrels=QRELS,
        evidence="human",
    )
    results = tuple(
        made.result(name, rankings=run, per_query=evaluate(run, QRELS, METRICS))
        for name, run in RUNS.items()
    )
    return Outcome(results, dataset, ())


def test_the_query_on_which_they_differ_most_stands_first_with_places_and_grades() -> None:
    first, *others = contrasts(outcome(), "one", "two")
    assert first.text == "asked q1"
    assert (first.first, first.second) == (1.0, 0.5)
    relevant, *rest = first.documents
    assert (relevant.text, relevant.grade, relevant.first, relevant.second) == ("text a", 1, 1, 3)
    assert [(one.text, one.grade) for one in rest] == [
        ("text b", None), ("text c", None), ("text d", None),
    ]  # fmt: skip
    assert [one.text for one in others] == ["asked q2", "asked q3"]


def test_what_no_candidate_solves_is_a_label_to_doubt() -> None:
    found = {one.text: one.unsolved for one in contrasts(outcome(), "one", "two")}
    assert found == {"asked q1": False, "asked q2": False, "asked q3": True}


def test_who_was_not_measured_is_named() -> None:
    with pytest.raises(UsageError, match="three was not measured"):
        contrasts(outcome(), "one", "three")
