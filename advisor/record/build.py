"""From a finished run to its record: a pure function, with the clock and versions passed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from advisor.advice.advice import Advice
from advisor.advice.costs.hosted import HostedOffer
from advisor.advice.costs.scale import Scale
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.needs.answers import AnswerSet
from advisor.needs.requirements import Machine, Requirements
from advisor.record.assumptions import assumptions_of
from advisor.record.build_beside import (
    Beside,
    chunks_of,
    directions_of,
    looks_of,
    memory_of,
    neighbourhood_of,
)
from advisor.record.build_costs import costs_part, hosted_parts, labelling_part, prices_part
from advisor.record.build_measures import (
    diagnosis_of,
    forms_of,
    quality_of,
    race_of,
    speed_of,
)
from advisor.record.decision import (
    SCHEMA,
    CandidatePart,
    Data,
    DecisionRecord,
    Hardware,
    Head,
    Rejected,
    Verdict,
)
from advisor.record.figures import rounded
from advisor.record.part import said
from advisor.text import plain


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
    beside: Beside = Beside(),  # noqa: B008 - frozen
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
        labelling=labelling_part(advice.labelling),
        prices=prices_part(requirements, scale) if scale is not None else None,
        candidates=tuple(_candidate(result, advice, dataset, beside) for result in results),
        rejected=_rejected(choice),
        assumptions=assumptions_of(requirements, advice, results),
        notes=tuple(said(note) for note in (*doubts, *advice.notes)),
        reproduce=dict(command=said(reproduce), seed=str(seed), data_sha256=data.content_sha256),
    )


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
        judgements=dataset.judgements,
        task=dataset.task,
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
        chunks=str(dataset.chunking) if dataset.chunking else None,
        rounds=tuple(
            f"{len(part.queries)} queries, {len(part.corpus)} documents"
            for part in ((*parts, dataset) if parts else ())
        ),
        notes=tuple(said(note) for note in dataset.notes),
    )


def _candidate(result: Result, advice: Advice, dataset: Dataset, beside: Beside) -> CandidatePart:
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
        quality=quality_of(result, assessments.get(candidate.name), advice.groups),
        dropped=race_of(result),
        speed=speed_of(result, assessments.get(candidate.name)),
        diagnosis=diagnosis_of(result),
        costs=costs_part(assessments[candidate.name].costs)
        if candidate.name in assessments
        else None,
        chunks=chunks_of(result, dataset),
        variants=forms_of(result),
        changed_queries=looks_of(result),
        **directions_of(beside.between_languages.get(candidate.name)),
        neighbourhood=neighbourhood_of(result, beside.shared.get(candidate.name, {})),
        memory=memory_of(result),
    )


def _backend(candidate: Candidate) -> str:
    if candidate.kind == "baseline":
        return "bm25s"
    return f"{candidate.backend}, bm25s" if candidate.kind == "hybrid" else candidate.backend


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
