"""How people name what is made of several models: `NAME + BM25`, `FIRST > RERANKER`."""

from __future__ import annotations

BM25 = "bm25"


def model_named_in(name: str) -> str | None:
    """Return the model of `NAME + BM25` as the user wrote it; None for anything else."""
    model, plus, lexical = (part.strip() for part in name.rpartition("+"))
    return model if plus and model and lexical.lower() == BM25 else None


def stages_named_in(name: str) -> tuple[str, str] | None:
    """Return the two models of `FIRST > RERANKER` as the user wrote them; None for others."""
    first, sign, reranker = (part.strip() for part in name.rpartition(">"))
    return (first, reranker) if sign and first and reranker else None
