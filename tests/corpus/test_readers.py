"""Reading datasets from folders, files and samples."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.corpus import assemble, opening
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions, columns_named
from advisor.corpus.readers import read_dataset
from advisor.errors import DataError

Rows = list[Mapping[str, object]]
DATA = Path(__file__).parents[1] / "data"
DOCUMENTS: list[dict[str, object]] = [
    {"_id": "d1", "title": "Refunds", "text": "Money goes back to the card within ten days."},
    {"_id": "d2", "title": "", "text": "Parcels leave the store on working days only."},
    {"_id": "d3", "title": "Reset", "text": "Hold the button for five seconds."},
]
QUERIES: list[dict[str, object]] = [
    {"_id": "q1", "text": "when do I get my money"},
    {"_id": "q2", "text": "how to start from zero"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td3\t1\n"


def jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def beir(
    folder: Path,
    documents: str | bytes | None = None,
    queries: str | bytes | None = None,
    qrels: str | bytes | None = QRELS,
) -> Path:
    """Write a valid BEIR folder, with the given files instead where there are some."""

    def write(name: str, content: str | bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    write("corpus.jsonl", jsonl(DOCUMENTS) if documents is None else documents)
    write("queries.jsonl", jsonl(QUERIES) if queries is None else queries)
    if qrels is not None:
        write("qrels/test.tsv", qrels)
    return folder


def refusal(place: Path | str) -> str:
    with pytest.raises(DataError) as caught:
        read_dataset(str(place))
    return str(caught.value)


def test_a_beir_folder_becomes_documents_queries_and_graded_judgements(tmp_path: Path) -> None:
    dataset = read_dataset(str(beir(tmp_path / "shop")))
    assert dataset.name == "shop"
    assert [document.text for document in dataset.corpus] == [
        "Refunds Money goes back to the card within ten days.",
        "Parcels leave the store on working days only.",
        "Reset Hold the button for five seconds.",
    ]
    assert [query.id for query in dataset.queries] == ["q1", "q2"]
    assert dataset.qrels == {"q1": {"d1": 2, "d2": 0}, "q2": {"d3": 1}}
    assert dataset.evidence == "human"
    assert dataset.notes == ()


@pytest.mark.parametrize("name", ["xquad-mini", "cmrc-mini", "jsquad-mini"])
def test_real_sets_are_read_without_a_note(name: str) -> None:
    dataset = read_dataset(str(DATA / name))
    assert (len(dataset.corpus), len(dataset.queries)) == (60, 40)
    assert all(sum(grades.values()) == 1 for grades in dataset.qrels.values())
    assert dataset.notes == ()


@pytest.mark.parametrize(
    "qrels",
    [
        "q1\td1\t2\nq1\td2\t0\nq2\td3\t1",
        "q1 0 d1 2\nq1 0 d2 0\nq2 0 d3 1\n",
        "q1\t0\td1\t2\nq1\t0\td2\t0\nq2\t0\td3\t1\n",
        "\ufeffquery-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td2\t0\r\nq2\td3\t1\r\n",
        "score\tcorpus-id\tquery-id\n2\td1\tq1\n0\td2\tq1\n1\td3\tq2\n",
        "q1\td1\t2.0\n\nq1\td2\t0.0\nq2\td3\t+1\n",
    ],
    ids=["no header", "TREC", "TREC with tabs", "BOM and CRLF", "other order", "decimals"],
)
def test_judgements_may_come_in_several_shapes(tmp_path: Path, qrels: str) -> None:
    dataset = read_dataset(str(beir(tmp_path, qrels=qrels)))
    assert dataset.qrels == {"q1": {"d1": 2, "d2": 0}, "q2": {"d3": 1}}


def test_the_test_split_is_preferred_and_the_others_are_named(tmp_path: Path) -> None:
    beir(tmp_path)
    (tmp_path / "qrels/dev.tsv").write_text("q1\td3\t1\n")
    dataset = read_dataset(str(tmp_path))
    assert dataset.qrels["q1"] == {"d1": 2, "d2": 0}
    assert dataset.notes == ("Of several judgement files 'test.tsv' was read, not 'dev.tsv'.",)


def test_a_corpus_may_lie_in_shards(tmp_path: Path) -> None:
    beir(tmp_path)
    (tmp_path / "corpus.jsonl").unlink()
    for number, document in enumerate(DOCUMENTS):
        (tmp_path / f"corpus-{number:05}.jsonl").write_text(jsonl([document]))
    assert len(read_dataset(str(tmp_path)).corpus) == 3


def test_a_corpus_may_be_a_folder_of_shards(tmp_path: Path) -> None:
    beir(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus.jsonl").rename(tmp_path / "corpus/part.jsonl")
    assert len(read_dataset(str(tmp_path)).corpus) == 3


def test_flat_tables_with_other_names_are_understood(tmp_path: Path) -> None:
    (tmp_path / "docs.csv").write_text(
        'DocID;Heading;Body;Category\n01;Refunds;"Money; and\n""more""";pay\n1;;Parcels;ship\n'
    )
    (tmp_path / "questions.tsv").write_text('qid\tquestion\n7\t"Where" is it\n')
    (tmp_path / "judgments.csv").write_text("Query ID,Doc ID,Relevance\n7,1,1\n7,01,0\n")
    dataset = read_dataset(str(tmp_path))
    assert dataset.corpus[0] == ("01", 'Refunds Money; and\n"more"', "pay")
    assert dataset.corpus[1] == ("1", "Parcels", "ship")
    assert dataset.queries[0].text == '"Where" is it'
    assert dataset.qrels == {"7": {"1": 1, "01": 0}}


def test_unquoted_tabs_files_keep_their_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "corpus.tsv").write_text(
        'id\ttext\n1\t"Never open a quote you do not close\n2\tSecond text\n3\t"Quoted ""well"""\n'
    )
    (tmp_path / "queries.tsv").write_text("id\ttext\nq\tnever\n")
    (tmp_path / "qrels.tsv").write_text("q\t1\t1\n")
    assert [document.text for document in read_dataset(str(tmp_path)).corpus] == [
        '"Never open a quote you do not close',
        "Second text",
        'Quoted "well"',
    ]


def test_whole_numbers_are_ids_and_compare_as_text(tmp_path: Path) -> None:
    documents = '{"_id": 1, "text": "one"}\n{"_id": "01", "text": "other"}\n'
    dataset = read_dataset(
        str(
            beir(
                tmp_path,
                documents,
                '{"_id": 12345678901234567890123, "text": "q"}\n',
                "12345678901234567890123\t1\t1\n",
            )
        )
    )
    assert [document.id for document in dataset.corpus] == ["1", "01"]
    assert dataset.queries[0].id == "12345678901234567890123"


@pytest.mark.parametrize("value", ["true", "1.5", '["d1"]', "null", '""', "{}"])
def test_other_ids_are_refused(tmp_path: Path, value: str) -> None:
    message = refusal(beir(tmp_path, f'{{"_id": {value}, "text": "one"}}\n'))
    assert "corpus.jsonl:1" in message
    assert "id" in message


def test_line_separators_inside_texts_do_not_end_lines(tmp_path: Path) -> None:
    text = "first\u2028second\u0085third\x0bfourth"
    beir(tmp_path, jsonl([{"_id": "d1", "text": text}, *DOCUMENTS[1:]]))
    assert read_dataset(str(tmp_path)).corpus[0].text == text


def test_categories_come_from_the_row_or_its_metadata(tmp_path: Path) -> None:
    documents: list[dict[str, object]] = [
        {"_id": "d1", "text": "a", "topic": "pay"},
        {"_id": "d2", "text": "b", "metadata": {"Category": "ship"}},
        {"_id": "d3", "text": "c", "metadata": 5},
    ]
    dataset = read_dataset(str(beir(tmp_path, jsonl(documents))))
    assert [document.category for document in dataset.corpus] == ["pay", "ship", None]


def test_all_problems_of_all_files_come_at_once_with_their_lines(tmp_path: Path) -> None:
    documents = (
        b'{"_id": "d1", "text": "a"}\n{broken\n{"_id": "d2"}\n\xff\xfe\n'
        b'{"_id": "d1", "text": "b"}\n'
    )
    queries = '{"_id": "q1", "text": 5}\n[1]\n'
    message = refusal(beir(tmp_path / "shop", documents, queries, "q1\td1\t0.5\n"))
    assert message.startswith("7 problems in 'shop':")
    for part in (
        "corpus.jsonl:2: expected one JSON object",
        "corpus.jsonl:3: expected a text (such as text) for the document, found only '_id'",
        "corpus.jsonl:4: byte 0xff at offset 49 is not UTF-8. Save the file as UTF-8",
        "corpus.jsonl:5: the id 'd1' stands with another text at corpus.jsonl:1",
        "queries.jsonl:1: expected text, found a whole number",
        "queries.jsonl:2: expected one JSON object on the line, found a list",
        "qrels/test.tsv:1: expected a whole number from 0 to 1,000 as grade, found '0.5'",
    ):
        assert part in message


def test_only_ten_problems_are_spelled_out(tmp_path: Path) -> None:
    message = refusal(beir(tmp_path, "{\n" * 25))
    assert message.count("corpus.jsonl:") == 10
    assert "25 problems" in message
    assert "and 15 more" in message


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"_id": "a", "text": "x", "n": ' + "9" * 5000 + "}", "a number cannot be read"),
        ('{"_id": "a", "text": NaN}', "NaN is not a number"),
        ('{"_id": "a", "text": "x", "text": "y"}', "the key 'text' stands there twice"),
        ('{"_id": "a", "text": "x\x00"}', "NUL byte at offset 23"),
        ('{"_id": "a", "body text": "x"}', "found only '_id', 'body_text'"),
        ('{"name": "a", "text": "x"}', "expected an id"),
    ],
)
def test_hostile_lines_get_a_sentence(tmp_path: Path, line: str, part: str) -> None:
    message = refusal(beir(tmp_path, line + "\n"))
    assert "corpus.jsonl:1: " in message
    assert part in message


def test_a_json_array_is_told_apart_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "faq.json"
    path.write_text('[\n{"question": "a", "answer": "b"}\n]\n')
    assert "jq -c '.[]'" in refusal(path)


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-8-sig", "gb18030", "big5", "shift_jis", "cp1252"]
)
def test_files_of_other_encodings_are_read_as_they_are_meant(tmp_path: Path, encoding: str) -> None:
    text = {
        "shift_jis": "梅雨の時期が始まることを梅雨入りや入梅といい、社会通念上の春の終わりである。",
        "cp1252": "Die Überweisung dauert höchstens zehn Tage, während der Käufer wartet.",
    }.get(encoding, "退款將在十個工作天內退回您的信用卡，請保留收據。")
    documents: Rows = [{"_id": "d1", "text": text}, *DOCUMENTS[1:]]
    folder = beir(tmp_path, jsonl(documents).encode(encoding))
    dataset = read_dataset(str(folder))
    assert dataset.corpus[0].text == text
    shown = encoding.upper().replace("_", "-")
    said = any(f"corpus.jsonl ({shown})" in note for note in dataset.notes)
    assert said or encoding == "utf-8-sig"


def test_a_single_umlaut_of_windows_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "fragen.csv"
    rows = "".join(f"Wo ist Ware {at}?,Im Lager für {at}.\n" if at == 3 else
                   f"Wo ist Ware {at}?,Im Lager {at}.\n" for at in range(6))  # fmt: skip
    path.write_bytes(("question,answer\n" + rows).encode("cp1252"))
    dataset = read_dataset(str(path))
    assert any("Lager für 3" in document.text for document in dataset.corpus)
    assert any("CP1252" in note for note in dataset.notes)


@pytest.mark.parametrize("broken", [b"Stra\xc3e", b"caf\xff", b"\x93\x80\x91\xe4"])
def test_bytes_that_are_no_western_word_stay_broken_utf8(tmp_path: Path, broken: bytes) -> None:
    folder = beir(tmp_path, b'{"_id": "d1", "text": "' + broken + b' x"}\n')
    with pytest.raises(DataError):
        read_dataset(str(folder))


def test_the_user_may_name_the_encoding(tmp_path: Path) -> None:
    text = "zażółć gęślą jaźń"
    folder = beir(tmp_path, jsonl([{"_id": "d1", "text": text}, *DOCUMENTS[1:]]).encode("cp1250"))
    dataset = read_dataset(str(folder), ReadOptions(encoding="cp1250"))
    assert dataset.corpus[0].text == text


@pytest.mark.parametrize("opener", [gzip.open, bz2.open, lzma.open], ids=["gz", "bz2", "xz"])
def test_packed_files_are_read(
    tmp_path: Path, opener: Callable[..., IO[bytes]], request: pytest.FixtureRequest
) -> None:
    beir(tmp_path)
    packed = tmp_path / f"corpus.jsonl.{request.node.callspec.id}"
    with opener(packed, "wb") as stream:
        stream.write((tmp_path / "corpus.jsonl").read_bytes())
    (tmp_path / "corpus.jsonl").unlink()
    assert len(read_dataset(str(tmp_path)).corpus) == 3
    packed.write_bytes(packed.read_bytes()[:-20])
    assert "damaged" in refusal(tmp_path)


def test_a_packed_file_that_grows_out_of_proportion_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_LEAST_BOMB", 2**20)
    with gzip.open(tmp_path / "faq.csv.gz", "wb") as stream:
        stream.write(b"question,answer\n" + b"a,b\n" * 2**20)
    assert "more than texts do" in refusal(tmp_path / "faq.csv.gz")


def test_columns_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "docs.csv").write_text("nr,text,inhalt\na,short,What is meant\n")
    (tmp_path / "queries.csv").write_text("nr,inhalt\nq,what\n")
    (tmp_path / "qrels.csv").write_text("frage,antwort\nq,a\n")
    named = "id=nr,text=inhalt,query-id=frage,document-id=antwort"
    dataset = read_dataset(str(tmp_path), ReadOptions(columns=columns_named(named)))
    assert dataset.corpus[0] == ("a", "What is meant", None)
    assert dataset.qrels == {"q": {"a": 1}}


def test_rows_that_cannot_be_read_are_left_out_when_asked_and_counted(tmp_path: Path) -> None:
    folder = beir(tmp_path, jsonl(DOCUMENTS) + "{broken\n{also\n", qrels=QRELS + "q2\td1\t0.5\n")
    dataset = read_dataset(str(folder), ReadOptions(skip=True))
    assert len(dataset.corpus) == 3
    assert dataset.notes == (
        "2 lines are broken JSON: skipped (first: corpus.jsonl:4).",
        "1 judgement has a grade that is no whole number: skipped (first: qrels/test.tsv:5).",
    )


def test_of_a_large_corpus_judged_documents_and_an_even_draw_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assemble, "_LARGE", 1_000)
    rows: Rows = [*DOCUMENTS, *({"_id": f"x{n}", "text": f"text {n}"} for n in range(200))]
    folder = beir(tmp_path, jsonl([*rows, rows[7], {"_id": "x9", "text": "other"}]))
    options = ReadOptions(most_documents=20, skip=True)
    dataset = read_dataset(str(folder), options)
    held = {document.id for document in dataset.corpus}
    assert {"d1", "d2", "d3"} < held
    assert (len(held), dataset.documents_of) == (23, 203)
    assert any("203 documents 23 were kept in memory" in note for note in dataset.notes)
    # What is not held is still known by its id and text.
    assert any("1 repeated row of a document" in note for note in dataset.notes)
    assert any("1 id stands with two texts" in note for note in dataset.notes)
    shuffled = beir(tmp_path / "b", jsonl(rows[::-1]))
    assert {one.id for one in read_dataset(str(shuffled), options).corpus} == held


def test_lone_surrogates_and_escaped_nul_are_replaced_with_a_note(tmp_path: Path) -> None:
    dataset = read_dataset(
        str(beir(tmp_path, '{"_id": "d1", "text": "a\\ud800b\\u0000"}\n' + jsonl([*DOCUMENTS[1:]])))
    )
    assert dataset.corpus[0].text == "a\ufffdb\ufffd"
    assert dataset.notes[0].startswith("1 text held characters")


def test_whatever_is_skipped_is_counted(tmp_path: Path) -> None:
    documents: list[dict[str, object]] = [
        *DOCUMENTS,
        DOCUMENTS[0],
        {"_id": "d4", "text": " \n"},
        {"_id": "d5", "text": None},
    ]
    queries: list[dict[str, object]] = [*QUERIES, {"_id": "q3", "text": "nobody judged this"}]
    qrels = QRELS + "q1\td1\t2\nq1\td4\t1\nq1\tnone\t1\nnone\td1\t1\nq2\td1\t-1\n"
    dataset = read_dataset(str(beir(tmp_path, jsonl(documents), jsonl(queries), qrels)))
    assert set(dataset.notes) == {
        "1 repeated row of a document was skipped (first: corpus.jsonl:4).",
        "2 documents without text were skipped (first: corpus.jsonl:5).",
        "1 repeated judgement was skipped (first: qrels/test.tsv:5).",
        "1 judgement of a document without text was skipped (first: qrels/test.tsv:6).",
        "1 judgement of an unknown document was skipped (first: qrels/test.tsv:7).",
        "1 judgement of an unknown query was skipped (first: qrels/test.tsv:8).",
        "1 negative grade was taken as 0 (first: qrels/test.tsv:9).",
        "1 query without any relevant document left out (first: queries.jsonl:3).",
    }
    assert dataset.qrels["q2"] == {"d3": 1, "d1": 0}


@pytest.mark.parametrize(
    ("qrels", "part"),
    [
        ("q1\tx1\t1\nq1\tx2\t1\nq2\td1\t1\n", "2 of 3 document ids are not among the documents"),
        ("x1\td1\t1\nx2\td1\t1\nq1\td1\t1\n", "2 of 3 query ids are not among the queries"),
        ("q1\td1\t0\nq2\td1\t0\n", "no query has a relevant document"),
        ("q1\td1\t1\nq1\td1\t2\n", "was judged 1 before and is 2 here"),
        ("q1\td1\n", "expected the columns query-id, corpus-id, score"),
        ("a\tb\tc\nq1\td1\t1\n", "expected the columns query-id, corpus-id, score"),
        ("q1\td1\t1\nq2\td1\n", "expected 3 columns as in the first line, found 2"),
        ("q1\td1\t1\nq2\td1\tnan\n", "as grade, found 'nan'"),
        ("q1\td1\t99999\n", "from 0 to 1,000"),
    ],
)
def test_judgements_that_do_not_fit_stop_the_reading(tmp_path: Path, qrels: str, part: str) -> None:
    assert part in refusal(beir(tmp_path, qrels=qrels))


def test_empty_files_are_named(tmp_path: Path) -> None:
    assert "no documents found" in refusal(beir(tmp_path / "a", documents=""))
    assert "holds no queries" in refusal(beir(tmp_path / "b", queries=""))


def test_judgements_without_queries_are_refused(tmp_path: Path) -> None:
    (beir(tmp_path) / "queries.jsonl").unlink()
    assert "no file of queries" in refusal(tmp_path)


def test_question_and_answer_rows_become_a_dataset(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(
        "\ufeffQuestion,Answer,Category\r\n"
        'Where is it?,"On the way,\r\nsoon",ship\r\n'
        "When does it come?,Tomorrow,ship\r\n"
        'Has it left?,"On the way,\nsoon",ship\r\n'
        ",Nothing asked,\r\n",
        newline="",
    )
    dataset = read_dataset(str(path))
    assert dataset.name == "faq"
    assert [document.text for document in dataset.corpus] == ["On the way,\nsoon", "Tomorrow"]
    assert dataset.qrels == {"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d1": 1}}
    assert dataset.queries[0].category == "ship"
    assert dataset.evidence == "human"
    assert dataset.notes == (
        "1 repeated answer was merged into one document (first: faq.csv:5).",
        "1 row without question or answer was skipped (first: faq.csv:7).",
    )


def test_chinese_column_names_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("問題,答案,分類\n何時退款,十天內,付款\n", encoding="utf-8-sig")
    dataset = read_dataset(str(path))
    assert dataset.queries[0] == ("q1", "何時退款", "付款")


def test_answers_may_have_ids_and_grades(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    rows = [
        {"id": 1, "query": "a", "doc_id": 7, "passage": "x", "score": 2},
        {"id": 1, "query": "a", "doc_id": 8, "passage": "y", "score": 0},
    ]
    path.write_text(jsonl(rows))
    assert read_dataset(str(path)).qrels == {"1": {"7": 2, "8": 0}}


def test_broken_question_rows_are_refused_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    rows: list[dict[str, object]] = [
        {"id": 1, "q": 0, "query": "a", "answer": "x"},
        {"id": 1, "query": "b", "answer": "y"},
    ]
    path.write_text(jsonl([*rows, {"query": "b"}, {"query": [], "answer": "z"}]))
    message = refusal(path)
    assert "faq.jsonl:2: the id '1' stands with another question before" in message
    assert "faq.jsonl:3: expected a question and an answer as before" in message
    assert "faq.jsonl:4: expected text, found a list" in message


def test_documents_without_judgements_get_queries_from_their_titles(tmp_path: Path) -> None:
    path = tmp_path / "docs.csv"
    path.write_text(
        "title,text\n"
        "How to send a parcel back,Print the label and hand the box to any shop that takes it.\n"
        "Opening hours in winter,From November on we open at nine and close at six each day.\n"
    )
    dataset = read_dataset(str(path))
    assert dataset.evidence == "title-body"
    assert [document.id for document in dataset.corpus] == ["2", "3"]
    assert len(dataset.queries) == 2
    assert any("no ids; their line numbers are used" in note for note in dataset.notes)
    assert any("2 queries were made from 2 titles" in note for note in dataset.notes)


def test_queries_without_judgements_are_not_used_and_it_says_how_to_judge(tmp_path: Path) -> None:
    body = "The long way home leads over hills and through many small villages. " * 3
    documents: list[dict[str, object]] = [
        {"_id": f"d{n}", "title": f"Walk number {n}", "text": body} for n in range(3)
    ]
    dataset = read_dataset(str(beir(tmp_path, jsonl(documents), qrels=None)))
    assert dataset.evidence == "title-body"
    assert all(query.id.startswith("q-") for query in dataset.queries)
    assert any("2 queries of queries.jsonl cannot be measured with" in n for n in dataset.notes)
    assert any("qrels.tsv" in note for note in dataset.notes)


def test_short_documents_alone_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "too short"}\n')
    assert "too short to make queries" in refusal(path)


def test_a_file_of_a_judged_folder_says_that_the_folder_holds_more(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for source in (DATA / "xquad-mini").rglob("*.*"):
        target = folder / source.relative_to(DATA / "xquad-mini")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    dataset = read_dataset(str(folder / "corpus.jsonl"))
    assert dataset.notes[0].startswith("Only 'corpus.jsonl' was read; its folder also holds")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("id,question\n1,why\n", "found only questions"),
        ("name,size,colour\na,b,1\n", "found other names: 'name', 'size', 'colour'"),
        ("id,text,text\n1,a,b\n", "columns with the same name: 'text'"),
        ("id,text\n1,a,b\n", "expected 2 cells as in the first row, found 3"),
        ('id,text\n1,"never closed\n2,b\n', "docs.csv:2: the row cannot be split into cells"),
        ("", "no documents found"),
        ("id,text\n", "no documents found"),
    ],
)
def test_tables_that_are_none_get_a_sentence(tmp_path: Path, content: str, part: str) -> None:
    path = tmp_path / "docs.csv"
    path.write_text(content)
    assert part in refusal(path)


def test_cells_may_be_longer_than_the_csv_module_allows(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(f"question,answer\nlong,{'word ' * 60_000}\n")
    assert len(read_dataset(str(path)).corpus[0].text) > 200_000


@pytest.mark.parametrize(("name", "part"), [("a.xlsx", "Save it as CSV"), ("a", "no extension")])
def test_other_formats_say_how_to_convert(tmp_path: Path, name: str, part: str) -> None:
    (tmp_path / name).write_text("x")
    assert part in refusal(tmp_path / name)


def test_paths_that_cannot_be_read_are_answered_with_a_sentence(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.jsonl")
    assert "does not exist" in refusal(beir(tmp_path / "set") / "corpus.jsonl" / "x")
    assert "cannot be opened" in refusal("a\0b")
    assert "cannot be opened" in refusal("a" * 5000)
    assert "holds no documents" in refusal(tmp_path)
    assert "No path" in refusal(" ")
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert "is a pipe" in refusal(tmp_path / "pipe.jsonl")


def test_a_pipe_or_a_broken_link_in_a_folder_is_answered_too(tmp_path: Path) -> None:
    beir(tmp_path / "a")
    (tmp_path / "a/queries.jsonl").unlink()
    os.mkfifo(tmp_path / "a/queries.jsonl")
    assert "queries.jsonl is a pipe" in refusal(tmp_path / "a")
    beir(tmp_path / "b")
    (tmp_path / "b/corpus.jsonl").unlink()
    (tmp_path / "b/corpus.jsonl").symlink_to(tmp_path / "gone")
    assert "corpus.jsonl does not exist" in refusal(tmp_path / "b")


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(beir(tmp_path / "real"))
    assert read_dataset(str(tmp_path / "link")).name == "link"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_without_access_are_answered(tmp_path: Path) -> None:
    (beir(tmp_path) / "corpus.jsonl").chmod(0)
    assert "may not be read" in refusal(tmp_path)


def test_a_name_near_a_sample_suggests_it() -> None:
    assert "Did you mean the sample techcorp-zh" in refusal("techcorp-zn")
    assert "techcorp-small" in refusal("nothing-like-it")


def test_outside_text_cannot_reach_the_terminal(tmp_path: Path) -> None:
    beir(
        tmp_path / "set",
        '{"_id": "d1", "text": "x", "\\u001b[31m": 1}\n{"_id": "\\u001b]0;x\\u0007"}\n',
    )
    message = refusal(tmp_path / "set")
    assert "\x1b" not in message
    assert "\x07" not in message


def test_messages_do_not_name_the_folders_of_the_machine(tmp_path: Path) -> None:
    assert str(tmp_path) not in refusal(beir(tmp_path / "set", "{"))


def test_reading_needs_little_more_memory_than_the_texts(tmp_path: Path) -> None:
    text = "memory " * 1000
    documents = jsonl([{"_id": f"d{n}", "text": f"{n} {text}"} for n in range(2000)])
    beir(tmp_path, documents)
    tracemalloc.start()
    read_dataset(str(tmp_path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.3 * len(documents)


FILES = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv")


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.sampled_from(FILES),
    at=st.floats(0, 1),
    drop=st.integers(0, 30),
    new=st.binary(max_size=12) | st.sampled_from([b"\n", b'"', b"\t", b"{", b"\\ud800", b"1e999"]),
)
def test_mutated_files_give_a_dataset_or_a_data_error(
    tmp_path: Path, which: str, at: float, drop: int, new: bytes
) -> None:
    path = beir(tmp_path) / which
    content = path.read_bytes()
    start = int(at * len(content))
    path.write_bytes(content[:start] + new + content[start + drop :])
    reads_or_refuses(tmp_path)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.binary(max_size=200)
    | st.text(alphabet='a,;\t"\r\n\u2028 1é', max_size=80).map(str.encode),
    name=st.sampled_from(["faq.csv", "faq.tsv", "faq.jsonl", "faq.json"]),
)
def test_any_bytes_give_a_dataset_or_a_data_error(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"question,answer\n" + content)
    reads_or_refuses(path)
    path.write_bytes(content)
    reads_or_refuses(path)


def reads_or_refuses(path: Path) -> None:
    try:
        dataset = read_dataset(str(path))
    except DataError as error:
        assert str(error)
    else:
        check(dataset)


def check(dataset: Dataset) -> None:
    """Check what every dataset promises."""
    documents = {document.id for document in dataset.corpus}
    queries = {query.id for query in dataset.queries}
    assert len(documents) == len(dataset.corpus)
    assert queries == dataset.qrels.keys()
    for grades in dataset.qrels.values():
        assert grades.keys() <= documents
        assert max(grades.values()) > 0
        assert min(grades.values()) >= 0
    texts = [(document.id, document.text) for document in dataset.corpus]
    texts += [(query.id, query.text) for query in dataset.queries]
    for item_id, text in texts:
        assert text.strip()
        assert (item_id + text).encode()
    assert dataset.fingerprint()
