"""Quality by category and language: what is surely other than on all queries, and what is not."""

import msgspec
import numpy as np

from advisor.advice.advice import Advice
from advisor.advice.recommendation import recommend
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.tagging import with_languages
from advisor.evaluation.intervals import gap_interval
from advisor.needs.requirements import Machine, Requirements
from advisor.record.group_text import group_sections, groups_in, sure_word
from advisor.record.show_text import as_text
from tests.record import made

NEEDS = Requirements(machine=Machine(source="detected", cores=2))
FRENCH = "Quelle est la réponse à cette question dans les textes ?"
ENGLISH = "What is the answer to this question in the texts?"


def data(french: int = 40, english: int = 60) -> Dataset:
    total = french + english
    asked = tuple(
        Query(f"q{i:03d}", FRENCH if i < french else ENGLISH, "orders" if i % 2 else "returns")
        for i in range(total)
    )
    return with_languages(
        Dataset(
            name="two languages",
            corpus=tuple(Document(f"d{i}", f"text {i}") for i in range(total)),
            queries=asked,
            qrels={query.id: {f"d{i}": 1} for i, query in enumerate(asked)},
            evidence="human",
        )
    )


def result(name: str, dataset: Dataset, french: float, english: float, seed: int) -> Result:
    noise = np.random.default_rng(seed).normal(0, 0.1, len(dataset.queries))
    scores = {
        query.id: float(np.clip((french if query.text == FRENCH else english) + off, 0, 1))
        for query, off in zip(dataset.queries, noise, strict=True)
    }
    return made.result(name, per_query={"nDCG@10": scores, "Recall@10": scores})


def advice_of(dataset: Dataset) -> tuple[Advice, list[Result]]:
    results = [
        result("everywhere", dataset, 0.5, 0.7, 1),
        result("french", dataset, 0.8, 0.3, 2),
        result("twin", dataset, 0.5, 0.7, 3),
    ]
    return recommend(NEEDS, results, dataset), results


def test_a_language_where_another_is_surely_better_is_said_in_words() -> None:
    dataset = data()
    advice, results = advice_of(dataset)
    groups = {(group.kind, group.name): group for group in advice.groups}
    assert set(groups) == {
        ("category", "orders"), ("category", "returns"), ("language", "en"), ("language", "fr"),
    }  # fmt: skip
    french = groups["language", "fr"].standings["french"]
    assert french.is_sure
    leader = next(one for one in results if one.candidate.name == advice.leader)
    own = next(one for one in results if one.candidate.name == "french")
    gaps = [
        leader.per_query["nDCG@10"][query.id] - own.per_query["nDCG@10"][query.id]
        for query in dataset.queries
        if query.text == FRENCH
    ]
    assert french.behind == gap_interval(gaps)
    (note,) = (note for note in advice.notes if note.startswith("In French"))
    assert f"french is better than {advice.leader}" in note
    assert "on 40 queries" in note
    assert not any("In category" in note for note in advice.notes)


def test_a_group_of_few_queries_is_marked_and_says_nothing_of_differences() -> None:
    dataset = data(french=12)
    advice, _ = advice_of(dataset)
    (few,) = (group for group in advice.groups if group.name == "fr")
    assert few.is_small
    assert all(one.p_value is None for one in few.standings.values())
    assert not any("In French" in note for note in advice.notes)


def test_queries_of_one_document_count_as_one_in_a_group() -> None:
    dataset = data()
    qrels = {query: {f"d{i // 5}": 1} for i, query in enumerate(dataset.qrels)}
    advice, _ = advice_of(msgspec.structs.replace(dataset, qrels=qrels))
    (french,) = (group for group in advice.groups if group.name == "fr")
    assert (french.units, french.is_small) == (8, True)


def test_the_record_and_its_views_have_every_group_with_its_difference() -> None:
    dataset = data()
    advice, results = advice_of(dataset)
    record = made.record(results, {"dataset": dataset, "advice": advice})
    by_category, by_language = groups_in(record)
    assert [row.name for row in by_language.rows] == ["English", "French"]
    assert sure_word(by_language.rows[1].standings["french"]) == "surely better"
    assert sum(len(section.rows) for section in group_sections(record)) == 12
    shown = as_text(record, 100)
    assert "nDCG@10 by language of the query" in shown
    assert "+.8" in shown
    assert "+ surely better than the leader" in shown
    assert len(by_category.rows) == 2
