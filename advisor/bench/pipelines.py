"""The pipelines among the names a user gives: `NAME + BM25`, `FIRST > RERANKER`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from advisor.bench.candidate import Candidate
from advisor.bench.hybrid import hybrid_of
from advisor.bench.naming import BM25, model_named_in, stages_named_in
from advisor.bench.reranking import reranked
from advisor.errors import UsageError

Gone = TypeVar("Gone")


def taken(
    names: Sequence[str], find: Callable[[str], Candidate | Gone], baseline: Candidate
) -> tuple[list[Candidate], list[Gone]]:
    """Return the candidates that `names` stand for, and what of them is not here.

    `find` is asked for single models. The baseline is always among the candidates, pipelines come
    after their parts, and a part is there once however often it is named. A reranker that is named
    alone reads what the first model finds, or BM25 where none is named. UsageError when a model is
    asked to rerank that cannot, or a reranker to find.
    """
    return _Taking(find, baseline).take(names)


class _Taking(Generic[Gone]):
    def __init__(self, find: Callable[[str], Candidate | Gone], baseline: Candidate) -> None:
        self._find, self._baseline = find, baseline
        self._candidates: list[Candidate] = []
        self._gone: list[Gone] = []

    def take(self, names: Sequence[str]) -> tuple[list[Candidate], list[Gone]]:
        alone: list[Candidate] = []
        for name in (name for name in names if not (model_named_in(name) or stages_named_in(name))):
            one = self._found(name)
            if one is not None:
                (alone if one.kind == "reranked" else self._candidates).append(one)
        made = [one for name in names for one in self._made(name)]
        first = next((one for one in self._candidates if one.kind != "baseline"), self._baseline)
        made += [reranked(first, reranker) for reranker in alone]
        if not any(candidate.kind == "baseline" for candidate in self._candidates):
            self._candidates.append(self._baseline)
        return [*self._candidates, *made], self._gone

    def _made(self, name: str) -> list[Candidate]:
        """Return the pipeline of a name; nothing where it is none, or a part of it is not here."""
        model, stages = model_named_in(name), stages_named_in(name)
        if stages is not None:
            first, reranker = self._part(stages[0]), self._found(stages[1])
            if first is None or reranker is None:
                return []
            if reranker.kind != "reranked":
                raise UsageError(f"--models {name}: {reranker.name} is no cross-encoder")
            return [reranked(first, reranker)]
        part = self._part(model) if model is not None else None
        return [hybrid_of(part, self._baseline, "named by you")] if part is not None else []

    def _part(self, name: str) -> Candidate | None:
        """Return a model that others build on, measured for itself as well."""
        known = next((one for one in self._candidates if one.name == name), None)
        if name.lower() == BM25:
            return self._baseline
        part = known or self._found(name)
        if part is None or part in self._candidates:
            return part
        if part.kind == "reranked":
            raise UsageError(f"--models: {part.name} only reranks; name a model that finds first")
        self._candidates.append(part)
        return part

    def _found(self, name: str) -> Candidate | None:
        found = self._find(name)
        if isinstance(found, Candidate):
            return found
        self._gone += [found] if found not in self._gone else []
        return None
