"""Saving and loading records: nothing lost, nothing written over, nothing trusted."""

import errno
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import RecordError
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from advisor.record.store import MOST_BYTES, load_record, save_record, to_toml
from tests.record import made

GOOD = to_toml(made.record()).decode()


def written(place: Path, content: str | bytes) -> Path:
    path = place / "record.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def edited(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_what_is_loaded_equals_what_was_saved(tmp_path: Path) -> None:
    record = made.record()
    loaded, notes = load_record(save_record(record, tmp_path / "new" / "folder"))
    assert loaded == record
    assert notes == ()


def test_a_name_a_note_and_what_would_change_are_kept(tmp_path: Path) -> None:
    record = made.record(over={"would_change": ("accuracy first: two",)})
    record = record.named("support 2026", 'as "agreed"\nin 中文, two lines')
    loaded, notes = load_record(save_record(record, tmp_path))
    assert loaded == record
    assert notes == ()
    assert loaded.record.note == 'as "agreed"\nin 中文, two lines'


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_folder_no_system_can_have_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="no folder can have this name"):
        save_record(made.record(), tmp_path / name)


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert to_toml(made.record()) == to_toml(made.record())


def test_the_name_of_the_file_has_the_date_the_profile_and_the_pick(tmp_path: Path) -> None:
    assert save_record(made.record(), tmp_path).name == "2026-03-04-support-one.toml"


def test_the_verdict_stands_in_the_name_where_nothing_is_picked(tmp_path: Path) -> None:
    record = made.record([made.result(), made.baseline()])
    assert record.verdict.pick is None
    assert save_record(record, tmp_path).name == "2026-03-04-support-insufficient.toml"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "/", "客服", "a\0b", "x" * 500, ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    record = msgspec.structs.replace(
        made.record(), record=made.record().record.__class__(name=name, created="2026", tool="t")
    )
    assert save_record(record, tmp_path).parent == tmp_path


def test_a_record_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    first = save_record(made.record(), tmp_path)
    first.write_text("mine", encoding="utf-8")
    assert save_record(made.record(), tmp_path).name == "2026-03-04-support-one-2.toml"
    assert save_record(made.record(), tmp_path).name == "2026-03-04-support-one-3.toml"
    assert first.read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 3


def test_processes_that_save_at_once_each_get_a_file_of_their_own(tmp_path: Path) -> None:
    source = save_record(made.record(), tmp_path)
    code = (
        "import sys; from pathlib import Path\n"
        "from advisor.record.store import load_record, save_record\n"
        "record, _ = load_record(Path(sys.argv[1]))\n"
        "for _ in range(5): save_record(record, Path(sys.argv[2]))\n"
    )
    out = tmp_path / "out"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(source), str(out)]) for _ in range(3)
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    files = list(out.iterdir())
    assert len(files) == 15
    assert {file.read_bytes() for file in files} == {source.read_bytes()}


def test_a_folder_without_hard_links_takes_records_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    names = [save_record(made.record(), tmp_path).name for _ in range(2)]
    assert names == ["2026-03-04-support-one.toml", "2026-03-04-support-one-2.toml"]
    assert {path.name for path in tmp_path.iterdir()} == set(names)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(RecordError, match=os.strerror(number)) as caught:
        save_record(made.record(), tmp_path)
    assert "--out" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(RecordError, match="cannot be written"):
        save_record(made.record(), tmp_path / "taken")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_without_permission_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RecordError, match="Permission denied"):
        save_record(made.record(), tmp_path)


def test_a_record_that_does_not_read_back_is_not_called_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = made.record([made.result("two"), made.result("one", 0.3)])
    monkeypatch.setattr("advisor.record.store.load_record", lambda _: (other, ()))
    with pytest.raises(RecordError, match="does not read back"):
        save_record(made.record(), tmp_path)


@pytest.mark.parametrize("schema", ["embed-advisor/2", "embed-advisor/10", "embed-advisor/"])
def test_another_major_schema_is_refused_and_says_which_version_reads_it(
    tmp_path: Path, schema: str
) -> None:
    with pytest.raises(RecordError, match="this version reads embed-advisor/1"):
        load_record(written(tmp_path, edited("embed-advisor/1", schema)))


@pytest.mark.parametrize("head", ["", "schema = 1\n", 'schema = "embed-advisor-profile/1"\n'])
def test_a_file_of_another_kind_is_no_record(tmp_path: Path, head: str) -> None:
    rest = GOOD.partition("\n")[2]
    with pytest.raises(RecordError, match="no decision record"):
        load_record(written(tmp_path, head + rest))


def test_a_newer_minor_schema_is_read_and_said(tmp_path: Path) -> None:
    _, notes = load_record(written(tmp_path, edited('advisor/1"', 'advisor/1.4"')))
    assert notes == ("written as embed-advisor/1.4, read as embed-advisor/1",)


@pytest.mark.parametrize("value", ["1", "0", "0.0", "false", '""', "[]", "{}", "{ deep = 0 }"])
@pytest.mark.parametrize(
    ("before", "place"),
    [("[verdict]\n", "verdict.mystery"), ("[candidates.quality]\n", "candidates[0].quality.myst")],
)
def test_an_unknown_key_is_named_whatever_its_value(
    tmp_path: Path, before: str, place: str, value: str
) -> None:
    _, notes = load_record(written(tmp_path, edited(before, f"{before}mystery = {value}\n")))
    assert len(notes) == 1
    assert notes[0].startswith(place)


def test_an_unknown_section_is_named(tmp_path: Path) -> None:
    _, notes = load_record(written(tmp_path, GOOD + "\n[weather]\ndate = 2026-01-01\n"))
    assert [note.split()[0] for note in notes] == ["weather"]


def test_a_known_key_at_its_default_is_not_called_unknown(tmp_path: Path) -> None:
    _, notes = load_record(
        written(tmp_path, edited("[verdict]\n", "[verdict]\nbaseline_suffices = false\n"))
    )
    assert notes == ()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"x"', "candidates[0].quality.mean"),
        ("nan", "candidates[0].quality.mean"),
        ("-inf", "candidates[0].quality.mean"),
        ("1" + "0" * 400, "candidates[0].quality.mean"),
        ("1" + "0" * 5_000, "not readable as TOML"),
    ],
    ids=["text", "nan", "infinite", "huge", "endless"],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, value: str, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        load_record(written(tmp_path, re.sub(r"mean = [\d.]+", f"mean = {value}", GOOD, count=1)))
    assert said in str(caught.value)


def test_a_category_without_its_mean_is_refused(tmp_path: Path) -> None:
    category = "[candidates.quality.categories.billing]\nmean"
    with pytest.raises(RecordError, match="missing required field `mean`"):
        load_record(written(tmp_path, edited(category, f"{category}less")))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "deep",
    [
        "[" * 50 + "]" * 50,
        "[" * 100_000 + "]" * 100_000,
        "{a=" * 300 + "1" + "}" * 300,
        "1\nz" + ".a" * 50 + " = 1",
        "1\nz" + ".a" * 500_000 + " = 1",
        "1\nz" + " . 'a b'" * 100_000 + " = 1",
        "1\nz" + '."\\""' * 8_000 + " = 1",
    ],
    ids=["arrays", "endless arrays", "tables", "dotted", "endless dotted", "quoted", "escaped"],
)
def test_deep_nesting_is_refused_at_once(tmp_path: Path, deep: str) -> None:
    with pytest.raises(RecordError):
        load_record(written(tmp_path, edited("[answers]\n", f"[answers]\nx = {deep}\n")))


def test_what_is_no_readable_file_is_a_sentence(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing.toml", "is not there"),
        (written(tmp_path, b"\xff\xfe"), "not UTF-8"),
    ):
        with pytest.raises(RecordError, match=said):
            load_record(path)


def test_a_file_larger_than_any_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="larger than"):
        load_record(written(tmp_path, GOOD + "#" * MOST_BYTES))


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    loaded, _ = load_record(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()))
    assert loaded == made.record()


@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD.encode()) - 1), st.binary(max_size=4)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_whatever_is_done_to_the_bytes_there_is_a_record_that_shows_or_a_sentence(
    changes: list[tuple[int, bytes]],
) -> None:
    content = GOOD.encode()
    for place, piece in changes:
        content = content[:place] + piece + content[place + len(piece) + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        try:
            record, _ = load_record(written(Path(folder), content))
        except RecordError:
            return
    as_text(record)
    as_markdown(record)


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=150)
def test_any_name_survives_saving_and_loading(name: str) -> None:
    result = made.result(name or "x")
    record = made.record([result, made.result("\u4e8c", 0.3), made.baseline()])
    with tempfile.TemporaryDirectory() as folder:
        loaded, notes = load_record(save_record(record, Path(folder)))
    assert loaded == record
    assert notes == ()
