"""Judgements made here: kept on disk, and laid over a run without measuring anything again."""

from pathlib import Path

import msgspec
import pytest

from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.readers import read_dataset
from advisor.deciding.judged_here import Judgements, as_tsv, finished, rejudged
from advisor.errors import DataError
from tests.record import made

POOLS = {"q1": ("a", "b"), "q2": ("a", "c"), "q3": ("b",)}
ODD = {"q 1": {'a\t"b"': 2, "c\nd": 0, "e": -1}}


def outcome(qrels: dict[str, dict[str, int]], evidence: str = "judged-here") -> Outcome:
    """Return two runs over three queries; the first ranks a before b before c."""
    dataset = Dataset(
        name="small",
        corpus=tuple(Document(name, f"text {name}") for name in "abc"),
        queries=tuple(Query(query, query) for query in POOLS),
        qrels=qrels,
        evidence=evidence,  # type: ignore[arg-type]
    )
    results = tuple(
        made.result(name, rankings={query: tuple(order) for query in POOLS}, per_query={})
        for name, order in (("one", "abc"), ("two", "cba"))
    )
    return Outcome(results, dataset, ())


def test_every_judgement_is_on_disk_at_once_and_is_found_again(tmp_path: Path) -> None:
    judgements = Judgements(tmp_path, "f00")
    judgements.put("q 1", {**ODD["q 1"]})
    assert Judgements(tmp_path, "f00").grades == ODD
    judgements.put("q 1", {"e": None})
    assert "e" not in Judgements(tmp_path, "f00").grades["q 1"]
    assert Judgements(tmp_path, "f00").count == 2
    assert Judgements(tmp_path, "other").count == 0


def test_a_damaged_file_is_named_and_never_written_over(tmp_path: Path) -> None:
    Judgements(tmp_path, "f00").put("q", {"a": 1})
    path = next(tmp_path.rglob("*.tsv"))
    path.write_text(path.read_text("utf-8") + "half a li", "utf-8")
    with pytest.raises(DataError, match="line 3 is no judgement"):
        Judgements(tmp_path, "f00")


def test_exported_judgements_are_read_as_qrels(tmp_path: Path) -> None:
    rows = "".join(f'{{"_id": "{name}", "text": "words of {name}"}}\n' for name in "abc")
    (tmp_path / "corpus.jsonl").write_text(rows, "utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "asked"}\n', "utf-8")
    (tmp_path / "qrels.tsv").write_bytes(as_tsv({"q1": {"a": 2, "b": 0, "c": -1}}))
    assert read_dataset(str(tmp_path)).qrels == {"q1": {"a": 2, "b": 0}}


def test_only_queries_whose_pool_was_gone_through_count() -> None:
    grades = {"q1": {"a": 2, "b": -1}, "q2": {"a": 1}}
    assert finished(grades, POOLS) == ("q1",)
    judged = rejudged(outcome({query: {} for query in POOLS}), grades, POOLS, 5)
    assert [query.id for query in judged.dataset.queries] == ["q1"]
    assert judged.dataset.qrels == {"q1": {"a": 2}}
    assert judged.dataset.evidence == "judged-here"
    assert "Judged here: 1 document of 1 query, out of the first 5" in judged.dataset.notes[0]
    one, two = judged.results
    assert one.per_query["nDCG@10"] == {"q1": 1.0}
    assert two.per_query["nDCG@10"]["q1"] == pytest.approx(0.5)


def test_queries_without_a_relevant_document_are_left_out_and_said() -> None:
    grades = {"q1": {"a": 2, "b": 0}, "q3": {"b": 0}}
    judged = rejudged(outcome({query: {} for query in POOLS}), grades, POOLS, 5)
    assert [query.id for query in judged.dataset.queries] == ["q1"]
    assert "For 1 of the queries no document was relevant" in judged.dataset.notes[0]


def test_judging_fills_the_holes_of_the_datas_own_judgements() -> None:
    own = {query: {"c": 1} for query in POOLS}
    judged = rejudged(outcome(own, "human"), {"q3": {"b": 2}}, POOLS, 5)
    assert len(judged.dataset.queries) == 3
    assert judged.dataset.qrels["q3"] == {"c": 1, "b": 2}
    assert judged.dataset.evidence == "judged-here"


@pytest.mark.parametrize("evidence", ["title-body", "llm-queries"])
def test_made_up_queries_stay_what_they_are(evidence: str) -> None:
    own = {query: {"c": 1} for query in POOLS}
    judged = rejudged(outcome(own, evidence), {"q3": {"b": 2}}, POOLS, 5)
    assert judged.dataset.evidence == evidence


def test_without_judgements_here_nothing_changes() -> None:
    before = outcome({query: {"c": 1} for query in POOLS}, "human")
    assert rejudged(before, {}, POOLS, 5) is before
    assert rejudged(before, {"q3": {"b": -1}}, POOLS, 5) is before


def test_texts_have_one_fingerprint_whatever_is_judged() -> None:
    one, two = (outcome(qrels).dataset for qrels in ({}, {"q1": {"a": 1}}))
    assert one.texts_fingerprint() == two.texts_fingerprint()
    other = msgspec.structs.replace(one, queries=(Query("q1", "another"),))
    assert other.texts_fingerprint() != one.texts_fingerprint()
