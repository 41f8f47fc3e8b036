"""From a finished run to its record: a pure function, with the clock and versions passed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from advisor.advice.advice import Advice, Assessment
from advisor.advice.changed_queries import sensitivities
from advisor.advice.costs.hosted import HostedOffer
from advisor.advice.costs.scale import Scale
from advisor.advice.reasons import prompt_trial
from advisor.advice.variants import smaller_forms, smallest_harmless
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.metrics import MAIN_METRIC, by_category
from advisor.needs.answers import AnswerSet
from advisor.needs.requirements import Machine, Requirements
from advisor.record.assumptions import assumptions_of
from advisor.record.build_costs import costs_part, hosted_parts, prices_part
from advisor.record.decision import (
    SCHEMA,
    CandidatePart,
    Category,
    Data,
    DecisionRecord,
    Diagnosis,
    Form,
    Hardware,
    Head,
    Look,
    Quality,
    Race,
    Rejected,
    Speed,
    Verdict,
)
from advisor.record.part import said
from advisor.text import plain

FEW_DIGITS = 4
"""Significant digits of every figure: more than any of them deserves."""


def build_record(
    *,
    profile_name: str,
    answers: AnswerSet,
    requirements: Requirements,
    dataset: Dataset,
    parts: Sequence[Dataset] = (),
    languages: Mapping[str, tuple[str, ...]],
    results: Sequence[Result],
    advice: Advice,
    would_change: Sequence[str] = (),
    choice: Choice,
    doubts: Sequence[str] = (),
    scale: Scale | None = None,
    hosted: Sequence[HostedOffer] = (),
    reproduce: str,
    seed: int,
    created: datetime,
    software: Mapping[str, str],
) -> DecisionRecord:
    """Return the record; nothing in it names a place, a person or a text of the data."""
    data = _data(dataset, parts, languages)
    if advice.units < advice.n:
        data = msgspec.structs.replace(data, independent_queries=advice.units)
    made_at = created.strftime("%Y-%m-%dT%H:%MZ")
    tool = f"embed-advisor {software['embed-advisor']}"
    return DecisionRecord(
        schema=SCHEMA,
        record=Head(name=said(profile_name), created=made_at, tool=tool),
        verdict=_verdict(advice, would_change),
        # Lists, as TOML gives them back: what is loaded equals what was saved.
        answers=msgspec.json.decode(msgspec.json.encode(answers.given())),
        answer_sources={key: answers.sources[key] for key in answers.given()},
        hardware=_hardware(requirements.machine),
        software=dict(sorted(software.items())),
        data=data,
        hosted=hosted_parts(hosted),
        prices=prices_part(requirements, scale) if scale is not None else None,
        candidates=tuple(_candidate(result, advice, dataset) for result in results),
        rejected=_rejected(choice),
        assumptions=assumptions_of(requirements, advice, results),
        notes=tuple(said(note) for note in (*doubts, *advice.notes)),
        reproduce=dict(command=said(reproduce), seed=str(seed), data_sha256=data.content_sha256),
    )


def rounded(value: float | None) -> float | None:
    """Round to four significant digits; what is not known stays so."""
    return None if value is None else figure(value)


def figure(value: float) -> float:
    """Round to four significant digits."""
    return float(f"{value:.{FEW_DIGITS}g}")


def clean(text: str | None) -> str | None:
    """Return outside text without controls; None for none or empty."""
    return plain(text) if text else None


def _verdict(advice: Advice, would_change: Sequence[str]) -> Verdict:
    return Verdict(
        kind=advice.kind,
        sentence=said(advice.sentence),
        pick=advice.pick and plain(advice.pick),
        leader=advice.leader and plain(advice.leader),
        runner_up=advice.runner_up and plain(advice.runner_up),
        within_reach=tuple(plain(name) for name in advice.within_reach),
        baseline_suffices=advice.baseline_suffices,
        flavour=advice.flavour,
        give_up_ndcg=advice.give_up,
        smallest_gap_ndcg=rounded(advice.smallest_gap),
        queries_to_settle=advice.queries_to_settle,
        pareto=tuple(plain(name) for name in advice.pareto),
        tiers=tuple(tuple(plain(name) for name in tier) for tier in advice.tiers),
        best_value=advice.best_value and plain(advice.best_value),
        next_steps=tuple(said(step) for step in advice.next_steps),
        would_change=tuple(said(sentence) for sentence in would_change),
    )


def _hardware(machine: Machine) -> Hardware:
    held = msgspec.structs.asdict(machine)
    known = {key: held[key] for key in Hardware.__struct_fields__}
    return Hardware(**{**known, "cpu": plain(machine.cpu)})


def _data(
    dataset: Dataset, parts: Sequence[Dataset], languages: Mapping[str, tuple[str, ...]]
) -> Data:
    lengths = sorted(len(document.text) for document in dataset.corpus)
    sampling = dataset.sampling
    return Data(
        name=said(dataset.name),
        documents=len(dataset.corpus),
        queries=len(dataset.queries),
        judgements=sum(map(len, dataset.qrels.values())),
        evidence=dataset.evidence,
        content_sha256=dataset.fingerprint(),
        document_languages=tuple(languages.get("document_languages", ())),
        query_languages=tuple(languages.get("query_languages", ())),
        document_characters_median=lengths[len(lengths) // 2] if lengths else None,
        document_characters_p95=lengths[int(0.95 * (len(lengths) - 1))] if lengths else None,
        sampled=sampling is not None,
        documents_of=sampling.documents_of if sampling else None,
        queries_of=sampling.queries_of if sampling else None,
        seed=sampling.seed if sampling else None,
        how_sampled=said(sampling.how) if sampling else None,
        rounds=tuple(
            f"{len(part.queries)} queries, {len(part.corpus)} documents"
            for part in ((*parts, dataset) if parts else ())
        ),
        notes=tuple(said(note) for note in dataset.notes),
    )


def _candidate(result: Result, advice: Advice, dataset: Dataset) -> CandidatePart:
    candidate, loaded = result.candidate, result.loaded
    assessments = {assessment.name: assessment for assessment in advice.assessments}
    ran: dict[str, Any] = {}
    if loaded is not None:
        ran = {
            "device": loaded.device,
            "dtype": None if candidate.kind == "baseline" else loaded.dtype,
            "threads": loaded.threads,
            "embed_dim": loaded.dim,
            "max_tokens": loaded.max_tokens,
            "n_parameters": loaded.n_parameters,
            "n_active_parameters": loaded.n_active_parameters,
            "similarity": loaded.similarity,
            "pooling": clean(loaded.pooling),
            "normalized": loaded.normalized,
            "query_prompt": clean(loaded.query_prompt),
            "document_prompt": clean(loaded.document_prompt),
            "prompt_source": loaded.prompt_source if loaded.prompt_source != "none" else None,
        }
    where = candidate.folder, result.log
    why_not = advice.why_not.get(candidate.name)
    return CandidatePart(
        name=plain(candidate.name),
        kind=candidate.kind,
        parts=tuple(plain(part) for part in candidate.parts),
        pipeline=candidate.pipeline or None,
        status=result.status,
        reason=said(result.reason, *where) if result.reason else None,
        why_not=said(why_not, *where) if why_not is not None else None,
        mark=said(candidate.mark, *where) or None,
        repo=clean(candidate.repo),
        revision=candidate.revision,
        content_sha256=candidate.weights_hash or None,
        license=clean(candidate.license),
        public_score=rounded(candidate.public_score),
        public_board=candidate.public_board,
        backend=_backend(candidate),
        **ran,
        quality=_quality(result, assessments.get(candidate.name), dataset),
        dropped=_race(result),
        speed=_speed(result, assessments.get(candidate.name)),
        diagnosis=_diagnosis(result),
        costs=costs_part(assessments[candidate.name].costs)
        if candidate.name in assessments
        else None,
        variants=_forms(result),
        changed_queries=_looks(result),
    )


def _forms(result: Result) -> tuple[Form, ...]:
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


def _backend(candidate: Candidate) -> str:
    if candidate.kind == "baseline":
        return "bm25s"
    return f"{candidate.backend}, bm25s" if candidate.kind == "hybrid" else candidate.backend


def _quality(result: Result, assessment: Assessment | None, dataset: Dataset) -> Quality | None:
    if assessment is None or not result.per_query:
        return None
    behind = assessment.behind
    category_of = {query.id: query.category for query in dataset.queries if query.category}
    categories = by_category(result.per_query[MAIN_METRIC], category_of)
    means = {
        label: sum(values.values()) / len(values) for label, values in result.per_query.items()
    }
    return Quality(
        metric=MAIN_METRIC,
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
        categories={
            plain(name): Category(mean=figure(mean), n=n) for name, (mean, n) in categories.items()
        },
    )


def _race(result: Result) -> Race | None:
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


def _speed(result: Result, assessment: Assessment | None) -> Speed | None:
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
        memory_basis=memory_basis(result),
        disk_mib=rounded(result.candidate.disk_bytes / 2**20)
        if result.candidate.disk_bytes
        else None,
        cost_machine_s_per_month=rounded(assessment.cost_s) if assessment else None,
    )


def _looks(result: Result) -> tuple[Look, ...]:
    return tuple(
        Look(
            kind=one.kind,
            change=figure(one.change.mean),
            low=rounded(one.change.low),
            high=rounded(one.change.high),
            overlap=figure(one.overlap),
        )
        for one in sensitivities(result)
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


def memory_basis(result: Result) -> str | None:
    """Say how the peak was read, so that two records can be compared."""
    if result.peak_mib is None:
        return None
    if result.candidate.kind in ("hybrid", "reranked"):
        return "VmHWM of the processes of its parts, added"
    started = "forked from the host" if result.start_method == "fork" else "a process of its own"
    return f"VmHWM of the candidate's process, {started}"


def _diagnosis(result: Result) -> Diagnosis | None:
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


def _rejected(choice: Choice) -> tuple[Rejected, ...]:
    absent = tuple(
        Rejected(reason=said(gone.reason), models=(gone.name,), command=clean(gone.command))
        for gone in choice.absent
    )
    together: dict[str, list[str]] = defaultdict(list)
    for name, reason in choice.dropped:
        together[reason].append(name)
    # The reasons that cost most models first; the names within one in order.
    by_weight = sorted(together.items(), key=lambda item: (-len(item[1]), item[0]))
    dropped = (
        Rejected(reason=said(reason), models=tuple(sorted(names))) for reason, names in by_weight
    )
    return (*absent, *dropped)
