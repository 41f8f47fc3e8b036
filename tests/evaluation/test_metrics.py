"""The metrics against trec_eval, and what happens at their edges."""

import random

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.evaluation.metrics import (
    METRICS,
    evaluate,
    hit_rate,
    judged_share,
    metric,
    ndcg,
    precision,
    rank,
    recall,
)

TREC_NAMES = {
    "nDCG@10": "ndcg_cut_10",
    "nDCG@5": "ndcg_cut_5",
    "Recall@10": "recall_10",
    "Recall@100": "recall_100",
    "RR": "recip_rank",
    "MAP": "map",
    "P@1": "P_1",
    "Hit@10": "success_10",
}
MEASURES = {"ndcg_cut.5,10", "recall.10,100", "recip_rank", "map", "P.1", "success.10"}
DOCUMENTS = [f"d{number}" for number in range(40)]


def assert_agrees(run: dict[str, list[str]], qrels: dict[str, dict[str, int]]) -> None:
    """Score by trec_eval, with falling stand-in scores so that it meets no ties, and compare."""
    scored = {
        query: {document: float(-place) for place, document in enumerate(ranking)}
        for query, ranking in run.items()
    }
    theirs = pytrec_eval.RelevanceEvaluator(qrels, MEASURES).evaluate(scored)
    ours = evaluate(run, qrels, TREC_NAMES)
    for label, values in ours.items():
        assert set(values) == {q for q, grades in qrels.items() if max(grades.values()) > 0}
        for query, value in values.items():
            assert value == pytest.approx(theirs[query][TREC_NAMES[label]], abs=1e-6), label


def test_all_metrics_agree_with_trec_eval_on_random_graded_judgements() -> None:
    rng = random.Random(7)
    documents = [f"d{number}" for number in range(300)]
    qrels = {
        f"q{number}": {
            document: rng.choice([0, 0, 0, 1, 1, 2, 3])
            for document in rng.sample(documents, rng.randint(1, 60))
        }
        for number in range(300)
    }
    run = {query: rng.sample(documents, rng.choice([1, 3, 9, 10, 11, 150, 300])) for query in qrels}
    assert_agrees(run, qrels)


@settings(max_examples=150, deadline=None)
@given(
    ranking=st.lists(st.sampled_from(DOCUMENTS), unique=True, min_size=1),
    grades=st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(-1, 4), min_size=1),
)
def test_all_metrics_agree_with_trec_eval_on_any_ranking_and_judgements(
    ranking: list[str], grades: dict[str, int]
) -> None:
    assert_agrees({"q": ranking}, {"q": grades})


def test_unjudged_documents_push_relevant_ones_down() -> None:
    assert ndcg(["x", "a"], {"a": 1}, 10) == pytest.approx(0.6309298)
    assert ndcg(["a", "x"], {"a": 1}, 10) == 1.0


def test_precision_divides_by_the_cutoff_even_for_a_short_ranking() -> None:
    assert precision(["a"], {"a": 1}, 3) == pytest.approx(1 / 3)


def test_a_query_without_relevant_documents_scores_zero_in_every_metric() -> None:
    assert {measure(["a"], {"a": 0}) for measure in METRICS.values()} == {0.0}


def test_recall_and_hit_rate_look_no_further_than_the_cutoff() -> None:
    assert recall(["x", "a"], {"a": 1, "b": 2}, 1) == 0.0
    assert recall(["x", "a"], {"a": 1, "b": 2}, 2) == 0.5
    assert hit_rate(["x", "a"], {"a": 1}, 1) == 0.0
    assert hit_rate(["x", "a"], {"a": 1}, 2) == 1.0


def test_the_judged_share_counts_zero_grades_as_judged() -> None:
    assert judged_share(["a", "b", "x", "y"], {"a": 0, "b": 1}, 3) == pytest.approx(2 / 3)
    assert judged_share([], {"a": 1}, 10) == 0.0


def test_equal_scores_rank_by_document_id_as_text() -> None:
    assert rank(["b", "10", "9", "a"], [0.5, 0.5, 0.5, 0.9]) == ["a", "10", "9", "b"]


def test_a_score_that_is_not_a_number_cannot_be_ranked() -> None:
    with pytest.raises(ValueError, match="NaN"):
        rank(["a", "b"], [0.1, float("nan")])


def test_a_judged_query_missing_from_the_run_counts_as_zero() -> None:
    values = evaluate({"q1": ["a"]}, {"q1": {"a": 1}, "q2": {"a": 1}}, ["nDCG@10"])
    assert values == {"nDCG@10": {"q1": 1.0, "q2": 0.0}}


def test_queries_with_nothing_relevant_or_no_judgement_are_left_out() -> None:
    values = evaluate(
        {"q1": ["a"], "q2": ["a"], "q3": ["a"]}, {"q1": {"a": 1}, "q2": {"a": 0}}, ["RR"]
    )
    assert values == {"RR": {"q1": 1.0}}


def test_a_ranking_that_names_a_document_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'q' names a document twice"):
        evaluate({"q": ["a", "a"]}, {"q": {"a": 1}}, ["RR"])


def test_the_standard_metrics_carry_the_labels_of_the_field() -> None:
    assert list(METRICS) == ["nDCG@10", "Recall@10", "RR", "MAP", "P@1", "Hit@10"]


def test_a_label_carries_its_own_cutoff() -> None:
    ranking = ["x", "y", "a"]
    assert metric("P@3")(ranking, {"a": 1}) == pytest.approx(1 / 3)
    assert metric("Recall@2")(ranking, {"a": 1}) == 0.0
    assert metric("Judged@10")(ranking, {"a": 1}) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "label", ["", "nDCG", "ndcg@10", "nDCG@0", "nDCG@-1", "P@", "RR@10", "P@1 ", "P@٣", "P@9999999"]
)
def test_an_unknown_label_is_refused_with_the_known_forms(label: str) -> None:
    with pytest.raises(ValueError, match="nDCG@k, Recall@k, P@k, Hit@k, Judged@k, RR, MAP"):
        metric(label)
