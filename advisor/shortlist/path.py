"""The path through the decision tree: how many models each answer leaves, and which left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.needs.answers import DEFAULTS, KEYS, Answers, AnswerSet
from advisor.needs.derive import requirements_from
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.constraints import Dropped, broken_limits
from advisor.shortlist.ranking import rank
from advisor.shortlist.relaxing import why_none

IN_FRONT = 3
MachineOf = Callable[[str | None], Machine]
"""The machine an answer means; None and `this` is the one at hand."""

_UNSAID: dict[str, Any] = {"hosted_allowed": True, "commercial_use": False, "task": "search"}
"""What drops nothing as long as nobody has answered; the defaults count once a question is left."""
_ANY = Machine(source="described", cores=1_000, memory_mib=None)
"""A machine that drops nothing, as long as nobody has said which it is."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One answer and the models that left because of it."""

    key: str
    left: tuple[tuple[str, str], ...] = ()
    """Short name and the sentence of the limit it breaks, best public score first."""


class InFront(msgspec.Struct, frozen=True, kw_only=True):
    """A model that would lead the shortlist now."""

    name: str
    score: float | None


class TreePath(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers so far lead."""

    considered: int
    """Models of the catalogue that this version can measure."""
    steps: tuple[Step, ...]
    remaining: int
    in_front: tuple[InFront, ...]
    clash: str = ""
    """When none is left: which limits clash, and the smallest change that brings one back."""


class Tree:
    """Follows answers; what has been looked at once is kept."""

    def __init__(self, cards: Sequence[ModelCard], machine_of: MachineOf) -> None:
        """`cards` are the whole catalogue."""
        self._machine_of = machine_of
        nothing = self._requirements(Answers(), _ANY)
        self._cards = [card for card in cards if card.kind != "bm25"]
        self._cards = [card for card in self._cards if not _only_unmeasurable(card, nothing)]
        self._order = {item.card.name: item.rank for item in rank(self._cards, nothing)}
        self._known: dict[tuple[Answers, Machine], dict[str, Dropped]] = {}

    def follow(self, answers: AnswerSet, skipped: Collection[str] = ()) -> TreePath:
        """Return the path of these answers, in the order of the questions.

        A skipped question counts with its default; one that nobody has come to yet drops nothing.
        """
        so_far = Answers()
        before = self._dropped(so_far, _ANY)
        machine = _ANY
        steps = []
        for key in KEYS:
            value = getattr(answers.values, key)
            if value is None and key in skipped:
                value = getattr(DEFAULTS, key)
            elif key not in answers.sources:
                continue
            so_far = msgspec.structs.replace(so_far, **{key: value})
            if key == "machine":
                machine = self._machine_of(value)
            now = self._dropped(so_far, machine)
            gone = [now[name] for name in now.keys() - before.keys()]
            steps.append(Step(key=key, left=self._in_order(gone)))
            before = now
        return self._path(self._requirements(so_far, machine), tuple(steps), before)

    def _path(
        self, requirements: Requirements, steps: tuple[Step, ...], dropped: dict[str, Dropped]
    ) -> TreePath:
        remaining = [card for card in self._cards if card.name not in dropped]
        ranked = rank(remaining, requirements)
        return TreePath(
            considered=len(self._cards),
            steps=steps,
            remaining=len(remaining),
            in_front=tuple(
                InFront(name=item.card.short_name, score=item.evidence.value)
                for item in ranked[:IN_FRONT]
            ),
            clash="" if remaining else why_none(dropped.values()).sentence,
        )

    def _in_order(self, gone: list[Dropped]) -> tuple[tuple[str, str], ...]:
        gone.sort(key=lambda drop: self._order.get(drop.card.name, 10_000))
        return tuple((drop.card.short_name, drop.reason) for drop in gone)

    def _dropped(self, answers: Answers, machine: Machine) -> dict[str, Dropped]:
        known = self._known.get((answers, machine))
        if known is None:
            requirements = self._requirements(answers, machine)
            judged = ((card, broken_limits(card, requirements)) for card in self._cards)
            known = {
                card.name: Dropped(card=card, broken=own)
                for card, broken in judged
                if (own := tuple(part for part in broken if part.limit != "not measurable"))
            }
            self._known[answers, machine] = known
        return known

    def _requirements(self, answers: Answers, machine: Machine) -> Requirements:
        unsaid = {key: value for key, value in _UNSAID.items() if getattr(answers, key) is None}
        if answers.task == "images-or-audio":
            unsaid["task"] = "search"  # said elsewhere; no model is for it
        values = msgspec.structs.replace(answers, **unsaid)
        return requirements_from(AnswerSet(values=values, sources={}), machine)


def _only_unmeasurable(card: ModelCard, requirements: Requirements) -> bool:
    return any(part.limit == "not measurable" for part in broken_limits(card, requirements))
