"""`read_dataset`: from a path or a sample's name to documents, queries and judgements."""

from __future__ import annotations

import difflib
from pathlib import Path

import msgspec

from advisor.corpus import fields
from advisor.corpus.assemble import assemble
from advisor.corpus.dataset import Dataset
from advisor.corpus.layout import LAYOUT, ROW_SUFFIXES, Layout, find_layout, name_of
from advisor.corpus.opening import Source, kind_of
from advisor.corpus.options import ReadOptions
from advisor.corpus.pairs import assemble_pairs, is_pairs
from advisor.corpus.problems import Problems, listed, quoted
from advisor.corpus.rows import rows_of
from advisor.corpus.samples import SAMPLES, read_sample
from advisor.corpus.sentence_pairs import pair_columns
from advisor.corpus.shelf import Watches
from advisor.corpus.task_data import read_split_folder, read_task
from advisor.errors import DataError
from advisor.text import one_line

_HOW_TO_CONVERT = {
    ".zst": "Unpack it first (zstd -d).",
    ".zip": "Unpack it first.",
    ".xlsx": "Save it as CSV (UTF-8).",
    ".xls": "Save it as CSV (UTF-8).",
}


def read_dataset(
    place: str,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
    problems: Problems | None = None,
    watches: Watches = Watches(),  # noqa: B008 - frozen
) -> Dataset:
    """Read a sample (by name), a folder or one file; raise DataError, which names the way out.

    A folder holds documents and possibly queries and judgements; a file holds documents, or rows
    of questions and answers. Labelled texts, scored pairs and reranking sets are read as what they
    are, from a file or a folder with a test file. Without judgements, queries are made from the
    documents. A sample's name goes before a folder of that name, which ./NAME reaches. What is
    found on the way is added to `problems`.
    """
    found = _read(place, options, problems, watches)
    return msgspec.structs.replace(found, chunking=options.chunks) if options.chunks else found


def _read(place: str, options: ReadOptions, problems: Problems | None, watches: Watches) -> Dataset:
    if place in SAMPLES:
        return read_sample(place, problems, watches)
    path, shown = path_of(place), one_line(place, 120)
    try:
        kind = kind_of(path, shown)
    except DataError as error:
        raise _with_samples(place, error) from None
    if kind == "folder":
        task_data = read_split_folder(path, options, problems, watches)
        if task_data is not None:
            return task_data
        layout = find_layout(path, options)
        return assemble(layout, options, problems, watches)
    return _read_file(path, options, problems, watches)


def path_of(place: str) -> Path:
    """Return the path that a place names; DataError when it names none."""
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


def _read_file(
    path: Path, options: ReadOptions, problems: Problems | None, watches: Watches
) -> Dataset:
    name = name_of(path)
    source = Source(path, one_line(path.name, 80), options.encoding, options.columns)
    if source.suffix not in (*ROW_SUFFIXES, ".json"):
        remedy = _HOW_TO_CONVERT.get(source.suffix, "Convert it, or give a folder.")
        raise DataError(
            f"{source.name}: expected JSON lines (.jsonl), CSV, TSV or Parquet, found "
            f"{quoted(source.suffix) if source.suffix else 'no extension'}. {remedy}"
        )
    task_data = read_task(source, name, options, problems, watches)
    if task_data is not None:
        return task_data
    first = next((row for _, row in rows_of(source, Problems(name))), None)
    if first is not None and is_pairs(first):
        return assemble_pairs(source, name, options, problems, watches)
    columns = pair_columns(first) if first is not None else None
    if columns is not None:
        return assemble_pairs(source, name, options, problems, watches, columns)
    if first is not None and not _is_documents(first):
        what = "only questions" if fields.pick(first, fields.QUESTION) else "other names"
        raise DataError(
            f"{source.name}: expected a column of documents (such as text, with title and _id), "
            f"or question and answer, found {what}: {listed(list(first))}. Rename them, or name "
            "them with --columns."
        )
    return assemble(Layout(name, (source,), notes=_siblings(path)), options, problems, watches)


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
