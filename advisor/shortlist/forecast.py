"""What measuring a model will take, before it is started: download, time and memory, estimated.

The sample's own size and length of texts go in, so that the figures are about this run.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist import speed
from advisor.shortlist.speed import Estimate

CHARACTERS_PER_WORD = 6.0
CHARACTERS_PER_WIDE_WORD = 1.5
"""Of Chinese, Japanese and Korean, in the sense of the estimates' tokens per word."""
_WIDE = ("zh", "ja", "ko")
LOAD_S, LOAD_S_PER_MIB = 0.3, 0.005
"""Weights are read, hashed and copied: .4 s for 87 MiB and 2.6 s for 457 MiB measured."""
STATIC_TOKENS_PER_S = 300_000.0
"""Looking words up; 470,000 measured."""
TIMED_CALLS, MOST_TIMED_S = 250, 60.0
"""Calls of the latency blocks with their warm-up, and the blocks' limit."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured."""

    documents: int
    queries: int
    words: int | None = None
    """Of a document; None is not known."""
    chunked: bool = False
    """Whether models read documents to their end, in chunks."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What measuring one model will take; None is not known beforehand."""

    seconds: Estimate | None = None
    memory_mib: Estimate | None = None
    query_ms: Estimate | None = None
    documents_per_s: float | None = None
    download_mib: float | None = None
    """From the card; None for a model that is here."""
    basis: str = ""


def words_of(characters: float | None, languages: Iterable[str]) -> int | None:
    """Return how many words a text of so many characters has, in the estimates' sense."""
    if not characters:
        return None
    wide = any(tag.startswith(_WIDE) for tag in languages)
    return max(1, round(characters / (CHARACTERS_PER_WIDE_WORD if wide else CHARACTERS_PER_WORD)))


def forecast(
    card: ModelCard, requirements: Requirements, size: Size, *, here: bool = True
) -> Forecast:
    """Return what measuring a model on a sample of this size will take."""
    machine = requirements.machine
    if card.kind == "bm25":
        return Forecast()
    return Forecast(
        seconds=_seconds(card, requirements, size),
        memory_mib=speed.memory_mib(card, machine),
        query_ms=speed.query_ms(card, machine),
        documents_per_s=_documents_per_s(card, requirements, size),
        download_mib=None if here else card.memory_usage_mb,
        basis=_basis(card, machine),
    )


def together(forecasts: Iterable[Forecast]) -> Forecast:
    """Return what measuring them one after the other will take; what is not known is left out."""
    known = tuple(forecasts)
    seconds = [one.seconds for one in known if one.seconds is not None]
    memory = [one.memory_mib for one in known if one.memory_mib is not None]
    downloads = [one.download_mib for one in known if one.download_mib is not None]
    return Forecast(
        seconds=_sum(seconds) if seconds else None,
        memory_mib=max(memory, key=lambda one: one.value) if memory else None,
        download_mib=sum(downloads) if downloads else None,
    )


def _as_measured(requirements: Requirements, size: Size) -> Requirements:
    """Return the needs with the sample's texts, read in chunks or as far as a model reads."""
    return msgspec.structs.replace(requirements, document_words=size.words, chunking=size.chunked)


def _documents_per_s(card: ModelCard, requirements: Requirements, size: Size) -> float | None:
    needs = _as_measured(requirements, size)
    seconds = speed.encoding_s(card, needs, 1)
    return None if seconds is None or not seconds.value else 1 / seconds.value


def _seconds(card: ModelCard, requirements: Requirements, size: Size) -> Estimate | None:
    load = LOAD_S + LOAD_S_PER_MIB * (card.memory_usage_mb or 0.0)
    needs = _as_measured(requirements, size)
    if card.kind == "static":
        reading = size.documents * speed.document_tokens(needs) / STATIC_TOKENS_PER_S
        return Estimate(load + reading, (load + reading) / 2, 3 * (load + reading))
    encoding = speed.encoding_s(card, needs, size.documents)
    query = speed.query_ms(card, requirements.machine)
    if encoding is None or query is None:
        return None

    def of(encoding_s: float, query_ms: float) -> float:
        timing = min(TIMED_CALLS * query_ms / 1e3, MOST_TIMED_S)
        return load + encoding_s + size.queries * query_ms / 1e3 + timing

    return Estimate(
        of(encoding.value, query.value),
        of(encoding.low, query.low),
        of(encoding.high, query.high),
    )


def _basis(card: ModelCard, machine: Machine) -> str:
    if card.kind == "static":
        return "estimated from its size: words are only looked up"
    return speed.basis(card, machine) if card.n_active_parameters else ""


def _sum(parts: Iterable[Estimate]) -> Estimate:
    known = tuple(parts)
    return Estimate(
        sum(one.value for one in known),
        sum(one.low for one in known),
        sum(one.high for one in known),
    )
