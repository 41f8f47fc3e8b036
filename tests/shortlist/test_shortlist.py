"""The shortlist of the real catalogue: diverse, complete, and with a reason for everything."""

from __future__ import annotations

from collections import Counter

import pytest

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Requirements
from advisor.shortlist.choosing import size_class
from advisor.shortlist.relaxing import why_none
from advisor.shortlist.shortlist import Listed, Shortlist, shortlist
from tests.shortlist.profiles import PROFILES, needs

CARDS = load_catalogue().cards
DEMO = {
    "sentence-transformers/all-MiniLM-L6-v2",
    "sentence-transformers/all-mpnet-base-v2",
    "sentence-transformers/paraphrase-MiniLM-L3-v2",
    "minishlab/potion-base-8M",
}


def everywhere(card: ModelCard) -> bool:
    """Every model's weights are here."""
    return True


def short(listed: tuple[Listed, ...]) -> list[str]:
    """The short names of a list."""
    return [item.card.short_name for item in listed]


def thumb(found: Shortlist) -> Listed:
    """The one rule of thumb, wherever it is."""
    (one,) = [item for item in (*found.candidates, *found.not_here) if item.role == "rule of thumb"]
    return one


@pytest.fixture(params=list(PROFILES.values()), ids=list(PROFILES))
def profile(request: pytest.FixtureRequest) -> Requirements:
    """One after another of the eight kinds of needs."""
    requirements = request.param
    assert isinstance(requirements, Requirements)
    return requirements


@pytest.mark.parametrize("available", [everywhere, DEMO, ()], ids=["all", "demo", "none"])
def test_every_model_is_accounted_for_exactly_once(
    profile: Requirements, available: set[str]
) -> None:
    found = shortlist(profile, CARDS, available)
    listed = [item.card.name for item in (*found.candidates, *found.not_here, *found.lower)]
    names = [*listed, *(drop.card.name for drop in found.dropped)]
    assert found.considered == len(CARDS)
    assert Counter(names) == Counter(card.name for card in CARDS)


def test_everything_has_a_reason(profile: Requirements) -> None:
    found = shortlist(profile, CARDS, DEMO)
    for item in (*found.candidates, *found.not_here, *found.lower):
        assert item.reason
        assert item.evidence.basis
    assert all(drop.reason for drop in found.dropped)


def test_six_candidates_and_the_baseline_beside_them(profile: Requirements) -> None:
    found = shortlist(profile, CARDS, everywhere)
    assert len(found.candidates) == 7
    assert found.candidates[-1].role == "baseline"
    assert found.not_here == ()
    ranks = [item.rank or 0 for item in found.candidates[:-1]]
    assert ranks == sorted(ranks)


def test_candidates_differ_by_organisation_and_size_class(profile: Requirements) -> None:
    found = shortlist(profile, CARDS, everywhere)
    if found.board == "code":
        return
    ranked = [item.card for item in found.candidates if item.role == "ranked"]
    classes = Counter((card.organisation, size_class(card)) for card in ranked)
    assert max(classes.values()) == 1
    assert max(Counter(card.organisation for card in ranked).values()) <= 2


def test_the_rule_of_thumb_is_always_in_the_comparison(profile: Requirements) -> None:
    for available in (everywhere, DEMO, ()):
        assert thumb(shortlist(profile, CARDS, available)).reason.startswith("rule of thumb")


@pytest.mark.parametrize(
    ("name", "pick"),
    [
        ("Chinese customer support", "bge-base-zh-v1.5"),
        ("English technical docs", "all-mpnet-base-v2"),
        ("multilingual e-commerce", "multilingual-e5-base"),
        ("edge device", "all-MiniLM-L6-v2"),
        ("high-value legal documents", "e5-large-v2"),
        ("English regulations, Chinese queries", "multilingual-e5-base"),
    ],
)
def test_the_rule_of_thumb_is_the_one_of_the_guides(name: str, pick: str) -> None:
    assert thumb(shortlist(PROFILES[name], CARDS, everywhere)).card.short_name == pick


def test_chinese_customer_support_never_lists_an_english_only_model() -> None:
    found = shortlist(PROFILES["Chinese customer support"], CARDS, everywhere)
    for item in (*found.candidates, *found.not_here, *found.lower):
        assert item.card.languages != ("eng-Latn",), item.card.name
    dropped = {drop.card.short_name: drop.reason for drop in found.dropped}
    assert "11.4 of 100" in dropped["e5-large-v2"]


def test_cross_lingual_candidates_read_both_languages() -> None:
    found = shortlist(PROFILES["English regulations, Chinese queries"], CARDS, everywhere)
    for item in found.candidates[:-1]:
        assert {"eng-Latn", "zho-Hans"} <= set(item.card.languages), item.card.name


def test_what_is_better_but_not_here_is_named_with_the_command_that_fetches_it() -> None:
    found = shortlist(PROFILES["English technical docs"], CARDS, DEMO)
    assert {card.card.name for card in found.candidates[:-1]} == DEMO
    best = found.not_here[0]
    assert best.command == f"hf download {best.card.name}"
    assert (best.rank or 0) < (found.candidates[0].rank or 0)
    assert "not on this machine" in best.reason
    assert all(item.command is None for item in found.candidates)


def test_with_nothing_here_only_the_baseline_is_left_to_measure() -> None:
    found = shortlist(needs(), CARDS, ())
    assert short(found.candidates) == ["bm25"]
    assert len(found.not_here) == 6


def test_candidates_met_every_limit(profile: Requirements) -> None:
    found = shortlist(profile, CARDS, everywhere)
    dropped = {drop.card.name for drop in found.dropped}
    assert not dropped & {item.card.name for item in found.candidates}


def test_code_of_a_repository_is_proposed_only_with_consent() -> None:
    asked = shortlist(needs(), CARDS, everywhere)
    assert not any(item.card.remote_code for item in asked.candidates)
    reasons = {item.card.short_name: item.reason for item in asked.lower}
    assert "which you have not allowed" in reasons["jina-embeddings-v5-text-nano"]
    allowed = shortlist(needs(), CARDS, everywhere, remote_code=True)
    assert any(item.card.remote_code for item in allowed.candidates)


def test_a_model_that_would_take_hours_to_measure_is_not_proposed_but_can_be_named() -> None:
    found = shortlist(PROFILES["English technical docs"], CARDS, everywhere)
    reasons = {item.card.short_name: item.reason for item in found.lower}
    assert "hours" in reasons["Qwen3-Embedding-4B"]
    assert "name it to add it" in reasons["Qwen3-Embedding-4B"]


def test_speed_brings_a_static_model_and_no_giant() -> None:
    cards = [item.card for item in shortlist(PROFILES["edge device"], CARDS, everywhere).candidates]
    assert any(card.kind == "static" for card in cards)
    assert all((card.n_parameters or 0) < 600e6 for card in cards)


def test_a_model_made_for_the_domain_is_compared() -> None:
    for name, domain in (("high-value legal documents", "legal"), ("code search", "code")):
        found = shortlist(PROFILES[name], CARDS, everywhere)
        assert any(domain in item.card.domains for item in found.candidates)


def test_a_medical_model_without_a_score_is_compared_for_medical_texts() -> None:
    found = shortlist(needs(domain="biomedical"), CARDS, everywhere)
    assert "pubmedbert-base-embeddings" in short(found.candidates)


def test_fewer_candidates_can_be_asked_for() -> None:
    assert len(shortlist(needs(), CARDS, everywhere, most=4).candidates) == 5


def test_the_same_question_gives_the_same_list_whatever_the_order_of_the_cards() -> None:
    forwards = shortlist(needs(), CARDS, everywhere)
    backwards = shortlist(needs(), tuple(reversed(CARDS)), everywhere)
    assert short(forwards.candidates) == short(backwards.candidates)


def test_what_cannot_be_measured_yet_is_a_category_of_its_own() -> None:
    found = shortlist(needs(hosted_allowed=True), CARDS, everywhere)
    held = {drop.card.short_name for drop in found.not_measurable}
    assert {"text-embedding-3-small", "colbertv2.0", "splade-v3"} <= held


def test_when_no_model_is_left_the_limit_to_relax_is_named_with_the_number() -> None:
    hard = needs(max_memory_mib=5, commercial_use=True)
    found = shortlist(hard, CARDS, everywhere)
    assert short(found.candidates) == ["bm25"]
    why = why_none(found.dropped)
    assert why.relax == ("memory",)
    assert why.brings_back > 50
    assert "memory limit" in why.sentence
    assert "9 MiB would admit minishlab/potion-base-2M" in why.sentence
    assert why.broken["memory"] > why.brings_back


def test_two_clashing_limits_are_named_together() -> None:
    free = ModelCard(name="a/free", license="cc-by-nc-4.0", memory_usage_mb=900.0)
    hard = needs(max_memory_mib=100, commercial_use=True)
    why = why_none(shortlist(hard, [free], everywhere).dropped)
    assert why.relax == ("licence", "memory")
    assert why.sentence == (
        "No model is left. Giving up commercial use and the memory limit brings back 1."
    )


def test_nothing_to_relax_is_said_plainly() -> None:
    sparse = ModelCard(name="a/sparse", kind="sparse")
    assert why_none(shortlist(needs(), [sparse], everywhere).dropped).relax == ()
