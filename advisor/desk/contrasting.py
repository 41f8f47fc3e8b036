"""Single queries of a run: what one candidate finds and another misses, and what nobody solves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.bench.results import Result
from advisor.bench.rounds import Outcome
from advisor.desk.queries import Contrast, Placed
from advisor.errors import UsageError

MOST = 100
"""Queries told of; those of the largest difference."""
MOST_CHARACTERS = 600
"""Of a document's text."""
SHOWN = 3
"""Documents of each list that are shown beside the relevant ones."""


def contrasts(outcome: Outcome, first: str, second: str) -> tuple[Contrast, ...]:
    """Return the queries of both by falling difference, then those that nobody solves.

    UsageError when one of the two was not measured on the data that counts.
    """
    one, two = _measured(outcome, first), _measured(outcome, second)
    a, b = one.scores, two.scores
    asked = [query for query in outcome.dataset.queries if query.id in a and query.id in b]
    hopeless = {query.id for query in asked if _nobody_solves(outcome.results, query.id)}
    order = sorted(asked, key=lambda query: (-abs(a[query.id] - b[query.id]), query.id))
    order = order[:MOST] + [query for query in order[MOST:] if query.id in hopeless]
    texts = {document.id: document.text for document in outcome.dataset.corpus}
    return tuple(
        Contrast(
            text=query.text[:MOST_CHARACTERS],
            category=query.category,
            first=a[query.id],
            second=b[query.id],
            documents=_placed(
                texts,
                outcome.dataset.qrels.get(query.id, {}),
                one.rankings.get(query.id, ()),
                two.rankings.get(query.id, ()),
            ),
            unsolved=query.id in hopeless,
        )
        for query in order
    )


def _measured(outcome: Outcome, name: str) -> Result:
    for result in outcome.results:
        if result.candidate.name == name and result.per_query:
            return result
    raise UsageError(f"{name} was not measured on these queries, so there is nothing to compare.")


def _nobody_solves(results: Sequence[Result], query: str) -> bool:
    return all(result.scores.get(query, 0.0) == 0.0 for result in results if result.per_query)


def _placed(
    texts: Mapping[str, str],
    grades: Mapping[str, int],
    first: Sequence[str],
    second: Sequence[str],
) -> tuple[Placed, ...]:
    relevant = sorted(
        (document for document, grade in grades.items() if grade > 0),
        key=lambda document: (-grades[document], document),
    )
    top = [document for document in (*first[:SHOWN], *second[:SHOWN]) if document not in relevant]
    return tuple(
        Placed(
            text=texts.get(document, "")[:MOST_CHARACTERS],
            grade=grades.get(document),
            first=_rank(first, document),
            second=_rank(second, document),
        )
        for document in dict.fromkeys((*relevant, *top))
    )


def _rank(ranking: Sequence[str], document: str) -> int | None:
    return ranking.index(document) + 1 if document in ranking else None
