"""Running a record's comparison again: its candidates, its sample and its seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.deciding.headless import RunOptions
from advisor.errors import RecordError
from advisor.record.decision import DecisionRecord
from advisor.text import one_line

REPEATED = (
    "queries",
    "documents",
    "full",
    "sample",
    "seed",
    "bf16",
    "judged_here",
    "queries_model",
    "reading",
)
"""Options of `run` that a record's command decides; nothing else of it is obeyed."""


def options_of(
    record: DecisionRecord, path: str, command: Mapping[str, Any], given: Mapping[str, Any]
) -> RunOptions:
    """Return what to run: `command` are the parsed options of the record's own command.

    The answers are those of the record, which lies at `path`; `given` are options of this call.
    Models that `given` names (`NAME=FOLDER`) stand in for the record's of that name.
    """
    places = {name.partition("=")[0]: name for name in given.get("models", ())}
    known = candidates_of(record)
    strangers = [name for name in places if name not in known]
    if strangers:
        raise RecordError(
            f"--models {', '.join(strangers)}: not among the record's candidates; they are "
            f"{', '.join(known)}. Write NAME=FOLDER to say where one of them is."
        )
    if command["queries_model"] and not given.get("queries_from"):
        raise RecordError(
            f"The record's queries were written by {one_line(command['queries_model'], 80)}; say "
            "with --queries-from where it is. What is kept of them is not asked again."
        )
    repeated = {name: command[name] for name in REPEATED}
    own = {name: value for name, value in given.items() if name != "models"}
    models = tuple(places.get(name, name) for name in known)
    return RunOptions(profile=path, models=models, **repeated, **own)


def candidates_of(record: DecisionRecord) -> tuple[str, ...]:
    """Return the names to run again: all that could be measured then; RecordError for none."""
    names = [
        "bm25" if part.kind == "baseline" else part.name
        for part in record.candidates
        if part.status != "failed" and _competes(part.kind, part.name, record)
    ]
    if not names:
        raise RecordError("The record holds no candidate that was measured: there is nothing to do")
    return tuple(names)


def _competes(kind: str, name: str, record: DecisionRecord) -> bool:
    """A baseline is in every run; named it competes, as it did where it was picked."""
    return kind not in ("baseline", "hybrid") or name == record.verdict.pick


def words_of_command(record: DecisionRecord) -> Sequence[str]:
    """Return the words behind `embed-advisor run` of the record's command; RecordError for none."""
    import shlex

    try:
        words = shlex.split(record.reproduce.get("command", ""))
    except ValueError as error:
        raise RecordError(f"The record's command cannot be read: {error}") from error
    if words[:2] != ["embed-advisor", "run"]:
        raise RecordError("The record names no command that repeats it ([reproduce] command)")
    return words[2:]
