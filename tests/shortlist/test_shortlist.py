"""The shortlist of the real catalogue: diverse, complete, and with a reason for everything."""

from __future__ import annotations

from collections import Counter

import pytest

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.classes import size_class
from advisor.needs.requirements import Requirements
from advisor.shortlist.relaxing import relaxations, why_none
from advisor.shortlist.shortlist import Listed, Shortlist, shortlist
from tests.shortlist.profiles import GPU, PROFILES, needs

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


def test_six_candidates_and_beside_them_the_guides_pick_and_the_baseline(
    profile: Requirements,
) -> None:
    found = shortlist(profile, CARDS, everywhere)
    assert len([item for item in found.candidates if not item.beside]) == 6
    assert {item.role for item in found.candidates if item.beside} <= {"rule of thumb", "baseline"}
    assert found.candidates[-1].role == "baseline"
    assert found.not_here == ()
    ranks = [item.rank or 0 for item in found.candidates[:-1]]
    assert ranks == sorted(ranks)


def test_candidates_differ_by_organisation_and_size_class(profile: Requirements) -> None:
    found = shortlist(profile, CARDS, everywhere)
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
    assert len([item for item in found.not_here if not item.beside]) == 6


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
    assert "minutes, more than the 60" in reasons["Qwen3-Embedding-4B"]
    assert "name it to add it" in reasons["Qwen3-Embedding-4B"]


def test_speed_brings_a_static_model_and_no_giant() -> None:
    cards = [item.card for item in shortlist(PROFILES["edge device"], CARDS, everywhere).candidates]
    assert any(card.kind == "static" for card in cards)
    assert all((card.n_parameters or 0) < 600e6 for card in cards)


def test_a_model_made_for_the_domain_is_compared() -> None:
    found = shortlist(PROFILES["high-value legal documents"], CARDS, everywhere)
    assert any("legal" in item.card.domains for item in found.candidates)


def test_models_made_for_code_come_by_their_score_like_all_others() -> None:
    found = shortlist(PROFILES["code search"], CARDS, everywhere)
    assert not any(item.reason.startswith("made for") for item in found.candidates)


def test_who_wants_quality_first_is_shown_one_smaller_model_all_the_same() -> None:
    found = shortlist(PROFILES["high-value legal documents"], CARDS, everywhere, remote_code=True)
    sizes = [item.card.n_parameters or 0 for item in found.candidates if not item.beside]
    assert sum(size <= 600e6 for size in sizes) == 1


def test_half_of_a_balanced_list_is_not_large() -> None:
    found = shortlist(needs(machine=GPU), CARDS, everywhere, remote_code=True)
    sizes = [item.card.n_parameters or 0 for item in found.candidates if not item.beside]
    assert sum(size > 600e6 for size in sizes) == 3


def test_two_versions_of_a_model_are_not_both_listed_whoever_publishes_them() -> None:
    old, new, other = (
        ModelCard(name=name, n_parameters=10**8, scores={"zh": score, "en": score})
        for name, score in (
            ("lab/tiny-v2", PublicScore(value=60, tasks=8, of=8)),
            ("new-lab/tiny-v2.5", PublicScore(value=61, tasks=8, of=8)),
            ("else/else", PublicScore(value=50, tasks=8, of=8)),
        )
    )
    found = shortlist(needs("zh-Hans"), [old, new, other], everywhere, most=2)
    assert short(found.candidates) == ["tiny-v2.5", "else"]
    assert "another version of it" in found.lower[0].reason


def test_a_medical_model_without_a_score_is_compared_for_medical_texts() -> None:
    found = shortlist(needs(domain="biomedical"), CARDS, everywhere)
    medical = [item.card for item in found.candidates if "biomedical" in item.card.domains]
    assert medical and not medical[0].scores


def test_fewer_candidates_can_be_asked_for() -> None:
    found = shortlist(needs(), CARDS, everywhere, most=4)
    assert len([item for item in found.candidates if not item.beside]) == 4


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


def test_every_pick_of_the_guides_is_answered_with_the_evidence() -> None:
    answered = shortlist(PROFILES["English technical docs"], CARDS, everywhere).guides
    assert [guide.name.rsplit("/", 1)[-1] for guide in answered] == [
        "all-mpnet-base-v2", "all-MiniLM-L6-v2",
    ]  # fmt: skip
    mpnet = answered[0]
    assert (mpnet.behind or 0) > 5
    assert "points behind" in mpnet.sentence and "44.5 of 100" in mpnet.sentence


def test_quality_first_in_english_adds_the_large_models_of_the_guides() -> None:
    names = [guide.name for guide in shortlist(needs(priority="accuracy"), CARDS, ()).guides]
    assert names[:2] == ["intfloat/e5-large-v2", "BAAI/bge-large-en-v1.5"]


def test_a_pick_of_the_guides_that_breaks_a_limit_says_which() -> None:
    answered = shortlist(PROFILES["high-value legal documents"], CARDS, everywhere).guides
    hosted = next(guide for guide in answered if guide.name == "openai/text-embedding-3-large")
    assert hosted.rank is None
    assert hosted.sentence.startswith("does not fit: hosted by openai")


def test_relaxing_a_limit_says_how_many_come_back_which_and_at_which_value() -> None:
    limits = needs(max_memory_mib=100)
    cards = [
        ModelCard(name=f"{name}/{name}", license="mit", memory_usage_mb=mib)
        for name, mib in (("d", 400.0), ("a", 100.0), ("c", 300.0), ("b", 200.0))
    ]
    (memory,) = relaxations(shortlist(limits, cards, everywhere).dropped, limits)
    assert [back.needed for back in memory.returns] == [120.0, 240.0, 360.0, 480.0]
    assert memory.sentence == (
        "Without the memory limit 4 come back: a (120 MiB), b (240 MiB), c (360 MiB) and 1 more."
    )


def test_a_limit_without_a_number_gives_back_the_best_first() -> None:
    limits = needs(commercial_use=True)
    best = relaxations(shortlist(limits, CARDS, everywhere).dropped, limits)
    licence = next(relaxed for relaxed in best if relaxed.limit == "licence")
    scores = [back.public_score for back in licence.returns if back.public_score is not None]
    assert scores[0] > scores[-1]
    assert all(back.needed is None for back in licence.returns)


def test_what_breaks_two_limits_comes_back_with_neither_alone() -> None:
    limits = needs(max_memory_mib=100, commercial_use=True)
    both = ModelCard(name="a/both", license="cc-by-nc-4.0", memory_usage_mb=900.0)
    assert relaxations(shortlist(limits, [both], everywhere).dropped, limits) == ()


def test_long_documents_in_chunks_bring_back_what_reads_little() -> None:
    limits = needs(document_words=2_000)
    cards = [
        ModelCard(name=f"a/{tokens}", max_tokens=tokens, languages=("eng-Latn",), n_languages=1)
        for tokens in (140, 280, 560)
    ]
    found = shortlist(limits, cards, everywhere)
    (context,) = relaxations(found.dropped, limits)
    assert [(back.card.max_tokens, round(back.needed or 0)) for back in context.returns] == [
        (280, 1_000), (140, 500),
    ]  # fmt: skip
    assert context.sentence.startswith("With chunks for documents 2 come back: 280 (1,000 words")


def test_models_that_run_code_of_their_own_are_marked_as_held_back() -> None:
    asked = shortlist(needs(), CARDS, everywhere)
    assert any(item.held_back and item.card.remote_code for item in asked.lower)
    assert not any(item.held_back for item in asked.candidates if item.role == "ranked")
