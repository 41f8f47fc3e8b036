"""The data screen: choosing, what was found, and how much of it is measured."""

import json
from pathlib import Path

import msgspec
import pytest
from textual import events

from advisor.corpus.amount import Amount
from advisor.desk import messages
from advisor.ui.data import DataChosen, DataScreen
from advisor.ui.page import Back, Lost
from advisor.ui.sample_size import offered, wrong_with
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone


def data(place: str = "", *recent: str) -> Make:
    async def make(stage: Stage) -> DataScreen:
        del stage
        return DataScreen(place, Amount(), recent)

    return make


def test_a_sample_is_read_shown_and_taken_with_enter() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show gaps of .11 nDCG@10")
        text = stage.text()
        assert "Traditional Chinese 100 %" in text
        assert "judgements by people" in text
        assert "想不起來" in text
        await stage.until(lambda: "Use it" in stage.footer(), "Use it")
        await stage.press("enter")

    result = alone(data("techcorp-zh"), steps)
    assert isinstance(result, DataChosen)
    assert result.place == "techcorp-zh"
    assert result.described is not None
    assert result.described.documents == 60


def test_a_place_is_chosen_from_the_list() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("techcorp-zh-en")
        assert "Other" not in stage.footer()
        await stage.press("down", "enter")
        await stage.until_shown("Traditional Chinese")
        await stage.press("enter")

    result = alone(data(), steps)
    assert isinstance(result, DataChosen)
    assert result.place == "techcorp-zh"


def test_a_place_used_before_is_offered_first() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("used before")
        lines = [line for line in stage.text().splitlines() if "used before" in line]
        assert "my-docs" in lines[0]

    alone(data("", "my-docs"), steps)


def test_no_data_yet_is_an_answer() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("No data yet")
        await stage.press("end", "enter")

    result = alone(data(), steps)
    assert result == DataChosen("", Amount(), None)


def test_ten_queries_are_said_to_decide_nothing() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("10 queries decide nothing")

    alone(data("techcorp-small"), steps)


def test_bad_data_is_said_in_full_and_other_data_can_be_chosen(tmp_path: Path) -> None:
    lines = ['{"_id": "a", "text": "fine"}', *(f'{{"_id": "{n}", "te' for n in range(12))]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("12 problems")
        assert "corpus.jsonl:2" in stage.text()
        await stage.press("c")
        await stage.until_shown("What shall the models be measured on?")
        await stage.press("escape")

    alone(data(str(tmp_path)), steps)


def test_a_missing_path_is_said() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("no-such-folder")
        await stage.until_shown("Correct the data")

    alone(data("./no-such-folder"), steps)


def test_the_sample_size_can_be_changed() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show")
        await stage.press("n")
        await stage.until_shown("How much is measured?")
        await stage.press("end", "enter")
        await stage.until_shown("How many queries?")
        await stage.press("x")
        await stage.until_shown("a number from 1 on")
        await stage.press("ctrl+u", "2", "5", "enter")
        await stage.until_shown("How many documents?")
        await stage.press("enter")
        await stage.until_shown("A sample is measured: 25 queries on 60 documents.")
        await stage.press("enter")

    result = alone(data("techcorp-zh"), steps)
    assert isinstance(result, DataChosen)
    assert result.amount == Amount(queries=25, documents=60)


def test_quick_and_thorough_are_chosen_with_what_they_show_and_take(tmp_path: Path) -> None:
    rows = [{"_id": f"d{n}", "text": f"the text number {n} of a corpus"} for n in range(600)]
    asked = [{"_id": f"q{n}", "text": f"number {n}"} for n in range(100)]
    for name, lines in (("corpus", rows), ("queries", asked)):
        text = "\n".join(map(json.dumps, lines))
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    judged = "".join(f"q{n}\td{n}\t1\n" for n in range(100))
    (tmp_path / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("All of it is measured: 100 queries on 600 documents.")
        await stage.press("n")
        await stage.until_shown("1 quick")
        # Standard, thorough and everything are the same here.
        assert "2 standard" in stage.text()
        assert "3 other numbers" in stage.text()
        assert "all-MiniLM-L6-v2" in stage.text()
        await stage.press("1")
        await stage.until_shown("A sample is measured: 64 queries on 500 documents.")
        await stage.press("enter")

    result = alone(data(str(tmp_path)), steps)
    assert isinstance(result, DataChosen)
    assert result.amount == Amount(size="quick")


def test_a_path_is_typed_with_completion(tmp_path: Path) -> None:
    folder = tmp_path / "a folder of mine"
    folder.mkdir()
    (folder / "docs.csv").write_text("id,title,text\n1,one,the first text\n2,two,the second\n")
    (folder / "notes.txt").write_text("not data")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("A file or folder")
        await stage.press("enter")
        await stage.until_shown("A folder, or a file")
        await stage.press("ctrl+u", *f"{tmp_path}/a f")
        await stage.until_shown("a folder of mine")
        await stage.press("tab")
        await stage.until_shown("docs.csv")
        assert "notes.txt" not in stage.text()
        await stage.press("down", "enter")
        await stage.until_shown("documents")

    alone(data(), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_texts_are_shown_harmlessly(tmp_path: Path, size: tuple[int, int]) -> None:
    rows = [{"_id": f"{n}", "title": f"{n} {HOSTILE}", "text": HOSTILE} for n in range(3)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("[/]")
        await stage.press("t")
        await stage.press("question_mark", "escape")
        assert not CONTROLS & set(stage.text())

    alone(data(str(tmp_path)), steps, size=size)


def test_escape_stops_waiting_and_lets_choose(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("no data")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("reading")
        await stage.press("escape")
        await stage.until_shown("What shall the models be measured on?")
        # The reply to the question that nobody asks any more comes now; it is not shown.
        await stage.ask(messages.Read(place="techcorp-small"), messages.Described)
        assert "What shall the models be measured on?" in stage.text()
        assert "corpus.jsonl" not in stage.text()
        await stage.press("escape")

    assert isinstance(alone(data(str(tmp_path)), steps), Back)


def test_choosing_other_data_while_reading_waits_no_more(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("no data")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("reading")
        await stage.press("c")
        await stage.ask(messages.Read(place="techcorp-small"), messages.Described)
        await stage.until_shown("What shall the models be measured on?")
        assert "Correct the data" not in stage.text()
        await stage.press("down", "enter")
        await stage.until_shown("60 queries can show")
        await stage.press("escape")
        await stage.until_shown("What shall the models be measured on?")

    alone(data(str(tmp_path)), steps)


def test_enter_says_what_it_does(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("no data")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Correct the data")
        await stage.until(lambda: "Read again" in stage.footer(), "Read again")
        await stage.press("c")
        await stage.until_shown("What shall")
        await stage.until(lambda: "Choose" in stage.footer(), "Choose")
        row = '{{"_id": "{0}", "title": "{0} wonders of the sea", "text": "{0} {1}"}}'
        rows = (row.format(number, "lighthouse lanterns " * 30) for number in range(9))
        (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
        await stage.press("enter")
        await stage.until_shown("documents")
        await stage.until(lambda: "Use it" in stage.footer(), "Use it")

    alone(data(str(tmp_path), str(tmp_path)), steps)


def test_places_used_before_may_have_any_name() -> None:
    recent = ("other", "nothing", "techcorp-zh", "\0other", "a/b", "a/b", "/", "~", "\ud800")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("What shall the models be measured on?")
        await stage.press("enter")
        await stage.until_shown("Correct the data")

    alone(data("", *recent), steps)


@pytest.mark.parametrize("key", ["end", "home"])
def test_enter_pressed_twice_is_harmless(key: str) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("A file or folder")
        screen = stage.app.screen
        await stage.press(key)
        for _ in range(2):
            screen.post_message(events.Key("enter", "\r"))
        await stage.pilot.pause(0.5)
        await stage.press("escape")

    alone(data(), steps)


def test_a_size_is_checked_as_it_is_typed() -> None:
    assert wrong_with("²", 60) == "a number from 1 on"
    assert wrong_with("0", 60) == "a number from 1 on"
    assert wrong_with("9" * 5_000, 60) == "there are only 60"
    assert wrong_with("61", 60) == "there are only 60"
    assert wrong_with("60", 60) is None
    assert wrong_with("1,000", 2_000) is None


def test_odd_digits_and_endless_ones_are_no_size() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show")
        await stage.press("n")
        await stage.until_shown("How much is measured?")
        await stage.press("end", "enter")
        await stage.until_shown("How many queries?")
        await stage.press("ctrl+u", "²", "enter")
        await stage.until_shown("a number from 1 on")
        await stage.press("escape")

    alone(data("techcorp-zh"), steps)


def test_texts_are_paged_both_ways() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("query 1 of 8")
        await stage.press("p")
        await stage.until_shown("query 8 of 8")
        await stage.press("t", "t")
        await stage.until_shown("query 2 of 8")

    alone(data("techcorp-zh"), steps)


def test_a_name_that_is_no_text_is_refused_with_a_sentence() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("not written in UTF-8")

    alone(data("folder-\udcff"), steps)


def test_a_desk_that_ends_while_it_reads_is_said() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("60 queries can show")
        await stage.app.screen.run_action("full")
        stage.app.desk.kill()
        await stage.until(lambda: stage.app.result is not None, "the end")

    assert isinstance(alone(data("techcorp-zh"), steps), Lost)


def test_the_whole_refusal_can_be_scrolled_to(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("\n".join(f'{{"_id": "{n}", "te' for n in range(40)))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("40 problems")
        await stage.press("end")
        await stage.pilot.pause(0.3)
        last = stage.app.screen.query_one("#about-pane").max_scroll_y
        assert stage.app.screen.query_one("#about-pane").scroll_offset.y == last

    alone(data(str(tmp_path)), steps, size=(60, 14))


def test_enter_waits_for_what_is_read() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("reading")
        await stage.press("enter")
        await stage.until_shown("60 queries can show")
        await stage.press("enter")

    result = alone(data("techcorp-zh"), steps)
    assert isinstance(result, DataChosen)
    assert result.place == "techcorp-zh"


def test_the_doctor_says_what_is_wrong_and_a_key_makes_a_clean_copy(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    row = '{{"_id": "{0}", "title": "{0} wonders of the sea", "text": "{1} {0}"}}'
    rows = (row.format(number, f"{number} lighthouse lanterns " * 30) for number in range(9))
    (folder / "corpus.jsonl").write_text("\n".join(["{cut off", *rows, "{again"]))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("2 lines are broken JSON")
        assert "corpus.jsonl:1, corpus.jsonl:11" in stage.text()
        await stage.until(lambda: "w Clean" in stage.footer(), "Clean")
        await stage.press("w")
        await stage.until_shown("The clean copy is read. Left out: 2 rows.")
        await stage.until(lambda: "Use it" in stage.footer(), "Use it")
        await stage.press("enter")

    result = alone(data(str(folder)), steps)
    assert isinstance(result, DataChosen)
    assert result.place == str(tmp_path / "set-clean")
    assert (folder / "corpus.jsonl").read_text().startswith("{cut off")


def test_columns_of_other_names_are_named_with_the_rows_in_view(tmp_path: Path) -> None:
    rows = "".join(f"Wo liegt Ware {at}?;Im Regal {at} am Fenster.\n" for at in range(24))
    path = tmp_path / "fragen.csv"
    path.write_bytes(f"Anliegen;Auskunft für alle\n{rows}".encode("cp1252"))

    async def steps(stage: Stage) -> None:
        await stage.until_shown("other names")
        await stage.press("m")
        await stage.until_shown("not read: anliegen, auskunft_für_alle")
        assert "cp1252" in stage.text()
        await stage.press("down", "down", "down", "enter")
        await stage.until_shown("Which column is the question?")
        await stage.press("down", "enter")
        await stage.until_shown("1 question    Wo liegt Ware 0?")
        await stage.press("down", "enter")
        await stage.until_shown("Which column is the answer?")
        await stage.press("down", "down", "enter")
        await stage.until_shown("answer      Im Regal 0 am Fenster.")
        await stage.press("u")
        await stage.until_shown("24 queries can show gaps")
        await stage.press("enter")

    result = alone(data(str(path)), steps)
    assert isinstance(result, DataChosen)
    assert dict(result.reading.columns) == {
        "question": "anliegen",
        "answer": "auskunft_für_alle",
    }


def test_long_documents_are_cut_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "seiten").mkdir()
    for at in range(4):
        text = f"# Page {at}\n\n" + f"The box number {at} has a lid and a key. " * 60
        (tmp_path / "seiten" / f"page{at}.md").write_text(text)
    asked = "".join(f"Where is the lid of box {at}?,page{at}.md\n" for at in range(4))
    (tmp_path / "asked.csv").write_text(f"question,file\n{asked}")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("k cuts them into chunks")
        await stage.press("k")
        await stage.until_shown("Cut documents into chunks?")
        await stage.press("enter")
        await stage.until_shown("tokens:256/32 of each model's own")
        await stage.press("enter")

    result = alone(data(str(tmp_path)), steps)
    assert isinstance(result, DataChosen)
    assert result.described is not None
    assert (result.described.documents, result.described.judgements) == (4, 4)
    assert str(result.reading.chunks) == "tokens:256/32"


def test_amounts_of_pairs_and_texts_speak_of_them_and_are_what_is_then_measured() -> None:
    pairs = messages.Described(
        name="pairs", documents=1_457, queries=1_457, judgements=1_457, evidence="human",
        task="similarity", sample_documents=1_457, sample_queries=1_457,
        offers=(messages.Offer(amount=Amount(size="quick"), queries=500, documents=500),),
    )  # fmt: skip
    texts = msgspec.structs.replace(pairs, task="classification")
    assert offered(pairs)[0].plain.split() == ["1", "quick", "500", "no", "verdict", "–"]
    assert offered(texts)[0].plain.split().count("500") == 2


def test_the_offers_of_scored_pairs_are_cut_as_the_run_cuts_them(tmp_path: Path) -> None:
    rows = [{"text1": f"one {n}", "text2": f"two {n}", "score": n % 6} for n in range(700)]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    async def steps(stage: Stage) -> None:
        await stage.until_offered("Size")
        assert "Queries" not in stage.footer()
        await stage.press("n")
        await stage.until_shown("smallest gap in Spearman that so many pairs")
        assert "documents" not in stage.text()
        await stage.press("1")
        await stage.until_shown("A sample is measured: 500 pairs.")

    alone(data(str(path)), steps)
