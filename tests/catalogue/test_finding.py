"""Finding models by words and options: what fits, what is unknown, and in which order."""

from __future__ import annotations

import pytest

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import shipped_catalogue
from advisor.catalogue.finding import KINDS, SORTS, count, find_models, language_tags, wanted
from advisor.catalogue.licences import FORBIDDEN, commercial
from advisor.catalogue.reading import reads
from advisor.errors import ProfileError, UsageError

CARDS = shipped_catalogue().cards


def names(*words: str, **options: str | int) -> list[str]:
    found = find_models(CARDS, wanted(words, **options))  # type: ignore[arg-type]
    return [card.short_name for card in found]


def test_chinese_finds_models_that_read_chinese_and_no_note_that_denies_it() -> None:
    found = find_models(CARDS, wanted(["chinese"]))
    assert "bge-base-zh-v1.5" in [card.short_name for card in found]
    assert "bge-m3" in [card.short_name for card in found]
    assert "e5-large-v2" not in [card.short_name for card in found]
    for card in found:
        assert "chinese" in card.name.lower() or reads(card, "zh-Hans") == "yes"


def test_small_chinese_models_for_commercial_use_come_best_first() -> None:
    found = find_models(CARDS, wanted(["chinese"], max_params="150M", license="commercial"))
    assert len(found) > 10
    assert all((card.n_parameters or 0) <= 150e6 and commercial(card.license) for card in found)
    scores = [card.scores["zh"].value for card in found if "zh" in card.scores]
    assert scores == sorted(scores, reverse=True)
    assert not {"m3e-base", "m3e-small"} & {card.short_name for card in found}


def test_every_word_has_to_fit() -> None:
    assert set(names("bge", "english")) == set(names("bge")) & set(names("english"))
    assert names("bge", "no-such-word") == []


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("law", "voyage-law-2"), ("medical", "pubmedbert-base-embeddings"),
        ("code", "codesage-small-v2"), ("sparse", "splade-v3"), ("llm", "NV-Embed-v2"),
        ("multilingual", "bge-m3"), ("japanese", "multilingual-e5-small"), ("hybrid", "bm25+dense"),
    ],
)  # fmt: skip
def test_a_word_of_everyday_finds_what_is_meant(word: str, name: str) -> None:
    assert name in names(word)


@pytest.mark.parametrize("language", ["zh-Hans", "Chinese", "chinese"])
def test_a_language_is_given_by_tag_or_name(language: str) -> None:
    assert "bge-base-zh-v1.5" in names(language=language)
    assert "bge-base-en-v1.5" not in names(language=language)


def test_an_unknown_language_names_the_nearest() -> None:
    with pytest.raises(ProfileError, match="Japanese"):
        language_tags("japanes")


def test_several_languages_ask_for_a_multilingual_model() -> None:
    assert "multilingual-e5-small" in names(language="several")
    assert "bge-base-zh-v1.5" not in names(language="several")


def test_what_is_unknown_does_not_fit_a_limit() -> None:
    cards = [ModelCard(name="a/unknown"), ModelCard(name="a/known", n_parameters=5, max_tokens=9)]
    assert [card.short_name for card in find_models(cards, wanted(max_params="10"))] == ["known"]
    assert [card.short_name for card in find_models(cards, wanted(context=8))] == ["known"]
    assert find_models(cards, wanted(license="commercial")) == ()


def test_a_dimension_counts_cuts_the_model_was_trained_for() -> None:
    found = names(dim=256)
    assert "Qwen3-Embedding-8B" in found
    assert "bge-base-en-v1.5" not in found
    assert "splade-v3" not in found


def test_static_models_read_texts_of_any_length() -> None:
    assert "potion-base-8M" in names(context=100_000)
    assert "all-MiniLM-L6-v2" not in names(context=512)


def test_a_licence_is_found_by_its_name_and_none_forbidden_is_commercial() -> None:
    assert "all-MiniLM-L6-v2" in names(license="apache-2.0")
    assert "all-MiniLM-L6-v2" not in names(license="mit")
    for card in find_models(CARDS, wanted(license="commercial")):
        assert card.license not in FORBIDDEN


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_models(kind: str) -> None:
    assert names(kind=kind)


def test_a_model_of_three_outputs_is_found_by_each_of_them() -> None:
    for kind in ("dense", "sparse", "multi-vector"):
        assert "bge-m3" in names(kind=kind)


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_keeps_all_models_and_puts_the_unknown_last(sort: str) -> None:
    found = find_models(CARDS, wanted(sort=sort))
    assert len(found) == len(CARDS)
    fields = {"params": "n_parameters", "dim": "embed_dim", "date": "release_date"}
    if sort in fields:
        known = [getattr(card, fields[sort]) is not None for card in found]
        assert known == sorted(known, reverse=True)


def test_orders_put_first_what_one_looks_for() -> None:
    by_size = find_models(CARDS, wanted(kind="dense", sort="params"))
    assert (by_size[0].n_parameters or 0) <= (by_size[5].n_parameters or 0)
    newest = find_models(CARDS, wanted(sort="date"))
    assert (newest[0].release_date or "") >= (newest[1].release_date or "")
    longest = find_models(CARDS, wanted(sort="context"))
    assert (longest[0].max_tokens or 0) >= (longest[1].max_tokens or 0)


@pytest.mark.parametrize(
    ("text", "number"),
    [("150M", 150_000_000), ("1.5b", 1_500_000_000), ("22000000", 22_000_000), ("300k", 300_000)],
)
def test_a_count_may_be_written_short(text: str, number: int) -> None:
    assert count("--max-params", text) == number


@pytest.mark.parametrize("text", ["", "M", "big", "-5", "1e9", "nan", "inf", "9" * 40, "１"])
def test_a_count_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match=r"--max-params .*150M"):
        count("--max-params", text)


@pytest.mark.parametrize("option", ["kind", "sort"])
def test_an_unknown_choice_names_the_known_ones(option: str) -> None:
    with pytest.raises(UsageError, match=f"--{option} .*choose one of"):
        wanted(**{option: "\x1b[31mother"})  # type: ignore[arg-type]
