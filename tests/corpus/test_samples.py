"""The samples in the package."""

from __future__ import annotations

import pytest

from advisor.corpus.language import main_languages
from advisor.corpus.readers import read_dataset
from advisor.corpus.samples import SAMPLES, read_sample
from advisor.errors import DataError


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_without_a_note_and_has_its_languages(name: str) -> None:
    dataset, sample = read_dataset(name), SAMPLES[name]
    assert dataset.name == sample.name == name
    assert dataset.notes == ()
    assert dataset.evidence == "human"
    documents = main_languages([document.text for document in dataset.corpus])
    queries = main_languages([query.text for query in dataset.queries])
    assert (documents, queries) == (
        sample.document_languages,
        sample.query_languages,
    )


def test_the_small_sample_is_the_beginning_of_the_chinese_one() -> None:
    small, whole = read_sample("techcorp-small"), read_sample("techcorp-zh")
    assert small.corpus == whole.corpus[:12]
    assert small.queries == whole.queries[:10]
    documents = {document.id for document in small.corpus}
    assert all(grades.keys() <= documents for grades in small.qrels.values())


def test_the_two_sides_of_a_sample_come_in_their_own_language() -> None:
    crossed = read_sample("techcorp-zh-en")
    assert crossed.corpus == read_sample("techcorp-en").corpus
    assert crossed.queries == read_sample("techcorp-zh").queries
    assert crossed.qrels == read_sample("techcorp-en-zh").qrels


def test_xquad_shares_its_judgements_between_languages() -> None:
    english, chinese = read_sample("xquad-en"), read_sample("xquad-zh-en")
    assert english.qrels == chinese.qrels
    assert (len(english.corpus), len(english.queries)) == (240, 1190)


def test_techcorp_has_categories_on_both_sides() -> None:
    dataset = read_sample("techcorp-en")
    assert {item.category for item in dataset.corpus} == {i.category for i in dataset.queries}


def test_an_unknown_sample_names_the_known_ones() -> None:
    with pytest.raises(DataError, match="techcorp-zh"):
        read_sample("techcorp")
