"""A record for people: fits its width, aligns wide characters, and cannot do anything."""

import re

import msgspec
import pytest

from advisor.record.answer import answer
from advisor.record.cells import cells, shorten, wrap
from advisor.record.decision import Category, DecisionRecord
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from tests.record import made

WIDE = "中文嵌入模型-非常長的名字-日本語モデル-大型-v2"
HOSTILE = "<b>x</b> [a](http://e.example) `c` | *b* \x1b]0;owned\x07\x9b2J\u202e\n# h"


def widest(text: str) -> int:
    return max(map(cells, text.splitlines()))


def with_categories(record: DecisionRecord, n: int) -> DecisionRecord:
    first = record.candidates[0]
    assert first.quality is not None
    many = {f"category {i}": Category(mean=0.5, n=3) for i in range(n)}
    quality = msgspec.structs.replace(first.quality, categories=many)
    first = msgspec.structs.replace(first, quality=quality)
    return msgspec.structs.replace(record, candidates=(first, *record.candidates[1:]))


@pytest.mark.parametrize("name", ["one", WIDE, "x" * 60, "日本語" * 20])
def test_the_text_fits_eighty_columns_whatever_the_names(name: str) -> None:
    assert widest(as_text(made.renamed(made.record(), name), 80, path="r.toml")) <= 80


@pytest.mark.parametrize("n", [1, 7, 8, 9, 40])
def test_any_number_of_categories_fits_and_none_is_lost(n: int) -> None:
    text = as_text(with_categories(made.record(), n), 80)
    assert widest(text) <= 80
    assert text.count(".500") == n


def test_words_longer_than_a_line_are_cut() -> None:
    record = made.renamed(made.record(), "x" * 300, mark="y" * 300)
    verdict = msgspec.structs.replace(record.verdict, kind="k" * 200)
    assert widest(as_text(msgspec.structs.replace(record, verdict=verdict), 80)) <= 80


def test_a_candidate_stopped_early_keeps_the_columns() -> None:
    stopped = msgspec.structs.replace(made.failed(), status="stopped early")
    lines = as_text(made.record([*made.results()[:-1], stopped]), 80).splitlines()
    rows = [line for line in lines if line.endswith("–")]
    assert len({cells(line) for line in rows}) == 1


def test_the_last_lines_stand_under_each_other() -> None:
    lines = as_text(made.record(), 80).splitlines()
    for label in ("Evidence", "Measured", "Power", "Note"):
        line = next(line for line in lines if line.startswith(f"{label} "))
        assert line[:10].rstrip() == label and line[10] != " "


def test_a_bare_address_becomes_no_link_in_markdown() -> None:
    markdown = as_markdown(made.renamed(made.record(), "https://e.example www.e.example &lt;b&gt;"))
    for live in ("://", "www.", "&lt;b"):
        assert live not in markdown


def test_the_columns_stand_under_each_other_beside_wide_names() -> None:
    text = as_text(made.renamed(made.record(), WIDE), 80)
    lines = [line for line in text.splitlines() if "±" in line]
    assert len(lines) == 3
    assert len({cells(line.partition("±")[0]) for line in lines}) == 1


def test_the_text_says_all_that_a_reader_must_know() -> None:
    text = as_text(made.record(), 80, path="benchmark_results/r.toml")
    first, second = text.splitlines()[:2]
    assert first.endswith("CLEAR")
    assert second.startswith("Take one")
    for said in (
        "▸ one", "BM25", "failed", "a baseline, for comparison", "weights are a pickle file",
        "帳號與登入", "hf download org/far", "6 more models", "40 of 120 queries",
        "250 of 9,000 documents", "human", "AMD EPYC, 2 cores", "3 duplicates were merged.",
        "benchmark_results/r.toml",
    ):  # fmt: skip
        assert said in text, said


def test_a_figure_that_is_not_known_is_a_dash_and_a_median_alone_is_marked() -> None:
    measured = made.result()
    assert measured.latency is not None
    few = msgspec.structs.replace(measured.latency, p95=None, n=60)
    lines = as_text(made.record([made.result(latency=few), *made.results()[1:]])).splitlines()
    assert "~9.1" in next(line for line in lines if line.startswith("▸ one"))
    assert next(line for line in lines if line.startswith("! broken")).split()[2:] == [
        "failed", "–", "–", "–", "–",
    ]  # fmt: skip


def test_hostile_names_reach_neither_terminal_nor_markdown() -> None:
    record = made.renamed(made.record(), HOSTILE, mark=HOSTILE, why_not=HOSTILE)
    for shown in (as_text(record), as_markdown(record)):
        for char in ("\x1b", "\x07", "\x9b", "\u202e"):
            assert char not in shown
    markdown = as_markdown(record)
    for live in ("<b>", " [a]", " `c`", " | *b", "\n# h"):
        assert live not in markdown, live


def test_every_row_of_the_table_in_markdown_has_the_same_cells() -> None:
    markdown = as_markdown(made.renamed(made.record(), HOSTILE))
    options = markdown.partition("## Costs")[0]
    rows = [line for line in options.splitlines() if line.startswith("| ")]
    assert len(rows) == 5
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}


def test_the_markdown_is_a_decision_record() -> None:
    markdown = as_markdown(made.record())
    titles = re.findall(r"^##? (.*)$", markdown, flags=re.MULTILINE)
    assert titles == [
        "Embedding model: one", "In short", "Context", "Decision drivers", "Considered options",
        "Outcome", "Costs", "Consequences", "What it rests on", "Confirmation",
    ]  # fmt: skip
    assert f"    {made.COMMAND}" in markdown


def test_a_record_without_a_pick_says_undecided() -> None:
    record = made.record([made.result(), made.baseline()])
    assert as_markdown(record).startswith("# Embedding model: undecided")
    assert as_text(record).splitlines()[0].endswith("NOT ENOUGH")


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("中文", 4), ("e\u0301a", 2), ("", 0)])
def test_cells_are_the_columns_of_a_terminal(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize("width", [1, 2, 5, 8, 20])
def test_shortening_keeps_the_width_and_both_ends(width: int) -> None:
    short = shorten(WIDE, width)
    assert cells(short) <= width
    assert "…" in short
    assert width < 8 or (short[0], short[-1]) == (WIDE[0], WIDE[-1])


def test_a_paragraph_in_chinese_wraps_anywhere_and_loses_nothing() -> None:
    text = "這是一段沒有空格的文字" * 12
    wrapped = wrap(text, 40)
    assert widest(wrapped) <= 40
    assert wrapped.replace("\n", "") == text


def test_a_note_and_what_would_change_stand_in_every_view() -> None:
    record = made.record().named("", "as agreed with everybody")
    told = msgspec.structs.replace(record.verdict, would_change=("accuracy first: two",))
    record = msgspec.structs.replace(record, verdict=told)
    text, markdown = as_text(record), as_markdown(record)
    assert "Note: as agreed with everybody" in text
    assert "Would change with\n  accuracy first: two" in text
    assert "as agreed with everybody" in markdown
    assert "- accuracy first: two" in markdown
    shown = answer(record, "x.toml")
    assert shown["note"] == "as agreed with everybody"
    assert shown["verdict"]["would_change"] == ["accuracy first: two"]


def test_the_name_a_person_gave_stands_in_the_text_and_in_markdown() -> None:
    record = made.record().named("support 2026", "")
    assert "Decision  support 2026, 2026-03-04T05:06Z" in as_text(record)
    assert "support 2026 · 2026-03-04T05:06Z" in as_markdown(record)


def test_a_hostile_name_and_note_do_nothing_in_any_view() -> None:
    record = made.record().named(HOSTILE, HOSTILE)
    assert record.record.note is not None
    shown = answer(record, "x.toml")
    for view in (as_text(record), as_markdown(record), str(shown["note"])):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(view)
    assert widest(as_text(record, 80)) <= 80
    for live in ("<b>", " [a]", " `c`", "\n# h"):
        assert live not in as_markdown(record), live


def test_without_a_note_nothing_is_said_of_one() -> None:
    record = made.record()
    assert "Note: " not in as_text(record)
    assert answer(record, "x.toml")["note"] is None
