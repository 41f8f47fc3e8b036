"""Hard limits: which a model breaks, each in one sentence with its numbers, and what is in doubt.

Only what is certain or hopeless drops a model here; what is near a limit is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.licences import CONDITIONS, commercial_objection
from advisor.catalogue.reading import (
    code_only,
    in_words,
    is_chinese,
    read_in_words,
    reads,
    script_named,
    tags_in_words,
)
from advisor.needs.requirements import Requirements
from advisor.shortlist import resources
from advisor.shortlist.resources import Broken, Limit


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


def broken_limits(card: ModelCard, requirements: Requirements) -> tuple[Broken, ...]:
    """Return every limit the model breaks; the user's own come before this program's."""
    if card.kind == "bm25":
        return ()
    broken = (rule(card, requirements) for rule in _RULES)
    return tuple(part for part in broken if part is not None)


def _hosted(card: ModelCard, requirements: Requirements) -> Broken | None:
    if card.kind != "hosted" or requirements.hosted_allowed:
        return None
    sentence = f"hosted by {card.organisation}: your texts would leave your machines"
    return Broken(limit="hosted", sentence=sentence)


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


NAMED_ONLY = ("sparse", "multi-vector")
"""Kinds that are measured where their folder is here and the user names them."""
_NOT_YET = "can't be measured by this version yet"


def not_measurable(card: ModelCard) -> str | None:
    """Say why this version cannot measure the model, None when it can."""
    if card.kind == "hybrid":
        return f"a pipeline of {' and '.join(card.parts)}, no model of its own: {_NOT_YET}"
    if card.kind in NAMED_ONLY:
        return f"{card.kind}: measured when you name it, not proposed by this version"
    if card.kind == "hosted":
        return f"{card.kind}: {_NOT_YET}"
    if not card.sentence_transformers:
        return f"published for a library of its own: {_NOT_YET}"
    return None


def refused_by_name(card: ModelCard) -> str | None:
    """Say why the model cannot be measured even where the user names it, None when it can."""
    return None if card.kind in NAMED_ONLY else not_measurable(card)


def _not_measurable(card: ModelCard, requirements: Requirements) -> Broken | None:
    del requirements  # no need of the user's changes it
    sentence = not_measurable(card)
    return Broken(limit="not measurable", sentence=sentence) if sentence else None


Rule = Callable[[ModelCard, Requirements], Broken | None]
_RULES: tuple[Rule, ...] = (
    _hosted,
    _licence,
    _languages,
    resources.memory,
    resources.latency,
    resources.indexing,
    resources.context,
    resources.dimension,
    resources.budget,
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
