"""Where a model fails: its weakest categories, changed queries, and queries far behind the best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.record.cells import ndcg, signed
from advisor.record.markdown import bullets
from benchmarks.reports.kept import Run, mean_of

WEAK_CATEGORIES = 3


def fails(name: str, runs: Sequence[Run]) -> str:
    """Return the section of a model's page."""
    told = [*_categories(name, runs), *_small_changes(name, runs)]
    queries = list(_queries(name, runs))
    parts = [bullets(told)]
    if queries:
        parts.append("Queries on which it is furthest behind the best of the set:")
        parts.append(bullets(queries))
    return "\n\n".join(part for part in parts if part) or "No category and no query stands out."


def _categories(name: str, runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        part = run.part(name)
        held = part.quality.categories if part is not None and part.quality is not None else {}
        if part is None or len(held) < WEAK_CATEGORIES:
            continue
        weakest = sorted(held.items(), key=lambda item: item[1]["mean"])[:WEAK_CATEGORIES]
        shown = ", ".join(f"{key} {ndcg(one['mean'])} (n = {one['n']:g})" for key, one in weakest)
        yield f"{run.name}, weakest categories: {shown}; over all {ndcg(mean_of(part))}"


def _small_changes(name: str, runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        part = run.part(name)
        hurt = [
            look
            for look in (part.changed_queries if part is not None else ())
            if look.high is not None and look.high < 0
        ]
        if hurt:
            shown = ", ".join(
                f"{look.kind} {signed(look.change)} ({signed(look.low)} to {signed(look.high)})"
                for look in hurt
            )
            yield f"{run.name}, queries changed a little: {shown}"


def _queries(name: str, runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        for hard in run.beside.hard.get(name, ()):
            finder = hard.best
            yield (f"{run.name}: “{hard.query}” {ndcg(hard.ndcg)}; {finder} {ndcg(hard.best_ndcg)}")
