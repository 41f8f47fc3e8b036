"""The costs in a record: the prices a decision was made with, and each candidate's figures."""

from __future__ import annotations

from advisor.record.part import Part


class CostLine(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates.costs.lines]]: one figure, with how it came about."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    formula: str
    inputs: str


class CostsPart(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[candidates.costs]: US dollars at the scale of [prices]."""

    usd_per_month: float
    usd_per_month_low: float
    usd_per_month_high: float
    usd_per_million_queries: float
    usd_once: float | None = None
    """Encoding all documents the first time."""
    note: str | None = None
    """A doubt about the price."""
    lines: tuple[CostLine, ...] = ()


class Hosted(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[hosted]]: a provider's model that was not measured, by its price list."""

    name: str
    price_usd_per_million_tokens: float
    price_as_of: str
    price_source: str
    public_score: float | None = None
    public_board: str | None = None
    basis: str
    """Says that it was not measured."""
    costs: CostsPart


class LabellingPart(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[labelling]: what it would take to settle what is open."""

    queries: int
    """So many more."""
    judgements: int
    hours: float
    hours_low: float
    hours_high: float
    worth_it: bool = True
    """Absent is yes; no where it would settle less than what is given up anyway."""
    decides: str
    cost: CostLine


class Prices(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[prices]: at what prices and at what scale costs are counted."""

    machine_usd_per_hour: float
    machine_usd_per_hour_low: float
    machine_usd_per_hour_high: float
    machine_basis: str
    as_of: str | None = None
    """ISO date of the table; absent where the price is the user's own."""
    utilisation: float
    queries_per_day: float
    queries_assumed: bool = False
    documents: int
    documents_assumed: bool = False
    documents_per_month: int = 0
    """Whether it is what the data holds, because nobody said how many there will be."""
    tokens_per_query: float | None = None
    tokens_per_document: float | None = None
