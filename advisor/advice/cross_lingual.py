"""How a candidate finds documents of one language for queries in another (methods, 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import msgspec

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


class CrossLingual(NamedTuple):
    """One candidate between languages."""

    directions: tuple[Direction, ...]
    same_share: float | None
    """Of the first ten, in the language of the query; None where the documents have one only."""
    expected_share: float | None
    """By drawing documents at random."""


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
    return CrossLingual(tuple(_directions(by_pair, dataset.qrels)), same, expected)


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
