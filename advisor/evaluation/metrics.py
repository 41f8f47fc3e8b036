"""Retrieval metrics by trec_eval's definitions, each computed for one query first.

A document counts as relevant when its grade is at least 1; a document without a grade counts as
not relevant. A ranking shorter than the cutoff is scored as if filled up with irrelevant ones.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan, log2
from typing import TypeAlias

Ranking: TypeAlias = Sequence[str]
"""Document ids, best first, none twice."""

Grades: TypeAlias = Mapping[str, int]
"""The judgements of one query: document id -> grade, where 1 and more means relevant."""

Metric: TypeAlias = Callable[[Ranking, Grades], float]
"""What one query's ranking is worth, from 0 to 1."""


def rank(ids: Sequence[str], scores: Sequence[float]) -> list[str]:
    """Order document ids by falling score, equal scores by rising document id (as strings).

    trec_eval breaks ties the other way, by falling id: feed it positions, not tied scores.
    ValueError when the lengths differ or a score is NaN.
    """
    if any(isnan(score) for score in scores):
        message = "a score is NaN, so the documents cannot be ranked"
        raise ValueError(message)
    pairs = sorted(zip(ids, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [document for document, _ in pairs]


def ndcg(ranking: Ranking, grades: Grades, k: int) -> float:
    """Normalised discounted cumulative gain: linear gain, log2 discount (trec_eval's ndcg_cut).

    The ideal is made of all positive grades of the query, cut at k.
    """
    ideal = _discounted(sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k])
    gained = _discounted(max(0, grades.get(document, 0)) for document in ranking[:k])
    return gained / ideal if ideal else 0.0


def recall(ranking: Ranking, grades: Grades, k: int) -> float:
    """Share of the query's relevant documents that stand in the first k."""
    relevant = _relevant_count(grades)
    return _found(ranking[:k], grades) / relevant if relevant else 0.0


def precision(ranking: Ranking, grades: Grades, k: int) -> float:
    """Relevant documents among the first k, divided by k even when fewer were returned."""
    return _found(ranking[:k], grades) / k


def hit_rate(ranking: Ranking, grades: Grades, k: int) -> float:
    """1 when any of the first k documents is relevant, otherwise 0 (trec_eval's success)."""
    return float(_found(ranking[:k], grades) > 0)


def reciprocal_rank(ranking: Ranking, grades: Grades) -> float:
    """1 / position of the first relevant document; 0 when none was returned."""
    for position, document in enumerate(ranking, start=1):
        if grades.get(document, 0) >= 1:
            return 1.0 / position
    return 0.0


def average_precision(ranking: Ranking, grades: Grades) -> float:
    """Precision at each relevant document returned, averaged over all relevant documents."""
    relevant = _relevant_count(grades)
    found = 0
    total = 0.0
    for position, document in enumerate(ranking, start=1):
        if grades.get(document, 0) >= 1:
            found += 1
            total += found / position
    return total / relevant if relevant else 0.0


def judged_share(ranking: Ranking, grades: Grades, k: int) -> float:
    """Share of the documents returned in the first k that carry any grade; 0 for an empty list."""
    top = ranking[:k]
    return sum(document in grades for document in top) / len(top) if top else 0.0


_WITH_CUTOFF: dict[str, Callable[[Ranking, Grades, int], float]] = {
    "nDCG": ndcg,
    "Recall": recall,
    "P": precision,
    "Hit": hit_rate,
    "Judged": judged_share,
}
_WHOLE_RANKING: dict[str, Metric] = {"RR": reciprocal_rank, "MAP": average_precision}
_LABEL = re.compile(r"([A-Za-z]+)@([1-9][0-9]{0,5})")


def metric(label: str) -> Metric:
    """Find the metric a label such as "nDCG@10" or "RR" names; ValueError lists the known forms."""
    if label in _WHOLE_RANKING:
        return _WHOLE_RANKING[label]
    match = _LABEL.fullmatch(label)
    if match and match[1] in _WITH_CUTOFF:
        measure, k = _WITH_CUTOFF[match[1]], int(match[2])
        return lambda ranking, grades: measure(ranking, grades, k)
    forms = ", ".join([*(f"{name}@k" for name in _WITH_CUTOFF), *_WHOLE_RANKING])
    message = f"unknown metric {label!r}; known are {forms} (k a whole number, 1 or more)"
    raise ValueError(message)


MAIN_METRIC = "nDCG@10"
METRICS: dict[str, Metric] = {
    label: metric(label) for label in ("nDCG@10", "Recall@10", "RR", "MAP", "P@1", "Hit@10")
}
"""The metrics every record carries, by the label they are shown under."""


def evaluate(
    run: Mapping[str, Ranking], qrels: Mapping[str, Grades], labels: Iterable[str]
) -> dict[str, dict[str, float]]:
    """Score every judged query of a run: label -> query id -> value.

    Every query with a relevant document counts, with 0 when the run lacks it; queries without a
    relevant document are left out. ValueError when a ranking names a document twice.
    """
    counted = {query: grades for query, grades in qrels.items() if _relevant_count(grades)}
    for query in counted:
        ranking = run.get(query, ())
        if len(set(ranking)) != len(ranking):
            message = f"the ranking of query {query!r} names a document twice"
            raise ValueError(message)
    values: dict[str, dict[str, float]] = {}
    for label in labels:
        measure = metric(label)
        values[label] = {
            query: measure(run.get(query, ()), grades) for query, grades in counted.items()
        }
    return values


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / log2(position + 2) for position, gain in enumerate(gains) if gain)


def _found(documents: Ranking, grades: Grades) -> int:
    return sum(grades.get(document, 0) >= 1 for document in documents)


def _relevant_count(grades: Grades) -> int:
    return sum(grade >= 1 for grade in grades.values())
