"""What was measured of a candidate, as the parts of a record: quality, speed, diagnosis, forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.advice.advice import Assessment
from advisor.advice.groups import Group, Standing
from advisor.advice.reasons import prompt_trial
from advisor.advice.variants import smaller_forms, smallest_harmless
from advisor.bench.results import Result
from advisor.corpus.grouping import GroupKind
from advisor.evaluation.yardstick import yardstick
from advisor.record.decision import Category, Diagnosis, Form, Quality, Race, Speed
from advisor.record.figures import figure, rounded
from advisor.record.part import said
from advisor.text import plain

ENOUGH = 10
"""Queries of a language from which on it has a figure of its own."""


def quality_of(
    result: Result, assessment: Assessment | None, groups: Sequence[Group]
) -> Quality | None:
    """Return its quality and how it stands to the others; None where none was measured."""
    if assessment is None or not result.per_query:
        return None
    behind = assessment.behind
    means = {
        label: sum(values.values()) / len(values) for label, values in result.per_query.items()
    }
    return Quality(
        metric=yardstick(result.task).main,
        mean=figure(assessment.quality.mean),
        n=assessment.quality.n,
        low=rounded(assessment.quality.low),
        high=rounded(assessment.quality.high),
        posterior=rounded(assessment.posterior),
        measured_weight=rounded(assessment.weight),
        behind=rounded(behind.mean) if behind else None,
        behind_low=rounded(behind.low) if behind else None,
        behind_high=rounded(behind.high) if behind else None,
        p_value=rounded(assessment.p_value),
        p_best=rounded(assessment.p_best),
        p_within=rounded(assessment.p_within),
        metrics={label: figure(mean) for label, mean in means.items()},
        categories=_groups_of(result.candidate.name, "category", groups),
        languages=_groups_of(result.candidate.name, "language", groups),
    )


def _groups_of(name: str, kind: GroupKind, groups: Sequence[Group]) -> dict[str, Category]:
    return {
        plain(group.name): _category(group, group.standings[name])
        for group in groups
        if group.kind == kind and name in group.standings
    }


def _category(group: Group, standing: Standing) -> Category:
    quality, behind = standing.quality, standing.behind
    found = Category(mean=figure(quality.mean), n=quality.n)
    if group.units < quality.n:
        found["units"] = group.units
    if quality.low is not None and quality.high is not None:
        found["low"], found["high"] = figure(quality.low), figure(quality.high)
    if behind is not None:
        found["behind"] = figure(behind.mean)
        if behind.low is not None and behind.high is not None:
            found["behind_low"], found["behind_high"] = figure(behind.low), figure(behind.high)
    if standing.p_value is not None:
        found["p_value"] = figure(standing.p_value)
    return found


def race_of(result: Result) -> Race | None:
    """Return where it left the race; None for who stayed."""
    dropped = result.dropped
    if dropped is None:
        return None
    return Race(
        queries=dropped.queries,
        documents=dropped.documents,
        leader=plain(dropped.leader),
        p_at_least=figure(dropped.p_at_least),
        ndcg=figure(dropped.quality.mean),
        ndcg_low=rounded(dropped.quality.low),
        ndcg_high=rounded(dropped.quality.high),
        behind=figure(dropped.behind.mean),
        behind_low=rounded(dropped.behind.low),
        behind_high=rounded(dropped.behind.high),
    )


def speed_of(result: Result, assessment: Assessment | None) -> Speed | None:
    """Return speed and memory; None for what was never loaded."""
    latency, throughput, loaded = result.latency, result.throughput, result.loaded
    if loaded is None:
        return None
    over_bare = (
        result.peak_mib - result.bare_mib
        if result.peak_mib is not None and result.bare_mib is not None
        else None
    )
    timed: dict[str, Any] = {}
    if latency is not None:
        timed = {
            "latency_p50_ms": rounded(latency.p50),
            "latency_p95_ms": rounded(latency.p95),
            "latency_p99_ms": rounded(latency.p99),
            "latency_calls": latency.n,
            "latency_blocks": latency.blocks,
            "latency_noise": rounded(latency.noise),
            "latency_noisy": latency.noisy,
            "latency_repeated": latency.repeated,
            "latency_covers": latency.covers,
            "latency_basis": latency.basis,
        }
    return Speed(
        **timed,
        **_load(result),
        tokens_per_s=rounded(throughput.tokens_per_s) if throughput else None,
        documents_per_s=rounded(throughput.documents_per_s) if throughput else None,
        throughput_basis=throughput.basis if throughput else None,
        load_s=None if result.candidate.kind == "baseline" else rounded(loaded.seconds),
        first_call_ms=rounded(loaded.first_call_ms),
        memory_peak_mib=rounded(result.peak_mib),
        memory_model_mib=rounded(over_bare),
        memory_basis=_memory_basis(result),
        disk_mib=rounded(result.candidate.disk_bytes / 2**20)
        if result.candidate.disk_bytes
        else None,
        cost_machine_s_per_month=rounded(assessment.cost_s) if assessment else None,
    )


def _load(result: Result) -> dict[str, Any]:
    served = result.served
    if served is None:
        return {}
    return {
        "load_rate_qps": rounded(served.rate),
        "load_achieved_qps": rounded(served.achieved),
        "load_p50_ms": rounded(served.p50),
        "load_p95_ms": rounded(served.p95),
        "load_p99_ms": rounded(served.p99),
        "load_queries": served.n,
        "load_within_ms": rounded(served.within),
        "load_highest_qps": rounded(served.highest),
        "load_basis": served.basis,
    }


def _memory_basis(result: Result) -> str | None:
    """Say how the peak was read, so that two records can be compared."""
    if result.peak_mib is None:
        return None
    if result.candidate.kind in ("hybrid", "reranked"):
        return "VmHWM of the processes of its parts, added"
    started = "forked from the host" if result.start_method == "fork" else "a process of its own"
    return f"VmHWM of the candidate's process, {started}"


def diagnosis_of(result: Result) -> Diagnosis | None:
    """Return how it read the texts; None for baselines, which read every word."""
    found = result.diagnosis
    if found is None or result.candidate.kind == "baseline":
        return None
    trial = prompt_trial(result)
    return Diagnosis(
        truncated_share=rounded(found.truncated_share),
        lost_token_share=rounded(found.lost_token_share),
        unknown_share=rounded(found.unknown_share),
        tokens_per_character=rounded(found.tokens_per_character),
        document_tokens=found.document_tokens,
        longest_tokens=found.longest_tokens,
        **_encoding(result),
        self_retrieval=rounded(result.views.self_retrieval),
        without_prompt=rounded(trial.mean) if trial else None,
        without_prompt_low=rounded(trial.low) if trial else None,
        without_prompt_high=rounded(trial.high) if trial else None,
        findings=tuple(said(finding) for finding in result.findings),
    )


def _encoding(result: Result) -> dict[str, Any]:
    """Return in what the texts were encoded for the quality, and the figures of the proof."""
    proved, dtype = result.proved, result.loaded.dtype if result.loaded else None
    if proved is None:
        return {"encoded_in": dtype}
    return {
        "encoded_in": "bfloat16" if proved.precision == "bfloat16" else dtype,
        "why_not_bf16": said(proved.reason) or None,
        "proof_texts": proved.texts or None,
        # Six digits: .99998 rounded to four significant ones would be 1.
        "proof_cosine_min": proved.cosine,
        "proof_overlap": proved.overlap,
        "proof_speedup": rounded(proved.speedup),
    }


def forms_of(result: Result) -> tuple[Form, ...]:
    """Return the smaller forms of its vectors, the advised one marked."""
    forms = smaller_forms(result)
    best = smallest_harmless(forms)
    return tuple(
        Form(
            form=form.form,
            dim=form.dim,
            bytes=form.bytes,
            change=figure(form.change.mean),
            low=rounded(form.change.low),
            high=rounded(form.change.high),
            trained=form.trained,
            advised=form == best,
        )
        for form in forms
    )
