"""The replay of shortlisting, on tiny made-up scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from advisor.catalogue.card import ModelCard
from benchmarks.advice_quality import averaged, replay
from benchmarks.public_scores import cards_without, filled, plain_means, read_boards
from benchmarks.replay import Fold, Setting, folds, leaderboard, ours, rule_of_thumb

TASKS = ("A", "B", "C", "D")
MODELS = {
    "one/good": (60.0, 61.0, 62.0, 40.0),
    "two/middle": (50.0, 51.0, 52.0, 53.0),
    "three/odd": (40.0, 41.0, 42.0, 80.0),
}


def facts(**trained: tuple[str, ...]) -> dict[str, Any]:
    """A facts file of three models with four English tasks."""
    rows = [
        {
            "name": name,
            "training_datasets": list(trained.get(name.rsplit("/", 1)[-1], ())),
            "scores": {"MTEB(eng, v2)": {"retrieval_tasks": dict(zip(TASKS, values, strict=True))}},
        }
        for name, values in MODELS.items()
    ]
    return {"source": {"made": "up"}, "models": rows}


CARDS = [
    ModelCard(name=name, n_parameters=10**7, languages=("eng-Latn",), n_languages=1)
    for name in MODELS
]


def played(**trained: tuple[str, ...]) -> list[Fold]:
    """Every replay of the three models."""
    made = facts(**trained)
    return list(folds(CARDS, read_boards(made, CARDS), made))


def test_the_left_out_task_is_in_no_score_of_a_card() -> None:
    made = facts()
    boards = read_boards(made, CARDS)
    good = cards_without("D", CARDS, boards, made)[0].scores["en"]
    assert (good.value, good.tasks, good.of, good.basis) == (61.0, 3, 3, "measured")


def test_missing_tasks_are_filled_along_the_one_factor_and_a_little_towards_the_mean() -> None:
    level = np.linspace(0, 50, 11)[:, None]
    scores = level * np.array([1.0, 2.0, 0.5]) + np.array([10.0, 0.0, 40.0])
    seen = scores.copy()
    seen[3, 1] = np.nan
    assert scores[3, 1] == 30.0 and scores[:, 1].mean() == 50.0
    assert 30.0 < filled(seen)[3, 1] < 32.0
    assert not np.isnan(filled(seen)).any()


def test_a_plain_mean_needs_most_of_the_tasks() -> None:
    made = facts()
    board = read_boards(made, CARDS)["en"]
    board.scores[0, 0] = board.scores[1, :2] = np.nan
    means = plain_means(board)
    assert means[0] == pytest.approx((61 + 62 + 40) / 3)
    assert np.isnan(means[1])


def test_a_model_trained_on_the_left_out_task_is_out_for_that_task_only() -> None:
    with_it = {fold.task for fold in played(good=("A",)) if "one/good" in fold.truth}
    assert with_it == {"B", "C", "D"}


def test_regret_is_what_the_best_of_those_taken_lacks() -> None:
    fold = next(fold for fold in played() if fold.task == "D")
    assert fold.regret(["one/good"]) == 40.0
    assert fold.regret(["one/good", "two/middle"]) == 27.0
    assert fold.regret(list(MODELS)) == 0.0


def test_the_leaderboard_and_the_product_never_see_the_left_out_task() -> None:
    fold = next(fold for fold in played() if fold.task == "D")
    assert list(leaderboard(1)(fold)) == ["one/good"]
    assert list(ours(1)(fold)) == ["one/good"]
    assert set(ours(6)(fold)) == set(MODELS)
    assert rule_of_thumb(fold) == []


def test_a_method_counts_only_where_it_has_a_model_to_offer() -> None:
    assert replay(played(), rule_of_thumb) == {}
    regrets = replay(played(), leaderboard(1))
    assert set(regrets) == {Setting("en", limit) for limit in (50e6, 150e6, 600e6, float("inf"))}


def test_settings_weigh_alike_however_many_tasks_they_have() -> None:
    few, many = Setting("zh", 50e6), Setting("zh", 150e6)
    regrets = {few: {"A": 4.0}, many: {"A": 0.0, "B": 0.0, "C": 0.0}}
    mean = averaged(regrets)
    assert mean.mean == 2.0
    assert mean.error > 0
    assert averaged(regrets, "zh", near=True).mean == 50.0


def test_regrets_that_never_differ_have_no_error() -> None:
    assert averaged({Setting("en", 50e6): {"A": 1.0, "B": 1.0}}) == (1.0, 0.0)
