"""What a candidate is, in words, where it is not one vector a text by the published weights."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.record.decision import CandidatePart
from advisor.text import one_line

_KINDS = {
    "sparse": "a weight for some terms of a vocabulary instead of a vector",
    "multi-vector": "a vector for every token, ranked by the best matches (MaxSim)",
}
_USUAL = ("sentence-transformers", "bm25s")


def nature(part: CandidatePart) -> str | None:
    """Return how a candidate works; None for the usual one."""
    if part.pipeline is not None:
        return part.pipeline
    if part.kind in _KINDS:
        return _KINDS[part.kind]
    if part.backend is not None and part.backend not in _USUAL:
        return f"run by {part.backend}" + (f" in {part.dtype}" if part.dtype else "")
    return None


def natures(candidates: Iterable[CandidatePart]) -> list[str]:
    """Return `names: how they work`, one for all that work alike."""
    return _alike((part.name, nature(part)) for part in candidates)


def marks(candidates: Iterable[CandidatePart]) -> list[str]:
    """Return `names: the doubt beside their figures`, one for all that share it."""
    return _alike((part.name, part.mark) for part in candidates)


def _alike(told: Iterable[tuple[str, str | None]]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for name, words in told:
        if words is not None:
            alike.setdefault(words, []).append(one_line(name, 60))
    return [f"{', '.join(names)}: {words}" for words, names in alike.items()]
