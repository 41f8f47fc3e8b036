"""Sections of a record that no view lays out by hand, as titles and tables: costs, prices, more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from advisor.record.beside import Look
from advisor.record.cells import UNKNOWN, signed
from advisor.record.chunk_text import CHUNK_COLUMNS, chunk_rows
from advisor.record.cost_text import (
    cost_rows,
    formula_lines,
    labelling_line,
    price_sentence,
    worth_lines,
)
from advisor.record.decision import DecisionRecord

_OWN = frozenset(
    {
        "schema", "record", "verdict", "answers", "answer_sources", "hardware", "software", "data",
        "candidates", "rejected", "assumptions", "notes", "reproduce", "hosted", "prices",
        "labelling",
    }
)  # fmt: skip
"""Sections that every view lays out itself."""
_OWN_OF_CANDIDATES = frozenset(
    {
        "name", "kind", "status", "reason", "why_not", "mark", "repo", "revision",
        "content_sha256", "license", "public_score", "public_board", "backend", "device", "dtype",
        "threads", "embed_dim", "max_tokens", "n_parameters", "n_active_parameters", "similarity",
        "pooling", "normalized", "query_prompt", "document_prompt", "prompt_source", "quality",
        "dropped", "speed", "diagnosis", "variants", "costs", "parts", "pipeline", "chunks",
        "changed_queries",
    }
)  # fmt: skip
_UNITS = {"usd": "$", "ms": "ms", "mib": "MiB", "gib": "GiB", "ndcg": "nDCG@10"}


@dataclass(frozen=True)
class Section:
    """A titled table; `columns` is empty for plain pairs of a name and a value."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def cost_sections(record: DecisionRecord) -> tuple[Section, ...]:
    """Return what everything costs, at what prices, and how the pick's is reckoned; none without.

    The formulas of the others are in the record.
    """
    rows = cost_rows(record)
    if not rows:
        return ()
    columns = ("candidate", "$ per month", "$ per million queries", "$ once")
    lines = (price_sentence(record), *worth_lines(record), labelling_line(record))
    told = tuple(("", line) for line in lines if line)
    named = record.verdict.pick or record.verdict.leader
    reckoned = tuple(
        ("", line)
        for part in record.candidates
        if part.costs is not None and part.name == named
        for line in formula_lines(part.costs)
    )
    parts = (
        Section("costs of each", columns, tuple(rows)),
        Section("at these prices", (), told),
        Section(f"how those of {named} are reckoned", (), reckoned),
    )
    return tuple(part for part in parts if part.rows)


def chunk_sections(record: DecisionRecord) -> tuple[Section, ...]:
    """Return what cutting documents into chunks brought each candidate; none where none was cut."""
    rows = chunk_rows(record)
    title = "nDCG@10 in chunks and with documents cut off"
    return (Section(title, CHUNK_COLUMNS, rows),) if rows else ()


def changed_section(record: DecisionRecord) -> tuple[Section, ...]:
    """Return what small changes of the queries do to each candidate; none where none was made."""
    looks = {part.name: part.changed_queries for part in record.candidates if part.changed_queries}
    kinds = tuple(dict.fromkeys(look.kind for own in looks.values() for look in own))
    if not kinds:
        return ()
    rows = []
    for name, own in looks.items():
        found = {look.kind: look for look in own}
        rows.append((name, *(_change(found.get(kind)) for kind in kinds)))
    return (
        Section(
            "Changed queries, nDCG@10 against the queries as they are",
            ("candidate", *kinds),
            tuple(rows),
        ),
    )


def _change(look: Look | None) -> str:
    if look is None:
        return UNKNOWN
    return f"{signed(look.change)} ({signed(look.low)} to {signed(look.high)})"


def other_sections(record: DecisionRecord) -> tuple[Section, ...]:
    """Return what the record holds beyond the sections that views lay out themselves.

    Units are in the keys (`usd_per_month`), so the words of a key say what its value is.
    """
    whole: dict[str, Any] = msgspec.to_builtins(record)
    found = [
        section
        for key, value in whole.items()
        if key not in _OWN
        for section in _sections(words_of(key), value)
    ]
    return (*found, *_of_candidates(whole["candidates"]))


def words_of(key: str) -> str:
    """Return a key as words: `usd_per_month` is `$ per month`."""
    return " ".join(_UNITS.get(word, word) for word in key.split("_"))


def _of_candidates(candidates: Sequence[Mapping[str, Any]]) -> Iterator[Section]:
    """Yield a table a key: a line for each candidate that has it."""
    keys = dict.fromkeys(
        key for part in candidates for key in part if key not in _OWN_OF_CANDIDATES
    )
    for key in keys:
        rows = [
            {"candidate": part["name"], **row}
            for part in candidates
            for row in _rows(part.get(key), key)
        ]
        yield _table(words_of(key), rows)


def _rows(value: object, key: str) -> Iterator[dict[str, object]]:
    """Yield a row for each entry of a list of tables, one for anything else, none for nothing."""
    if _is_rows(value):
        assert isinstance(value, Sequence)
        yield from (_flat(entry, "") for entry in value)
    elif value is not None:
        yield _flat(value, "" if isinstance(value, Mapping) else key)


def _sections(title: str, value: object) -> Iterator[Section]:
    if isinstance(value, Mapping):
        nested = {key: child for key, child in value.items() if _is_rows(child)}
        pairs = _flat({key: child for key, child in value.items() if key not in nested}, "")
        if pairs:
            rows = tuple((words_of(key), _shown(child)) for key, child in pairs.items())
            yield Section(title, (), rows)
        for key, rows_of_key in nested.items():
            yield _table(f"{title}: {words_of(key)}", [_flat(row, "") for row in rows_of_key])
    elif _is_rows(value):
        assert isinstance(value, Sequence)
        yield _table(title, [_flat(row, "") for row in value])
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield Section(title, (), tuple(("", _shown(one)) for one in value))
    else:
        yield Section(title, (), (("", _shown(value)),))


def _is_rows(value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(row, Mapping) for row in value)
    )


def _table(title: str, rows: Sequence[Mapping[str, object]]) -> Section:
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    return Section(
        title,
        tuple(words_of(column) for column in columns),
        tuple(tuple(_shown(row.get(column)) for column in columns) for row in rows),
    )


def _flat(value: object, name: str) -> dict[str, object]:
    """Return nested keys side by side, their names joined."""
    if not isinstance(value, Mapping):
        return {name: value}
    found: dict[str, object] = {}
    for key, child in value.items():
        found |= _flat(child, f"{name}_{key}" if name else str(key))
    return found


def _shown(value: object) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_shown(one) for one in value)
    return str(value)
