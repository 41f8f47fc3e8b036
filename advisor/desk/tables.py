"""The tables of a place: their columns, and how the first rows would be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from advisor.corpus import fields
from advisor.corpus.layout import ROW_SUFFIXES, find_layout
from advisor.corpus.opening import Source, bare, encoding_of
from advisor.corpus.options import MEANINGS, ReadOptions
from advisor.corpus.problems import Problems
from advisor.corpus.readers import path_of
from advisor.corpus.rows import rows_of
from advisor.corpus.samples import SAMPLES
from advisor.desk.messages import TableColumns, Tabled, Tables
from advisor.errors import DataError
from advisor.text import one_line

ROWS: Final = 4
MOST_TABLES: Final = 8
MOST_CHARACTERS: Final = 200
"""Of a value that is shown."""
_NAMES: Final = {
    "id": fields.DOCUMENT_ID,
    "title": fields.TITLE,
    "text": fields.TEXT,
    "question": fields.QUESTION,
    "answer": fields.ANSWER,
    "category": fields.CATEGORY,
    "query-id": fields.JUDGED_QUERY,
    "document-id": fields.ANSWERING_DOCUMENT,
    "score": fields.GRADE,
}
"""What is looked for where the user has named no column, by meaning."""


def has_tables(place: str, reading: ReadOptions) -> bool:
    """Tell whether a place has files with columns."""
    return bool(_sources(place, reading))


def tabled(request: Tables) -> Tabled:
    """Return the tables of a place; DataError when one cannot be opened."""
    return Tabled(
        tables=tuple(_table(source) for source in _sources(request.place, request.reading))
    )


def _sources(place: str, reading: ReadOptions) -> tuple[Source, ...]:
    if place in SAMPLES:
        return ()
    path = path_of(place)
    if not path.is_dir():
        sources: tuple[Source, ...] = (Source(path, one_line(path.name, 80)),)
    else:
        try:
            sources = find_layout(path, reading).sources
        except DataError:  # it is the columns that may be wrong
            sources = tuple(Source(one, one_line(one.name, 80)) for one in sorted(path.iterdir()))
    return tuple(
        source._replace(encoding=reading.encoding, columns=reading.columns)
        for source in sources
        if bare(source.path).suffix.lower() in (*ROW_SUFFIXES, ".json") and source.path.is_file()
    )[:MOST_TABLES]


def _table(source: Source) -> TableColumns:
    rows = tuple(islice(_rows(source._replace(columns=())), ROWS))
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    named = {meaning: fields.normal(column) for meaning, column in source.columns}
    read_as = {}
    for meaning, names in _NAMES.items():
        # A column that was named for something else is no longer taken by its name.
        free = {name: "" for name in columns if name not in named.values()}
        found = named.get(meaning) or fields.pick(free, (*names, MEANINGS[meaning]))
        if found in columns:
            read_as[meaning] = found
    return TableColumns(
        file=source.name,
        encoding=encoding_of(source),
        columns=columns,
        read_as=read_as,
        rows=rows,
    )


def _rows(source: Source) -> Iterator[dict[str, str]]:
    for _, row in rows_of(source, Problems(source.name)):
        yield {name: one_line(str(value), MOST_CHARACTERS) for name, value in row.items()}
