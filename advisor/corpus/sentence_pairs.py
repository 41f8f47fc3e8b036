"""Rows of two sentences, parallel or scored, as questions and answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from advisor.corpus import fields
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, quoted
from advisor.corpus.rows import rows_of
from advisor.needs.languages import LANGUAGES

_FIRST: Final = ("sentence1", "sentence_1", "text1", "text_1", "source", "src", "anchor")
_SECOND: Final = ("sentence2", "sentence_2", "text2", "text_2", "target", "tgt", "positive")
_SCORE: Final = ("score", "similarity", "similarity_score", "gold_score")
_SPOKEN: Final = frozenset(tag.partition("-")[0] for tag in LANGUAGES)
_FURTHER: Final = re.compile(r"(?:[a-z]{2}|[a-z]{4})?")
"""A region, a writing, or `text`."""
_RELEVANT_SHARE: Final = 0.8
"""Of the highest score; in STS 4 of 5 is "mostly the same, details differ"."""


class PairColumns(NamedTuple):
    """Which columns hold the two sentences, and how alike they are."""

    first: str
    second: str
    score: str | None


def pair_columns(row: fields.Row) -> PairColumns | None:
    """Return the columns of a pair: known names, or two columns named after languages."""
    first, second = fields.pick(row, _FIRST), fields.pick(row, _SECOND)
    if first and second:
        return PairColumns(first, second, fields.pick(row, _SCORE))
    named = [name for name in row if _is_language(name, row[name])]
    return PairColumns(named[0], named[1], None) if len(named) == 2 else None


def _is_language(column: str, value: object) -> bool:
    """Say whether a column is called after a language: `de`, `pt_br`, `zh_Hant`, `en_text`."""
    spoken, _, rest = column.partition("_")
    if spoken not in _SPOKEN or not _FURTHER.fullmatch(rest):
        return False
    # Numbers stand under these as often as Indonesian or Norwegian.
    return column not in ("id", "no") or len(str(value).split()) > 1


def pair_rows(
    source: Source, columns: PairColumns, problems: Problems
) -> Iterator[tuple[int, fields.Row]]:
    """Yield rows of question, answer and grade, and say what was made of the pairs."""
    if columns.score is None:
        problems.say(
            f"Each text of {quoted(columns.first)} is a query, and what stands beside it in "
            f"{quoted(columns.second)} its answer."
        )
        for line, row in rows_of(source, problems):
            if columns.first in row and columns.second in row:
                yield line, {"question": row[columns.first], "answer": row[columns.second]}
        return
    yield from _scored(source, columns, columns.score, problems)


def _scored(
    source: Source, columns: PairColumns, score: str, problems: Problems
) -> Iterator[tuple[int, fields.Row]]:
    scores = [score_of(row.get(score)) for _, row in rows_of(source, Problems(source.name))]
    highest = max((one for one in scores if one is not None), default=0.0)
    least = _RELEVANT_SHARE * highest
    alike = sum(one is not None and one >= least for one in scores)
    problems.say(
        f"These are scored pairs: {alike:,} of {len(scores):,} with a score of {least:g} and more "
        f"({_RELEVANT_SHARE:.0%} of the highest) count as query and answer. Without "
        "--task search models are held against the scores themselves."
    )
    for line, row in rows_of(source, problems):
        value = score_of(row.get(score))
        if value is None or columns.first not in row or columns.second not in row:
            sentence = "expected two texts and a number as score. Correct the row."
            problems.add("wrong-value", source.at(line), sentence)
            continue
        pair = {"question": row[columns.first], "answer": row[columns.second]}
        yield line, pair | {"score": int(value >= least)}


def score_of(value: object) -> float | None:
    """Return a score as a finite number, None when it is none."""
    try:
        number = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) else None
