"""`read_dataset`: from a path or a sample's name to documents, queries and judgements."""

from __future__ import annotations

import difflib
from pathlib import Path

from advisor.corpus import fields
from advisor.corpus.assemble import assemble, rows_of
from advisor.corpus.dataset import Dataset
from advisor.corpus.layout import LAYOUT, ROW_SUFFIXES, Layout, find_layout, name_of
from advisor.corpus.lines import Source, kind_of
from advisor.corpus.pairs import assemble_pairs, is_pairs
from advisor.corpus.problems import Notes, Problems, listed, quoted
from advisor.corpus.samples import SAMPLES, read_sample
from advisor.errors import DataError
from advisor.text import one_line

_HOW_TO_CONVERT = {
    ".gz": "Unpack it first (gunzip).",
    ".zip": "Unpack it first.",
    ".parquet": "Save it as JSON lines (pandas: to_json(..., orient='records', lines=True)).",
    ".xlsx": "Save it as CSV (UTF-8).",
    ".xls": "Save it as CSV (UTF-8).",
}


def read_dataset(place: str, *, to_judge: bool = False) -> Dataset:
    """Read a sample (by name), a folder or one file; raise DataError, which names the way out.

    A folder holds documents and possibly queries and judgements; a file holds documents, or rows
    of questions and answers. Without judgements, queries are made from the documents. A sample's
    name goes before a folder of that name, which ./NAME reaches. With `to_judge`, queries that
    nobody has judged are kept, for a person to judge, where a folder has some.
    """
    if place in SAMPLES:
        return read_sample(place)
    path, shown = _path(place), one_line(place, 120)
    try:
        kind = kind_of(path, shown)
    except DataError as error:
        raise _with_samples(place, error) from None
    if kind == "folder":
        return assemble(find_layout(path), to_judge=to_judge)
    return _read_file(path)


def _path(place: str) -> Path:
    if not place.strip():
        raise DataError(f"No path of the data given: {LAYOUT}; or name one of {_names()}.")
    try:
        return Path(place).expanduser()
    except RuntimeError:  # "~nobody/..."
        return Path(place)


def _names() -> str:
    return f"the samples {', '.join(SAMPLES)}"


def _with_samples(place: str, error: DataError) -> DataError:
    """Return `error` with the samples that may have been meant."""
    if Path(place).name != place or Path(place).suffix:
        return error
    near = difflib.get_close_matches(place.lower(), SAMPLES, n=3)
    return DataError(
        f"{error} Did you mean the sample {' or '.join(near)}?"
        if near
        else f"{error} Without data of your own, try {_names()}."
    )


def _read_file(path: Path) -> Dataset:
    source, name = Source(path, one_line(path.name, 80)), name_of(path)
    if source.suffix not in (*ROW_SUFFIXES, ".json"):
        remedy = _HOW_TO_CONVERT.get(source.suffix, "Convert it, or give a folder.")
        raise DataError(
            f"{source.name}: expected JSON lines (.jsonl), CSV or TSV, found "
            f"{quoted(source.suffix) if source.suffix else 'no extension'}. {remedy}"
        )
    first = next((row for _, row in rows_of(source, Problems(name))), None)
    if first is not None and is_pairs(first):
        return assemble_pairs(source, name, Notes())
    if first is not None and not _is_documents(first):
        what = "only questions" if fields.pick(first, fields.QUESTION) else "other names"
        raise DataError(
            f"{source.name}: expected a column of documents (such as text, with title and _id), "
            f"or question and answer, found {what}: {listed(list(first))}. Rename them."
        )
    notes = _siblings(path)
    return assemble(Layout(name, (source,), notes=notes))


def _is_documents(row: fields.Row) -> bool:
    return fields.pick(row, (*fields.TEXT, *fields.ANSWER, *fields.TITLE)) is not None


def _siblings(path: Path) -> tuple[str, ...]:
    """Return a note if the file is part of a folder with judgements."""
    try:
        layout = find_layout(path.absolute().parent)
    except (DataError, OSError):
        return ()
    is_part = any(source.path.name == path.name for source in layout.documents)
    if not is_part or layout.judgements is None:
        return ()
    return (
        f"Only {quoted(path.name)} was read; its folder also holds judgements "
        f"({layout.judgements.name}): give the folder to use them.",
    )
