"""What more judgements would cost in hours and money, and what they would decide (methods 2, 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from advisor.advice.costs.formulas import Figure, Range, exactly, number
from advisor.advice.measurements import Measurements
from advisor.evaluation.power import smallest_detectable_gap
from advisor.evaluation.words import CAPPED, MIN_QUERIES, Verdict
from advisor.needs.requirements import Requirements

if TYPE_CHECKING:
    from advisor.advice.compare import Comparison

SECONDS_A_JUDGEMENT = Range(20.0, 10.0, 40.0)
"""To read a passage and judge it; assumed, for texts of a paragraph."""
USD_PER_HOUR = 40.0
"""Of whoever judges, where the user named no rate; assumed."""
BLOCK = 50
"""Queries that are spoken of where no number follows from a gap."""
MOST_QUERIES = 5_000
"""More than that nobody judges for a choice of model."""


class Labelling(msgspec.Struct, frozen=True, kw_only=True):
    """So many more queries, judged as deeply as the candidates' first results are pooled."""

    queries: int
    judgements: int
    hours: Range
    cost: Figure
    rate: str
    """What an hour costs, and whether that is assumed."""
    decides: str
    """What is known then, as the end of a sentence."""
    worth_it: bool = True
    """False where it would settle less than the user gives up anyway."""

    @property
    def sentence(self) -> str:
        """Say all of it."""
        value, low, high = map(_hours, (self.hours.value, self.hours.low, self.hours.high))
        effort = (
            f"{self.queries:,} more queries, {self.judgements:,} judgements: about {value} hours "
            f"({low} to {high}) at {number(SECONDS_A_JUDGEMENT.value)} s each, about "
            f"{self.cost.value:,.0f} USD at {self.rate}"
        )
        return f"Judge {effort}. {self.decides}"


def labelling_of(
    known: Measurements, compared: Comparison, kind: Verdict, requirements: Requirements
) -> Labelling | None:
    """Return what it takes to settle what is open; None where nothing is, or nothing is known.

    Open is an unresolved tie, a leader that is not sure, queries that are too few, or queries made
    by a machine, which never say more than probable. The queries are those that show the gap of
    the two best, as measured, with 80 % power; the judgements a query are the documents that the
    candidates' first results of this run have on average.
    """
    each = known.pool_size
    if each is None or compared.runner_up is None:
        return None
    spread = compared.spread
    for queries, decides, worth_it in _plans(known, compared, kind, requirements, spread):
        return _labelling(queries, each, requirements, decides, worth_it=worth_it)
    return None


def _plans(
    known: Measurements,
    compared: Comparison,
    kind: Verdict,
    requirements: Requirements,
    spread: float,
) -> Iterator[tuple[int, str, bool]]:
    """Yield what can be done, the first being what should: queries, what they decide, if worth."""
    n = len(known.queries)
    pair = f"{compared.leader} and {compared.runner_up}"
    if known.dataset.evidence in CAPPED and kind != "insufficient":
        yield (
            BLOCK,
            f"The queries of this run were not asked by people; {BLOCK} that were, and are judged, "
            f"show gaps of about {_shown(smallest_detectable_gap(BLOCK, spread))} nDCG@10 and may "
            "say clear.",
            True,
        )
    elif known.units < MIN_QUERIES:
        more = max(BLOCK, n + MIN_QUERIES - known.units) - n
        gap = smallest_detectable_gap(n + more, spread)
        yield (
            more,
            f"With {n + more} queries a verdict is possible: they show gaps of about {_shown(gap)} "
            f"nDCG@10 between {pair}.",
            True,
        )
    elif kind == "probable" or (kind == "tie" and compared.flavour == "unresolved"):
        needed = compared.queries_to_settle
        if needed is None or needed <= n or needed - n > MOST_QUERIES:
            return
        gap = abs(compared.gap)
        small = gap < requirements.give_up_ndcg
        worth = (
            f" That is less than the {requirements.give_up_ndcg:g} you give up, so it decides "
            "nothing you asked for."
            if small
            else ""
        )
        yield (
            needed - n,
            f"That decides between {pair}, if they differ by the {_shown(gap)} nDCG@10 seen here "
            f"(80 % power).{worth}",
            not small,
        )


def _labelling(
    queries: int, each: float, requirements: Requirements, decides: str, *, worth_it: bool
) -> Labelling:
    judgements = round(queries * each)
    seconds, own = SECONDS_A_JUDGEMENT, requirements.judging_usd_per_hour
    hours = Range(*(judgements * one / 3_600 for one in (seconds.value, seconds.low, seconds.high)))
    usd = exactly(USD_PER_HOUR if own is None else own)
    return Labelling(
        queries=queries,
        judgements=judgements,
        hours=hours,
        cost=Figure(
            name="labelling",
            value=hours.value * usd.value,
            low=hours.low * usd.value,
            high=hours.high * usd.value,
            unit="USD once",
            formula="queries × judgements a query × s ÷ 3,600 × USD an hour",
            inputs=f"{queries:,} × {number(each)} × {seconds} ÷ 3,600 × {usd}",
        ),
        rate=f"{usd} USD an hour{' (assumed)' if own is None else ''}",
        decides=decides,
        worth_it=worth_it,
    )


def _shown(gap: float) -> str:
    return f"{gap:.2f}" if gap >= 0.1 else f"{gap:.3f}"


def _hours(hours: float) -> str:
    return f"{hours:.1f}" if hours < 10 else f"{hours:,.0f}"
