"""The data doctor, on real sets and on broken copies of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.corpus.cleaning import write_clean_copy
from advisor.corpus.options import ReadOptions
from advisor.corpus.readers import read_dataset
from advisor.deciding.checkup import Checkup, check_data
from advisor.deciding.sources import questioned
from advisor.errors import DataError, UsageError
from benchmarks import broken_data

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "data" / "xquad-mini"
ODD = {"too-easy", "weak-queries"}
"""What a small set of questions on paragraphs has, unbroken."""


def counts(checkup: Checkup) -> dict[str, int]:
    return {one.kind: one.count for one in checkup.findings if one.kind not in ODD}


def broken(tmp_path: Path, fault: str, source: Path = MINI) -> Path:
    folder = tmp_path / "set"
    for path in source.rglob("*.*"):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    broken_data.FAULTS[fault](folder)
    return folder


@pytest.mark.parametrize("name", ["xquad-mini", "cmrc-mini", "jsquad-mini"])
def test_real_sets_are_good_enough_to_measure_on(name: str) -> None:
    checkup = check_data(str(ROOT / "tests" / "data" / name), ReadOptions())
    assert not checkup.stops(skipping=False)
    assert set(counts(checkup)) <= {"long-document"}
    assert checkup.smallest_gap is not None
    assert checkup.documents == 60


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("other-encoding", {"file-encoding": 2}),
        ("mixed-encoding", {"undecodable": 3}),
        ("broken-lines", {"broken-json": 3}),
        ("empty-texts", {"empty-document": 3, "empty-query": 2}),
        ("duplicates", {"same-text": 3, "near-copy": 3, "repeated-document": 3}),
        ("clashing-ids", {"id-clash": 3}),
        ("shifted", {"shifted": 1}),
        ("odd-grades", {"negative-grade": 2, "fractional-grade": 2, "unknown-document": 2}),
        ("shouting", {"upper-case": 40, "control-characters": 3}),
        ("few-queries", {"few-queries": 1, "unjudged-query": 28}),
    ],
)
def test_every_fault_is_found_and_counted(
    tmp_path: Path, fault: str, found: dict[str, int]
) -> None:
    source = MINI.with_name("cmrc-mini") if fault == "other-encoding" else MINI
    checkup = check_data(str(broken(tmp_path, fault, source)), ReadOptions())
    assert counts(checkup).items() >= found.items()
    stops = {"undecodable", "broken-json", "id-clash", "shifted", "fractional-grade"} & set(found)
    assert checkup.stops(skipping=False) == bool(stops)
    assert checkup.stops(skipping=True) == (fault == "shifted")


def test_a_run_notes_judgements_that_are_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = read_dataset(str(MINI))
    assert questioned(whole, 0) is whole
    shifted = questioned(read_dataset(str(broken(tmp_path, "shifted"))), 0)
    assert "off by some lines" in shifted.notes[-1]
    assert "check-data" in capsys.readouterr().err


def test_languages_that_differ_are_said() -> None:
    kinds = counts(check_data("techcorp-zh-en", ReadOptions()))
    assert kinds["cross-lingual"] == 1


def test_what_cannot_be_read_at_all_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        check_data(str(tmp_path / "none"), ReadOptions())


def test_a_clean_copy_has_nothing_left_to_fix_and_the_original_is_as_it_was(
    tmp_path: Path,
) -> None:
    folder = broken(tmp_path, "duplicates")
    (folder / "corpus.jsonl").write_bytes(
        (folder / "corpus.jsonl").read_bytes() + b'{"_id": "e", "text": " \x0c "}\n{broken\n'
    )
    first_document = json.loads((folder / "corpus.jsonl").read_text().split("\n")[0])["_id"]
    with (folder / "qrels" / "test.tsv").open("a") as qrels:
        # A judgement of a copy goes over to the document that is kept.
        qrels.write(f"{next(iter(read_dataset(str(MINI)).qrels))}\t{first_document}-copy\t1\n")
    before = (folder / "corpus.jsonl").read_bytes()
    with pytest.raises(DataError, match="broken JSON"):
        write_clean_copy(str(folder), ReadOptions())
    assert not list(tmp_path.glob("*clean*"))
    copy = write_clean_copy(str(folder), ReadOptions(skip=True))
    assert copy.folder == tmp_path / "set-clean"
    assert (copy.documents, copy.left_out) == (63, 3 + 3 + 1 + 1)
    assert (folder / "corpus.jsonl").read_bytes() == before
    clean = counts(check_data(str(copy.folder), ReadOptions()))
    assert set(clean) <= {"near-copy", "long-document"}
    first = next(iter(read_dataset(str(MINI)).qrels))
    assert first_document in read_dataset(str(copy.folder)).qrels[first]
    left_out = (copy.folder / "left-out.tsv").read_text().splitlines()
    assert len(left_out) == copy.left_out
    assert write_clean_copy(str(folder), ReadOptions(skip=True)).folder.name == "set-clean-2"


def test_looking_can_be_stopped() -> None:
    with pytest.raises(UsageError, match="was stopped"):
        check_data("xquad-en", ReadOptions(), stopped=lambda: True)


def test_samples_need_no_copy() -> None:
    with pytest.raises(UsageError, match="is a sample"):
        write_clean_copy("techcorp-zh", ReadOptions())
