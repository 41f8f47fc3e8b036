"""Labelled texts, scored pairs and reranking sets are read as what they are."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems
from advisor.corpus.readers import read_dataset
from advisor.corpus.task_data import cut_task, mismatch, task_of
from advisor.errors import DataError

DATA = Path(__file__).resolve().parent.parent / "data"
INTENTS = str(DATA / "banking77-mini")


def written(folder: Path, rows: Sequence[object], name: str = "rows.jsonl") -> str:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


def read(place: str, task: str | None = None, problems: Problems | None = None) -> Dataset:
    return read_dataset(place, ReadOptions(task=task), problems)  # type: ignore[arg-type]


def test_train_and_test_files_of_labelled_texts_are_classified() -> None:
    dataset = read(INTENTS)
    assert (dataset.task, len(dataset.corpus), len(dataset.queries)) == ("classification", 64, 48)
    assert dataset.judgements == 112
    assert dataset.is_judged
    assert {query.category for query in dataset.queries} == {
        document.category for document in dataset.corpus
    }


def test_the_same_texts_are_clustered_where_that_is_asked_for() -> None:
    dataset = read(INTENTS, "clustering")
    assert dataset.task == "clustering"
    assert [query.id for query in dataset.queries] == [document.id for document in dataset.corpus]
    assert dataset.fingerprint() != read(INTENTS).fingerprint()


def test_one_file_of_labelled_texts_is_split_alike_each_time(tmp_path: Path) -> None:
    rows = [{"text": f"text {n}", "label": n % 3} for n in range(30)]
    dataset = read(written(tmp_path, rows))
    assert (len(dataset.corpus), len(dataset.queries)) == (20, 10)
    assert dataset == read(written(tmp_path, rows))
    assert any("20 of them are learnt from, 10 others classified" in one for one in dataset.notes)
    assert not {one.text for one in dataset.corpus} & {one.text for one in dataset.queries}


def test_a_category_is_a_label_only_where_labels_are_asked_for() -> None:
    row = {"text": "a sentence", "category": "shipping"}
    assert task_of(row, None) == "retrieval"
    assert task_of(row, "clustering") == "clustering"
    assert task_of({"text": "a sentence", "label": 3}, None) == "classification"
    assert task_of({"text": "a sentence", "label": 3}, "search") == "retrieval"


def test_what_is_odd_about_labels_is_said(tmp_path: Path) -> None:
    written(tmp_path, [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}], "train.jsonl")
    test = [{"text": "a", "label": "x"}, {"text": "c", "label": "new"}, {"text": "d"}]
    written(tmp_path, test, "test.jsonl")
    said = " ".join(read(str(tmp_path)).notes)
    assert "1 row without text or label was skipped (first: test.jsonl:3)" in said
    assert "1 text has a label that no text to learn from has" in said
    assert "1 text to be classified also among those to learn from" in said
    assert "the most frequent label has an accuracy of 0.500" in said


def test_one_label_tells_nothing(tmp_path: Path) -> None:
    place = written(tmp_path, [{"text": "a", "label": "x"}, {"text": "b", "label": "x"}])
    with pytest.raises(DataError, match="'x' is the only label"):
        read(place)


def test_scored_pairs_keep_their_scores() -> None:
    dataset = read(str(DATA / "jsts-mini"))
    assert (dataset.task, len(dataset.queries), len(dataset.scores)) == ("similarity", 60, 60)
    assert dataset.qrels["p1"] == {"p1": 1}
    assert read(str(DATA / "jsts-mini" / "test.jsonl"), "search").task == "retrieval"


def test_scores_that_are_no_numbers_are_named_with_their_line(tmp_path: Path) -> None:
    pair = {"text1": "a", "text2": "b"}
    rows = [{**pair, "score": score} for score in (1, "much", 2)]
    with pytest.raises(DataError, match=r"rows.jsonl:2: expected two texts and a number"):
        read(written(tmp_path, rows))
    with pytest.raises(DataError, match="all pairs have the same score"):
        read(written(tmp_path, [{**pair, "score": 1} for _ in range(3)]))


def test_a_reranking_set_keeps_each_querys_own_texts(tmp_path: Path) -> None:
    rows = [
        {"query": "one", "positive": ["right", "both"], "negative": ["wrong", "both"]},
        {"query": "two", "positive": "right", "negative": {"title": "", "text": "other"}},
        {"query": "three", "positive": [], "negative": ["wrong"]},
    ]
    dataset = read(written(tmp_path, rows))
    assert dataset.task == "reranking"
    texts = {document.id: document.text for document in dataset.corpus}
    graded = {
        query: {texts[one]: grade for one, grade in own.items()}
        for query, own in dataset.qrels.items()
    }
    assert graded == {
        "q1": {"wrong": 0, "both": 1, "right": 1},
        "q2": {"other": 0, "right": 1},
    }
    assert any("without right and wrong texts was skipped" in note for note in dataset.notes)


def test_data_of_another_task_than_was_asked_for_is_said_with_a_way_out() -> None:
    pairs, intents = read(str(DATA / "jsts-mini"), "clustering"), read(INTENTS)
    assert mismatch("classification", intents) is None
    assert mismatch(None, pairs) is None
    said = mismatch("clustering", pairs)
    assert said is not None
    assert "measured as similarity" in said
    assert "needs labelled texts" in said
    assert "--task clustering" in (mismatch("search", intents) or "")


@pytest.mark.parametrize("task", ["classification", "clustering"])
def test_a_sample_of_labelled_texts_keeps_the_labels_in_proportion(task: str) -> None:
    cut = cut_task(read(INTENTS, task), 16, 24, seed=3)
    assert len(cut.queries) == 16
    assert len({query.category for query in cut.queries}) == 8
    assert len(cut.corpus) == (24 if task == "classification" else 16)
    assert cut.sampling is not None
    assert "16 of 48 texts drawn by seed 3" in cut.sampling.how


def test_a_sample_of_pairs_keeps_their_texts_and_scores_alone() -> None:
    whole = read(str(DATA / "jsts-mini"))
    cut = cut_task(whole, 10, None, seed=0)
    ids = {query.id for query in cut.queries}
    assert ids == set(cut.scores) == {document.id for document in cut.corpus}
    assert cut_task(whole, 60, 10, seed=0) == whole
