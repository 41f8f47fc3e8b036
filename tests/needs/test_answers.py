"""Answers know where they come from: the user's stay, the data fills in, defaults come last."""

import msgspec
import pytest

from advisor.corpus.language import main_languages
from advisor.errors import ProfileError
from advisor.needs.answers import (
    DEFAULTS,
    KEYS,
    Answers,
    AnswerSet,
    answered,
    contradictions,
    filled,
    refuse_unsupported,
    with_defaults,
)

NOTHING = answered(Answers())
JAPANESE = "これは日本語の文章です。駅まで歩いて行きます。"


def test_what_the_user_says_is_the_users_and_the_rest_is_not_answered() -> None:
    said = answered(Answers(priority="speed", exact_terms=False, labelled_pairs=0))
    assert said.sources == {"priority": "user", "exact_terms": "user", "labelled_pairs": "user"}
    assert said.given() == {"exact_terms": False, "priority": "speed", "labelled_pairs": 0}


def test_given_answers_are_plain_and_in_the_order_of_the_questions() -> None:
    said = answered(Answers(latency_ms=5.0, query_languages=("en",), task="search"))
    assert list(said.given()) == ["task", "query_languages", "latency_ms"]
    assert list(said.given()["query_languages"]) == ["en"]
    msgspec.json.encode(said.given())


def test_a_language_said_twice_counts_once_and_the_first_stays_first() -> None:
    said = answered(Answers(query_languages=("ja", "en", "ja")))
    assert said.values.query_languages == ("ja", "en")


def test_an_empty_list_of_languages_is_no_answer_and_the_data_fills_it() -> None:
    said = answered(Answers(document_languages=()))
    assert said == NOTHING
    found = filled(said, {"document_languages": ("de",)}, "detected")
    assert found.values.document_languages == ("de",)
    assert found.sources == {"document_languages": "detected"}


@pytest.mark.parametrize("key", ["document_languages", "query_languages"])
def test_an_unknown_language_is_refused_by_its_key(key: str) -> None:
    with pytest.raises(ProfileError, match=rf"^{key}: 'zh' is no language .*zh-Hans.*zh-Hant"):
        answered(msgspec.convert({key: ["en", "zh"]}, Answers))


def test_several_is_a_language_to_answer_with() -> None:
    said = answered(Answers(document_languages=("several",)))
    assert said.values.document_languages == ("several",)


def test_defaults_fill_what_nobody_answered_and_say_so() -> None:
    full = with_defaults(answered(Answers(priority="speed", hosted_allowed=True)))
    assert (full.values.priority, full.sources["priority"]) == ("speed", "user")
    assert full.values.hosted_allowed is True
    for key, value in msgspec.structs.asdict(DEFAULTS).items():
        if key in ("priority", "hosted_allowed"):
            continue
        assert getattr(full.values, key) == value
        assert full.sources.get(key) == (None if value is None else "default")


def test_a_no_and_a_zero_of_the_user_are_answers_that_defaults_leave_alone() -> None:
    full = with_defaults(answered(Answers(commercial_use=False, labelled_pairs=0)))
    assert full.values.commercial_use is False
    assert full.sources["commercial_use"] == full.sources["labelled_pairs"] == "user"


def test_what_is_found_in_the_data_never_replaces_what_the_user_said() -> None:
    said = answered(Answers(document_languages=("en",)))
    found = {"document_languages": ("de",), "query_languages": ("de",), "documents": None}
    full = with_defaults(filled(said, found, "detected"))
    assert full.values.document_languages == ("en",)
    assert full.sources["document_languages"] == "user"
    assert full.values.query_languages == ("de",)
    assert full.sources["query_languages"] == "detected"
    assert "documents" not in full.sources


def test_no_default_is_assumed_for_limits_and_languages() -> None:
    full = with_defaults(NOTHING)
    assert not set(full.sources) & {"latency_ms", "memory_mib", "document_languages", "documents"}
    assert set(full.given()) == set(full.sources)
    assert set(full.sources) < set(KEYS)


def test_languages_that_the_data_does_not_show_are_questioned_on_each_side() -> None:
    said = answered(Answers(document_languages=("en", "fr"), query_languages=("zh-Hant",)))
    seen = {"document_languages": ("ja",), "query_languages": ("zh-Hans",)}
    documents, queries = contradictions(said, seen)
    assert documents == (
        "The answers say the documents are in English, French; most of them look like Japanese."
    )
    assert "queries are in Traditional Chinese" in queries
    assert queries.endswith("look like Simplified Chinese.")


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (Answers(document_languages=("en",)), {"document_languages": ("en",)}),
        (Answers(document_languages=("en", "ja")), {"document_languages": ("ja",)}),
        (Answers(document_languages=("several",)), {"document_languages": ("ja",)}),
        (Answers(document_languages=("en",)), {}),
        (Answers(), {"document_languages": ("ja",)}),
    ],
    ids=["the same", "one of two", "several", "nothing seen", "nothing said"],
)
def test_nothing_is_questioned_where_the_data_agrees_or_says_nothing(
    values: Answers, seen: dict[str, tuple[str, ...]]
) -> None:
    assert contradictions(answered(values), seen) == ()


def test_only_the_users_word_is_questioned_and_not_what_was_detected() -> None:
    found: AnswerSet = filled(NOTHING, {"query_languages": ("en",)}, "detected")
    assert contradictions(found, {"query_languages": ("ja",)}) == ()


def test_a_language_guessed_from_real_text_can_be_named_in_a_contradiction() -> None:
    found = main_languages([JAPANESE] * 5)
    said = answered(Answers(document_languages=("en",)))
    (sentence,) = contradictions(said, {"document_languages": found})
    assert "Japanese" in sentence


def test_images_and_audio_are_refused_with_what_to_look_for() -> None:
    with pytest.raises(ProfileError, match=r"CLIP or SigLIP.*CLAP"):
        refuse_unsupported(answered(Answers(task="images-or-audio")))
    refuse_unsupported(answered(Answers(task="code-search")))
    refuse_unsupported(NOTHING)
