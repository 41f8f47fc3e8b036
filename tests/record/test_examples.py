"""The examples are what this version reads and writes."""

import json
from pathlib import Path

from advisor.needs.profile import load_profile
from advisor.record.answer import answer
from advisor.record.store import load_record, to_toml

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_the_example_record_is_read_whole_and_written_the_same() -> None:
    record, notes = load_record(EXAMPLES / "record.toml")
    assert notes == ()
    assert to_toml(record) == (EXAMPLES / "record.toml").read_bytes()


def test_the_example_profile_is_the_one_the_record_names() -> None:
    record, _ = load_record(EXAMPLES / "record.toml")
    profile = load_profile(str(EXAMPLES / "profile.toml"))
    assert profile.name == record.record.name
    assert {key: record.answers[key] for key in profile.answers.sources} == json.loads(
        json.dumps(profile.answers.given())
    )


def test_the_example_json_shows_the_example_record() -> None:
    shown = json.loads((EXAMPLES / "run.json").read_text(encoding="utf-8"))
    record, _ = load_record(EXAMPLES / "record.toml")
    again = json.loads(json.dumps(answer(record, shown["record"], shown["seconds"])))
    assert shown == again
