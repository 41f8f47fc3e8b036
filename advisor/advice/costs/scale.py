"""At what scale costs are counted: the answers' where they say so, what was measured elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec

from advisor.advice.costs.formulas import DAYS_A_MONTH, Range
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.intervals import mean_interval
from advisor.needs.requirements import Requirements

QUERIES_PER_DAY = 10_000
"""Assumed where the user named no load; it decides only between models of equal quality."""


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is to encode."""

    queries_per_day: float
    queries_assumed: bool
    documents: int
    documents_assumed: bool
    """Whether it is what the data holds, because nobody said how many there will be."""
    documents_per_month: int = 0
    """Added or changed."""
    document_tokens: Range | None
    """Tokens of a document, mean of the sample with its 95 % interval; None is not known."""
    query_tokens: Range | None

    @property
    def queries_per_month(self) -> float:
        """Queries a day × 30.4."""
        return self.queries_per_day * DAYS_A_MONTH


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What the sample says about lengths; no answer changes it."""

    documents: int
    document_tokens: Range | None
    query_tokens: Range | None


def texts_of(dataset: Dataset, results: Sequence[Result]) -> Texts:
    """Return tokens a text: characters of the sample × tokens a character of the models measured.

    A provider counts with a tokenizer of its own, so the lowest and the highest model widen the
    interval of the mean.
    """
    rates = [
        result.diagnosis.tokens_per_character
        for result in results
        if result.diagnosis is not None and result.diagnosis.tokens_per_character
    ]
    sampling = dataset.sampling
    return Texts(
        documents=sampling.documents_of if sampling else len(dataset.corpus),
        document_tokens=_tokens([len(one.text) for one in dataset.corpus], rates),
        query_tokens=_tokens([len(one.text) for one in dataset.queries], rates),
    )


def scale_of(requirements: Requirements, texts: Texts) -> Scale:
    """Return the scale of these answers."""
    return Scale(
        queries_per_day=QUERIES_PER_DAY
        if requirements.queries_per_day is None
        else requirements.queries_per_day,
        queries_assumed=requirements.queries_per_day is None,
        documents=texts.documents if requirements.n_documents is None else requirements.n_documents,
        documents_assumed=requirements.n_documents is None,
        documents_per_month=requirements.documents_per_month,
        document_tokens=texts.document_tokens,
        query_tokens=texts.query_tokens,
    )


def _tokens(characters: Sequence[int], rates: Sequence[float]) -> Range | None:
    if not rates or not characters:
        return None
    mean = mean_interval(characters)
    low = mean.mean if mean.low is None else max(0.0, mean.low)
    high = mean.mean if mean.high is None else mean.high
    return Range(mean.mean * median(rates), low * min(rates), high * max(rates))
