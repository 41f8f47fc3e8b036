"""More judgements: how many, for how many hours, and what they would decide."""

import msgspec
import numpy as np
import pytest

from advisor.advice.advice import Advice
from advisor.advice.labelling import SECONDS_A_JUDGEMENT
from advisor.advice.recommendation import recommend
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset, Document, Evidence, Query
from advisor.needs.requirements import Machine, Requirements
from tests.record import made

NEEDS = Requirements(machine=Machine(source="detected", cores=2), give_up_ndcg=0.01)


def data(queries: int, evidence: Evidence = "human") -> Dataset:
    asked = tuple(Query(f"q{i}", f"asked {i}") for i in range(queries))
    return Dataset(
        name="made",
        corpus=tuple(Document(f"d{i}", f"text {i}") for i in range(max(queries, 20))),
        queries=asked,
        qrels={query.id: {f"d{i}": 1} for i, query in enumerate(asked)},
        evidence=evidence,
    )


def close(dataset: Dataset, gap: float = 0.04) -> list[Result]:
    """Two models a little apart, each with five documents of its own for every query."""
    drawn = np.random.default_rng(3).normal(0.5, 0.15, (2, len(dataset.queries)))
    drawn -= drawn.mean(axis=1, keepdims=True)
    results = []
    for place, name in enumerate(("first", "second")):
        scores = {
            query.id: float(np.clip(drawn[place, i] + 0.5 - gap * place, 0, 1))
            for i, query in enumerate(dataset.queries)
        }
        found = tuple(f"d{5 * place + i}" for i in range(5))
        results.append(
            made.result(
                name,
                rankings=dict.fromkeys(scores, found),
                per_query={"nDCG@10": scores, "Recall@10": scores},
            )
        )
    return results


def advised(dataset: Dataset, requirements: Requirements = NEEDS, gap: float = 0.04) -> Advice:
    return recommend(requirements, close(dataset, gap), dataset)


def test_an_open_tie_says_how_many_judgements_would_decide_it_and_what_they_cost() -> None:
    advice = advised(data(30))
    plan = advice.labelling
    assert plan is not None
    assert advice.queries_to_settle is not None
    assert plan.queries == advice.queries_to_settle - 30
    assert plan.judgements == 10 * plan.queries
    hours = plan.judgements * SECONDS_A_JUDGEMENT.value / 3_600
    assert plan.hours.value == pytest.approx(hours)
    assert plan.cost.value == pytest.approx(40 * hours)
    (step,) = (step for step in advice.next_steps if step.startswith("Judge"))
    assert "40 USD an hour (assumed)" in step
    assert "decides between first and second" in step


def test_the_users_own_rate_is_taken_and_said_without_assuming() -> None:
    advice = advised(data(30), msgspec.structs.replace(NEEDS, judging_usd_per_hour=20.0))
    assert advice.labelling is not None
    assert advice.labelling.cost.value == pytest.approx(20 * advice.labelling.hours.value)
    assert "assumed" not in advice.labelling.sentence


def test_a_gap_smaller_than_what_is_given_up_is_not_worth_judging_for() -> None:
    advice = advised(data(30), msgspec.structs.replace(NEEDS, give_up_ndcg=0.1))
    assert advice.labelling is not None
    assert not advice.labelling.worth_it
    assert "less than the 0.1 you give up" in advice.labelling.sentence


def test_too_few_queries_and_queries_nobody_asked_say_what_people_would_add() -> None:
    few = advised(data(12))
    assert few.kind == "insufficient"
    assert few.labelling is not None
    assert few.labelling.queries == 38
    assert any("With 50 queries a verdict is possible" in step for step in few.next_steps)
    made_up = advised(data(60, "title-body"))
    assert made_up.labelling is not None
    assert "were not asked by people" in made_up.labelling.decides


def test_where_all_is_settled_nothing_is_to_be_judged() -> None:
    assert advised(data(100), gap=0.3).labelling is None
