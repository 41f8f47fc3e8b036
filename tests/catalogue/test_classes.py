"""The class of a model, its standing among its like, and the models most like it."""

from __future__ import annotations

import pytest

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.catalogue import shipped_catalogue
from advisor.catalogue.classes import (
    disk_class,
    language_group,
    size_class,
    standings,
)
from advisor.catalogue.similar import distance, similar

find = shipped_catalogue().find
CARDS = shipped_catalogue().cards


def scored(name: str, value: float, n_parameters: int = 30_000_000) -> ModelCard:
    score = PublicScore(value=value, tasks=10, of=10)
    return ModelCard(
        name=name, n_parameters=n_parameters, languages=("eng-Latn",), scores={"en": score}
    )


@pytest.mark.parametrize(
    ("name", "size", "disk", "group"),
    [
        ("all-MiniLM-L6-v2", "up to 50 M", "under 100 MB", "English"),
        ("bge-base-zh-v1.5", "50 to 150 M", "100 to 500 MB", "Chinese"),
        ("multilingual-e5-large", "150 to 600 M", "over 500 MB", "multilingual"),
        ("Qwen3-Embedding-8B", "over 600 M", "over 500 MB", "multilingual"),
        ("codesage-small-v2", "50 to 150 M", "over 500 MB", "code"),
        ("potion-base-8M", "static", "under 100 MB", "English"),
        ("voyage-4", "of unknown size", "unknown", "other"),
    ],
)
def test_a_model_belongs_to_one_class(name: str, size: str, disk: str, group: str) -> None:
    card = find(name)
    assert (size_class(card), disk_class(card), language_group(card)) == (size, disk, group)


def test_a_score_is_put_among_those_of_its_size() -> None:
    cards = [scored(f"a/{value}", value) for value in (10, 20, 30, 40, 50)]
    cards.append(scored("a/huge", 90, 7_000_000_000))
    (standing,) = standings(cards[3], cards)
    assert (standing.rank, standing.models, standing.best) == (2, 5, 50)
    assert (standing.lower, standing.median, standing.upper) == (20, 30, 40)


def test_equal_scores_share_the_better_rank() -> None:
    cards = [scored(f"a/{number}", 50) for number in range(4)]
    assert {standings(card, cards)[0].rank for card in cards} == {1}


def test_a_handful_of_models_is_no_class() -> None:
    cards = [scored(f"a/{value}", value) for value in (10, 20, 30)]
    assert standings(cards[0], cards) == ()


def test_the_board_of_the_models_own_languages_comes_first() -> None:
    assert standings(find("bge-base-zh-v1.5"), CARDS)[0].board == "zh"
    assert standings(find("bge-small-en-v1.5"), CARDS)[0].board == "en"
    assert standings(find("multilingual-e5-small"), CARDS)[0].board == "multilingual"


def test_every_standing_lies_within_its_class() -> None:
    for card in CARDS:
        for standing in standings(card, CARDS):
            assert standing.lower <= standing.median <= standing.upper <= standing.best
            assert 1 <= standing.rank <= standing.models


def test_the_models_most_like_one_are_of_its_kind_and_language() -> None:
    for other in similar(find("bge-small-en-v1.5"), CARDS):
        assert other.kind == "dense"
        assert language_group(other) == "English"
        assert size_class(other) == "up to 50 M"
    assert {other.kind for other in similar(find("splade-v3"), CARDS)} == {"sparse"}
    assert {other.kind for other in similar(find("colbertv2.0"), CARDS)} == {"multi-vector"}


def test_a_model_is_not_like_itself_and_pipelines_are_left_out() -> None:
    card = find("all-mpnet-base-v2")
    found = similar(card, CARDS, most=len(CARDS))
    assert card not in found
    assert all(other.kind != "hybrid" for other in found)
    assert distance(card, card) == 0


def test_likeness_is_mutual_within_a_group() -> None:
    one, other = find("bge-small-en-v1.5"), find("e5-small-v2")
    assert distance(one, other) == pytest.approx(distance(other, one))
