"""Hard limits: which a model breaks, each in one sentence with its numbers, and what is in doubt.

Only what is certain or hopeless drops a model here; what is near a limit is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Requirements
from advisor.shortlist import speed
from advisor.shortlist.licences import CONDITIONS, commercial_objection
from advisor.shortlist.reading import (
    code_only,
    in_words,
    is_chinese,
    read_in_words,
    reads,
    script_named,
    tags_in_words,
)

Limit = Literal[
    "hosted", "licence", "languages", "memory", "latency", "indexing", "dimension", "not measurable"
]

MEMORY_FACTOR = 1.2
"""Weights times this is the least a process needs; its runtime and activations come on top."""
HOPELESS = 5.0
"""An estimated time drops a model only when it is so many times over the limit."""


class Broken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One limit a model breaks."""

    limit: Limit
    sentence: str
    needed: float | None = None
    """The limit that would let the model in, in the limit's own unit."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is out, with every limit it breaks, the deciding one first."""

    card: ModelCard
    broken: tuple[Broken, ...]

    @property
    def reason(self) -> str:
        """The deciding sentence."""
        return self.broken[0].sentence

    @property
    def limit(self) -> Limit:
        """The deciding limit."""
        return self.broken[0].limit


def dropped_because(card: ModelCard, requirements: Requirements) -> str | None:
    """Say in one sentence why the model is out, or return None when it stays."""
    broken = broken_limits(card, requirements)
    return broken[0].sentence if broken else None


def broken_limits(card: ModelCard, requirements: Requirements) -> tuple[Broken, ...]:
    """Return every limit the model breaks; the user's own come before this program's."""
    if card.kind == "bm25":
        return ()
    return tuple(broken for rule in _RULES if (broken := rule(card, requirements)) is not None)


def _hosted(card: ModelCard, requirements: Requirements) -> Broken | None:
    if card.kind != "hosted" or requirements.hosted_allowed:
        return None
    return Broken(limit="hosted", sentence="hosted: your texts would leave the machine")


def _licence(card: ModelCard, requirements: Requirements) -> Broken | None:
    objection = commercial_objection(card.license) if requirements.commercial_use else None
    return Broken(limit="licence", sentence=objection) if objection else None


def _languages(card: ModelCard, requirements: Requirements) -> Broken | None:
    if requirements.task == "code-search" and code_only(card):
        return None  # made for finding code; its queries are in English by design
    parts: list[str] = []
    missing: list[str] = []
    for whose, tags in (
        ("documents", requirements.document_languages),
        ("queries", requirements.query_languages),
    ):
        unread = [tag for tag in tags if reads(card, tag) == "no"]
        if unread and unread != missing:
            parts.append(f"your {whose} are {tags_in_words(unread)}")
        missing.extend(unread)
    if not missing:
        return None
    sentence = f"reads {read_in_words(card)}; {in_words(parts)}"
    score = card.scores.get("zh")
    if score and any(is_chinese(tag) for tag in missing):
        shown = score.value if score.measured_mean is None else score.measured_mean
        sentence += f" (public Chinese retrieval {shown:.1f} of 100)"
    return Broken(limit="languages", sentence=sentence)


def needed_mib(card: ModelCard) -> float | None:
    """Return the least memory a process with this model needs, None when unknown."""
    if card.memory_usage_mb is not None:
        return card.memory_usage_mb * MEMORY_FACTOR
    if card.n_parameters is not None:
        # Sixteen bits each is the smallest form in which weights are published.
        return card.n_parameters * 2 / 2**20 * MEMORY_FACTOR
    return None


def _memory(card: ModelCard, requirements: Requirements) -> Broken | None:
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


def _latency(card: ModelCard, requirements: Requirements) -> Broken | None:
    limit = requirements.max_latency_p95_ms
    estimate = speed.query_ms(card, requirements.machine)
    if limit is None or estimate is None or estimate <= HOPELESS * limit:
        return None
    sentence = (
        f"about {estimate:,.0f} ms a query, your limit is {limit:g} ms "
        f"({speed.basis(card, requirements.machine)})"
    )
    return Broken(limit="latency", sentence=sentence, needed=estimate / HOPELESS)


def _indexing(card: ModelCard, requirements: Requirements) -> Broken | None:
    limit, documents = requirements.max_index_minutes, requirements.n_documents
    minutes = speed.indexing_minutes(card, requirements)
    if limit is None or minutes is None or minutes <= HOPELESS * limit:
        return None
    sentence = (
        f"about {minutes:,.0f} minutes to index {documents:,} documents, your limit is "
        f"{limit:g} ({speed.basis(card, requirements.machine)})"
    )
    return Broken(limit="indexing", sentence=sentence, needed=minutes / HOPELESS)


def _dimension(card: ModelCard, requirements: Requirements) -> Broken | None:
    limit, dim = requirements.max_embed_dim, card.embed_dim
    if limit is None or dim is None or dim <= limit:
        return None
    if any(cut <= limit for cut in card.matryoshka_dims):
        return None
    sentence = f"{dim:,} dimensions, which cannot be cut; your vector store indexes {limit:,}"
    return Broken(limit="dimension", sentence=sentence, needed=float(dim))


_NOT_YET = "can't be measured by this version yet"


def _not_measurable(card: ModelCard, requirements: Requirements) -> Broken | None:
    sentence = None
    if card.kind in ("sparse", "multi-vector", "hosted"):
        sentence = f"{card.kind}: {_NOT_YET}"
    elif not card.sentence_transformers:
        sentence = f"published for a library of its own: {_NOT_YET}"
    return Broken(limit="not measurable", sentence=sentence) if sentence else None


Rule = Callable[[ModelCard, Requirements], Broken | None]
_RULES: tuple[Rule, ...] = (
    _hosted,
    _licence,
    _languages,
    _memory,
    _latency,
    _indexing,
    _dimension,
    _not_measurable,
)


def doubts(card: ModelCard, requirements: Requirements) -> tuple[str, ...]:
    """Say what the card leaves open about a model that stays."""
    return tuple(_doubts(card, requirements))


def _doubts(card: ModelCard, requirements: Requirements) -> Iterator[str]:
    if card.kind == "bm25":
        return
    tags = dict.fromkeys((*requirements.document_languages, *requirements.query_languages))
    unsure = [tag for tag in tags if reads(card, tag) == "unknown"]
    if unsure and not card.languages:
        yield "its languages are not stated"
    elif unsure:
        yield f"reads {card.n_languages} languages; whether {tags_in_words(unsure)}, no card says"
    for tag in tags:
        if is_chinese(tag) and reads(card, tag) == "yes" and not script_named(card, tag):
            yield f"its card does not name {tags_in_words([tag])}, only the other script"
    if requirements.commercial_use and card.license in CONDITIONS:
        yield CONDITIONS[card.license]
    if card.remote_code:
        yield "runs code from its own repository: you are asked before"
    if card.use_instructions and card.prompts is None:
        yield "wants a prompt that this catalogue does not know"
    if card.note:
        yield card.note
