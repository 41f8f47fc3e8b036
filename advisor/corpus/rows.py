"""Every kind of file as numbered rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.corpus import fields
from advisor.corpus.jsonl import json_rows
from advisor.corpus.opening import Source
from advisor.corpus.parquet import PARQUET_SUFFIX, parquet_rows
from advisor.corpus.problems import Problems
from advisor.corpus.table import table_rows
from advisor.corpus.text_files import TEXT_SUFFIXES, text_rows
from advisor.corpus.topics import TOPIC_SUFFIXES, topic_rows

JSON_SUFFIXES: Final = (".jsonl", ".ndjson", ".json")


def rows_of(
    source: Source, problems: Problems, *, as_topics: bool = False
) -> Iterator[tuple[int, fields.Row]]:
    """Yield numbers and rows: a line of JSON, CSV or TSV, a row of Parquet, or a file of text.

    `as_topics` reads plain text as TREC topics.
    """
    if source.suffix in JSON_SUFFIXES:
        yield from json_rows(source, problems)
    elif source.suffix == PARQUET_SUFFIX:
        yield from parquet_rows(source, problems)
    elif as_topics and source.suffix in TOPIC_SUFFIXES:
        yield from topic_rows(source, problems)
    elif source.suffix in TEXT_SUFFIXES:
        yield from text_rows(source, problems)
    else:
        yield from table_rows(source, problems)
