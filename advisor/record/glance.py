"""A record at a glance: chosen, instead of what, how sure, at what cost, what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.evaluation.words import percent
from advisor.record.cells import ndcg, number, signed
from advisor.record.cost_text import usd
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.told import chosen

_METRICS = {
    "nDCG@10": "nDCG@10 runs from 0 to 1: how far up the right documents stand among the first ten "
    "that are found.",
    "Spearman": "Spearman's correlation runs from -1 to 1: how alike the model and people order "
    "the pairs.",
    "Accuracy": "Accuracy runs from 0 to 1: the share of texts that are given their own label.",
    "V-measure": "The V-measure runs from 0 to 1: how well the clusters agree with the labels.",
}
_WORDS = {
    "clear": "which is best is known",
    "probable": "which is best is probable, not certain",
    "tie": "the best cannot be told apart, or are as good as equal",
    "insufficient": "the evidence is too little to name the best",
}


def at_a_glance(record: DecisionRecord) -> tuple[tuple[str, str], ...]:
    """Return (what, in words): what a reader in a hurry has to know; without a pick it is less."""
    return tuple((*_chosen(record), *_sure(record), *_money(record), *_changes(record)))


def metric_in_words(record: DecisionRecord) -> str:
    """Say what the main metric says."""
    return _METRICS.get(record.measure.main, "")


def by_quality(record: DecisionRecord) -> tuple[CandidatePart, ...]:
    """Return the candidates by measured quality, the best first and those without one last."""
    return tuple(
        sorted(
            record.candidates,
            key=lambda part: -part.quality.mean if part.quality is not None else 1.0,
        )
    )


def _chosen(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    part = chosen(record)
    if part is None:
        yield "Chosen", "nothing yet"
        return
    size = f", {part.n_parameters / 1e6:,.0f} M parameters" if part.n_parameters else ""
    licence = f", licence {part.license}" if part.license else ""
    kind = part.kind if part.kind == "baseline" else f"{part.kind} model"
    doubt = f"; {part.mark}" if part.mark else ""
    yield "Chosen", f"{part.name} ({kind}{size}{licence}){doubt}"
    others = [one for one in by_quality(record) if one.quality and one.name != part.name]
    models = [one for one in others if one.kind not in ("baseline", "hybrid")]
    if models:
        yield "Next best", _against(record, models[0], part)
    baseline = next((one for one in others if one.kind == "baseline"), None)
    if baseline is not None:
        yield "Without a model", _against(record, baseline, part)


def _against(record: DecisionRecord, other: CandidatePart, pick: CandidatePart) -> str:
    """Say how another stands to the pick; their difference where the pick leads."""
    assert other.quality is not None
    told = f"{other.name}: {record.measure.main} {ndcg(other.quality.mean)}"
    if pick.quality is not None:
        told += f" against {ndcg(pick.quality.mean)}"
    behind = other.quality
    if record.verdict.leader == pick.name and behind.behind is not None:
        told += (
            f", difference {signed(-behind.behind)} (95 % interval {_turned(behind.behind_high)} "
            f"to {_turned(behind.behind_low)})"
        )
    return told


def _turned(value: float | None) -> str:
    return signed(None if value is None else -value)


def _sure(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    verdict, data, part = record.verdict, record.data, chosen(record)
    told = f"{verdict.kind}: {_WORDS.get(verdict.kind, verdict.kind)}"
    within = part.quality.p_within if part is not None and part.quality is not None else None
    if within is not None and verdict.give_up_ndcg is not None:
        told += (
            f"; the pick is within {verdict.give_up_ndcg:g} {record.measure.main} of the best with "
            f"{percent(within)} probability"
        )
    yield "How sure", f"{told} ({record.measure.many(data.queries)}, judgements: {data.evidence})"


def _money(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    part = chosen(record)
    if part is None:
        return
    costs, prices = part.costs, record.prices
    if costs is not None and prices is not None:
        assumed = ", assumed" if prices.queries_assumed else ""
        yield (
            "Cost",
            f"{usd(costs.usd_per_month)} USD a month ({usd(costs.usd_per_month_low)} to "
            f"{usd(costs.usd_per_month_high)}) at {prices.queries_per_day:,.0f} queries a day"
            f"{assumed}; {usd(costs.usd_per_million_queries)} USD a million queries",
        )
    speed = part.speed
    if speed is None:
        return
    latency, word = speed.latency_p95_ms, "p95"
    if latency is None:
        latency, word = speed.latency_p50_ms, "median"
    if latency is not None:
        noisy = ", on a busy machine" if speed.latency_noisy else ""
        memory = f"; {number(speed.memory_peak_mib)} MiB" if speed.memory_peak_mib else ""
        yield "One query", f"{number(latency)} ms ({word}{noisy}){memory}"


def _changes(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    if record.verdict.would_change:
        more = len(record.verdict.would_change) - 1
        others = f" (and {more} more below)" if more else ""
        yield "Would change it", f"{record.verdict.would_change[0]}{others}"
