"""What of a record's own command is run again."""

from pathlib import Path
from typing import Any

import pytest

from advisor.corpus.options import ReadOptions
from advisor.deciding.verifying import candidates_of, options_of
from advisor.errors import RecordError
from advisor.record.store import load_record

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "record.toml"
COMMAND: dict[str, Any] = {
    "queries": 30,
    "documents": None,
    "full": False,
    "sample": "quick",
    "seed": 7,
    "judged_here": True,
    "queries_model": None,
    "bf16": False,
    "reading": ReadOptions(columns=(("text", "body"),), skip=True),
    "data": "elsewhere",
    "yes": True,
    "offline": False,
    "out": Path("/etc"),
}


def test_sample_seed_and_reading_are_the_records_and_nothing_else_of_its_command() -> None:
    record, _ = load_record(EXAMPLE)
    options = options_of(record, str(EXAMPLE), COMMAND, {"data": "techcorp-zh", "offline": True})
    assert (options.queries, options.sample, options.seed, options.bf16) == (30, "quick", 7, False)
    assert options.reading == COMMAND["reading"]
    assert (options.data, options.offline, options.yes) == ("techcorp-zh", True, False)
    assert options.out != Path("/etc")


def test_hybrids_that_come_by_themselves_are_not_named_again() -> None:
    record, _ = load_record(EXAMPLE)
    assert any(part.kind == "hybrid" for part in record.candidates)
    assert set(candidates_of(record)) == {
        "potion-base-8M", "all-MiniLM-L6-v2", "paraphrase-MiniLM-L3-v2", "multilingual-e5-small",
    }  # fmt: skip


def test_only_candidates_of_the_record_can_be_said_to_lie_elsewhere() -> None:
    record, _ = load_record(EXAMPLE)
    given = {"data": "techcorp-zh", "models": ("other=folder",)}
    with pytest.raises(RecordError, match="not among the record's candidates"):
        options_of(record, str(EXAMPLE), COMMAND, given)
