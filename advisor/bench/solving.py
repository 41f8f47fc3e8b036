"""What a session does with its vectors where the task is another than searching all documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from advisor.bench.ranking import Floats, Ints
from advisor.corpus.dataset import LABELLED, Dataset, Task
from advisor.errors import WorkerError

REPEATS: Final = 10
"""k-means is begun so many times and every time counts: where it begins decides by points."""
_MOST_STEPS: Final = 1_000
"""Of the logistic regression; it ends long before where the classes lie apart at all."""
SYMMETRIC: Final = ("similarity", *LABELLED)
"""Tasks in which both sides are texts of one kind, so that no side is put as a query."""


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a session has to know of the data besides the texts, in the order of the texts."""

    among: tuple[tuple[int, ...], ...] = ()
    """For each query the places of its own documents."""
    labels: tuple[str, ...] = ()
    """Of the documents."""

    @property
    def classes(self) -> tuple[str, ...]:
        """All labels, in the order in which an answer numbers them."""
        return tuple(sorted(set(self.labels)))


def given_by(dataset: Dataset, document_ids: tuple[str, ...]) -> Given:
    """Return what sessions are told of a dataset; nothing where everything is searched."""
    if dataset.task in LABELLED:
        labels = {document.id: document.category or "" for document in dataset.corpus}
        return Given(labels=tuple(labels[one] for one in document_ids))
    if dataset.task == "retrieval":
        return Given()
    place = {document: at for at, document in enumerate(document_ids)}
    return Given(
        among=tuple(
            tuple(sorted(place[document] for document in dataset.qrels[query.id]))
            for query in dataset.queries
        )
    )


def read_given(path: str) -> Given:
    """Read what the owner has written; WorkerError when it is damaged."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Given)
    except (OSError, msgspec.MsgspecError) as error:
        raise WorkerError(f"what the task needs cannot be read: {error}") from error


def solve(task: Task, given: Given, queries: Any, documents: Any) -> tuple[Ints, Floats]:  # noqa: ANN401 - arrays, or sparse ones
    """Return the answer to a task as a run is kept: (n, m) whole numbers and numbers with them.

    `queries` and `documents` are (n, d) vectors, dense or sparse:

    - reranking: each query's own documents, best first by inner product, and these;
    - similarity: its one document, and their cosine;
    - classification: the number of the label a logistic regression gives it (L2, C = 1), and the
      probability; vectors as the model returns them;
    - clustering: the number of its cluster in each of `REPEATS` runs of k-means with as many
      clusters as there are labels, and 0.
    """
    if task == "reranking":
        scores = [queries[at] @ documents[list(own)].T for at, own in enumerate(given.among)]
        return _ranked(given, scores)
    if task == "similarity":
        beside = np.array([places[0] for places in given.among], np.int32)
        return beside[:, np.newaxis], _cosines(queries, documents[beside])[:, np.newaxis]
    if task == "classification":
        return _classified(given, queries, documents)
    return _clustered(len(given.classes), documents)


def ranked_among(given: Given, indices: Ints, scores: Floats) -> tuple[Ints, Floats]:
    """Cut a ranking of all documents, (n, all), down to each query's own ones.

    A document that was not found at all comes last.
    """
    own_scores = []
    for at, places in enumerate(given.among):
        found = dict(zip(indices[at].tolist(), scores[at].tolist(), strict=True))
        own_scores.append(np.array([found.get(place, -np.inf) for place in places], np.float32))
    return _ranked(given, own_scores)


def _ranked(given: Given, scores: list[Floats]) -> tuple[Ints, Floats]:
    width = max(map(len, given.among), default=0)
    indices = np.full((len(given.among), width), -1, np.int32)
    values = np.full((len(given.among), width), -np.inf, np.float32)
    for row, (places, own) in enumerate(zip(given.among, scores, strict=True)):
        # Places rise, so a stable sort puts equal scores in the order of the documents' ids.
        order = np.argsort(-own, kind="stable")
        indices[row, : len(places)] = np.asarray(places)[order]
        values[row, : len(places)] = own[order]
    return indices, values


def _cosines(one: Any, other: Any) -> Floats:  # noqa: ANN401 - arrays, or sparse ones
    from sklearn.metrics.pairwise import paired_cosine_distances

    return np.asarray(1.0 - paired_cosine_distances(one, other), np.float32)


def _classified(given: Given, queries: Any, documents: Any) -> tuple[Ints, Floats]:  # noqa: ANN401 - arrays, or sparse ones
    from sklearn.linear_model import LogisticRegression

    place = {label: at for at, label in enumerate(given.classes)}
    numbers = np.array([place[label] for label in given.labels])
    learnt = LogisticRegression(max_iter=_MOST_STEPS, random_state=0).fit(documents, numbers)
    chances = learnt.predict_proba(queries)
    best = chances.argmax(axis=1)
    indices = learnt.classes_[best].astype(np.int32)
    return indices[:, np.newaxis], chances.max(axis=1).astype(np.float32)[:, np.newaxis]


def _clustered(clusters: int, vectors: Any) -> tuple[Ints, Floats]:  # noqa: ANN401 - arrays, or sparse ones
    from sklearn.cluster import KMeans

    runs = [
        KMeans(min(clusters, vectors.shape[0]), n_init=1, random_state=seed).fit_predict(vectors)
        for seed in range(REPEATS)
    ]
    indices = np.stack(runs, axis=1).astype(np.int32)
    return indices, np.zeros(indices.shape, np.float32)
