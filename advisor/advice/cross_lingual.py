"""How a candidate finds documents of one language for queries in another (methods, 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import msgspec

from advisor.bench.judging import mean_overlap
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.clusters import sources
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import quality_interval
from advisor.evaluation.metrics import MAIN_METRIC, evaluate

ByPair: TypeAlias = dict[tuple[str, str], dict[str, float]]
"""Values by query, for each pair of a query's language and its documents'."""
FEWEST = 20
"""Queries behind a direction: fewer say nothing (methods, 2)."""
LEAST_SHARE = 0.02
"""Of the texts: what is rarer is as often a name or a mistake of the guess."""
ONE_TO_ONE = 0.9
"""Of the queries of a bitext: short sentences are repeated in every real one."""
SAME, OTHER, ANY = "same", "other", "any"
DEPTH = 10


class Languages(msgspec.Struct, frozen=True, kw_only=True):
    """Languages of the texts by id; texts whose language cannot be told are not in it."""

    documents: Mapping[str, str]
    queries: Mapping[str, str]

    @property
    def meet(self) -> bool:
        """Whether there is more than one language at all."""
        return len({*self.documents.values(), *self.queries.values()}) > 1


class Direction(NamedTuple):
    """Queries of one language, documents of another; `same`, `other` and `any` are several."""

    query_language: str
    document_language: str
    quality: Interval
    """nDCG@10 where only documents of that language are relevant."""


class Translations(NamedTuple):
    """Texts in one language, each with its counterpart in another, searched both ways."""

    pairs: int
    forth: float
    """Share of queries that find their document first."""
    back: float
    """Share of documents that find their query first."""


class Twice(NamedTuple):
    """Questions asked in two languages."""

    pairs: int
    overlap: float
    """Mean share of the first ten documents in common."""


class CrossLingual(NamedTuple):
    """One candidate between languages."""

    directions: tuple[Direction, ...]
    same_share: float | None
    """Of the first ten, in the language of the query; None where the documents have one only."""
    expected_share: float | None
    """By drawing documents at random."""
    translations: Translations | None = None
    twice: Twice | None = None


def languages_in(dataset: Dataset) -> Languages:
    """Return the languages that were told text by text, less the rare ones of either side."""
    return Languages(
        documents=_frequent(dataset.document_languages), queries=_frequent(dataset.query_languages)
    )


def cross_lingual(result: Result, dataset: Dataset, languages: Languages) -> CrossLingual | None:
    """Return how the candidate does between languages; None where there is only one."""
    if not (languages.meet and result.rankings and dataset.is_judged):
        return None
    by_pair = _by_pair(result, dataset, languages)
    same, expected = _own_language(result, languages)
    return CrossLingual(
        tuple(_directions(by_pair, dataset.qrels)),
        same,
        expected,
        translations=_translations(result, dataset, languages),
        twice=_twice(result, dataset, languages),
    )


def cross_lingual_note(name: str, found: CrossLingual) -> str | None:
    """Say that a model surely does worse across languages than within one, None otherwise."""
    both = {one.document_language: one.quality for one in found.directions if one[0] == ANY}
    within, across = both.get(SAME), both.get(OTHER)
    if within is None or across is None or within.low is None or across.high is None:
        return None
    if across.high >= within.low:
        return None
    return (
        f"{name} finds documents in another language than the query's less well: nDCG@10 "
        f"{across.mean:.3f} against {within.mean:.3f} within one language."
    )


def _frequent(told: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(told.values())
    return {name: tag for name, tag in told.items() if counts[tag] >= LEAST_SHARE * len(told)}


def _by_pair(result: Result, dataset: Dataset, languages: Languages) -> ByPair:
    """Return nDCG@10 by query, for each pair of a query's language and its documents'."""
    pairs: ByPair = {}
    spoken = languages.documents
    for tag in sorted(set(languages.documents.values())):
        qrels = {
            query: {name: grade for name, grade in grades.items() if spoken.get(name) == tag}
            for query, grades in dataset.qrels.items()
            if query in languages.queries and query in result.rankings
        }
        qrels = {query: kept for query, kept in qrels.items() if max(kept.values(), default=0) > 0}
        rankings = {query: result.rankings[query] for query in qrels}
        for query, value in evaluate(rankings, qrels, [MAIN_METRIC])[MAIN_METRIC].items():
            pairs.setdefault((languages.queries[query], tag), {})[query] = value
    return pairs


def _directions(by_pair: ByPair, qrels: Mapping[str, Mapping[str, int]]) -> Iterator[Direction]:
    """Yield what enough queries stand behind: several together first, then pair by pair."""
    groups: dict[tuple[str, str], list[tuple[str, float]]] = {(ANY, SAME): [], (ANY, OTHER): []}
    asked = sorted({asked for asked, _ in by_pair})
    if len(asked) > 1:
        groups |= {(one, OTHER): [] for one in asked}
    for (one, other), values in by_pair.items():
        kind = SAME if one == other else OTHER
        groups[ANY, kind].extend(values.items())
        if kind == OTHER and (one, OTHER) in groups:
            groups[one, OTHER].extend(values.items())
    groups |= {pair: list(values.items()) for pair, values in sorted(by_pair.items())}
    for (one, other), found in groups.items():
        if len(found) >= FEWEST:
            clusters = sources([query for query, _ in found], qrels)
            yield Direction(one, other, quality_interval([v for _, v in found], clusters=clusters))


def _own_language(result: Result, languages: Languages) -> tuple[float | None, float | None]:
    counts = Counter(languages.documents.values())
    if len(counts) < 2:
        return None, None
    total = sum(counts.values())
    shares, expected = [], []
    for query, ranked in result.rankings.items():
        own = languages.queries.get(query)
        first = [languages.documents[one] for one in ranked[:DEPTH] if one in languages.documents]
        if own is not None and own in counts and first:
            shares.append(first.count(own) / len(first))
            expected.append(counts[own] / total)
    if not shares:
        return None, None
    return sum(shares) / len(shares), sum(expected) / len(expected)


def _relevant(dataset: Dataset) -> dict[str, frozenset[str]]:
    return {
        query: frozenset(document for document, grade in grades.items() if grade > 0)
        for query, grades in dataset.qrels.items()
    }


def _translations(result: Result, dataset: Dataset, languages: Languages) -> Translations | None:
    """Return both ways of a bitext; None for other data, and where too few pairs were searched.

    A bitext is where nearly every query has one relevant document and this document one query; a
    sentence that is in it twice belongs to more and does not count.
    """
    relevant = _relevant(dataset)
    owners = Counter(document for own in relevant.values() for document in own)
    alone = [
        (query, document)
        for query, own in relevant.items()
        for document in own
        if len(own) == owners[document] == 1
    ]
    if len(alone) < ONE_TO_ONE * len(relevant):
        return None
    nearest = result.views.nearest_query
    pairs = [
        (query, document)
        for query, document in alone
        if document in nearest
        and query in result.rankings
        and _differ(languages.queries.get(query), languages.documents.get(document))
    ]
    if len(pairs) < FEWEST:
        return None
    forth = sum(result.rankings[query][:1] == (document,) for query, document in pairs)
    back = sum(nearest[document] == query for query, document in pairs)
    return Translations(len(pairs), forth / len(pairs), back / len(pairs))


def _twice(result: Result, dataset: Dataset, languages: Languages) -> Twice | None:
    """Return what the lists of one question in two languages share; None for too few of them.

    Two queries are one question where they alone have the same relevant documents.
    """
    asked: dict[frozenset[str], list[str]] = {}
    for query, own in _relevant(dataset).items():
        if own and query in result.rankings:
            asked.setdefault(own, []).append(query)
    pairs = [
        (one, other)
        for one, other in (tuple(same) for same in asked.values() if len(same) == 2)
        if _differ(languages.queries.get(one), languages.queries.get(other))
    ]
    if len(pairs) < FEWEST:
        return None
    ranked = result.rankings
    overlap = mean_overlap(
        {one: ranked[one] for one, _ in pairs}, {one: ranked[other] for one, other in pairs}, DEPTH
    )
    return Twice(len(pairs), overlap)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
