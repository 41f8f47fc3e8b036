"""Judgements made here: kept on disk, and laid over a run without measuring anything again."""

import asyncio
import dataclasses
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from advisor.bench.cache import cache_dir
from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.options import ReadOptions
from advisor.corpus.readers import read_dataset
from advisor.deciding.headless import RunOptions, concluded
from advisor.deciding.judged_here import Judgements, as_tsv, finished, rejudged
from advisor.errors import DataError, NothingMeasured
from advisor.evaluation.clusters import sources
from tests.bench.faults import WORDS, static_model
from tests.record import made

POOLS = {"q1": ("a", "b"), "q2": ("a", "c"), "q3": ("b",)}
ODD = {"q 1": {'a\t"b"': 2, "c\nd": 0, "e": -1}}


def nobody(absent: object) -> bool:
    """Fetch nothing."""
    del absent
    return False


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


def test_queries_of_one_document_stay_together_when_a_second_one_is_judged_relevant() -> None:
    own = {"q1": {"a": 1}, "q2": {"a": 1}, "q3": {"b": 1}}
    judged = rejudged(outcome(own, "human"), {"q1": {"a": 1, "b": 2}}, POOLS, 5).dataset
    queries = [query.id for query in judged.queries]
    labels = sources(queries, judged.qrels, judged.origins)
    assert labels == ("document a", "document a", "document b")


def unjudged(folder: Path) -> Path:
    """Write documents of two words and queries for them that nobody judged."""
    folder.mkdir()
    words = [f"{one} {other}" for one in WORDS[1:] for other in WORDS[1:] if one < other]
    bodies = [
        f"{text} comes first. After it {text} has words enough for a document" for text in words
    ]
    for name, texts in (("corpus", bodies), ("queries", words)):
        rows = (json.dumps({"_id": f"{i}", "text": text}) for i, text in enumerate(texts))
        (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def test_a_run_without_the_interface_counts_what_was_judged_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = unjudged(tmp_path / "asked")
    named = tuple(
        f"{name}={static_model(tmp_path / name, weights=weights)}"
        for name, weights in (
            ("apart", np.eye(len(WORDS), 8)), ("alike", np.ones((len(WORDS), 8))),
        )
    )  # fmt: skip
    options = RunOptions(
        profile="plain-rag", data=str(place), models=named, offline=True, settings=("latency_ms=",)
    )
    own = read_dataset(str(place), ReadOptions(to_judge=True))
    kept = Judgements(cache_dir(), own.texts_fingerprint())
    kept.put("0", {"0": 1})
    with pytest.raises(NothingMeasured, match="judged whole"):
        asyncio.run(concluded(options, nobody))
    for query in own.queries:
        kept.put(query.id, {one.id: int(one.id == query.id) for one in own.corpus})
    record = asyncio.run(concluded(options, nobody))
    assert record.data.evidence == "judged-here"
    assert record.data.queries == len(own.queries)
    assert any(note.startswith("Judged here:") for note in record.notes)
    assert "were judged here before" in capsys.readouterr().err
    titles = dataclasses.replace(options, judged_here=False)
    without = asyncio.run(concluded(titles, nobody))
    assert without.data.evidence == "title-body"
    assert "--no-judged-here" in without.reproduce["command"]
