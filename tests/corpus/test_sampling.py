"""Samples of a large dataset."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.drawing import document_order, query_order
from advisor.corpus.picking import Mined
from advisor.corpus.readers import read_dataset
from advisor.corpus.sampling import sample
from advisor.errors import UsageError

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read_dataset(str(DATA / "cmrc-mini"))


def made(n_documents: int = 100, n_queries: int = 40) -> Dataset:
    """Return a dataset with two categories of queries, a quarter and three quarters."""
    corpus = tuple(Document(f"d{n}", f"word{n} common text") for n in range(n_documents))
    queries = tuple(
        Query(f"q{n}", f"word{n} common", "rare" if n % 4 == 0 else "usual")
        for n in range(n_queries)
    )
    qrels = {f"q{n}": {f"d{n % n_documents}": 1} for n in range(n_queries)}
    return Dataset(name="made", corpus=corpus, queries=queries, qrels=qrels, evidence="human")


def test_nothing_to_cut_gives_the_same_dataset(dataset: Dataset) -> None:
    assert sample(dataset, queries=None, documents=None, seed=1) is dataset
    assert sample(dataset, queries=40, documents=60, seed=1) is dataset
    assert sample(dataset, queries=100, documents=1000, seed=1).sampling is None


def test_the_same_seed_gives_the_same_sample_and_another_another(dataset: Dataset) -> None:
    first = sample(dataset, queries=10, documents=30, seed=7)
    assert first == sample(dataset, queries=10, documents=30, seed=7)
    assert first.queries != sample(dataset, queries=10, documents=30, seed=8).queries


def test_a_small_sample_begins_a_larger_one(dataset: Dataset) -> None:
    small = sample(dataset, queries=8, documents=None, seed=3)
    large = sample(dataset, queries=32, documents=None, seed=3)
    assert large.queries[:8] == small.queries
    assert small.corpus == dataset.corpus


def test_the_order_of_the_file_does_not_matter() -> None:
    queries = made().queries
    assert query_order(queries, 5) == query_order(queries[::-1], 5)


@pytest.mark.parametrize("size", [4, 8, 16, 20])
def test_every_beginning_has_the_categories_in_proportion(size: int) -> None:
    for seed in range(20):
        counts = Counter(query.category for query in query_order(made().queries, seed)[:size])
        assert abs(counts["rare"] - size / 4) <= 1


def test_all_relevant_documents_come_along_and_the_order_stays() -> None:
    cut = sample(made(), queries=10, documents=60, seed=1)
    ids = [document.id for document in cut.corpus]
    assert len(ids) == 60
    assert all(grades.keys() <= set(ids) for grades in cut.qrels.values())
    assert ids == [document.id for document in made().corpus if document.id in set(ids)]
    assert cut.qrels.keys() == {query.id for query in cut.queries}


def test_at_least_three_tenths_are_drawn_evenly(dataset: Dataset) -> None:
    cut = sample(dataset, queries=5, documents=30, seed=1)
    assert cut.sampling is not None
    assert "5 relevant, 16 hard negatives from BM25 alone, 9 drawn evenly over" in cut.sampling.how
    assert "optimistic" in cut.sampling.how
    assert (cut.sampling.documents_of, cut.sampling.queries_of, cut.sampling.seed) == (60, 40, 1)


def test_hard_negatives_share_words_with_the_queries() -> None:
    texts = ["apple pie recipe", *(f"apple cake {n}" for n in range(5))]
    texts += [f"{n} unrelated words" for n in range(94)]
    crowded = Dataset(
        name="made",
        corpus=tuple(Document(f"d{n}", text) for n, text in enumerate(texts)),
        queries=(Query("q", "apple pie"),),
        qrels={"q": {"d0": 1}},
        evidence="human",
    )
    kept = {document.id for document in sample(crowded, queries=None, documents=20, seed=1).corpus}
    assert {f"d{n}" for n in range(6)} <= kept


def test_what_another_finder_has_found_comes_in_too_and_the_finder_is_named() -> None:
    whole = made(n_documents=200, n_queries=2)
    # Every query shares a word with every document, so BM25 fills its thirty with the first ones.
    far = [f"d{n}" for n in range(150, 180)]
    found = Mined("static-model", {query.id: far for query in whole.queries})
    alone = sample(whole, queries=None, documents=100, seed=1)
    both = sample(whole, queries=None, documents=100, seed=1, mined=found)
    kept = {document.id for document in both.corpus}
    assert both.sampling is not None
    assert alone.sampling is not None
    assert set(far) <= kept
    assert not set(far) <= {document.id for document in alone.corpus}
    assert "hard negatives from BM25 and static-model" in both.sampling.how
    assert "hard negatives from BM25 alone" in alone.sampling.how


def test_the_background_keeps_languages_and_lengths_in_proportion() -> None:
    texts = [f"Das ist der Text Nummer {n} und er ist nicht lang" for n in range(300)]
    texts += [f"This is the text number {n} and it is not long at all" for n in range(100)]
    long = " and this is the rest of it" * 20
    corpus = tuple(
        Document(f"d{n:03d}", text + (long if n % 4 == 3 else "")) for n, text in enumerate(texts)
    )
    for seed in range(5):
        first = document_order(corpus, seed, most=100)[:40]
        english = [document for document in first if document.text.startswith("This")]
        assert abs(len(english) - 10) <= 2
        assert abs(sum(len(document.text) > 300 for document in first) - 10) <= 2


def test_copies_among_judged_documents_become_one_with_the_best_grade() -> None:
    texts = ["apple pie", "apple pie", "pear", *(f"text {n}" for n in range(50))]
    copied = Dataset(
        name="made",
        corpus=tuple(Document(f"d{n}", text) for n, text in enumerate(texts)),
        queries=(Query("q", "apple pie"), Query("r", "pie")),
        qrels={"q": {"d0": 1, "d1": 2, "d2": 0}, "r": {"d1": 1}},
        evidence="human",
    )
    cut = sample(copied, queries=None, documents=40, seed=1)
    assert cut.qrels == {"q": {"d0": 2, "d2": 0}, "r": {"d0": 1}}
    assert "d1" not in {document.id for document in cut.corpus}
    assert cut.sampling is not None
    assert "1 copy merged" in cut.sampling.how


def test_copies_of_a_relevant_document_do_not_come_in_against_it() -> None:
    texts = ["apple pie", "apple pie", *(f"text {n}" for n in range(50))]
    copied = Dataset(
        name="made",
        corpus=tuple(Document(f"d{n}", text) for n, text in enumerate(texts)),
        queries=(Query("q", "apple pie"),),
        qrels={"q": {"d0": 1}},
        evidence="human",
    )
    kept = [document.id for document in sample(copied, queries=None, documents=40, seed=1).corpus]
    assert "d1" not in kept


def test_relevant_documents_are_kept_beyond_the_number_and_it_is_said() -> None:
    cut = sample(made(), queries=None, documents=30, seed=1)
    assert len(cut.corpus) == 40
    assert cut.notes == (
        "The 40 queries have 40 relevant documents, more than the 30 asked for; all are kept.",
    )


def test_what_was_judged_and_is_not_relevant_is_a_hard_negative_like_others() -> None:
    # A pool of 20 a query: half of the corpus is judged, and a tenth of that is relevant.
    texts = [f"word{n // 20} common text {n}" if n < 200 else f"other {n}" for n in range(400)]
    pooled = Dataset(
        name="made",
        corpus=tuple(Document(f"d{n}", text) for n, text in enumerate(texts)),
        queries=tuple(Query(f"q{n}", f"word{n} common") for n in range(10)),
        qrels={f"q{n}": {f"d{n * 20 + at}": int(at < 2) for at in range(20)} for n in range(10)},
        evidence="human",
    )
    cut = sample(pooled, queries=None, documents=100, seed=1)
    kept = {document.id for document in cut.corpus}
    relevant = {one for own in pooled.qrels.values() for one, grade in own.items() if grade}
    judged = {one for own in pooled.qrels.values() for one in own}
    assert cut.sampling is not None
    assert "20 relevant, 50 hard negatives from the judgements and BM25, 30 drawn" in (
        cut.sampling.how
    )
    assert relevant <= kept
    assert len(kept) == 100
    assert all(own.keys() <= kept for own in cut.qrels.values())
    assert len(kept & (judged - relevant)) >= 50


def test_numbers_below_one_are_refused(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match="at least 1 of the queries"):
        sample(dataset, queries=0, documents=None, seed=1)
    with pytest.raises(UsageError, match="at least 1 of the documents"):
        sample(dataset, queries=None, documents=-1, seed=1)
