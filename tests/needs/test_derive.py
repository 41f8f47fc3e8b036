"""Answers become limits and priorities: each lands in its place, and what is open stays open."""

from typing import Any

import pytest

from advisor.errors import ProfileError
from advisor.needs.answers import KEYS, Answers, answered, with_defaults
from advisor.needs.derive import GIVE_UP, requirements_from
from advisor.needs.requirements import Machine, Requirements

MACHINE = Machine(source="described", cores=2, memory_mib=8_000)

# What an answer other than the default gives: the requirement's name and its value.
LANDS: dict[str, tuple[Any, str, Any]] = {
    "task": ("code-search", "task", "code-search"),
    "document_languages": (("ja", "en"), "document_languages", ("ja", "en")),
    "query_languages": (("de",), "query_languages", ("de",)),
    "exact_terms": (True, "exact_terms", True),
    "domain": ("legal", "domain", "legal"),
    "priority": ("speed", "priority", "speed"),
    "give_up_ndcg": (0.03, "give_up_ndcg", 0.03),
    "min_recall_at_10": (0.8, "min_recall_at_10", 0.8),
    "latency_ms": (50.0, "max_latency_p95_ms", 50.0),
    "queries_per_s": (7.0, "peak_queries_per_s", 7.0),
    "memory_mib": (512, "max_memory_mib", 512),
    "usd_per_hour": (0.25, "usd_per_hour", 0.25),
    "hosted_allowed": (True, "hosted_allowed", True),
    "usd_per_month": (9.5, "max_usd_per_month", 9.5),
    "documents": (1_000, "n_documents", 1_000),
    "document_words": (120, "document_words", 120),
    "chunking": (True, "chunking", True),
    "queries_per_day": (5, "queries_per_day", 5),
    "vector_store": ("milvus", "vector_store", "milvus"),
    "commercial_use": (False, "commercial_use", False),
    "labelled_pairs": (30, "labelled_pairs", 30),
    "documents_per_month": (70, "documents_per_month", 70),
    "judging_usd_per_hour": (25.0, "judging_usd_per_hour", 25.0),
    "index_minutes": (12.0, "max_index_minutes", 12.0),
}


def derived(**values: Any) -> Requirements:
    return requirements_from(with_defaults(answered(Answers(**values))), MACHINE)


def test_every_answer_but_the_machines_name_lands_somewhere() -> None:
    # The machine is given as a Machine, which its name was turned into before.
    assert set(KEYS) - set(LANDS) == {"machine"}


@pytest.mark.parametrize("key", LANDS)
def test_an_answer_lands_in_its_requirement_and_changes_it(key: str) -> None:
    value, name, expected = LANDS[key]
    assert getattr(derived(**{key: value}), name) == expected
    assert getattr(derived(), name) != expected


def test_without_answers_nothing_is_limited() -> None:
    open_ = derived()
    limits = [name for name in open_.__struct_fields__ if name.startswith(("max_", "min_", "n_"))]
    assert len(limits) >= 6
    assert all(getattr(open_, name) is None for name in limits)
    assert open_.machine == MACHINE
    assert open_.document_languages == open_.query_languages == ()


def test_answers_without_defaults_are_read_as_the_careful_choice() -> None:
    bare = requirements_from(answered(Answers()), MACHINE)
    assert (bare.task, bare.priority, bare.hosted_allowed) == ("search", "balanced", False)


@pytest.mark.parametrize(("priority", "given_up"), GIVE_UP.items())
def test_the_priority_sets_what_may_be_given_up(priority: str, given_up: float) -> None:
    assert derived(priority=priority).give_up_ndcg == given_up
    assert derived(priority=priority, give_up_ndcg=0.0).give_up_ndcg == 0.0


def test_the_more_accuracy_counts_the_less_of_it_is_given_up() -> None:
    assert GIVE_UP == {"accuracy": 0.01, "balanced": 0.02, "speed": 0.05}


def test_queries_are_in_the_documents_languages_unless_said_and_not_the_other_way_round() -> None:
    assert derived(document_languages=("ja",)).query_languages == ("ja",)
    assert derived(query_languages=("ja",)).document_languages == ()


def test_images_and_audio_give_no_requirements_but_what_to_look_for() -> None:
    with pytest.raises(ProfileError, match=r"CLIP.*CLAP"):
        derived(task="images-or-audio")
