"""The decision tree: every question says why, applies where it should, and the walk ends."""

import contextlib
import random
from collections.abc import Collection

import msgspec
import pytest

from advisor.needs.answers import KEYS, Answers
from advisor.needs.languages import LANGUAGES, SEVERAL
from advisor.needs.mistakes import mistake_of_choice, mistakes
from advisor.needs.questions import (
    QUESTIONS,
    Question,
    questions_for,
    unsupported,
)


def next_question(answers: Answers, skipped: Collection[str] = ()) -> Question | None:
    """Return the first question that applies and was neither answered nor skipped."""
    for question in questions_for(answers):
        if question.key not in skipped and getattr(answers, question.key) is None:
            return question
    return None


def keys(answers: Answers) -> set[str]:
    return {question.key for question in questions_for(answers)}


def valid_answers(question: Question, rng: random.Random) -> object:
    if question.kind == "yes-no":
        return rng.random() < 0.5
    if question.kind == "number":
        value = rng.uniform(question.low, min(question.high, 10_000))
        return int(value) if question.whole else value
    chosen = rng.choice(question.options).value
    return (chosen,) if question.kind == "several" else chosen


def test_every_answer_has_its_question_and_every_question_its_answer() -> None:
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
    assert {question.key for question in QUESTIONS} == set(KEYS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_says_why_and_its_default_is_one_of_its_answers(question: Question) -> None:
    assert question.why.endswith(".")
    assert "\n" not in question.why
    assert len(question.why) <= 100
    if question.options and question.default is not None:
        assert question.default in [option.value for option in question.options]
    assert (question.kind in ("choice", "several")) == bool(question.options)
    assert (question.kind == "number") == bool(question.unit)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_what_a_question_offers_its_answer_takes(question: Question) -> None:
    for option in question.options:
        value = [option.value] if question.kind == "several" else option.value
        msgspec.convert({question.key: value}, Answers)
    if question.kind == "number":
        for edge in (question.low, question.high):
            if float(edge).is_integer() or question.low:
                number = int(edge) if float(edge).is_integer() else edge
                msgspec.convert({question.key: number}, Answers, strict=False)


@pytest.mark.parametrize(
    "question",
    [question for question in QUESTIONS if question.kind == "number"],
    ids=lambda question: question.key,
)
def test_a_number_is_asked_for_whole_where_its_answer_takes_no_fraction(question: Question) -> None:
    fraction = (question.low + min(question.high, 3.0)) / 2 + 0.001
    takes_whole_only = pytest.raises(msgspec.ValidationError, match="int")
    with takes_whole_only if question.whole else contextlib.nullcontext():
        msgspec.convert({question.key: fraction}, Answers)


@pytest.mark.parametrize("seed", range(20))
def test_a_walk_with_any_answers_ends_and_asks_nothing_twice(seed: int) -> None:
    rng = random.Random(seed)
    answers, asked = Answers(), list[str]()
    while (question := next_question(answers, asked)) is not None:
        assert question.key not in asked
        asked.append(question.key)
        if rng.random() < 0.7:
            value = valid_answers(question, rng)
            answers = msgspec.structs.replace(answers, **{question.key: value})
    assert next_question(answers, KEYS) is None
    # No answer opens a question that the walk has already passed.
    order = [question.key for question in QUESTIONS]
    assert asked == sorted(asked, key=order.index)


def test_an_edge_device_is_not_asked_about_hosting_or_query_peaks() -> None:
    edge = keys(Answers(machine="edge"))
    assert not edge & {"hosted_allowed", "queries_per_s", "usd_per_month"}


def test_no_price_is_asked_when_nothing_is_bought() -> None:
    assert "usd_per_month" not in keys(Answers(machine="this", hosted_allowed=False))
    assert "usd_per_month" in keys(Answers(machine="this", hosted_allowed=True))
    assert "usd_per_month" in keys(Answers(machine="server", hosted_allowed=False))


def test_images_or_audio_end_the_tree() -> None:
    assert keys(Answers(task="images-or-audio")) == {"task"}
    said = unsupported(Answers(task="images-or-audio"))
    assert said is not None
    assert all(word in said for word in ("text", "CLIP", "SigLIP", "CLAP"))


def test_a_task_about_text_or_not_said_is_supported() -> None:
    assert unsupported(Answers()) is None
    assert unsupported(Answers(task="search")) is None


def test_a_skipped_question_is_not_asked_again_and_the_walk_goes_on() -> None:
    first = next_question(Answers(), ())
    assert first is not None
    second = next_question(Answers(), {first.key})
    assert second is not None
    assert (first.key, second.key) == ("task", "document_languages")


def test_what_is_answered_is_not_asked_and_a_no_or_a_zero_is_an_answer() -> None:
    answers = Answers(task="search", document_languages=("en",), exact_terms=False)
    question = next_question(answers)
    assert question is not None
    assert question.key == "query_languages"
    question = next_question(answers, {"query_languages"})
    assert question is not None
    assert question.key == "domain"


def test_what_may_be_given_up_is_not_asked_when_accuracy_comes_first() -> None:
    assert "give_up_ndcg" not in keys(Answers(priority="accuracy"))
    assert "give_up_ndcg" in keys(Answers(priority="speed"))


def test_the_time_of_encoding_is_asked_once_the_number_of_documents_is_known() -> None:
    assert "index_minutes" not in keys(Answers())
    assert "index_minutes" in keys(Answers(documents=5_000))


def test_clustering_is_not_asked_about_queries() -> None:
    assert not keys(Answers(task="clustering")) & {"query_languages", "latency_ms", "vector_store"}


def test_every_known_language_can_be_chosen() -> None:
    (question,) = (question for question in QUESTIONS if question.key == "query_languages")
    assert {option.value for option in question.options} == {*LANGUAGES, SEVERAL}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers(document_languages=("en",), query_languages=("zh-Hant",)), "share no language"),
        (Answers(priority="accuracy", latency_ms=5.0), "the limit will decide"),
        (Answers(priority="accuracy", machine="edge"), "edge device"),
        (Answers(document_words=1_000), "see only the beginning"),
        (Answers(labelled_pairs=50), "Fewer than 500"),
        (Answers(priority="accuracy", machine="this"), "Accuracy alone"),
    ],
)
def test_a_usual_mistake_is_said_where_it_is_made(answers: Answers, said: str) -> None:
    assert any(said in sentence for sentence in mistakes(answers))


def test_chunks_that_are_accepted_are_no_mistake_and_are_asked_for_where_they_matter() -> None:
    assert mistakes(Answers(document_words=1_000, chunking=True)) == ()
    assert "chunking" in keys(Answers(document_words=1_000))
    assert "chunking" not in keys(Answers(document_words=100))


def test_one_model_alone_is_a_mistake_of_the_choice() -> None:
    assert "Only one model is compared" in (mistake_of_choice(1) or "")
    assert mistake_of_choice(0) is None
    assert mistake_of_choice(2) is None


def test_ordinary_answers_make_no_mistake() -> None:
    ordinary = Answers(
        document_languages=("en",), query_languages=("en", "de"), priority="balanced",
        latency_ms=100.0, document_words=120,
    )  # fmt: skip
    assert mistakes(ordinary) == ()
    assert mistakes(Answers(document_languages=("several",), query_languages=("ja",))) == ()
