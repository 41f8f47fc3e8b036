"""When to take a model and when not, as sentences of its own figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.catalogue.licences import commercial_objection
from advisor.evaluation.words import percent
from advisor.record.cells import ndcg, number, signed
from advisor.record.decision import CandidatePart
from benchmarks.reports.kept import Run
from benchmarks.reports.sets import WISHES
from benchmarks.reports.told import ahead_of_bm25, best, gap, listed, setting, wishes

MUCH_BEHIND = 0.05
"""nDCG@10 behind the best from which a model is not one for the set."""
MOST_GIVEN_UP = 0.2
"""The most nDCG@10 that the interview lets anybody give up."""
MUCH_CUT = 0.1
"""Share of documents cut off that is worth a warning."""


def take(name: str, runs: Sequence[Run]) -> Iterator[str]:
    """Yield where the product picks it, alone or with BM25, and where it leads or ties."""
    for run in runs:
        alone = [wish.words for wish in WISHES if _pick(run, wish.key) == name]
        fused = [wish.words for wish in WISHES if _fused(run, wish.key) == name]
        held = run.part(name)
        assert held is not None and held.quality is not None
        figure = f"nDCG@10 {ndcg(held.quality.mean)}"
        if alone:
            doubt = "; BM25 alone would do as well" if _bm25_suffices(run) else ""
            speed = latency_words(held)
            told = f"{figure}, {speed}" if speed else figure
            yield f"{_where(run)}: it is the pick {wishes(alone)} ({told}){doubt}"
        if fused:
            yield f"{_where(run)}: with BM25 beside it, it is the pick {wishes(fused)}"
        if alone or fused:
            continue
        if _in_reach(run, name):
            yield (
                f"{_where(run)}: within .02 of the best by the product's rule ({figure}), but not "
                "the cheapest such"
            )
        elif _worth_its_cost(run, held):
            speed = latency_words(held)
            behind = ndcg(run.gap(best(run).name, name).mean)
            yield (
                f"{_where(run)}: where cost counts more than the points, since nothing measured is "
                f"both cheaper and better ({figure}, {speed}; {behind} behind "
                f"{best(run).name}, and surely above BM25)"
            )


def _worth_its_cost(run: Run, part: CandidatePart) -> bool:
    """Say whether it is on the line of quality and cost, near enough, and above BM25."""
    ahead = ahead_of_bm25(run, part)
    near = run.gap(best(run).name, part.name).mean <= MOST_GIVEN_UP
    on_the_line = part.name in run.record.verdict.pareto
    return on_the_line and near and ahead is not None and ahead.surely_above


def leave(name: str, runs: Sequence[Run]) -> Iterator[str]:
    """Yield where it is surely behind, what it cuts off, what its licence and weights forbid."""
    for run in runs:
        part = run.part(name)
        assert part is not None
        ahead = ahead_of_bm25(run, part)
        if ahead is not None and ahead.surely_below:
            yield f"{_where(run)}: behind BM25, which costs next to nothing: {gap(ahead)} nDCG@10"
        first = best(run)
        if first.name == name:
            continue
        behind = run.gap(name, first.name)
        if behind.surely_below and behind.mean <= -MUCH_BEHIND:
            yield (
                f"{_where(run)}: {signed(behind.mean)} nDCG@10 against {first.name}, beyond chance"
            )
    last = runs[-1].part(name)
    assert last is not None
    yield from _limits(name, last, runs)


def _limits(name: str, part: CandidatePart, runs: Sequence[Run]) -> Iterator[str]:
    cut = [
        f"{percent(found.truncated_share)} of {run.name}"
        for run in runs
        if (held := run.part(name)) is not None
        and (found := held.diagnosis) is not None
        and found.truncated_share is not None
        and found.truncated_share >= MUCH_CUT
    ]
    if part.max_tokens:
        seen = f"; it cut off documents here: {listed(cut)}" if cut else ""
        yield f"for texts longer than {part.max_tokens:,} tokens, unless they are chunked{seen}"
    objection = commercial_objection(part.license)
    if objection:
        yield f"for commercial use, before its licence is cleared: {objection}"
    if part.mark:
        yield "on the strength of these figures alone: measure the weights as they are published"
    quicker = _quicker_and_as_good(name, runs)
    if quicker:
        yield quicker


def _quicker_and_as_good(name: str, runs: Sequence[Run]) -> str:
    """Say which models were at least as good on every set and quicker on every one."""
    found = []
    for other in runs[0].models:
        pairs = [(run.part(name), run.part(other.name), run) for run in runs]
        if other.name != name and all(_beaten(one, two, run) for one, two, run in pairs):
            found.append(other.name)
    if not found:
        return ""
    return (
        f"where {listed(found)} can be had: quicker and no lower in nDCG@10 on "
        f"{_everywhere(len(runs))}"
    )


def _everywhere(sets: int) -> str:
    return "the one set run" if sets == 1 else f"all {sets} sets"


def _beaten(one: CandidatePart | None, two: CandidatePart | None, run: Run) -> bool:
    if one is None or two is None or two.quality is None or one.speed is None or two.speed is None:
        return False
    slow, quick = one.speed.latency_p50_ms, two.speed.latency_p50_ms
    if slow is None or quick is None:
        return False
    return quick < slow and run.gap(two.name, one.name).mean >= 0


def _pick(run: Run, wish: str) -> str | None:
    decided = run.beside.wishes.get(wish)
    return decided.pick if decided is not None else None


def _fused(run: Run, wish: str) -> str | None:
    """Return the model of a pick that is a model with BM25."""
    pick = _pick(run, wish)
    part = run.part(pick) if pick is not None else None
    if part is None or part.kind != "hybrid":
        return None
    return next((name for name in part.parts if name != "BM25"), None)


def _in_reach(run: Run, name: str) -> bool:
    decided = run.beside.wishes.get("balanced")
    return decided is not None and name in decided.within_reach


def _bm25_suffices(run: Run) -> bool:
    return any(decided.baseline_suffices for decided in run.beside.wishes.values())


def _where(run: Run) -> str:
    return f"{setting(run.name)} ({run.name})"


def latency_words(part: CandidatePart | None) -> str:
    """Return the p95, or the median, of a query in words."""
    speed = part.speed if part is not None else None
    if speed is None or speed.latency_p50_ms is None:
        return ""
    if speed.latency_p95_ms is not None:
        return f"p95 {number(speed.latency_p95_ms)} ms"
    return f"median {number(speed.latency_p50_ms)} ms"
