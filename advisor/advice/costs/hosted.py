"""Hosted models beside the measured ones: by list price and public score, never measured here."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from advisor.advice.costs.candidate import Costs, hosted_costs
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import Scale
from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.prices import Price, load_prices
from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import broken_limits
from advisor.shortlist.ranking import rank

MOST = 4
"""So many are shown; they only give the measured ones a scale."""


class HostedOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's model at the user's scale."""

    name: str
    price: Price
    public_score: float | None = None
    public_board: Board | None = None
    costs: Costs


def hosted_offers(
    requirements: Requirements, scale: Scale, cards: Iterable[ModelCard]
) -> tuple[HostedOffer, ...]:
    """Return the hosted models that meet the limits, the best public score first.

    Empty where no text may leave the machine, or the tokens of a text are not known.
    """
    if not requirements.hosted_allowed:
        return ()
    prices, machine = load_prices(), machine_price(requirements)
    fitting = [
        card
        for card in cards
        if card.name in prices and card.kind == "hosted" and _meets(card, requirements)
    ]
    found = []
    for ranked in rank(fitting, requirements):
        price = prices[ranked.card.name]
        costs = hosted_costs(price, ranked.card.embed_dim, requirements, scale, machine)
        if costs is not None:
            found.append(
                HostedOffer(
                    name=ranked.card.name,
                    price=price,
                    public_score=ranked.evidence.value,
                    public_board=None if ranked.evidence.value is None else ranked.evidence.board,
                    costs=costs,
                )
            )
    return tuple(found[:MOST])


def _meets(card: ModelCard, requirements: Requirements) -> bool:
    broken = {limit.limit for limit in broken_limits(card, requirements)}
    return not broken - {"not measurable"}
