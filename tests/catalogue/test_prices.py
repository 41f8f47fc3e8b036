"""Prices: typed, dated, sourced, and never applied to a model whose weights are open."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.catalogue.catalogue import shipped_catalogue
from advisor.catalogue.prices import limits_of, load_prices, price_of

CARDS = {card.name: card for card in shipped_catalogue().cards}


def test_every_price_is_of_a_card_dated_and_sourced() -> None:
    for price in load_prices().values():
        assert price.model in CARDS
        assert price.source
        date.fromisoformat(price.as_of)
        assert 0 < price.usd_per_million_tokens < 10
        assert price.max_input_tokens is None or price.max_input_tokens >= 512


def test_a_price_agrees_with_its_card_on_context_and_dimensions() -> None:
    for price in load_prices().values():
        card = CARDS[price.model]
        assert card.max_tokens in (None, price.max_input_tokens), price.model
        assert not price.dims or card.embed_dim in (None, *price.dims), price.model


@pytest.mark.parametrize(
    "name",
    [
        "openai/text-embedding-3-small", "openai/text-embedding-3-large",
        "openai/text-embedding-ada-002", "Cohere/Cohere-embed-english-v3.0",
        "Cohere/Cohere-embed-v4.0", "voyageai/voyage-2", "voyageai/voyage-3",
        "voyageai/voyage-3.5", "voyageai/voyage-4", "google/gemini-embedding-001",
        "mistralai/mistral-embed", "jinaai/jina-embeddings-v3",
    ],
)  # fmt: skip
def test_the_hosted_models_people_ask_for_have_a_price(name: str) -> None:
    assert name in load_prices()


def test_a_batch_costs_less_where_there_is_a_price_for_it_and_else_the_same() -> None:
    price = load_prices()["openai/text-embedding-3-small"]
    assert price.usd(5e6) == pytest.approx(0.10)
    assert price.usd(5e6, batch=True) == pytest.approx(0.05)
    without = load_prices()["voyageai/voyage-4"]
    assert without.usd(1e6, batch=True) == without.usd(1e6)


def test_a_doubtful_price_says_where_to_look() -> None:
    assert load_prices()["openai/text-embedding-3-small"].doubt is None
    doubt = load_prices()["jinaai/jina-embeddings-v3"].doubt
    assert doubt is not None
    assert "low confidence" in doubt
    assert "jina.ai" in doubt


def test_open_weights_have_no_price_even_where_somebody_sells_them() -> None:
    assert price_of(CARDS["openai/text-embedding-3-small"]) == 0.02
    assert price_of(CARDS["jinaai/jina-embeddings-v3"]) is None


def test_a_providers_limits_are_told_or_pointed_at() -> None:
    assert "https://" in (limits_of("openai") or "")
    assert limits_of("nobody") is None
