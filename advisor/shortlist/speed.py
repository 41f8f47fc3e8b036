"""Rough speed of a model on a machine, from its parameters at work: only for what is hopeless.

The estimate is one multiplication and one addition per parameter and token. It is used to leave
out what misses a limit several times over; everything nearer is measured.
"""

from __future__ import annotations

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Machine, Requirements

GFLOPS_PER_CORE = 50.0
"""What a core gives in practice; 95 was measured at best on a Zen 4 core in 32 bits."""
GFLOPS_GPU = 20_000.0
FASTEST = 5.0
"""The estimate may be so many times too long: 95 instead of 50 GFLOP/s, times 2.3 in bf16."""
SLOWEST = 2.0
"""And so many times too short: another machine's cores, attention, a busy machine."""
QUERY_TOKENS = 20
TOKENS_PER_WORD = 1.4
USUAL_DOCUMENT_WORDS = 150
SAMPLE = 2_000
"""Documents of a standard measurement (methods, section 4)."""


def tokens_per_s(card: ModelCard, machine: Machine) -> float | None:
    """Estimated tokens per second; None when unknown or without bound (static models)."""
    if not card.n_active_parameters:
        return None
    gflops = GFLOPS_GPU if machine.gpu else GFLOPS_PER_CORE * max(machine.cores, 1)
    return gflops * 1e9 / (2 * card.n_active_parameters)


def query_ms(card: ModelCard, machine: Machine) -> float | None:
    """Estimated time to encode one query of 20 tokens."""
    rate = tokens_per_s(card, machine)
    return None if rate is None else 1_000 * QUERY_TOKENS / rate


def document_tokens(requirements: Requirements) -> float:
    """Estimated tokens of one of the user's documents."""
    return TOKENS_PER_WORD * (requirements.document_words or USUAL_DOCUMENT_WORDS)


def _seconds(card: ModelCard, requirements: Requirements, documents: int) -> float | None:
    """Estimated time to encode so many documents, each cut at the model's context."""
    rate = tokens_per_s(card, requirements.machine)
    if rate is None:
        return None
    tokens = document_tokens(requirements)
    if card.max_tokens:
        tokens = min(tokens, card.max_tokens)
    return documents * tokens / rate


def indexing_minutes(card: ModelCard, requirements: Requirements) -> float | None:
    """Estimated minutes to encode the whole corpus, None when its size is not known."""
    if requirements.n_documents is None:
        return None
    seconds = _seconds(card, requirements, requirements.n_documents)
    return None if seconds is None else seconds / 60


def measuring_hours(card: ModelCard, requirements: Requirements) -> float | None:
    """Estimated hours of a standard measurement of the model on this machine."""
    documents = min(
        SAMPLE if requirements.n_documents is None else requirements.n_documents, SAMPLE
    )
    seconds = _seconds(card, requirements, documents)
    return None if seconds is None else seconds / 3_600


def span(estimate: float) -> str:
    """Return the range an estimate stands for, in words: `20 to 200`."""
    low, high = estimate / FASTEST, estimate * SLOWEST
    return f"{low:,.0f} to {high:,.0f}" if low >= 1 else f"{low:.1f} to {high:,.0f}"


def basis(card: ModelCard, machine: Machine) -> str:
    """How the estimate was made, in words."""
    millions = (card.n_active_parameters or 0) / 1e6
    where = "a GPU" if machine.gpu else f"{machine.cores} cores of {GFLOPS_PER_CORE:.0f} GFLOP/s"
    return f"estimated from {millions:,.0f} M parameters at work on {where}"
