"""Queries in groups: by the categories of the data, and by the language of each text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from advisor.corpus.dataset import Dataset

GroupKind = Literal["category", "language"]
MOST_GROUPS = 30
"""Of a kind; those with the most queries. More are no view of anything."""


class GroupOfQueries(NamedTuple):
    """Queries that have a category or a language in common."""

    kind: GroupKind
    name: str
    """The category as the data writes it, or the tag of the language."""
    queries: tuple[str, ...]
    """Their ids."""


def grouped(dataset: Dataset, among: Iterable[str]) -> tuple[GroupOfQueries, ...]:
    """Return the groups of these queries, categories first, of each kind the largest first.

    A kind is left out where there is one group only: it is all of them. Queries without a
    category, or of a language that cannot be told, are in no group of the kind. The clusters of a
    part agree with nothing.
    """
    if dataset.task == "clustering":
        return ()
    wanted = set(among)
    queries = [query for query in dataset.queries if query.id in wanted]
    categories = {query.id: query.category or None for query in queries}
    spoken = {query.id: dataset.query_languages.get(query.id) for query in queries}
    return (*_of_kind("category", categories), *_of_kind("language", spoken))


def _of_kind(kind: GroupKind, names: dict[str, str | None]) -> tuple[GroupOfQueries, ...]:
    members: dict[str, list[str]] = {}
    for query, name in names.items():
        if name is not None:
            members.setdefault(name, []).append(query)
    if len(members) < 2:
        return ()
    largest = sorted(members, key=lambda name: (-len(members[name]), name))[:MOST_GROUPS]
    return tuple(GroupOfQueries(kind, name, tuple(members[name])) for name in largest)
