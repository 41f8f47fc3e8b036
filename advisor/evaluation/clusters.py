"""Queries that come from one document: their sums, and the covariance that respects them."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Clusters = Sequence[Hashable]
"""For each query, in order, the document (or other source) it came from."""


def sources(
    queries: Sequence[str],
    qrels: Mapping[str, Mapping[str, int]],
    origins: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...] | None:
    """Return for each query the document it came from; None where no document has several.

    `origins` say it where it is known. Otherwise a query with one relevant document is taken to
    come from it; one with several has no single source and stands for itself.
    """
    known = {**single_sources(qrels), **origins}
    # The marks keep a query's id from being taken for a document's.
    labels = [
        f"document {known[query]}" if query in known else f"query {query}" for query in queries
    ]
    return tuple(labels) if max(Counter(labels).values(), default=1) > 1 else None


def single_sources(qrels: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """Return the document each query came from, of those with one relevant document."""
    relevant = {
        query: [document for document, grade in own.items() if grade >= 1]
        for query, own in qrels.items()
    }
    return {query: documents[0] for query, documents in relevant.items() if len(documents) == 1}


def cluster_sums(values: NDArray[np.float64], clusters: Clusters | None) -> NDArray[np.float64]:
    """Sum the columns of a (K, n) array that share a cluster, giving (K, units).

    Without clusters every query is its own unit. ValueError when the lengths differ.
    """
    if clusters is None:
        return values
    if len(clusters) != values.shape[1]:
        message = f"{len(clusters)} cluster labels for {values.shape[1]} queries"
        raise ValueError(message)
    position_of: dict[Hashable, int] = {}
    unit = np.array([position_of.setdefault(label, len(position_of)) for label in clusters], int)
    sums = np.zeros((values.shape[0], len(position_of)))
    np.add.at(sums.T, unit, values.T)
    return sums


def covariance_of_means(
    values: NDArray[np.float64], clusters: Clusters | None
) -> tuple[NDArray[np.float64], int]:
    """Covariance (K, K) of the row means of a (K, n) array, and the number of independent units.

    Without clusters it is the sample covariance / n. With them it is the cluster-robust form
    G/(G-1) * sum of e_g e_g' / n**2, e_g being a cluster's summed deviations (Liang, Zeger 1986).
    ValueError with fewer than two units.
    """
    n = values.shape[1]
    deviations = cluster_sums(values - values.mean(axis=1, keepdims=True), clusters)
    units = deviations.shape[1]
    if units < 2:
        message = "at least two queries (from two documents) are needed for a spread"
        raise ValueError(message)
    covariance = (deviations @ deviations.T) * (units / (units - 1) / n**2)
    return np.asarray(covariance, dtype=np.float64), units
