"""What hosted embedding APIs ask for and allow, with source, date and confidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.shipped import shipped_toml

Confidence = Literal["high", "medium", "low"]
"""`high`: the source's own words, seconded; `medium`: one list of others; `low`: look it up."""


class Price(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The price and limits of one model at its provider; None means unknown."""

    model: str
    """The card's name."""
    api_model: str
    """What the API calls it."""
    usd_per_million_tokens: float
    usd_per_million_batch: float | None = None
    """With a batch interface that answers later."""
    max_input_tokens: int | None = None
    """Of one text."""
    dims: tuple[int, ...] = ()
    """Sizes the API gives."""
    max_inputs: int | None = None
    """Texts in one request."""
    max_request_tokens: int | None = None
    tokens_per_minute: int | None = None
    requests_per_minute: int | None = None
    retires: str | None = None
    """When the provider takes the model away, ISO date."""
    source: str
    remark: str | None = None
    """What seconds or disputes the figure."""
    confidence: Confidence
    as_of: str = ""
    """ISO date."""

    def usd(self, tokens: float, *, batch: bool = False) -> float:
        """Return what `tokens` cost; a batch costs the same where no price for it is known."""
        rate = self.usd_per_million_tokens
        if batch and self.usd_per_million_batch is not None:
            rate = self.usd_per_million_batch
        return tokens / 1e6 * rate

    @property
    def doubt(self) -> str | None:
        """What to say beside a figure that is not certain."""
        if self.confidence == "high":
            return None
        return f"price of {self.as_of}, {self.confidence} confidence: check {self.source}"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    as_of: str
    prices: tuple[Price, ...]
    limits: dict[str, str]


@cache
def _held() -> _File:
    return shipped_toml("prices.toml", _File)


def prices_date() -> date:
    """Return the day the shipped prices were looked up."""
    return date.fromisoformat(_held().as_of)


@cache
def load_prices() -> Mapping[str, Price]:
    """Return the prices by card name, read once per process."""
    held = _held()
    dated = (
        price if price.as_of else msgspec.structs.replace(price, as_of=held.as_of)
        for price in held.prices
    )
    return MappingProxyType({price.model: price for price in dated})


def price_of(card: ModelCard) -> float | None:
    """Return what a million tokens of a hosted model cost in US dollars, None when not known.

    A model whose weights are open has no price here even where somebody sells it as a service.
    """
    price = load_prices().get(card.name) if card.kind == "hosted" else None
    return None if price is None else price.usd_per_million_tokens


def limits_of(organisation: str) -> str | None:
    """Say where a provider's limits are told, None for one that is not known."""
    return _held().limits.get(organisation)
