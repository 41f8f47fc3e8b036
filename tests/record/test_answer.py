"""The JSON of a run: the keys that scripts rely on, and null for what is not known."""

import json
from typing import Any

import msgspec

from advisor.record.answer import answer
from tests.record import made


def said(**changes: Any) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(json.dumps(answer(made.record(**changes), "r.toml", 12.345)))
    return shown


def by_name(shown: dict[str, Any]) -> dict[str, Any]:
    return {candidate["name"]: candidate for candidate in shown["candidates"]}


def test_the_object_has_the_keys_of_the_design() -> None:
    shown = said()
    assert (shown["record"], shown["seconds"]) == ("r.toml", 12.35)
    assert {"kind", "pick", "leader", "within_reach", "baseline_suffices", "sentence"} <= set(
        shown["verdict"]
    )
    assert (shown["evidence"], shown["queries"], shown["documents"]) == ("human", 40, 250)
    one = by_name(shown)["one"]
    assert {"name", "kind", "status", "reason", "why_not", "load_s", "disk_mib"} <= set(one)
    for key, parts in {
        "quality": {"metric", "mean", "low", "high", "n", "posterior"},
        "throughput": {"tokens_per_s", "documents_per_s"},
        "latency_ms": {"p50", "p95", "n"},
        "memory_mib": {"peak", "model"},
        "diagnosis": {"truncated_share", "unknown_share", "query_prompt"},
    }.items():
        assert parts <= set(one[key]), key
    assert set(one["metrics"]) == {"nDCG@10", "Recall@10"}


def test_every_measured_candidate_has_the_same_keys_at_every_depth() -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict) and "nDCG@10" not in value:
            return {key: shape(child) for key, child in value.items() if key != "categories"}
        return None

    named = by_name(said())
    assert shape(named["one"]) == shape(named["two"]) == shape(named["BM25"])


def test_what_is_not_known_is_null_and_never_zero() -> None:
    named = by_name(said())
    assert named["one"]["latency_ms"]["p99"] is None
    assert named["one"]["diagnosis"]["unknown_share"] == 0.0
    assert named["BM25"]["load_s"] is None
    assert named["BM25"]["latency_ms"]["p50"] is None
    broken = named["broken"]
    assert (broken["status"], broken["quality"], broken["metrics"]) == ("failed", None, None)
    assert broken["reason"] == "weights are a pickle file"


def test_bm25_is_a_baseline_and_models_that_are_not_here_are_listed() -> None:
    named = by_name(said())
    assert named["BM25"]["kind"] == "baseline"
    assert named["org/far"]["status"] == "not here"
    assert named["org/far"]["reason"] == "its weights are not here"


def test_every_candidate_has_the_keys_of_a_measured_one() -> None:
    named = by_name(said())
    for candidate in named.values():
        assert set(named["one"]) <= set(candidate)
    assert named["org/far"]["quality"] is None


def test_seconds_that_are_not_known_are_null() -> None:
    assert answer(made.record(), "r.toml")["seconds"] is None


def test_control_characters_of_a_record_are_not_printed_raw() -> None:
    record = made.renamed(made.record(), "evil\x9b2J\u202e")
    shown = json.dumps(answer(record, "r.toml", 1.0), ensure_ascii=False)
    assert "\x9b" not in shown and "\u202e" not in shown


def test_nothing_picked_is_null() -> None:
    verdict = said(measured=[made.result(), made.baseline()])["verdict"]
    assert verdict["kind"] == "insufficient"
    assert verdict["pick"] is None
    assert verdict["within_reach"] == []


def test_a_saved_record_gives_the_same_object(tmp_path: Any) -> None:
    from advisor.record.store import load_record, save_record

    record = made.record()
    loaded, _ = load_record(save_record(record, tmp_path))
    assert answer(loaded, "r.toml", 1.0) == answer(record, "r.toml", 1.0)
    assert msgspec.json.encode(answer(loaded, "r.toml", 1.0))
