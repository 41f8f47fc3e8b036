"""What a session's answer to a task is worth, text by text or pair by pair."""

from __future__ import annotations

import numpy as np

from advisor.bench.ranking import Floats, Ints
from advisor.bench.solving import Given
from advisor.corpus.dataset import Dataset
from advisor.evaluation import tasks


def assessed(
    dataset: Dataset, given: Given, indices: Ints, scores: Floats
) -> dict[str, dict[str, float]]:
    """Return metric to query id to value, from an answer as `advisor.bench.solving` gives it.

    The mean of the values is the metric itself, also where a single text has none of its own.
    """
    ids = [query.id for query in dataset.queries]
    if dataset.task == "similarity":
        wanted = [dataset.scores[one] for one in ids]
        values = tasks.similarity(wanted, scores[:, 0].astype(np.float64).tolist())
    elif dataset.task == "classification":
        labels = [query.category or "" for query in dataset.queries]
        said = [given.classes[number] for number in indices[:, 0].tolist()]
        values = tasks.classification(labels, said)
    else:
        # Clusters are numbered in the order of the documents, which are the same texts.
        in_order = sorted(document.id for document in dataset.corpus)
        place = {document: at for at, document in enumerate(in_order)}
        rows = [place[one] for one in ids]
        labels = [query.category or "" for query in dataset.queries]
        values = tasks.clustering(labels, indices[rows].astype(np.int64))
    return {label: dict(zip(ids, own.tolist(), strict=True)) for label, own in values.items()}
