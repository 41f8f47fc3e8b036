"""What was looked at beside a candidate's measures, as parts of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.advice.changed_queries import sensitivities
from advisor.advice.chunks import chunk_trial
from advisor.advice.cross_lingual import CrossLingual
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.record.beside import (
    BatchMemory,
    ChunksPart,
    Direction,
    Look,
    Neighbourhood,
    Translations,
    Twice,
)
from advisor.record.figures import figure, rounded
from advisor.text import plain


class Beside(NamedTuple):
    """What was worked out of all results together, by candidate."""

    between_languages: Mapping[str, CrossLingual] = {}
    shared: Mapping[str, Mapping[str, float]] = {}


def looks_of(result: Result) -> tuple[Look, ...]:
    """Return what small changes of the queries do to it."""
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


def chunks_of(result: Result, dataset: Dataset) -> ChunksPart | None:
    """Return what chunks brought it; None where it read documents whole."""
    trial = chunk_trial(result, dataset)
    if trial is None:
        return None
    change = trial.change
    return ChunksPart(
        per_document=figure(trial.per_document),
        ndcg=figure(trial.in_chunks),
        ndcg_cut_off=rounded(trial.cut_off),
        change=rounded(change.mean) if change else None,
        low=rounded(change.low) if change else None,
        high=rounded(change.high) if change else None,
    )


def memory_of(result: Result) -> tuple[BatchMemory, ...]:
    """Return the memory that batches take; none where it was not read."""
    filled = result.filled
    if filled is None:
        return ()
    gpu = filled.gpu_mib or (None,) * len(filled.batches)
    return tuple(
        BatchMemory(
            batch=batch,
            peak_mib=figure(peak),
            model_mib=None if filled.bare_mib is None else rounded(peak - filled.bare_mib),
            gpu_mib=rounded(on_gpu),
        )
        for batch, peak, on_gpu in zip(filled.batches, filled.peaks_mib, gpu, strict=True)
    )


def directions_of(found: CrossLingual | None) -> dict[str, Any]:
    """Return how it finds documents of one language for queries in another."""
    if found is None:
        return {}
    return {
        "cross_lingual": tuple(
            Direction(
                query_language=one.query_language,
                document_language=one.document_language,
                ndcg=figure(one.quality.mean),
                low=rounded(one.quality.low),
                high=rounded(one.quality.high),
                n=one.quality.n,
            )
            for one in found.directions
        ),
        "same_language_share": rounded(found.same_share),
        "same_language_expected": rounded(found.expected_share),
        "translations": _translations(found),
        "asked_twice": _twice(found),
    }


def _translations(found: CrossLingual) -> Translations | None:
    own = found.translations
    if own is None:
        return None
    return Translations(pairs=own.pairs, forth=figure(own.forth), back=figure(own.back))


def _twice(found: CrossLingual) -> Twice | None:
    own = found.twice
    return None if own is None else Twice(pairs=own.pairs, overlap=figure(own.overlap))


def neighbourhood_of(result: Result, shared: Mapping[str, float]) -> Neighbourhood | None:
    """Return the neighbourhoods of its documents, with what they share with the others'."""
    near = result.views.near
    if near is None:
        return None
    return Neighbourhood(
        documents=near.documents,
        k=near.k,
        skew=rounded(near.skew),
        never_share=figure(near.never),
        mean_cosine=rounded(near.mean_cosine),
        relevant_cosine=rounded(near.relevant_cosine),
        random_cosine=rounded(near.random_cosine),
        threshold_cosine=rounded(near.threshold_cosine),
        intruder_share=rounded(near.intruders),
        shared={plain(name): figure(share) for name, share in shared.items()},
    )
