"""The path through the decision tree: how many models each answer leaves, and which left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.answers import Answers, AnswerSet
from advisor.needs.derive import requirements_from
from advisor.needs.questions import QUESTIONS
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.constraints import Dropped, broken_limits
from advisor.shortlist.ranking import rank
from advisor.shortlist.relaxing import why_none

IN_FRONT = 3
KEPT = 512
"""Evaluations remembered; more answers than a person changes in one sitting."""
MachineOf = Callable[[str | None], Machine]
"""The machine an answer means; None and `this` is the one at hand."""

_UNSAID: dict[str, Any] = {"hosted_allowed": True, "commercial_use": False, "task": "search"}
"""What drops nothing as long as nobody has answered; the defaults count once a question is left."""
_WEIGHED: dict[str, Any] = {
    "exact_terms": False, "domain": "general", "priority": "balanced", "give_up_ndcg": 0.02,
    "min_recall_at_10": None, "peak_queries_per_s": None, "labelled_pairs": 0,
    "max_usd_per_month": None, "queries_per_day": None, "documents_per_month": 0,
    "judging_usd_per_hour": None,
}  # fmt: skip
"""What no limit of a model run by oneself reads: such answers need no look at every model.

The budget is for hosted ones.
"""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One answer and the models that left because of it."""

    key: str
    left: tuple[tuple[str, str], ...] = ()
    """Short name and the sentence of the limit it breaks, best public score first."""


class InFront(msgspec.Struct, frozen=True, kw_only=True):
    """A model that would lead the ranking now."""

    name: str
    score: float | None
    """Mean of the public benchmark that fits, 0 to 100."""


class TreePath(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers so far lead."""

    considered: int
    """Models of the catalogue that this version can measure."""
    not_measurable: int
    """Models that it cannot; they are no answer's doing."""
    steps: tuple[Step, ...]
    """One for each question that was answered or left open, in order."""
    remaining: int
    in_front: tuple[InFront, ...]
    clash: str = ""
    """When none is left: which limits clash, and the smallest change that brings one back."""


class Tree:
    """Follows answers through a catalogue; what has been looked at once is remembered."""

    def __init__(self, cards: Sequence[ModelCard], machine_of: MachineOf) -> None:
        """`cards` are the whole catalogue."""
        self._machine_of = machine_of
        nothing = self._requirements(Answers())
        models = [card for card in cards if card.kind != "bm25"]
        self._cards = [card for card in models if _is_measurable(card, nothing)]
        self._not_measurable = len(models) - len(self._cards)
        self._order = {item.card.name: item.rank for item in rank(self._cards, nothing)}
        self._known: dict[tuple[Requirements, bool], dict[str, Dropped]] = {}

    def follow(
        self,
        answers: AnswerSet,
        skipped: Collection[str] = (),
        found: Mapping[str, Any] | None = None,
    ) -> TreePath:
        """Return the path of these answers, in the order of the questions.

        A skipped question counts with what the data shows, or its default; one that nobody has
        come to yet drops nothing.
        """
        so_far = Answers()
        steps: list[Step] = []
        gone: dict[str, Dropped] = {}
        for key, value in _counting(answers, skipped, found or {}):
            so_far = msgspec.structs.replace(so_far, **{key: value})
            now = self._dropped(self._requirements(so_far), gone)
            steps.append(Step(key=key, left=self._in_order(now, gone)))
            gone = now
        remaining = [card for card in self._cards if card.name not in gone]
        ranked = rank(remaining, self._requirements(so_far))[:IN_FRONT]
        return TreePath(
            considered=len(self._cards),
            not_measurable=self._not_measurable,
            steps=tuple(steps),
            remaining=len(remaining),
            in_front=tuple(
                InFront(name=item.card.short_name, score=item.evidence.value) for item in ranked
            ),
            clash="" if remaining else self._clash(so_far),
        )

    def _clash(self, answers: Answers) -> str:
        """Say which limits clash; here every limit of a model counts, not the first it met."""
        return why_none(self._dropped(self._requirements(answers)).values()).sentence

    def _in_order(
        self, now: Mapping[str, Dropped], before: Mapping[str, Dropped]
    ) -> tuple[tuple[str, str], ...]:
        gone = [now[name] for name in now.keys() - before.keys()]
        gone.sort(key=lambda drop: self._order[drop.card.name])
        return tuple((drop.card.short_name, drop.reason) for drop in gone)

    def _dropped(
        self, requirements: Requirements, before: Mapping[str, Dropped] | None = None
    ) -> dict[str, Dropped]:
        """Return the models that break a limit, by name.

        `before` are those that broke one after fewer answers: an answer more brings none back.
        """
        wanted = msgspec.structs.replace(requirements, **_WEIGHED)
        place = (wanted, before is None)
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = dict(before or {})
            for card in self._cards:
                if card.name not in known and (broken := broken_limits(card, wanted)):
                    known[card.name] = Dropped(card=card, broken=broken)
            self._known[place] = known
        return known

    def _requirements(self, answers: Answers) -> Requirements:
        unsaid = {key: value for key, value in _UNSAID.items() if getattr(answers, key) is None}
        if answers.task == "images-or-audio":
            unsaid["task"] = "search"  # said elsewhere; no model is for it
        machine = self._machine_of(answers.machine)
        if answers.machine is None:
            # Nobody has said that it runs here; how fast here is counts once a time is asked for.
            machine = msgspec.structs.replace(machine, memory_mib=None, gpu_memory_mib=None)
        values = msgspec.structs.replace(answers, **unsaid)
        return requirements_from(AnswerSet(values=values, sources={}), machine)


def _counting(
    answers: AnswerSet, skipped: Collection[str], found: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the questions that count so far and what each counts with."""
    for question in QUESTIONS:
        key = question.key
        value = getattr(answers.values, key)
        if value is not None:
            yield key, value
        elif key in skipped:
            yield key, found.get(key) or question.default


def _is_measurable(card: ModelCard, requirements: Requirements) -> bool:
    return all(part.limit != "not measurable" for part in broken_limits(card, requirements))
