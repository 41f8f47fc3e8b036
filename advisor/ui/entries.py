"""The shortlist as lines of a table: what is measured, what is left out, what is not here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.dataset import found_answers
from advisor.desk import messages
from advisor.evaluation.yardstick import yardstick
from advisor.needs import hardware
from advisor.needs.answers import filled, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import broken_limits, doubts
from advisor.shortlist.forecast import Forecast, Size, forecast, words_of
from advisor.shortlist.ranking import evidence_for
from advisor.shortlist.shortlist import Listed, Shortlist, shortlist
from advisor.ui.named import NamedModel, named_model

Expect = Callable[..., Forecast]
State = Literal["measure", "baseline", "not here", "unusable"]
_USUAL = Size(documents=2_000, queries=256)
"""A standard measurement, while there is no data yet."""
_ORDER: tuple[State, ...] = ("measure", "baseline", "not here", "unusable")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line."""

    name: str
    """As the desk names the candidate."""
    state: State
    reason: str
    said: str = ""
    """What the person typed for it; empty for what is proposed."""
    left_out: bool = False
    card: ModelCard | None = None
    score: float | None = None
    mib: float | None = None
    licence: str | None = None
    doubts: tuple[str, ...] = ()
    failure: str = ""
    """Why its download failed."""
    forecast: Forecast = field(default_factory=Forecast)
    """What measuring it will take, estimated."""

    @property
    def goes(self) -> bool:
        """Whether it is a model that will be measured."""
        return self.state == "measure" and not self.left_out

    @property
    def can_go(self) -> bool:
        """Whether it can be left out and taken in again."""
        return self.state == "measure" or bool(self.said)

    def is_called(self, name: str) -> bool:
        """Say whether the person means this one by `name`."""
        known = {self.name, self.said, self.card.name if self.card else ""}
        return name.lower() in {one.lower() for one in known if one}


def needs_for(
    choosing: messages.Choose, looked: messages.Looked, described: messages.Described | None
) -> Requirements:
    """Return the answers as limits, filled in as the desk will do it."""
    found = found_answers(described.languages, described.task) if described else {}
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
    *,
    here: Collection[str],
    failures: Mapping[str, str],
) -> list[Entry]:
    """Return the lines: to measure, the baseline, not here, what cannot be used.

    Models named at the start stand in place of what would be proposed.
    """
    expect = partial(forecast, requirements=requirements, size=_size(described))
    proposed = () if choosing.names else listed.candidates
    absent = () if choosing.names else listed.not_here
    known = {item.card.name for item in proposed}
    said = [named_model(name, here) for name in (*choosing.names, *choosing.added)]
    found = [
        _of(model, requirements, expect)
        for model in said
        if not _is_known(model, known) and model.name.lower() != "bm25"
    ]
    known |= {entry.card.name for entry in found if entry.card is not None}
    found += [_entry(item, "measure", expect) for item in proposed if not _is_baseline(item)]
    floor = yardstick(described.task if described else "retrieval").baseline
    found += [
        replace(_entry(item, "baseline", expect), name=floor)
        for item in listed.candidates
        if _is_baseline(item)
    ]
    found += [_entry(item, "not here", expect) for item in absent if item.card.name not in known]
    found.sort(key=lambda entry: (_ORDER.index(entry.state), bool(entry.said)))
    return [_marked(entry, choosing.removed, failures) for entry in found]


def to_fetch(known: Sequence[Entry], highlighted: Entry | None) -> list[ModelCard]:
    """Return what is to be downloaded: the highlighted model if it is not here, else all such."""
    absent = [one for one in known if one.state == "not here" and not one.left_out]
    if highlighted is not None and highlighted in absent:
        absent = [highlighted]
    return [one.card for one in absent if one.card is not None]


def as_asked(choosing: messages.Choose, known: Sequence[Entry]) -> messages.Choose:
    """Return the request without what was added and is left out or proposed anyway.

    Of the names given at the start, only those that are no model at all go: the desk refuses them.
    """
    kept = {entry.said for entry in known if not entry.left_out}
    wrong = {entry.said for entry in known if entry.left_out and entry.state == "unusable"}
    return msgspec.structs.replace(
        choosing,
        names=tuple(name for name in choosing.names if name not in wrong),
        added=tuple(name for name in choosing.added if name in kept),
    )


def _is_baseline(item: Listed) -> bool:
    return item.role == "baseline"


def _is_known(model: NamedModel, known: Collection[str]) -> bool:
    """Whether it is proposed anyway, as a model that was added and has been downloaded since."""
    return model.card is not None and not model.folder and model.card.name in known


def _marked(entry: Entry, removed: Collection[str], failures: Mapping[str, str]) -> Entry:
    """Mark what was left out by hand, and what could not be downloaded."""
    failure = failures.get(entry.card.repo or "", "") if entry.card else ""
    return replace(
        entry,
        left_out=entry.can_go and entry.name in removed,
        failure=failure if entry.state == "not here" else "",
    )


def _entry(item: Listed, state: State, expect: Expect) -> Entry:
    baseline = state == "baseline"
    return Entry(
        name=item.card.short_name,
        state=state,
        reason=item.reason,
        card=item.card,
        score=None if baseline else item.evidence.value,
        mib=None if baseline else item.card.memory_usage_mb,
        licence=item.card.license,
        doubts=_without_note(item.doubts, item.card),
        forecast=expect(item.card, here=state != "not here"),
    )


def _of(model: NamedModel, requirements: Requirements, expect: Expect) -> Entry:
    card = model.card
    entry = Entry(
        name=model.name,
        state=model.state,
        reason=model.reason,
        said=model.said,
        card=card,
        mib=model.mib,
        licence=model.licence,
    )
    if card is None:
        return entry
    evidence = evidence_for(card, requirements)
    broken = (limit.sentence for limit in broken_limits(card, requirements))
    return replace(
        entry,
        reason=f"{model.reason}; {evidence.basis}",
        score=evidence.value,
        doubts=(*broken, *_without_note(doubts(card, requirements), card)),
        forecast=expect(card, here=model.state == "measure"),
    )


def _without_note(said: Sequence[str], card: ModelCard) -> tuple[str, ...]:
    """The card's note is shown as such, once."""
    return tuple(doubt for doubt in said if doubt != card.note)


def _size(described: messages.Described | None) -> Size:
    """Return the sample's size and length, which set the time."""
    if described is None:
        return _USUAL
    languages = described.languages.get("document_languages", ())
    return Size(
        documents=described.sample_documents,
        queries=described.sample_queries,
        words=words_of(described.characters_median, languages),
    )
