"""Limits of machine, documents, vector store and purse: who breaks them, with the numbers."""

from __future__ import annotations

from typing import Literal

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.prices import price_of
from advisor.catalogue.vector_stores import most_dimensions
from advisor.needs.requirements import Requirements
from advisor.shortlist import speed

Limit = Literal[
    "hosted",
    "licence",
    "languages",
    "memory",
    "latency",
    "indexing",
    "context",
    "dimension",
    "budget",
    "not measurable",
]

MEMORY_FACTOR = 1.2
"""Weights times this is the least a process needs; its runtime and activations come on top."""
HOPELESS_CONTEXT = 5.0
"""Documents so many times longer than what a model reads drop it; shorter ones cost it rank.

A model that reads the first fifth often still finds a document by it (StatCan's tables of 1,700
tokens: the best of the small ones reads 512), so the line is drawn far out.
"""
DAYS_A_MONTH = 30.4


class Broken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One limit a model breaks."""

    limit: Limit
    sentence: str
    needed: float | None = None
    """The limit that would let the model in, in the limit's own unit."""


def needed_mib(card: ModelCard) -> float | None:
    """Return the least memory a process with this model needs, None when unknown."""
    if card.memory_usage_mb is not None:
        return card.memory_usage_mb * MEMORY_FACTOR
    if card.n_parameters is not None:
        # Sixteen bits each is the smallest form in which weights are published.
        return card.n_parameters * 2 / 2**20 * MEMORY_FACTOR
    return None


def memory(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that the weights do not fit."""
    needed = needed_mib(card)
    if needed is None:
        return None
    machine = requirements.machine
    limit, whose = requirements.max_memory_mib, "your limit is"
    if limit is None:
        limit, whose = max(machine.memory_mib or 0, machine.gpu_memory_mib or 0), "the machine has"
    if not limit or needed <= limit:
        return None
    sentence = (
        f"needs at least {needed:,.0f} MiB ({needed / MEMORY_FACTOR:,.0f} MiB of weights "
        f"x {MEMORY_FACTOR}); {whose} {limit:,} MiB"
    )
    return Broken(limit="memory", sentence=sentence, needed=needed)


def latency(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that a query takes too long even by the kindest estimate."""
    limit = requirements.max_latency_p95_ms
    estimate = speed.query_ms(card, requirements.machine)
    if limit is None or estimate is None or estimate.low <= limit:
        return None
    sentence = (
        f"about {estimate.value:,.0f} ms a query ({estimate.words()}), your limit is {limit:g} ms "
        f"({speed.basis(card, requirements.machine)})"
    )
    return Broken(limit="latency", sentence=sentence, needed=estimate.low)


def indexing(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that the corpus takes too long even by the kindest estimate."""
    limit, documents = requirements.max_index_minutes, requirements.n_documents
    minutes = speed.indexing_minutes(card, requirements)
    if limit is None or minutes is None or minutes.low <= limit:
        return None
    sentence = (
        f"about {minutes.value:,.0f} minutes to index {documents:,} documents "
        f"({minutes.words()}), your limit is {limit:g} "
        f"({speed.basis(card, requirements.machine)})"
    )
    return Broken(limit="indexing", sentence=sentence, needed=minutes.low)


def context(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that the model reads next to nothing of a document; `needed` is in words a document."""
    if requirements.document_words is None or card.max_tokens is None or requirements.chunking:
        return None
    tokens = speed.document_tokens(requirements)
    if tokens <= HOPELESS_CONTEXT * card.max_tokens:
        return None
    sentence = (
        f"reads {card.max_tokens:,} tokens, {card.max_tokens / tokens:.0%} of a document of about "
        f"{tokens:,.0f} ({requirements.document_words:,} words); it would need them in chunks"
    )
    needed = HOPELESS_CONTEXT * card.max_tokens / speed.TOKENS_PER_WORD
    return Broken(limit="context", sentence=sentence, needed=needed)


def dimension(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that the vector store does not index vectors of this length."""
    store, dim = requirements.vector_store, card.embed_dim
    limit = most_dimensions(store)
    if limit is None or dim is None or dim <= limit:
        return None
    if any(cut <= limit for cut in card.matryoshka_dims):
        return None
    sentence = f"{dim:,} dimensions, which cannot be cut; {store} indexes at most {limit:,}"
    return Broken(limit="dimension", sentence=sentence, needed=float(dim))


def budget(card: ModelCard, requirements: Requirements) -> Broken | None:
    """Say that the queries of a month alone cost more than the budget at the provider's price.

    The corpus comes on top once and what grows is not known, so this is the least it can cost.
    """
    usd_per_million = price_of(card)
    limit, queries = requirements.max_usd_per_month, requirements.queries_per_day
    if limit is None or queries is None or usd_per_million is None:
        return None
    tokens = queries * DAYS_A_MONTH * speed.QUERY_TOKENS
    cost = tokens / 1e6 * usd_per_million
    if cost <= limit:
        return None
    sentence = (
        f"{cost:,.0f} USD a month for {queries:,} queries a day at {usd_per_million:g} USD a "
        f"million tokens; your budget is {limit:,.0f}"
    )
    return Broken(limit="budget", sentence=sentence, needed=cost)
