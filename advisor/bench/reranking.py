"""Reranking: a cross-encoder puts the best of another candidate in a new order."""

from __future__ import annotations

import msgspec

from advisor.bench.candidate import Candidate

TOP_K = 50
"""Documents of the first stage that are read again; the rest follow in their old order."""


def reranked(first: Candidate, reranker: Candidate) -> Candidate:
    """Return the candidate that has `reranker` read what `first` finds.

    What binds either binds both: doubts of each, and the licence of both where they differ.
    """
    licences = dict.fromkeys(filter(None, (first.license, reranker.license)))
    return msgspec.structs.replace(
        reranker,
        name=f"{first.name} > {reranker.name}",
        kind="reranked",
        parts=(first.name,),
        over=":".join((first.kind, first.weights_hash, first.device)),
        top_k=TOP_K,
        pipeline=f"the {TOP_K} best of {first.name} read again by {reranker.name}",
        license=" and ".join(licences) or None,
        disk_bytes=(reranker.disk_bytes or 0) + (first.disk_bytes or 0) or None,
        doubts={**first.doubts, **reranker.doubts},
        mark="; ".join(filter(None, (first.mark, reranker.mark))),
        public_score=None,
        public_board=None,
    )
