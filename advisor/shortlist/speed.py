"""Rough speed and memory of a model on a machine, from its parameters at work and the machine's.

The estimate is one multiplication and one addition per parameter and token, at a share of what the
machine's cores give in matrix products; what earlier measurements on the machine have taught
corrects it. It leaves out what misses a limit several times over, and says beforehand what
measuring will take; everything nearer is measured.
"""

from __future__ import annotations

import math

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Factor, Machine, Requirements

GFLOPS_PER_CORE = 80.0
"""Matrix products of a core where nobody has measured it; 95 on a Zen 4 core in 32 bits."""
GFLOPS_GPU = 30_000.0
BATCH_SHARE = 0.6
"""What encoding in batches reaches of it: .49 to .73 measured, short texts least."""
QUERY_SHARE, LARGE_QUERY_SHARE = 0.25, 0.5
"""What a single query of few tokens reaches with small models, and with large ones.

Measured .22 to .25 with 5 to 21 M parameters at work, twice to three times that with 85 M.
"""
SMALL_ACTIVE, LARGE_ACTIVE = 20e6, 80e6
QUERY_OVERHEAD_MS = 0.5
GPU_OVERHEAD_MS = 5.0
"""Starting the layers one by one takes longer than computing them."""
BARE_MIB = 450.0
"""What a process needs besides the weights: libraries, a batch's activations."""
WEIGHTS_FACTOR = 1.5
"""Weights are read into memory and copied; 1.3 to 2.2 measured."""
FASTEST, SLOWEST = 5.0, 2.5
"""How far off an estimate may be where the machine was not measured: better cores, 16 bits."""
PROBED_FASTEST, PROBED_SLOWEST = 3.0, 2.5
"""And where it was: 16 bits, larger products than a single query's, a busy machine."""
BEYOND = 1.5
"""What the next model may lie outside of what earlier ones showed."""
LEAST_SEEN = 2
"""Earlier models that narrow the range; one shows nothing of the spread."""
QUERY_TOKENS = 20
TOKENS_PER_WORD = 1.4
USUAL_DOCUMENT_WORDS = 150
SAMPLE = 2_000
"""Documents of a standard measurement (methods, section 4)."""


class Estimate(msgspec.Struct, frozen=True):
    """A figure that was not measured, and the range it stands for."""

    value: float
    low: float
    high: float

    def words(self) -> str:
        """Return the range: `20 to 200`."""
        return f"{_figure(self.low)} to {_figure(self.high)}"

    def times(self, number: float) -> Estimate:
        """Return so many of it."""
        return Estimate(self.value * number, self.low * number, self.high * number)


def tokens_per_s(active: int | None, machine: Machine) -> float | None:
    """Tokens per second in batches by the formula alone, for so many parameters at work.

    None when unknown or without bound (static models).
    """
    if not active:
        return None
    return _flops(machine) * BATCH_SHARE / (2 * active)


def plain_query_ms(active: int | None, machine: Machine) -> float | None:
    """Time of one query of 20 tokens by the formula alone; None as above."""
    if not active:
        return None
    overhead = GPU_OVERHEAD_MS if machine.gpu else QUERY_OVERHEAD_MS
    return overhead + 1e3 * QUERY_TOKENS * 2 * active / (_flops(machine) * _query_share(active))


def plain_memory_mib(weights_mib: float) -> float:
    """Peak memory of a process with such a model by the formula alone."""
    return BARE_MIB + WEIGHTS_FACTOR * weights_mib


def query_ms(card: ModelCard, machine: Machine) -> Estimate | None:
    """Estimated time to encode one query of 20 tokens."""
    base = plain_query_ms(card.n_active_parameters, machine)
    return None if base is None else _learned(base, machine.learned.query, machine)


def memory_mib(card: ModelCard, machine: Machine) -> Estimate | None:
    """Estimated peak memory of a process that measures it; None when its size is not known."""
    if card.memory_usage_mb is None:
        return None
    base = plain_memory_mib(card.memory_usage_mb)
    return _learned(base, machine.learned.memory, machine, fastest=1.5, slowest=2.0)


def document_tokens(requirements: Requirements) -> float:
    """Estimated tokens of one of the user's documents."""
    return TOKENS_PER_WORD * (requirements.document_words or USUAL_DOCUMENT_WORDS)


def encoding_s(card: ModelCard, requirements: Requirements, documents: int) -> Estimate | None:
    """Estimated time to encode so many documents, each cut at the model's context or in chunks."""
    machine = requirements.machine
    rate = tokens_per_s(card.n_active_parameters, machine)
    if rate is None:
        return None
    tokens = document_tokens(requirements)
    if card.max_tokens and not requirements.chunking:  # chunks are read to the end
        tokens = min(tokens, card.max_tokens)
    return _learned(documents * tokens / rate, machine.learned.encoding, machine)


def indexing_minutes(card: ModelCard, requirements: Requirements) -> Estimate | None:
    """Estimated minutes to encode the whole corpus, None when its size is not known."""
    if requirements.n_documents is None:
        return None
    seconds = encoding_s(card, requirements, requirements.n_documents)
    return None if seconds is None else seconds.times(1 / 60)


def measuring_hours(card: ModelCard, requirements: Requirements) -> float | None:
    """Estimated hours of a standard measurement of the model on this machine."""
    documents = min(
        SAMPLE if requirements.n_documents is None else requirements.n_documents, SAMPLE
    )
    seconds = encoding_s(card, requirements, documents)
    return None if seconds is None else seconds.value / 3_600


def basis(card: ModelCard, machine: Machine) -> str:
    """How the estimate was made, in words."""
    millions = (card.n_active_parameters or 0) / 1e6
    return f"estimated from {millions:,.0f} M parameters at work on {_where(machine)}"


def _where(machine: Machine) -> str:
    if machine.gpu:
        where = "a GPU"
    elif machine.gflops:
        where = f"{machine.gflops:,.0f} GFLOP/s, measured here"
    else:
        where = f"{machine.cores} cores of {GFLOPS_PER_CORE:.0f} GFLOP/s"
    seen = machine.learned.query.n if machine.learned.query else 0
    return f"{where}, and {seen} models measured here before" if seen >= LEAST_SEEN else where


def _flops(machine: Machine) -> float:
    """Multiplications and additions a second."""
    if machine.gpu:
        return GFLOPS_GPU * 1e9
    return 1e9 * (machine.gflops or GFLOPS_PER_CORE * max(machine.cores, 1))


def _query_share(active: int) -> float:
    """Rises with the logarithm: larger products keep the cores busier."""
    way = math.log(active / SMALL_ACTIVE) / math.log(LARGE_ACTIVE / SMALL_ACTIVE)
    return QUERY_SHARE + (LARGE_QUERY_SHARE - QUERY_SHARE) * min(1.0, max(0.0, way))


def _learned(
    base: float,
    factor: Factor | None,
    machine: Machine,
    *,
    fastest: float | None = None,
    slowest: float | None = None,
) -> Estimate:
    if factor is not None and factor.n >= LEAST_SEEN:
        low, high = base * factor.low / BEYOND, base * factor.high * BEYOND
        return Estimate(base * factor.middle, low, high)
    value = base * factor.middle if factor is not None else base
    fastest = fastest or (PROBED_FASTEST if machine.gflops else FASTEST)
    slowest = slowest or (PROBED_SLOWEST if machine.gflops else SLOWEST)
    return Estimate(value, value / fastest, value * slowest)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.1f}"
