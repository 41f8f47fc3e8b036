"""Ranking by public scores: which board, which penalties, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Requirements
from advisor.shortlist.ranking import board_for, evidence_for, rank
from tests.shortlist.profiles import LAPTOP, needs

find = load_catalogue().find


def score(value: float, tasks: int = 10, **more: Any) -> PublicScore:
    """A score on a board of ten tasks."""
    more["basis"] = "measured" if tasks == 10 else "estimated"
    return PublicScore(value=value, tasks=tasks, of=10, **more)


def card(name: str, en: PublicScore | None, **facts: Any) -> ModelCard:
    """A model with a score on the English board, and one elsewhere to check it by."""
    scores = {"code": score(50.0)} | ({"en": en} if en else {})
    return ModelCard(**{"name": f"lab/{name}", "scores": scores, **facts})


@pytest.mark.parametrize(
    ("wanted", "board"),
    [
        (needs("en"), "en"),
        (needs("zh-Hans"), "zh"),
        (needs("zh-Hans zh-Hant"), "zh"),
        (needs("ja"), "multilingual"),
        (needs("en de"), "multilingual"),
        (needs("en", "zh-Hans"), "multilingual"),
        (needs("en", task="code-search"), "code"),
        (Requirements(machine=LAPTOP), "multilingual"),
    ],
)
def test_the_board_fits_languages_and_task(wanted: Requirements, board: str) -> None:
    assert board_for(wanted) == board


def test_a_better_public_score_ranks_higher_and_ties_go_by_name() -> None:
    cards = [card("b", score(50)), card("c", score(60)), card("a", score(50))]
    assert [item.card.short_name for item in rank(cards, needs())] == ["c", "a", "b"]
    assert [item.rank for item in rank(cards, needs())] == [1, 2, 3]


def test_a_model_without_a_public_score_comes_last_with_twice_the_uncertainty() -> None:
    last = rank([card("known", score(1)), card("unknown", None)], needs())[-1]
    assert last.card.short_name == "unknown"
    assert last.evidence.value is None
    assert last.evidence.uncertainty == 10.0
    assert "no public score" in last.evidence.basis


def test_estimated_scores_are_a_little_less_and_more_uncertain() -> None:
    full, half = (evidence_for(card("x", score(50, tasks)), needs()) for tasks in (10, 5))
    assert full.rank_value == 50.0
    assert half.rank_value == pytest.approx(50 - 11 * 2.1**2 / (2.1**2 + 11**2), abs=0.001)
    assert full.uncertainty == 5.0
    assert half.uncertainty == pytest.approx(5.42, abs=0.01)
    assert "estimated from 5 of 10 tasks" in half.basis


def test_the_fewer_tasks_the_more_is_taken_off_but_never_all() -> None:
    values = [evidence_for(card("x", score(50, n)), needs()).rank_value or 0 for n in range(11)]
    assert values == sorted(values)
    assert values[0] > 50 - 11


def test_a_score_from_other_tasks_alone_says_so() -> None:
    evidence = evidence_for(card("x", score(50, 0)), needs())
    assert "estimated from other tasks, none of its 10 measured" in evidence.basis


def test_a_model_of_one_language_has_no_multilingual_score_unless_all_was_measured() -> None:
    tongues = {"languages": ("eng-Latn",), "n_languages": 1}
    half, full = (
        ModelCard(name="a/x", scores={"multilingual": part}, **tongues)  # type: ignore[arg-type]
        for part in (score(60, 5), score(60))
    )
    assert evidence_for(half, Requirements(machine=LAPTOP)).value is None
    assert evidence_for(half, Requirements(machine=LAPTOP)).basis.endswith("own language only")
    assert evidence_for(full, Requirements(machine=LAPTOP)).value == 60


def test_a_score_of_nought_still_ranks_before_no_score() -> None:
    ranked = rank([card("none", None), card("nought", score(3.0))], needs())
    assert ranked[0].card.short_name == "nought"


def test_training_on_the_tasks_costs_up_to_two_points_and_is_said() -> None:
    evidence = evidence_for(card("x", score(50, trained_on=("A", "B"))), needs())
    assert evidence.rank_value == pytest.approx(49.6)
    assert "trained on 2 of the tasks" in evidence.basis


def test_undeclared_training_data_costs_a_point() -> None:
    evidence = evidence_for(card("x", score(50), training_declared=False), needs())
    assert evidence.rank_value == 49.0
    assert "not declared" in evidence.basis


def test_a_score_that_no_other_board_confirms_costs_three_points() -> None:
    evidence = evidence_for(card("x", None, scores={"en": score(50)}), needs())
    assert evidence.rank_value == 47.0


def test_models_that_cut_long_documents_lose_up_to_six_points() -> None:
    long = needs(document_words=1_000)
    short, whole = card("short", score(50), max_tokens=140), card("whole", score(49))
    assert [item.card.short_name for item in rank([short, whole], long)] == ["whole", "short"]
    assert evidence_for(short, long).rank_value == pytest.approx(44.6)
    assert "reads 140 of about 1,400 tokens" in evidence_for(short, long).basis


def test_the_domains_own_benchmark_moves_a_model_half_way() -> None:
    general = card("general", score(60), domain_scores={"legal": score(40)})
    lawyer = card("lawyer", score(55), domain_scores={"legal": score(60)})
    plain, law = rank([general, lawyer], needs()), rank([general, lawyer], needs(domain="legal"))
    assert [item.card.short_name for item in plain] == ["general", "lawyer"]
    assert [item.card.short_name for item in law] == ["lawyer", "general"]
    assert law[0].evidence.value == 55.0
    assert "60.0 in the legal benchmark" in law[0].evidence.basis


def test_classification_follows_the_classification_tasks() -> None:
    model = find("all-MiniLM-L6-v2")
    evidence = evidence_for(model, needs(task="classification"))
    assert evidence.value == model.type_scores["en"]["classification"].value
    assert "classification" in evidence.basis
