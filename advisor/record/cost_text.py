"""The costs of a record in lines of text, the same for every view."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.record.costs import CostsPart
from advisor.record.decision import DecisionRecord


def usd(value: float) -> str:
    """Write an amount so that small ones are told apart: `< 0.01`, `0.48`, `1,230`."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def cost_rows(record: DecisionRecord) -> list[tuple[str, str, str, str]]:
    """Return (name, USD a month with range, USD a million queries, USD once) for who has costs."""
    measured = [(part.name, part.costs) for part in record.candidates if part.costs is not None]
    hosted = [
        (f"{one.name} (hosted, not measured; public {_score(one.public_score)})", one.costs)
        for one in record.hosted
    ]
    return [
        (
            name,
            f"{usd(costs.usd_per_month)} ({usd(costs.usd_per_month_low)} to "
            f"{usd(costs.usd_per_month_high)})",
            usd(costs.usd_per_million_queries),
            "–" if costs.usd_once is None else usd(costs.usd_once),
        )
        for name, costs in (*measured, *hosted)
    ]


def _score(score: float | None) -> str:
    return "unknown" if score is None else f"{score:.1f}"


def formula_lines(costs: CostsPart) -> Iterator[str]:
    """Yield each figure with its formula and the numbers put in."""
    for line in costs.lines:
        yield f"{line.name}: {usd(line.value)} {line.unit} = {line.formula} = {line.inputs}"


def labelling_line(record: DecisionRecord) -> str:
    """Say what more judgements would cost, with the formula; empty where nothing is open."""
    part = record.labelling
    if part is None:
        return ""
    line = part.cost
    return (
        f"{line.name}: {usd(line.value)} {line.unit} ({usd(line.low)} to {usd(line.high)}), "
        f"{part.hours:.3g} hours = {line.formula} = {line.inputs}"
    )


def price_sentence(record: DecisionRecord) -> str:
    """Say at what prices and at what scale; empty where no costs are in the record."""
    prices = record.prices
    if prices is None:
        return ""
    growth = ""
    if prices.documents_per_month:
        growth = f", {prices.documents_per_month:,} more or changed a month"
    dated = f", prices of {prices.as_of}" if prices.as_of else ""
    return (
        f"{prices.machine_usd_per_hour:.3g} USD an hour of the machine ({prices.machine_basis}"
        f"{dated}); {prices.queries_per_day:,.0f} queries a day"
        f"{' (assumed)' if prices.queries_assumed else ''}, {prices.documents:,} documents"
        f"{' (of the data)' if prices.documents_assumed else ''}{growth}, "
        f"{prices.utilisation:.0%} "
        "utilisation."
    )


def worth_lines(record: DecisionRecord) -> Iterator[str]:
    """Yield the Pareto set, the price-performance winner and the tiers, in words."""
    verdict = record.verdict
    if verdict.best_value:
        yield (
            f"Price and performance: {verdict.best_value} (a doubling of cost has to bring .01 "
            f"{record.measure.main})"
        )
    if len(verdict.pareto) > 1:
        yield f"Better only at a higher cost, the cheapest first: {', '.join(verdict.pareto)}"
    if len(verdict.tiers) > 1:
        told = "; ".join(
            f"{number}. {', '.join(tier)}" for number, tier in enumerate(verdict.tiers, start=1)
        )
        yield f"Tiers, not to be told apart within themselves: {told}"
