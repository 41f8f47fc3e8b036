"""From the advice's costs to the record's."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice.costs.candidate import UTILISATION, Costs
from advisor.advice.costs.formulas import Figure
from advisor.advice.costs.hosted import HostedOffer
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import Scale
from advisor.advice.labelling import Labelling
from advisor.needs.requirements import Requirements
from advisor.record.costs import CostLine, CostsPart, Hosted, LabellingPart, Prices
from advisor.record.figures import figure
from advisor.record.part import said
from advisor.text import plain


def prices_part(requirements: Requirements, scale: Scale) -> Prices:
    """Return at what prices and scale costs were counted."""
    price = machine_price(requirements)
    usd = price.usd_per_hour
    return Prices(
        machine_usd_per_hour=figure(usd.value),
        machine_usd_per_hour_low=figure(usd.low),
        machine_usd_per_hour_high=figure(usd.high),
        machine_basis=price.basis,
        as_of=price.as_of,
        utilisation=UTILISATION,
        queries_per_day=figure(scale.queries_per_day),
        queries_assumed=scale.queries_assumed,
        documents=scale.documents,
        documents_assumed=scale.documents_assumed,
        documents_per_month=scale.documents_per_month,
        tokens_per_query=figure(scale.query_tokens.value) if scale.query_tokens else None,
        tokens_per_document=figure(scale.document_tokens.value) if scale.document_tokens else None,
    )


def costs_part(costs: Costs | None) -> CostsPart | None:
    """Return a candidate's costs with every formula and its inputs."""
    if costs is None:
        return None
    return CostsPart(
        usd_per_month=figure(costs.month.value),
        usd_per_month_low=figure(costs.month.low),
        usd_per_month_high=figure(costs.month.high),
        usd_per_million_queries=figure(costs.million_queries.value),
        usd_once=None if costs.once is None else figure(costs.once.value),
        note=said(costs.note) if costs.note else None,
        lines=tuple(_line(one) for one in (costs.month, *costs.parts, costs.million_queries)),
    )


def labelling_part(labelling: Labelling | None) -> LabellingPart | None:
    """Return what more judgements cost; None where nothing is open."""
    if labelling is None:
        return None
    hours = labelling.hours
    return LabellingPart(
        queries=labelling.queries,
        judgements=labelling.judgements,
        hours=figure(hours.value),
        hours_low=figure(hours.low),
        hours_high=figure(hours.high),
        worth_it=labelling.worth_it,
        decides=said(labelling.decides),
        cost=_line(labelling.cost),
    )


def hosted_parts(offers: Sequence[HostedOffer]) -> tuple[Hosted, ...]:
    """Return the hosted models that were priced and not measured."""
    found = []
    for offer in offers:
        costs = costs_part(offer.costs)
        assert costs is not None  # an offer has costs
        found.append(
            Hosted(
                name=plain(offer.name),
                price_usd_per_million_tokens=offer.price.usd_per_million_tokens,
                price_as_of=offer.price.as_of,
                price_source=said(offer.price.source),
                basis="not measured: public score and list price",
                public_score=offer.public_score,
                public_board=offer.public_board,
                costs=costs,
            )
        )
    return tuple(found)


def _line(one: Figure) -> CostLine:
    return CostLine(
        name=one.name,
        value=figure(one.value),
        low=figure(one.low),
        high=figure(one.high),
        unit=one.unit,
        formula=one.formula,
        inputs=one.inputs,
    )
