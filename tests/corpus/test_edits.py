"""Small changes of queries."""

import random

from hypothesis import given
from hypothesis import strategies as st

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.edits import EDITS, case, edited, punctuation, typo, width

DICE = random.Random(0)


def dataset(*texts: str) -> Dataset:
    queries = tuple(Query(str(number), text) for number, text in enumerate(texts))
    return Dataset(
        name="x", corpus=(Document("d", "text"),), queries=queries, qrels={}, evidence="human"
    )


def test_a_typo_swaps_two_letters_of_one_word() -> None:
    changed = typo("reset my password", DICE)
    assert changed != "reset my password"
    assert sorted(changed) == sorted("reset my password")
    assert [len(word) for word in changed.split()] == [5, 2, 8]
    assert typo("重設密碼", DICE) != "重設密碼"
    assert typo("a b", DICE) == "a b"


def test_capitals_become_small_and_others_capitals() -> None:
    assert case("Reset it", DICE) == "RESET IT"
    assert case("RESET IT", DICE) == "reset it"


def test_marks_go_and_words_stay_apart() -> None:
    assert punctuation("how, exactly-so?", DICE) == "how exactly so"
    assert punctuation("如何重設密碼？", DICE) == "如何重設密碼"
    assert punctuation("?!", DICE) == "?!"


def test_only_east_asian_texts_come_in_full_width() -> None:
    assert width("VPN 連線", DICE) == "\uff36\uff30\uff2e 連線"
    assert width("VPN", DICE) == "VPN"


def test_a_change_that_changes_nothing_is_none() -> None:
    assert edited(dataset("重設密碼"), "case", 0) is None
    assert edited(dataset("reset"), "width", 0) is None


def test_a_query_is_changed_alike_whoever_else_is_drawn() -> None:
    alone, both = (
        edited(dataset("reset it"), "typo", 7),
        edited(dataset("reset it", "b"), "typo", 7),
    )
    assert alone is not None
    assert both is not None
    assert alone.queries[0] == both.queries[0]


@given(st.text(max_size=40), st.sampled_from(sorted(EDITS)))
def test_no_text_breaks_a_change(text: str, kind: str) -> None:
    assert isinstance(EDITS[kind](text, random.Random(0)), str)
