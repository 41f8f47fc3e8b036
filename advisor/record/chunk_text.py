"""What chunks brought each candidate, as rows for the views of a record."""

from __future__ import annotations

from advisor.record.cells import UNKNOWN, ndcg, signed
from advisor.record.decision import DecisionRecord

CHUNK_COLUMNS = ("candidate", "chunks a document", "in chunks", "cut off", "change", "from", "to")
"""Figures are nDCG@10; the change is paired by query, with its 95 % interval."""


def chunk_rows(record: DecisionRecord) -> tuple[tuple[str, ...], ...]:
    """Return a row a candidate that was searched in chunks; none where documents were whole."""
    return tuple(
        (
            part.name,
            f"{own.per_document:.1f}",
            ndcg(own.ndcg),
            UNKNOWN if own.ndcg_cut_off is None else ndcg(own.ndcg_cut_off),
            signed(own.change),
            signed(own.low),
            signed(own.high),
        )
        for part in record.candidates
        if (own := part.chunks) is not None
    )
