"""CSV and TSV as rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Final

from advisor.corpus import fields
from advisor.corpus.lines import lines
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, listed
from advisor.text import one_line

_FIELD_LIMIT: Final = 2**31 - 1
_KNOWN: Final = frozenset(
    (
        *(*fields.DOCUMENT_ID, *fields.TITLE, *fields.TEXT, *fields.ANSWER, *fields.QUESTION),
        *(*fields.QUERY_ID, *fields.CATEGORY, *fields.JUDGED_QUERY, *fields.JUDGED_DOCUMENT),
        *fields.GRADE,
    )
)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def delimiter_of(source: Source, header: str) -> str:
    """Return the delimiter that makes the most of a first line: known names, then cells.

    The extension decides where they are equal.
    """
    by_extension = "\t" if source.suffix in (".tsv", ".tab") else ","

    def worth(delimiter: str) -> tuple[int, int, bool]:
        cells = _cells(header, delimiter)
        known = sum(fields.normal(cell) in _KNOWN for cell in cells)
        return known, len(cells), delimiter == by_extension

    return max("\t,;", key=worth)


def _is_plain(source: Source, delimiter: str) -> bool:
    """Tell whether every line has as many delimiters as the first, so quotes need no reading."""
    width: int | None = None
    for _, line in lines(source, Problems(source.name)):
        if not line.strip():
            continue
        cells = line.count(delimiter)
        width = cells if width is None else width
        if cells != width:
            return False
    return True


def _unquoted(cell: str) -> str:
    inner = cell[1:-1]
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return cell


def cell_rows(source: Source, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number where a row begins, and its cells; empty rows are passed over.

    Quoted cells may hold line ends. Tab-separated files are often written without any quoting,
    where a text that begins with a quotation mark would swallow the rest: they are split at
    every tab if all lines then have the same number of cells.
    """
    first = next((line for _, line in lines(source, Problems(source.name)) if line.strip()), "")
    delimiter = delimiter_of(source, first)
    if delimiter == "\t" and _is_plain(source, delimiter):
        for number, line in lines(source, problems):
            if line.strip():
                yield number, [_unquoted(cell) for cell in line.split("\t")]
        return
    yield from _quoted_rows(source, delimiter, problems)


def _quoted_rows(
    source: Source, delimiter: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_FIELD_LIMIT)
    last = 0

    def physical() -> Iterator[str]:
        nonlocal last
        for number, line in lines(source, problems):
            last = number
            yield line + "\n"

    # Strict: otherwise one missing quotation mark turns the rest of the file into one cell.
    reader = csv.reader(physical(), delimiter=delimiter, strict=True)
    while True:
        begin = last + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.add(
                "broken-row",
                source.at(begin),
                f"the row cannot be split into cells ({one_line(str(error), 60)}). Put "
                "cells with quotation marks or line ends in quotes and double the quotes inside.",
            )
            continue
        if any(cell.strip() for cell in cells):
            yield begin, cells


def table_rows(source: Source, problems: Problems) -> Iterator[tuple[int, fields.Row]]:
    """Yield line numbers and rows by the names of the first row; all values are text."""
    rows = cell_rows(source, problems)
    number, header = next(rows, (1, []))
    names = [fields.normal(cell) for cell in header]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        problems.add(
            "columns",
            source.at(number),
            f"columns with the same name: {listed(twice)}. Rename one of them.",
        )
        return
    for number, cells in rows:
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(names):
            problems.add(
                "broken-row",
                source.at(number),
                f"expected {len(names)} cells as in the first row, found {len(cells)}. Put texts "
                "that hold the delimiter in quotes.",
            )
            continue
        yield number, fields.renamed(dict(zip(names, cells, strict=True)), source.renamed)
