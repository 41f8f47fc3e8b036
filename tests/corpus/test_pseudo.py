"""Queries made from titles and first sentences."""

from __future__ import annotations

from advisor.corpus.pseudo import Entry, title_body

FILLER = "A plain paragraph about nothing in particular, long enough to be searched for by people."


def entries(*extra: Entry) -> list[Entry]:
    """Return documents to stand around the one looked at, too short to become queries."""
    return [*extra, *(Entry(f"x{n}", "", f"short {n}") for n in range(30))]


def test_a_title_becomes_a_query_for_the_body_alone() -> None:
    made = title_body(entries(Entry("a", "Late parcel deliveries", FILLER, "ship")))
    assert made.queries == (("q-a", "Late parcel deliveries", "ship"),)
    assert made.qrels == {"q-a": {"a": 1}}
    assert made.corpus[0] == ("a", FILLER, "ship")
    assert len(made.corpus) == 31


def test_words_of_the_body_are_left_out_while_three_telling_ones_remain() -> None:
    body = "Your parcel may be late when storms close the harbour. " + FILLER
    made = title_body(entries(Entry("a", "Late parcel deliveries from overseas suppliers", body)))
    assert made.queries[0].text == "deliveries from overseas suppliers"


def test_short_titles_stay_whole() -> None:
    body = "Oceanic Airlines is the name of an airline in films. " + FILLER
    made = title_body(entries(Entry("a", "Oceanic Airlines", body)))
    assert made.queries[0].text == "Oceanic Airlines"


def test_chinese_titles_lose_what_the_body_says_while_half_remains() -> None:
    body = "年繳費用可全額退款，訂閱期滿後方案自動停止，剩餘月份不予退費，請先把大型檔案移出。"
    made = title_body(entries(Entry("a", "訂閱方案退款政策", body)))
    assert made.queries[0].text == "退款政策"


def test_without_a_title_the_first_sentence_asks_for_the_rest() -> None:
    made = title_body(entries(Entry("a", "", f"Whales sleep upright. {FILLER}")))
    assert made.queries[0].text == "Whales sleep upright."
    assert made.corpus[0].text == FILLER
    assert "1 first sentence" in made.sentence


def test_a_title_shared_by_many_is_a_heading() -> None:
    corpus = [
        Entry(f"d{n}", "Frequently asked questions", f"Number {n} asks about thing{n}. {FILLER}")
        for n in range(10)
    ]
    made = title_body(corpus)
    assert len(made.queries) == 10
    assert made.queries[3].text == "Number 3 asks about thing3."
    assert made.corpus[3].text == f"Frequently asked questions {FILLER}"


def test_a_title_shared_by_a_few_asks_for_all_of_them() -> None:
    corpus = entries(*(Entry(f"d{n}", "Spring cleaning tips", f"{n} {FILLER}") for n in range(3)))
    made = title_body(corpus)
    assert made.qrels == {"q-d0": {"d0": 1, "d1": 1, "d2": 1}}


def test_short_documents_are_background() -> None:
    made = title_body(entries(Entry("a", "Late parcel deliveries", FILLER)))
    assert made.corpus[1].text == "short 0"
    assert "30 documents too short for that or all alike stayed as background" in made.sentence


def test_nothing_becomes_of_nothing() -> None:
    assert title_body([]).queries == ()
