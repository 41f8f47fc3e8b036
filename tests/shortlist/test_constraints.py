"""Hard limits: who is out, in which words, and who is only in doubt."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import broken_limits, doubts, refused_by_name
from tests.shortlist.profiles import GPU, LAPTOP, needs


def dropped_because(card: ModelCard, requirements: Requirements) -> str | None:
    """Return the first reason why a model is out."""
    return next((broken.sentence for broken in broken_limits(card, requirements)), None)


find = load_catalogue().find


def card(**facts: Any) -> ModelCard:
    """A small English model, changed as said."""
    usual = {"name": "lab/small", "languages": ("eng-Latn",), "n_languages": 1, "license": "mit"}
    return ModelCard(**{**usual, **facts})


def test_a_model_that_fits_is_not_dropped() -> None:
    assert dropped_because(find("all-MiniLM-L6-v2"), needs()) is None


def test_an_english_model_is_dropped_for_chinese_documents_in_words() -> None:
    sentence = dropped_because(card(), needs("zh-Hans"))
    assert sentence is not None
    assert sentence.startswith("reads English only; your documents are ")
    assert "Chinese" in sentence


def test_e5_large_v2_is_dropped_for_chinese_with_its_public_score() -> None:
    sentence = dropped_because(find("e5-large-v2"), needs("zh-Hans"))
    assert sentence is not None
    assert "reads English only" in sentence
    assert "public Chinese retrieval 11.4 of 100" in sentence


def test_a_model_must_read_both_sides_of_a_cross_lingual_search() -> None:
    crossing = needs("en", "zh-Hans")
    english, chinese = find("bge-base-en-v1.5"), find("bge-base-zh-v1.5")
    assert "your queries are" in (dropped_because(english, crossing) or "")
    assert "your documents are English" in (dropped_because(chinese, crossing) or "")
    assert dropped_because(find("multilingual-e5-small"), crossing) is None


def test_several_unread_languages_are_all_named() -> None:
    sentence = dropped_because(card(), needs("en de ja")) or ""
    assert "German and Japanese" in sentence


def test_texts_in_several_unnamed_languages_need_a_multilingual_model() -> None:
    several = needs("several")
    assert dropped_because(find("multilingual-e5-small"), several) is None
    assert not doubts(find("multilingual-e5-small"), several)
    assert dropped_because(card(), several) == (
        "reads English only; your documents are in several languages"
    )


def test_unknown_languages_are_a_doubt_and_not_a_reason() -> None:
    unknown = card(languages=(), n_languages=None)
    assert dropped_because(unknown, needs("zh-Hans")) is None
    assert any("not stated" in doubt for doubt in doubts(unknown, needs("zh-Hans")))


def test_a_language_missing_from_an_incomplete_list_is_a_doubt() -> None:
    many = card(languages=("eng-Latn", "deu-Latn"), n_languages=99)
    assert dropped_because(many, needs("ja")) is None
    assert any("Japanese" in doubt for doubt in doubts(many, needs("ja")))


def test_traditional_characters_are_a_doubt_for_a_model_of_simplified_ones() -> None:
    chinese = card(languages=("zho-Hans",))
    assert dropped_because(chinese, needs("zh-Hant")) is None
    assert doubts(chinese, needs("zh-Hant"))
    assert not doubts(chinese, needs("zh-Hans"))


def test_a_model_of_program_code_serves_code_search_only() -> None:
    assert dropped_because(find("codesage-small-v2"), needs(task="code-search")) is None
    assert "program code only" in (dropped_because(find("codesage-small-v2"), needs()) or "")


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("cc-by-nc-4.0", "non-commercial"),
        ("m3e-research-only", "research"),
        (None, "licence unknown"),
        ("home-made", "licence unknown"),
    ],
)
def test_commercial_use_needs_a_licence_that_allows_it(licence: str | None, words: str) -> None:
    model = card(license=licence)
    assert words in (dropped_because(model, needs(commercial_use=True)) or "")
    assert dropped_because(model, needs()) is None


def test_every_licence_of_the_catalogue_is_known_to_the_program() -> None:
    for model in load_catalogue().cards:
        why = dropped_because(model, needs(commercial_use=True, hosted_allowed=True)) or ""
        assert "unknown here" not in why, model.name


def test_a_licence_with_conditions_stays_and_says_them() -> None:
    gemma = find("embeddinggemma-300m")
    wanted = needs(commercial_use=True)
    assert dropped_because(gemma, wanted) is None
    assert any("Gemma terms" in doubt for doubt in doubts(gemma, wanted))


def test_weights_that_do_not_fit_the_memory_limit_are_dropped_with_the_numbers() -> None:
    sentence = dropped_because(card(memory_usage_mb=1_000.0), needs(max_memory_mib=512)) or ""
    assert "1,200 MiB" in sentence and "512 MiB" in sentence


def test_the_machine_is_the_memory_limit_where_none_is_said() -> None:
    big = card(memory_usage_mb=15_000.0)
    assert "the machine has 16,000 MiB" in (dropped_because(big, needs(machine=LAPTOP)) or "")
    assert dropped_because(big, needs(machine=GPU)) is None


def test_unknown_memory_is_no_reason() -> None:
    assert dropped_because(card(), needs(max_memory_mib=50)) is None


def test_only_a_hopeless_latency_drops_and_says_how_it_was_estimated() -> None:
    wanted = needs(max_latency_p95_ms=10.0)
    sentence = dropped_because(card(n_active_parameters=4_000_000_000), wanted) or ""
    assert "1,000 ms a query (200 to 2,501)" in sentence
    assert "10 ms" in sentence and "estimated" in sentence
    assert dropped_because(card(n_active_parameters=150_000_000), wanted) is None


def test_a_static_model_is_never_too_slow() -> None:
    fast = card(kind="static", n_active_parameters=0)
    assert dropped_because(fast, needs(max_latency_p95_ms=0.01, max_index_minutes=0.01)) is None


def test_an_index_that_would_take_days_is_dropped() -> None:
    wanted = needs(n_documents=1_000_000, document_words=200, max_index_minutes=60.0)
    sentence = dropped_because(card(n_active_parameters=300_000_000), wanted) or ""
    assert "minutes to index 1,000,000 documents" in sentence


def test_vectors_over_the_stores_limit_are_dropped_unless_they_can_be_cut() -> None:
    wanted = needs(vector_store="pgvector")
    sentence = dropped_because(card(embed_dim=4_096), wanted) or ""
    assert sentence == "4,096 dimensions, which cannot be cut; pgvector indexes at most 4,000"
    assert dropped_because(card(embed_dim=4_096, matryoshka_dims=(1_024, 4_096)), wanted) is None


def test_a_store_that_is_not_said_sets_no_limit() -> None:
    assert dropped_because(card(embed_dim=40_960), needs()) is None
    assert dropped_because(card(embed_dim=40_960), needs(vector_store="none")) is None


def test_a_model_that_reads_next_to_nothing_of_a_document_is_dropped_with_the_share() -> None:
    wanted = needs(document_words=2_000)
    assert dropped_because(card(max_tokens=280), wanted) == (
        "reads 280 tokens, 10% of a document of about 2,800 (2,000 words); "
        "it would need them in chunks"
    )
    assert dropped_because(card(max_tokens=560), wanted) is None
    assert dropped_because(card(max_tokens=280), needs()) is None


def test_a_hosted_model_whose_queries_alone_break_the_budget_is_dropped_with_the_sum() -> None:
    hosted = find("text-embedding-3-large")
    wanted = needs(hosted_allowed=True, max_usd_per_month=50.0, queries_per_day=1_000_000)
    broken = broken_limits(hosted, wanted)[0]
    assert broken.limit == "budget"
    assert broken.sentence == (
        "79 USD a month for 1,000,000 queries a day at 0.13 USD a million tokens; your budget is 50"
    )
    enough = msgspec.structs.replace(wanted, max_usd_per_month=80.0)
    assert "budget" not in {part.limit for part in broken_limits(hosted, enough)}
    unpriced = msgspec.structs.replace(hosted, name="somebody/new")
    assert "budget" not in {part.limit for part in broken_limits(unpriced, wanted)}


def test_hosted_models_are_out_unless_allowed_and_then_not_measurable() -> None:
    hosted = find("text-embedding-3-small")
    assert "leave your machines" in (dropped_because(hosted, needs()) or "")
    broken = broken_limits(hosted, needs(hosted_allowed=True))
    assert [part.limit for part in broken] == ["not measurable"]
    assert "can't be measured by this version yet" in broken[0].sentence


@pytest.mark.parametrize("name", ["splade-v3", "colbertv2.0", "word2vec-google-news-300"])
def test_what_this_version_cannot_measure_says_so(name: str) -> None:
    said = {
        "splade-v3": "sparse: measured when you name it",
        "colbertv2.0": "multi-vector: measured when you name it",
        "word2vec-google-news-300": "can't be measured by this version yet",
    }
    assert said[name] in (dropped_because(find(name), needs()) or "")
    assert (refused_by_name(find(name)) is None) == ("name it" in said[name])


def test_the_users_own_limits_come_before_those_of_this_version() -> None:
    broken = broken_limits(find("splade-v3"), needs("zh-Hans"))
    assert [part.limit for part in broken] == ["languages", "not measurable"]


def test_the_baseline_breaks_no_limit() -> None:
    hard = needs("zh-Hans", commercial_use=True, max_memory_mib=1, max_latency_p95_ms=0.001)
    assert dropped_because(find("bm25"), hard) is None


def test_code_of_the_repository_and_a_missing_prompt_are_doubts() -> None:
    model = card(remote_code=True, use_instructions=True, note="A trap.")
    said = " ".join(doubts(model, needs()))
    assert "code from its own repository" in said
    assert "prompt" in said
    assert "A trap." in said


def test_needs_without_languages_drop_nobody_for_a_language() -> None:
    open_needs = Requirements(machine=LAPTOP)
    assert dropped_because(card(), open_needs) is None
    assert dropped_because(find("bge-base-zh-v1.5"), open_needs) is None
