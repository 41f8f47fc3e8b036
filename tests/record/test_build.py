"""From a run to its record: everything known is in it, nothing private is."""

import re
from pathlib import Path

import msgspec
import pytest

from advisor.bench.protocol import Proved
from advisor.bench.results import Result
from advisor.needs.requirements import Machine, Requirements
from advisor.record import decision
from advisor.record.answer import answer
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.figures import rounded
from advisor.record.part import said
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from advisor.record.store import to_toml
from tests.record import made


def by_name(record: DecisionRecord) -> dict[str, CandidatePart]:
    return {part.name: part for part in record.candidates}


def everything_shown(record: DecisionRecord) -> str:
    shown = (to_toml(record).decode(), as_text(record), as_markdown(record))
    return "\n".join([*shown, str(answer(record, "record.toml", 1.0))])


def failing(reason: str) -> Result:
    return msgspec.structs.replace(made.failed(), reason=reason)


def test_figures_come_from_the_results_and_the_advice() -> None:
    part = by_name(made.record())["one"]
    assert part.quality is not None and part.speed is not None and part.diagnosis is not None
    assert part.revision == "0123456789" * 4
    assert part.speed.latency_p50_ms == 9.123
    assert part.speed.latency_p95_ms == 12.0
    assert part.speed.memory_peak_mib == 910.4
    assert part.speed.memory_model_mib == 120.3
    assert part.speed.load_s == 0.4123
    assert part.diagnosis.truncated_share == 0.02123
    assert part.query_prompt == "query: "
    assert part.quality.n == made.QUERIES
    assert {name: own["n"] for name, own in part.quality.categories.items()} == {
        "billing": 20,
        "帳號與登入": 20,
    }


def test_a_quality_read_from_bf16_says_so_with_the_figures_of_its_proof() -> None:
    proved = Proved(
        precision="bfloat16", texts=64, cosine=0.999979, overlap=0.9984, speedup=2.134, seconds=1.0
    )
    record = made.record([made.result(proved=proved), *made.results()[1:]])
    found = by_name(record)["one"].diagnosis
    assert found is not None
    assert (found.encoded_in, found.why_not_bf16) == ("bfloat16", None)
    assert (found.proof_texts, found.proof_cosine_min, found.proof_speedup) == (64, 0.999979, 2.134)
    words = "proven equal on 64 texts, cosine ≥ .9999, overlap 0.99, 2.1 x as fast"
    assert any(words in said for said in record.assumptions)
    other = by_name(record)["two"].diagnosis
    assert other is not None
    assert other.encoded_in == "float32"


def test_a_refused_proof_says_why() -> None:
    proved = Proved(precision="float32", reason="bf16 is hardly quicker on this machine")
    record = made.record([made.result(proved=proved), *made.results()[1:]])
    found = by_name(record)["one"].diagnosis
    assert found is not None
    assert (found.encoded_in, found.proof_texts) == ("float32", None)
    assert found.why_not_bf16 == "bf16 is hardly quicker on this machine"
    assert not any("bf16" in said for said in record.assumptions)


def test_what_is_not_known_is_absent_and_never_zero() -> None:
    record = made.record()
    text = to_toml(record).decode()
    assert "latency_p99_ms" not in text
    assert "None" not in text
    bm25 = by_name(record)["BM25"]
    assert bm25.speed is not None
    assert bm25.speed.load_s is None
    assert bm25.dtype is None
    broken = by_name(record)["broken"]
    assert (broken.status, broken.quality, broken.speed) == ("failed", None, None)


def test_a_measured_zero_is_kept() -> None:
    assert "unknown_share = 0.0" in to_toml(made.record()).decode()


def test_models_are_rejected_together_by_reason_with_none_left_out() -> None:
    rejected = made.record().rejected
    assert [(gone.reason, len(gone.models)) for gone in rejected] == [
        ("its weights are not here", 1),
        ("reads English only", 5),
        ("its licence forbids commercial use", 1),
    ]
    assert rejected[0].command == "hf download org/far"


def test_every_answer_has_its_source() -> None:
    record = made.record()
    assert record.answers.keys() == record.answer_sources.keys()
    assert record.answer_sources["latency_ms"] == "user"
    assert record.answer_sources["domain"] == "default"


def test_the_clock_and_the_versions_are_those_passed_in() -> None:
    record = made.record()
    assert record.record.created == "2026-03-04T05:06Z"
    assert record.software == made.SOFTWARE
    assert record.record.tool == "embed-advisor 0.1.0"


def test_neither_places_nor_texts_of_the_run_are_in_a_record() -> None:
    reason = (
        f"[Errno 2] No such file or directory: '{made.SECRET_FOLDER}/model.safetensors'; "
        f"see {made.SECRET_LOG} and /home/geheim/.cache/x or ~/geheim/y"
    )
    results = [*made.results()[:-1], failing(reason)]
    shown = everything_shown(made.record(results))
    for secret in ("geheim", "/home/", "/var/", made.SECRET_DOCUMENT, made.SECRET_QUERY):
        assert secret not in shown
    assert "'one/model.safetensors'; see session.log and x or y" in shown


def test_a_folder_with_blanks_in_its_path_is_taken_out_too() -> None:
    candidate = msgspec.structs.replace(
        made.failed().candidate, folder="/Users/Max Geheim/my models/one"
    )
    reason = "cannot read /Users/Max Geheim/my models/one/config.json"
    result = msgspec.structs.replace(failing(reason), candidate=candidate)
    part = by_name(made.record([made.result(), made.result("two", 0.4), result]))["broken"]
    assert part.reason == "cannot read one/config.json"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("cannot open /home/eve/m/model.bin: denied", "cannot open model.bin: denied"),
        ("at (file:///srv/eve/data.jsonl)", "at (data.jsonl)"),
        (r"at C:\Users\eve\m\x.bin, sorry", "at x.bin, sorry"),
        (r"at \\host\share\eve\x.bin", "at x.bin"),
        ("'/home/Eve E/a b.txt' is gone", "'a b.txt' is gone"),
        ("path=/home/eve/x", "path=x"),
        ("see https://huggingface.co/org/model", "see https://huggingface.co/org/model"),
        ("org/model is 6 docs/s and p50/p95", "org/model is 6 docs/s and p50/p95"),
        ("hf download org/model", "hf download org/model"),
        ("bad \x1b[2J name \u202e", "bad \ufffd[2J name \ufffd"),
    ],
)
def test_of_an_absolute_path_only_the_last_name_is_said(text: str, kept: str) -> None:
    assert said(text) == kept


def test_a_name_no_file_can_hold_does_not_cost_the_record() -> None:
    named = made.result().candidate
    named = msgspec.structs.replace(named, name="mod\udcffel")
    record = made.record([made.result(candidate=named), made.result("two", 0.4), made.baseline()])
    assert record.verdict.pick == "mod\ufffdel"
    assert record.verdict.pick in by_name(record)
    assert to_toml(record)


def test_a_described_machine_is_named_as_an_assumption() -> None:
    machine = Machine(source="described", cpu="edge device", cores=4)
    record = made.record(over={"requirements": Requirements(machine=machine)})
    assert any("described machine" in text for text in record.assumptions)
    assert any("queries a day are assumed" in text for text in record.assumptions)


def test_figures_keep_four_digits() -> None:
    assert rounded(0.123456) == 0.1235
    assert rounded(123_456.0) == 123_500.0
    assert rounded(None) is None


def test_the_readme_names_every_key_of_the_schema() -> None:
    readme = (Path(decision.__file__).parent / "README.md").read_text(encoding="utf-8")
    sections = (
        decision.DecisionRecord, decision.Head, decision.Verdict, decision.Hardware, decision.Data,
        decision.CandidatePart, decision.Quality, decision.Race, decision.Speed, decision.Diagnosis,
        decision.Rejected,
    )  # fmt: skip
    keys = {key for section in sections for key in section.__struct_fields__}
    named = set(re.findall(r"`\[*(?:candidates\.)?(\w+)\]*`", readme))
    assert keys - named == set()


def test_a_record_takes_a_name_and_a_note_as_they_may_stand_in_one() -> None:
    record = made.record().named("  support\x1b[2J 2026 ", "as agreed in /home/geheim/notes.txt")
    assert record.record.name == "support\ufffd[2J 2026"
    assert record.record.note == "as agreed in notes.txt"


def test_an_empty_name_and_note_change_nothing() -> None:
    record = made.record()
    assert record.named("", " ") == record
    assert record.named("x" * 500, "y" * 9_000).record.note == "y" * 2_000
    assert len(record.named("x" * 500, "").record.name) <= 80
