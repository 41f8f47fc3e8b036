"""The shortlist as lines of a table: what is measured, what is left out, what is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.desk import messages
from advisor.errors import CatalogueError
from advisor.needs import hardware
from advisor.needs.answers import filled, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.requirements import Requirements
from advisor.shortlist.ranking import evidence_for
from advisor.shortlist.shortlist import Listed, Shortlist, shortlist
from advisor.shortlist.speed import measuring_hours

State = Literal["measure", "baseline", "left out", "not here"]
CHARACTERS_PER_WORD = 6.0
CHARACTERS_PER_WIDE_WORD = 1.5
"""Of Chinese, Japanese and Korean, in the sense of the estimate's tokens per word."""
_WIDE = ("zh", "ja", "ko")


@dataclass(frozen=True)
class Entry:
    """One line."""

    name: str
    """As it is named to the desk: a short name, or what was typed."""
    state: State
    reason: str
    card: ModelCard | None = None
    score: float | None = None
    doubts: tuple[str, ...] = ()
    seconds: float | None = None
    """Estimated time of measuring it."""


def needs_for(
    choosing: messages.Choose, looked: messages.Looked, described: messages.Described | None
) -> Requirements:
    """Return the answers as limits, filled in as the desk will do it."""
    found = described.languages if described else {}
    answers = with_defaults(filled(choosing.answers, found, "detected"))
    name = answers.values.machine
    machine = looked.machine if name in (None, "this") else hardware.describe(name)
    return requirements_from(answers, machine)


def listed_for(requirements: Requirements, here: Sequence[str]) -> Shortlist:
    """Return the shortlist of the whole catalogue."""
    return shortlist(requirements, load_catalogue().cards, frozenset(here))


def entries(
    listed: Shortlist,
    choosing: messages.Choose,
    requirements: Requirements,
    described: messages.Described | None,
) -> list[Entry]:
    """Return the lines: to measure, left out by hand, the baseline, not here."""
    sample = _as_sampled(requirements, described)
    if choosing.names:
        models = [_named(name, requirements, sample) for name in choosing.names]
    else:
        models = [
            _entry(item, "measure", sample) for item in listed.candidates if item.role != "baseline"
        ]
    models += [_named(name, requirements, sample) for name in choosing.added]
    models = [
        Entry(**{**vars(one), "state": "left out"}) if one.name in choosing.removed else one
        for one in models
    ]
    baseline = [
        _entry(item, "baseline", sample) for item in listed.candidates if item.role == "baseline"
    ]
    absent = [_entry(item, "not here", sample) for item in listed.not_here]
    shown = {one.card.name for one in models if one.card is not None}
    absent = [one for one in absent if one.card is None or one.card.name not in shown]
    return [*models, *baseline, *absent]


def _entry(item: Listed, state: State, sample: Requirements) -> Entry:
    return Entry(
        name="BM25" if state == "baseline" else item.card.short_name,
        state=state,
        reason=item.reason,
        card=item.card,
        score=item.evidence.value,
        doubts=item.doubts,
        seconds=_seconds(item.card, sample),
    )


def _named(name: str, requirements: Requirements, sample: Requirements) -> Entry:
    try:
        card = load_catalogue().find(name.rpartition("=")[2].rstrip("/").rpartition("/")[2])
    except CatalogueError:
        return Entry(name=name, state="measure", reason="named by you; not in the catalogue")
    return Entry(
        name=name,
        state="measure",
        reason="named by you",
        card=card,
        score=evidence_for(card, requirements).value,
        seconds=_seconds(card, sample),
    )


def _seconds(card: ModelCard, sample: Requirements) -> float | None:
    hours = measuring_hours(card, sample)
    return None if hours is None else 3_600 * hours


def _as_sampled(requirements: Requirements, described: messages.Described | None) -> Requirements:
    """Return the requirements with the sample's size and length, which set the time."""
    if described is None or not described.characters_median:
        return requirements
    languages = described.languages.get("document_languages", ())
    wide = any(tag.startswith(_WIDE) for tag in languages)
    per_word = CHARACTERS_PER_WIDE_WORD if wide else CHARACTERS_PER_WORD
    return msgspec.structs.replace(
        requirements,
        n_documents=described.sample_documents,
        document_words=max(1, round(described.characters_median / per_word)),
    )
