"""The nested parts of a dataset that a race is run on."""

from __future__ import annotations

import msgspec
import pytest

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.nesting import nested
from advisor.corpus.samples import read_sample


def made(n_documents: int, n_queries: int, relevant_each: int = 1) -> Dataset:
    corpus = tuple(Document(f"d{n:04d}", f"word{n} common text") for n in range(n_documents))
    queries = tuple(
        Query(f"q{n:03d}", f"word{n} common", "rare" if n % 4 == 0 else "usual")
        for n in range(n_queries)
    )
    qrels = {
        query.id: {
            f"d{(n * relevant_each + at) % n_documents:04d}": 1 for at in range(relevant_each)
        }
        for n, query in enumerate(queries)
    }
    return Dataset(name="made", corpus=corpus, queries=queries, qrels=qrels, evidence="human")


def test_every_part_holds_the_one_before_and_the_relevant_documents_of_its_queries() -> None:
    whole = made(2_000, 256)
    parts = nested(whole, seed=3)
    sizes = [(len(part.queries), len(part.corpus)) for part in parts]
    assert sizes == [(16, 250), (32, 500), (64, 1_000), (128, 2_000)]
    for small, large in zip(parts, (*parts[1:], whole), strict=True):
        assert set(small.corpus) <= set(large.corpus)
        assert set(small.queries) <= set(large.queries)
        here = {document.id for document in small.corpus}
        assert small.qrels.keys() == {query.id for query in small.queries}
        assert all(grades.keys() <= here for grades in small.qrels.values())
    assert sum(query.category == "rare" for query in parts[0].queries) in (3, 4, 5)


def test_the_same_seed_gives_the_same_parts_and_another_another() -> None:
    whole = made(700, 40)
    assert nested(whole, seed=1) == nested(whole, seed=1)
    assert nested(whole, seed=1)[0].queries != nested(whole, seed=2)[0].queries


@pytest.mark.parametrize(
    ("documents", "queries", "relevant", "parts"),
    [(5_000, 16, 1, 0), (499, 256, 1, 0), (500, 17, 1, 1), (1_000, 40, 20, 0)],
    ids=["few queries", "few documents", "just enough", "most of it relevant"],
)
def test_there_are_parts_only_where_the_first_one_leaves_out_half_of_the_documents(
    documents: int, queries: int, relevant: int, parts: int
) -> None:
    assert len(nested(made(documents, queries, relevant), seed=0)) == parts


def test_many_relevant_documents_get_larger_parts_so_that_half_of_each_is_not_relevant() -> None:
    part = nested(made(2_000, 64, relevant_each=12), seed=0)[0]
    relevant = {document for grades in part.qrels.values() for document in grades}
    assert (len(relevant), len(part.corpus)) == (192, 384)


def test_the_samples_of_the_package_are_too_small_for_a_race() -> None:
    assert nested(read_sample("techcorp-zh"), seed=0) == ()


def test_copies_do_not_come_in_beside_each_other_before_the_whole() -> None:
    whole = made(600, 20)
    copied = msgspec.structs.replace(
        whole,
        corpus=tuple(one._replace(text=f"word{int(one.id[1:]) % 300}") for one in whole.corpus),
    )
    texts = [document.text for document in nested(copied, seed=0)[0].corpus]
    assert len(set(texts)) == len(texts) == 250
