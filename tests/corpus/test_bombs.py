"""Packed files that unpack to far more than texts do are refused, with the reason."""

import gzip
import zipfile
from pathlib import Path

import pytest

from advisor.corpus.readers import read_dataset
from advisor.errors import DataError

LARGE_MIB = 280
MIB = b"x" * 2**20


def refusal(place: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_dataset(str(place))
    return str(caught.value)


@pytest.mark.parametrize(
    "end_of_row", [b'"}\n{"_id": "d", "text": "', b""], ids=["rows", "one row"]
)
def test_a_packed_table_that_explodes_is_refused(tmp_path: Path, end_of_row: bytes) -> None:
    path = tmp_path / "corpus.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b'{"_id": "d", "text": "')
        for _ in range(LARGE_MIB):
            stream.write(MIB + end_of_row)
    said = "unpacks to more than 256 MiB" if end_of_row else "the line is longer than 64 MiB"
    assert said in refusal(path)


def test_a_document_that_explodes_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text("A text of its own.")
    with (
        zipfile.ZipFile(folder / "b.docx", "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(LARGE_MIB):
            part.write(MIB)
    assert "unpacks to 280 MiB, more than texts do" in refusal(folder)


@pytest.mark.parametrize("name", ["set.zip", "set.tar", "set.tgz", "set.7z"])
def test_an_archive_is_never_unpacked_so_nothing_in_it_can_lead_out(
    tmp_path: Path, name: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("../../escaped.jsonl", "{}")
    assert f"found '.{name[4:]}'" in refusal(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
