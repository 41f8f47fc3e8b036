"""What chunks bring, beside documents that are cut off where a model stops reading."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

import msgspec

from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.clusters import sources
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import gap_interval
from advisor.evaluation.metrics import MAIN_METRIC


class ChunkTrial(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate both ways, on the same queries."""

    per_document: float
    """Chunks of a document, on average."""
    in_chunks: float
    """nDCG@10."""
    cut_off: float | None = None
    """nDCG@10 of the documents encoded whole; None where that was not measured."""
    change: Interval | None = None
    """The first less the second, paired by query."""


def chunk_trial(result: Result, dataset: Dataset) -> ChunkTrial | None:
    """Return both figures of a candidate; None where it read documents whole or was not measured.

    None as well for pipelines, whose parts stand for themselves.
    Queries that come from one document count together in the interval.
    """
    read, usual = result.diagnosis, result.per_query.get(MAIN_METRIC, {})
    if read is None or read.chunks_per_document is None or not usual or result.candidate.parts:
        return None
    trial = ChunkTrial(per_document=read.chunks_per_document, in_chunks=fmean(usual.values()))
    whole = result.views.cut_off
    queries = [query for query in usual if query in whole]
    if not queries:
        return trial
    changes = [usual[query] - whole[query] for query in queries]
    clusters = sources(queries, dataset.qrels)
    return msgspec.structs.replace(
        trial,
        in_chunks=fmean(usual[query] for query in queries),
        cut_off=fmean(whole[query] for query in queries),
        change=gap_interval(changes, clusters=clusters),
    )


def chunk_notes(results: tuple[Result, ...], dataset: Dataset) -> Iterator[str]:
    """Yield how documents were cut, and what that brought each model."""
    if dataset.chunking is None:
        return
    yield (
        f"Documents were {dataset.chunking.sentence()}, by each model's own tokenizer; the best "
        "chunk is a document's score. BM25 reads documents whole. Documents a second, costs and "
        "index count the chunks."
    )
    for result in results:
        trial = chunk_trial(result, dataset)
        if trial is None or trial.cut_off is None or trial.change is None:
            continue
        change = trial.change
        interval = (
            f" ({change.low:+.3f} to {change.high:+.3f})"
            if change.low is not None and change.high is not None
            else ""
        )
        yield (
            f"{result.candidate.name} in chunks ({trial.per_document:.1f} a document): nDCG@10 "
            f"{trial.in_chunks:.3f}; with documents cut off where it stops reading "
            f"{trial.cut_off:.3f}: {change.mean:+.3f}{interval}."
        )
