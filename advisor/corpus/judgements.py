"""Judgement files: BEIR and TREC qrels, tables and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from advisor.corpus import fields
from advisor.corpus.jsonl import json_rows
from advisor.corpus.lines import lines
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, listed
from advisor.corpus.table import cell_rows

JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_SHAPE = "query-id, corpus-id, score (or the four TREC columns query, 0, document, grade)"


class Judgement(NamedTuple):
    """One line of a judgement file."""

    line: int
    query: str
    document: str
    grade: int


class _Columns(NamedTuple):
    query: int
    document: int
    grade: int | None


def read_judgements(source: Source, problems: Problems) -> Iterator[Judgement]:
    """Yield what the file says, negative grades as they stand; problems are counted."""
    if source.suffix in JSON_SUFFIXES:
        yield from _from_json(source, problems)
    else:
        yield from _from_columns(source, problems)


def _from_json(source: Source, problems: Problems) -> Iterator[Judgement]:
    for number, row in json_rows(source, problems):
        query = fields.pick(row, fields.JUDGED_QUERY)
        document = fields.pick(row, fields.JUDGED_DOCUMENT)
        grade = fields.pick(row, fields.GRADE)
        if query is None or document is None:
            problems.add(
                "columns" if number == 1 else "missing-field",
                source.at(number),
                f"expected the keys query-id, corpus-id and score, found {listed(list(row))}.",
            )
            continue
        value = row[grade] if grade else 1
        yield from _judgement(source, number, row[query], row[document], value, problems)


def _from_columns(source: Source, problems: Problems) -> Iterator[Judgement]:
    columns: _Columns | None = None
    width = 0
    for number, cells in _cells(source, problems):
        if columns is None:
            columns, is_header = _columns(cells, source.renamed)
            width = len(cells)
            if columns is None:
                problems.add(
                    "columns",
                    source.at(number),
                    f"expected the columns {_SHAPE}, found {listed(cells)}.",
                )
                return
            if is_header:
                continue
        if len(cells) != width:
            problems.add(
                "broken-row",
                source.at(number),
                f"expected {width} columns as in the first line, found {len(cells)}.",
            )
            continue
        value = 1 if columns.grade is None else cells[columns.grade]
        yield from _judgement(
            source, number, cells[columns.query], cells[columns.document], value, problems
        )


def _cells(source: Source, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    first = next((line for _, line in lines(source, Problems(source.name)) if line.strip()), "")
    if "\t" not in first and (source.suffix != ".csv" or not any(sign in first for sign in ",;")):
        # TREC: any white space. Commas still count in a file of another extension.
        if not first.split(" ")[1:] and any(sign in first for sign in ",;"):
            yield from cell_rows(source, problems)
            return
        for number, line in lines(source, problems):
            if line.strip():
                yield number, line.split()
        return
    yield from cell_rows(source, problems)


def _columns(first: list[str], said: dict[str, str]) -> tuple[_Columns | None, bool]:
    """Return the columns by the first line, and whether that line only names them."""
    names = {fields.normal(cell): at for at, cell in reversed(list(enumerate(first)))}
    for column, meaning in said.items():
        if fields.normal(column) in names:
            names[meaning] = names[fields.normal(column)]
    query = fields.pick(names, fields.JUDGED_QUERY)
    document = fields.pick(names, fields.JUDGED_DOCUMENT)
    if query is not None and document is not None:
        grade = fields.pick(names, fields.GRADE)
        return _Columns(names[query], names[document], names[grade] if grade else None), True
    if len(first) in (3, 4) and _is_number(first[-1]):
        return _Columns(0, len(first) - 2, len(first) - 1), False
    return None, False


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _judgement(
    source: Source, number: int, query: object, document: object, grade: object, problems: Problems
) -> Iterator[Judgement]:
    try:
        yield Judgement(
            number, fields.identifier(query), fields.identifier(document), fields.grade(grade)
        )
    except fields.Wrong as error:
        kind = "fractional-grade" if error.is_fraction else "wrong-value"
        problems.add(kind, source.at(number), f"{error}. Correct the line.")
