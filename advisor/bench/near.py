"""The neighbourhoods of documents, worked out from what a session has found (methods, 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.bench import protocol
from advisor.bench.ranking import read_run
from advisor.bench.results import Near
from advisor.bench.rounds import Round
from advisor.bench.state import State
from advisor.bench.variants import COSINES, NEIGHBOURS

KEPT = 0.95
"""Share of the relevant documents found that the threshold keeps."""
FEWEST = 20
"""Relevant documents behind a threshold."""


def near_of(state: State, part: Round, arrays: Mapping[str, NDArray[Any]]) -> Near:
    """Return the figures of what `varying.neighbourhoods` has written; `part` is the last round."""
    neighbours = arrays[NEIGHBOURS]
    n, k = neighbours.shape
    counts = np.bincount(neighbours.ravel(), minlength=n).astype(np.float64)
    spread = float(counts.std())
    pairs, beside = arrays[COSINES].tolist()
    relevant = _relevant_scores(state, part)
    enough = len(relevant) >= FEWEST
    return Near(
        neighbours=tuple(map(tuple, neighbours.tolist())),
        k=k,
        skew=float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread else None,
        never=float((counts == 0).mean()),
        mean_cosine=pairs,
        random_cosine=beside if np.isfinite(beside) else None,
        relevant_cosine=float(np.median(relevant)) if enough else None,
        threshold_cosine=float(np.quantile(relevant, 1 - KEPT)) if enough else None,
        intruders=_intruders(part, neighbours),
    )


def _relevant_scores(state: State, part: Round) -> list[float]:
    """Return the cosines of queries with the relevant documents they have found; none but cosines.

    What is deeper in the ranking than the run keeps is not in it.
    """
    loaded = state.done.get("load")
    if not isinstance(loaded, protocol.Loaded) or loaded.similarity != "cosine":
        return []
    indices, scores = read_run(state.journal.run)
    ids, qrels = part.texts.document_ids, part.dataset.qrels
    return [
        float(score)
        for query, row, values in zip(part.texts.query_ids, indices, scores, strict=True)
        for place, score in zip(row, values, strict=True)
        if place >= 0 and qrels.get(query, {}).get(ids[place], 0) > 0
    ]


def _intruders(part: Round, neighbours: NDArray[Any]) -> float | None:
    """Return the share of neighbours of another category, of documents that have one."""
    known = {one.id: one.category for one in part.dataset.corpus if one.category}
    # The documents looked at are every so manieth of all, in the order of their ids.
    step = -(-len(part.texts.document_ids) // len(neighbours))
    own = [known.get(name) for name in part.texts.document_ids[::step]]
    pairs = [
        (own[one], own[other])
        for one, row in enumerate(neighbours.tolist())
        for other in row
        if own[one] and own[other]
    ]
    return sum(one != other for one, other in pairs) / len(pairs) if pairs else None
