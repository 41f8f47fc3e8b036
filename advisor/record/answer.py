"""The JSON object of `run --json`: the record's figures in the shape scripts read."""

from __future__ import annotations

from typing import Any

import msgspec

from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.text import plain


def answer(record: DecisionRecord, path: str, seconds: float | None = None) -> dict[str, Any]:
    """Return the object; what is not known is None, never 0.

    Texts are plain, since a terminal may be where it is printed; `path` stays as it is.
    """
    verdict = record.verdict
    body = {
        "verdict": {
            "kind": verdict.kind,
            "pick": verdict.pick,
            "leader": verdict.leader,
            "within_reach": list(verdict.within_reach),
            "baseline_suffices": verdict.baseline_suffices,
            "sentence": verdict.sentence,
            "smallest_gap": verdict.smallest_gap_ndcg,
            "queries_to_settle": verdict.queries_to_settle,
            "pareto": list(verdict.pareto),
            "tiers": [list(tier) for tier in verdict.tiers],
            "best_value": verdict.best_value,
            "next_steps": list(verdict.next_steps),
            "would_change": list(verdict.would_change),
        },
        "note": record.record.note,
        "evidence": record.data.evidence,
        "queries": record.data.queries,
        "documents": record.data.documents,
        "candidates": [
            *(_candidate(candidate) for candidate in record.candidates),
            *(
                {
                    **_candidate(
                        CandidatePart(
                            name=name, kind="dense", status="not here", reason=gone.reason
                        )
                    ),
                    "fetch": gone.command,
                }
                for gone in record.rejected
                if gone.command
                for name in gone.models
            ),
        ],
        "hosted": [msgspec.to_builtins(one) for one in record.hosted],
        "labelling": None if record.labelling is None else msgspec.to_builtins(record.labelling),
        "prices": None if record.prices is None else msgspec.to_builtins(record.prices),
        "notes": list(record.notes),
    }
    taken = None if seconds is None else round(seconds, 2)
    return {"record": path, "seconds": taken, **_plain(body)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(key): _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, (list, tuple)) else value


def _candidate(part: CandidatePart) -> dict[str, Any]:
    quality, speed, found = part.quality, part.speed, part.diagnosis
    return {
        "name": part.name,
        "kind": part.kind,
        "parts": list(part.parts),
        "pipeline": part.pipeline,
        "backend": part.backend,
        "status": part.status,
        "reason": part.reason,
        "why_not": part.why_not,
        "mark": part.mark,
        "repo": part.repo,
        "public_score": part.public_score,
        "quality": None
        if quality is None
        else {
            "metric": quality.metric,
            "mean": quality.mean,
            "low": quality.low,
            "high": quality.high,
            "n": quality.n,
            "posterior": quality.posterior,
            "measured_weight": quality.measured_weight,
            "p_value": quality.p_value,
            "p_best": quality.p_best,
            "p_within": quality.p_within,
        },
        "metrics": quality.metrics if quality else None,
        "categories": quality.categories if quality else None,
        "languages": quality.languages if quality else None,
        "throughput": _pick(speed, "tokens_per_s", "documents_per_s"),
        "latency_ms": {
            "p50": _of(speed, "latency_p50_ms"),
            "p95": _of(speed, "latency_p95_ms"),
            "p99": _of(speed, "latency_p99_ms"),
            "n": _of(speed, "latency_calls"),
            "noise": _of(speed, "latency_noise"),
            "noisy": _of(speed, "latency_noisy"),
            "basis": _of(speed, "latency_basis"),
        },
        "load": None
        if speed is None or speed.load_rate_qps is None
        else {
            "rate_qps": speed.load_rate_qps,
            "achieved_qps": speed.load_achieved_qps,
            "p50_ms": speed.load_p50_ms,
            "p95_ms": speed.load_p95_ms,
            "p99_ms": speed.load_p99_ms,
            "n": speed.load_queries,
            "within_ms": speed.load_within_ms,
            "highest_qps": speed.load_highest_qps,
            "basis": speed.load_basis,
        },
        "memory_mib": {
            "peak": _of(speed, "memory_peak_mib"),
            "model": _of(speed, "memory_model_mib"),
        },
        "load_s": _of(speed, "load_s"),
        "first_call_ms": _of(speed, "first_call_ms"),
        "disk_mib": _of(speed, "disk_mib"),
        "costs": {
            **_pick(part.costs, "usd_per_month", "usd_per_month_low", "usd_per_month_high"),
            **_pick(part.costs, "usd_per_million_queries", "usd_once"),
            "lines": [msgspec.to_builtins(line) for line in part.costs.lines] if part.costs else [],
        },
        "variants": [
            {
                "form": form.form,
                "dim": form.dim,
                "bytes": form.bytes,
                "change": form.change,
                "low": form.low,
                "high": form.high,
                "trained": form.trained,
                "advised": form.advised,
            }
            for form in part.variants
        ],
        "chunks": None
        if part.chunks is None
        else {
            **_pick(part.chunks, "per_document", "ndcg", "ndcg_cut_off", "change", "low", "high")
        },
        "changed_queries": [
            {
                "kind": look.kind,
                "change": look.change,
                "low": look.low,
                "high": look.high,
                "overlap": look.overlap,
            }
            for look in part.changed_queries
        ],
        "cross_lingual": msgspec.to_builtins(part.cross_lingual),
        "same_language": {
            "share": part.same_language_share,
            "expected": part.same_language_expected,
        },
        "translations": msgspec.to_builtins(part.translations),
        "asked_twice": msgspec.to_builtins(part.asked_twice),
        "neighbourhood": msgspec.to_builtins(part.neighbourhood),
        "memory_by_batch": msgspec.to_builtins(part.memory),
        "diagnosis": {
            **_pick(found, "truncated_share", "lost_token_share", "unknown_share"),
            **_pick(found, "self_retrieval", "without_prompt"),
            "findings": list(found.findings) if found else [],
            **_pick(found, "encoded_in", "why_not_bf16", "proof_texts", "proof_cosine_min"),
            **_pick(found, "proof_overlap", "proof_speedup"),
            "query_prompt": part.query_prompt,
            "document_prompt": part.document_prompt,
            "max_tokens": part.max_tokens,
        },
    }


def _pick(part: msgspec.Struct | None, *names: str) -> dict[str, Any]:
    return {name: _of(part, name) for name in names}


def _of(part: msgspec.Struct | None, name: str) -> Any:  # noqa: ANN401 - whatever the field holds
    return getattr(part, name) if part is not None else None
