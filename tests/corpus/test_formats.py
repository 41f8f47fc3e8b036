"""Files other than lines of JSON and tables: topics, Parquet, files of text, pairs of sentences."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems
from advisor.corpus.readers import read_dataset
from advisor.errors import DataError

TAGGED = """<top>
<num> Number: 301
<title> money back

<desc> Description:
When is money paid back?
</top>
<topic number="302"><query>start from zero</query></topic>
"""


@pytest.mark.parametrize("topics", [TAGGED, "301:money back\n302\tstart from zero\n"])
def test_trec_topics_and_qrels_are_read(tmp_path: Path, topics: str) -> None:
    (tmp_path / "corpus.tsv").write_text("id\ttext\nd1\tMoney goes back\nd2\tHold the button\n")
    (tmp_path / "topics.txt").write_text(topics)
    (tmp_path / "qrels.txt").write_text("301 0 d1 2\n302 0 d2 1\n301 0 d2 0\n")
    dataset = read_dataset(str(tmp_path))
    assert [(query.id, query.text) for query in dataset.queries] == [
        ("301", "money back"),
        ("302", "start from zero"),
    ]
    assert dataset.qrels == {"301": {"d1": 2, "d2": 0}, "302": {"d2": 1}}


def test_parquet_is_read_in_batches(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [f"text number {number}" for number in range(2_500)]
    table = pyarrow.table({"Doc ID": list(range(2_500)), "text": texts})
    parquet.write_table(table, tmp_path / "corpus.parquet")
    (tmp_path / "queries.tsv").write_text("id\ttext\nq\tnumber 7\n")
    (tmp_path / "qrels.tsv").write_text("q\t7\t1\n")
    dataset = read_dataset(str(tmp_path))
    assert len(dataset.corpus) == 2_500
    assert dataset.corpus[7] == ("7", "text number 7", None)
    (tmp_path / "corpus.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(DataError, match=r"corpus\.parquet:1: the file cannot be read as Parquet"):
        read_dataset(str(tmp_path))


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    (folder / "shop").mkdir(parents=True)
    (folder / ".hidden.txt").write_text("not meant")
    (folder / "refunds.md").write_text("# Refunds #\n\nMoney goes back to the card.\n")
    (folder / "shop" / "parcels.html").write_text(
        "<html><head><title>Parcels &amp; post</title><style>p {}</style></head>"
        "<body><script>var a</script><p>They leave</p><p>on   working days.</body></html>"
    )
    (folder / "shop" / "reset.txt").write_bytes("按住按鈕五秒鐘，直到燈號閃爍為止。".encode("big5"))
    return folder


def test_a_folder_of_texts_is_a_corpus_and_a_table_names_what_answers(texts: Path) -> None:
    (texts / "questions.csv").write_text(
        "question,file\nWhen do I get my money?,refunds.md\nHow to start over?,reset\n"
        "When do I get my money?,shop/parcels.html\nWhere is it?,lost.md\n"
    )
    dataset = read_dataset(str(texts))
    assert [document.id for document in dataset.corpus] == [
        "refunds.md",
        "shop/parcels.html",
        "shop/reset.txt",
    ]
    assert [document.text.split() for document in dataset.corpus[:2]] == [
        ["Refunds", "Money", "goes", "back", "to", "the", "card."],
        ["Parcels", "&", "post", "They", "leave", "on", "working", "days."],
    ]
    assert dataset.corpus[2].text.startswith("按住按鈕")
    assert dataset.qrels == {
        "q1": {"refunds.md": 1, "shop/parcels.html": 1},
        "q2": {"shop/reset.txt": 1},
    }
    assert any("1 judgement of an unknown document" in note for note in dataset.notes)


def test_texts_beside_a_table_of_unknown_name_are_no_corpus(texts: Path) -> None:
    (texts / "train.csv").write_text("text,label\na,b\n")
    with pytest.raises(DataError, match="holds no documents"):
        read_dataset(str(texts))


def test_pdf_and_word_files_are_read_and_damaged_ones_named(texts: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    docx = pytest.importorskip("docx")
    word = docx.Document()
    word.add_paragraph("How long the warranty of a lamp lasts. Two years from its purchase on.")
    word.save(str(texts / "warranty.docx"))
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(texts / "scanned.pdf")
    (texts / "broken.pdf").write_bytes(b"%PDF-1.4 cut")
    (texts / "broken.docx").write_bytes(b"PK cut")
    (texts / "questions.csv").write_text("question,file\nhow long is the warranty,warranty.docx\n")
    problems = Problems("handbook", skip=True)
    dataset = read_dataset(str(texts), problems=problems)
    assert "warranty.docx" in {document.id for document in dataset.corpus}
    found = {finding.kind: finding.places for finding in problems.findings()}
    assert found["unreadable-file"] == ("broken.docx", "broken.pdf")
    assert found["empty-document"] == ("scanned.pdf:1",)


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.pdf", "pypdf", "pdf"),
        ("a.docx", "docx", "docx"),
        ("b.parquet", "pyarrow", "parquet"),
    ],
)
def test_a_missing_package_is_named(
    tmp_path: Path, name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name.replace("b.", "corpus.")).write_bytes(b"x")
    with pytest.raises(DataError, match=rf"embed-advisor\[{extra}\]"):
        read_dataset(str(tmp_path))


def test_parallel_sentences_ask_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "parallel.tsv"
    path.write_text("en\tzh-Hant\nGood morning\t早安\nThank you\t謝謝\n")
    dataset = read_dataset(str(path))
    assert [query.text for query in dataset.queries] == ["Good morning", "Thank you"]
    assert [document.text for document in dataset.corpus] == ["早安", "謝謝"]
    assert dataset.qrels == {"q1": {"d1": 1}, "q2": {"d2": 1}}


@pytest.mark.parametrize(
    "header",
    ["en,zh", "EN,zh-CN", "en_text,zh_text", "id,en,zh", "no,en,pt-BR", "en,id", "fr,zh_Hans"],
)
def test_columns_called_after_two_languages_are_parallel(tmp_path: Path, header: str) -> None:
    path, columns = tmp_path / "pairs.csv", header.split(",")
    rows = ["1", "first here", "eins da"][-len(columns) :], ["2", "two", "zwei"][-len(columns) :]
    path.write_text("\n".join((header, *(",".join(row) for row in rows))) + "\n")
    dataset = read_dataset(str(path))
    assert [query.text for query in dataset.queries] == ["first here", "two"]
    assert [document.text for document in dataset.corpus] == ["eins da", "zwei"]


def test_scored_pairs_of_a_search_become_queries_where_they_are_alike(tmp_path: Path) -> None:
    path = tmp_path / "sts.jsonl"
    path.write_text(
        '{"sentence1": "a", "sentence2": "A!", "score": 4.5}\n'
        '{"sentence1": "b", "sentence2": "far from it", "score": 0.5}\n'
        '{"sentence1": "c", "sentence2": "C?", "score": 5.0}\n'
    )
    dataset = read_dataset(str(path), ReadOptions(task="search"))
    assert [query.text for query in dataset.queries] == ["a", "c"]
    assert len(dataset.corpus) == 3
    assert any("2 of 3 with a score of 4 and more" in note for note in dataset.notes)
