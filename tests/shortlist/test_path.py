"""The path through the decision tree: which answer costs which models."""

from typing import Any

import msgspec
import pytest

from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.answers import Answers, AnswerSet, answered, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.hardware import describe
from advisor.needs.profile import list_profiles
from advisor.needs.questions import QUESTIONS
from advisor.needs.requirements import Machine
from advisor.shortlist.constraints import broken_limits
from advisor.shortlist.path import _WEIGHED, Tree, TreePath
from advisor.shortlist.resources import needed_mib
from advisor.shortlist.shortlist import shortlist

CARDS = load_catalogue().cards
SMALL = Machine(source="detected", cores=2, memory_mib=2_000)
ALL_KEYS = tuple(question.key for question in QUESTIONS)


def machine_of(name: str | None) -> Machine:
    return SMALL if name in (None, "this") else describe(name)


def follow(
    skipped: tuple[str, ...] = (),
    found: dict[str, Any] | None = None,
    **given: Any,
) -> TreePath:
    return Tree(CARDS, machine_of).follow(answered(Answers(**given)), skipped, found)


def left(path: TreePath) -> dict[str, int]:
    return {step.key: len(step.left) for step in path.steps if step.left}


def test_before_anything_is_answered_nothing_has_left() -> None:
    path = follow()
    assert path.remaining == path.considered
    assert path.steps == ()


def test_a_small_machine_drops_nothing_until_somebody_says_that_it_runs_there() -> None:
    assert left(follow(task="search")) == {}
    assert left(follow(task="search", machine="this"))["machine"] > 0


def test_models_that_this_version_cannot_measure_are_no_answers_doing() -> None:
    path = follow(hosted_allowed=False, commercial_use=True)
    models = sum(card.kind != "bm25" for card in CARDS)
    assert path.considered + path.not_measurable == models
    assert path.not_measurable > 0
    assert "hosted_allowed" not in left(path)


def test_the_counts_add_up() -> None:
    path = follow(
        task="search", document_languages=("zh-Hant",), machine="edge", commercial_use=True
    )
    assert path.considered - sum(left(path).values()) == path.remaining
    assert set(left(path)) == {"document_languages", "machine", "commercial_use"}


def test_each_model_that_leaves_is_named_with_the_limit_it_breaks() -> None:
    (step,) = (step for step in follow(document_languages=("zh-Hant",)).steps)
    told = dict(step.left)
    assert told["all-MiniLM-L6-v2"].startswith("reads English only; your documents are")


def test_answers_count_in_the_order_of_the_questions() -> None:
    path = follow(latency_ms=5.0, machine="this", task="search")
    assert [step.key for step in path.steps] == ["task", "machine", "latency_ms"]
    assert left(path)["latency_ms"] > 0


def test_a_skipped_question_counts_with_its_default() -> None:
    assert left(follow()) == {}
    assert left(follow(skipped=("commercial_use",)))["commercial_use"] > 0


def test_a_skipped_language_counts_with_what_the_data_shows() -> None:
    found = {"document_languages": ("zh-Hant",)}
    said = follow(document_languages=("zh-Hant",))
    assert follow(("document_languages",), found).remaining == said.remaining
    assert follow((), found).remaining == said.considered


def test_the_front_runners_follow_the_answers() -> None:
    english, chinese = follow(document_languages=("en",)), follow(document_languages=("zh-Hant",))
    assert len(english.in_front) == 3
    assert [one.score for one in english.in_front] != [one.score for one in chinese.in_front]


def test_when_none_is_left_the_clash_and_the_smallest_change_are_said() -> None:
    sized = [card for card in CARDS if needed_mib(card) is not None]
    tree = Tree(sized, machine_of)
    path = tree.follow(answered(Answers(document_languages=("en",), memory_mib=1)))
    assert path.remaining == 0
    assert path.in_front == ()
    assert path.clash.startswith("No model is left. Giving up the memory limit brings back")
    assert follow(document_languages=("en",)).clash == ""


def test_images_or_audio_drop_nothing_here() -> None:
    assert follow(task="images-or-audio").remaining == follow().considered


def test_going_back_and_answering_otherwise_forgets_the_old_answer() -> None:
    tree = Tree(CARDS, machine_of)
    first = tree.follow(answered(Answers(document_languages=("zh-Hant",), machine="edge")))
    tree.follow(answered(Answers(document_languages=("en",), machine="edge")))
    assert tree.follow(answered(Answers(document_languages=("zh-Hant",), machine="edge"))) == first


@pytest.mark.parametrize("profile", list_profiles(), ids=lambda profile: profile.name)
def test_the_end_of_the_path_is_what_the_shortlist_keeps(profile: Any) -> None:
    path = Tree(CARDS, machine_of).follow(profile.answers, ALL_KEYS)
    answers = with_defaults(profile.answers)
    requirements = requirements_from(answers, machine_of(answers.values.machine))
    listed = shortlist(requirements, CARDS, lambda card: True)
    kept = (*listed.candidates, *listed.not_here, *listed.lower)
    assert path.remaining == sum(one.role != "baseline" for one in kept)


def test_what_is_not_looked_at_model_by_model_is_read_by_no_limit() -> None:
    values = Answers(
        task="search", document_languages=("en",), machine="laptop", memory_mib=900,
        documents=10**6, latency_ms=20.0, index_minutes=9.0, document_words=900,
        vector_store="pgvector",
        exact_terms=True, domain="legal", priority="speed", give_up_ndcg=0.1, min_recall_at_10=0.9,
        queries_per_s=99.0, labelled_pairs=9, usd_per_month=1.0, queries_per_day=10**9,
        documents_per_month=10**6, judging_usd_per_hour=9.0,
    )  # fmt: skip
    answers = AnswerSet(values=values, sources={})
    requirements = requirements_from(answers, describe("laptop"))
    bare = msgspec.structs.replace(requirements, **_WEIGHED)
    assert bare != requirements
    for card in CARDS:
        if card.kind == "hosted":
            continue  # the tree is about what can be measured here
        assert broken_limits(card, requirements) == broken_limits(card, bare)
