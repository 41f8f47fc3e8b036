"""The shortlist: from requirements and cards to a few candidates, everything accounted for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Literal

import msgspec

from advisor.catalogue.card import Board, ModelCard
from advisor.needs.requirements import Requirements
from advisor.shortlist.constraints import Dropped, broken_limits, doubts
from advisor.shortlist.guides import Guide, guides
from advisor.shortlist.proposing import Choice, choose
from advisor.shortlist.ranking import PublicEvidence, Ranked, board_for, evidence_for, rank

Role = Literal["ranked", "rule of thumb", "baseline"]
Available = Callable[[ModelCard], bool] | Container[str]

MOST = 6


class Listed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model that met every limit, and why it is where it is."""

    card: ModelCard
    role: Role
    reason: str
    evidence: PublicEvidence
    rank: int | None = None
    """Place by public scores among the models that met the limits; None for the baseline."""
    doubts: tuple[str, ...] = ()
    beside: bool = False
    """Compared beyond the number asked for: the baseline, and the guides' pick."""
    held_back: bool = False
    """Breaks no limit for certain, and is proposed only when the user names it."""
    command: str | None = None
    """What fetches the weights, for models that are not on this machine."""


class Shortlist(msgspec.Struct, frozen=True, kw_only=True):
    """What to measure and what became of every other model of the catalogue."""

    candidates: tuple[Listed, ...]
    """To measure, by rank; the baseline last, beyond the `most`."""
    not_here: tuple[Listed, ...]
    """Would be measured if their weights were on this machine, by rank."""
    lower: tuple[Listed, ...]
    """Met every limit, but others go before: by rank, each with its reason."""
    dropped: tuple[Dropped, ...]
    considered: int
    board: Board
    """The public benchmark the ranking follows."""
    guides: tuple[Guide, ...] = ()
    """The picks of the classic guides, each with what the evidence says about it."""

    @property
    def not_measurable(self) -> tuple[Dropped, ...]:
        """Return those that only this version's abilities keep out."""
        return tuple(drop for drop in self.dropped if drop.limit == "not measurable")


def shortlist(
    requirements: Requirements,
    cards: Iterable[ModelCard],
    available: Available,
    most: int = MOST,
    *,
    remote_code: bool = False,
) -> Shortlist:
    """Sort every card into candidates, not here, lower and dropped.

    `available` tells (or names) the models whose weights are on this machine; `remote_code` says
    that the user consents to running the code of the models' repositories.
    """
    everything = tuple(cards)
    here = _tells(available)
    dropped, kept = _apart(everything, requirements)
    ranking = rank([card for card in kept if card.kind != "bm25"], requirements)
    choice = choose(ranking, requirements, here, most, remote_code=remote_code)
    settled = {item.card.name for item in (*choice.here, *choice.absent)}
    rest = [item for item in ranking if item.card.name not in settled]
    return Shortlist(
        candidates=(
            *(_listed(item, requirements, choice, _place(item, ranking)) for item in choice.here),
            *(_baseline(card, requirements) for card in kept if card.kind == "bm25"),
        ),
        not_here=tuple(
            _listed(item, requirements, choice, _absence(item, ranking), fetch=True)
            for item in choice.absent
        ),
        lower=tuple(
            _listed(item, requirements, choice, _lower(item, choice, here=here(item.card)))
            for item in rest
        ),
        dropped=dropped,
        considered=len(everything),
        board=board_for(requirements),
        guides=guides(ranking, dropped, requirements),
    )


def _tells(available: Available) -> Callable[[ModelCard], bool]:
    if callable(available):
        return available
    names = available
    return lambda card: card.name in names


def _apart(
    cards: Sequence[ModelCard], requirements: Requirements
) -> tuple[tuple[Dropped, ...], tuple[ModelCard, ...]]:
    judged = [(card, broken_limits(card, requirements)) for card in cards]
    dropped = tuple(Dropped(card=card, broken=broken) for card, broken in judged if broken)
    return dropped, tuple(card for card, broken in judged if not broken)


def _place(item: Ranked, ranking: Sequence[Ranked]) -> str:
    if item.evidence.rank_value is None:
        return f"{item.evidence.basis}, so only measuring can tell"
    return f"rank {item.rank} of {len(ranking)}: {item.evidence.basis}"


def _absence(item: Ranked, ranking: Sequence[Ranked]) -> str:
    return f"{_place(item, ranking)}; its weights are not on this machine"


def _lower(item: Ranked, choice: Choice, *, here: bool) -> str:
    reason = choice.held_back.get(item.card.name)
    if reason is not None:
        return f"rank {item.rank}: {reason}; name it to add it all the same"
    if item.evidence.rank_value is None:
        reason = item.evidence.basis
    reason = reason or choice.chooser.objection(item.card) or "enough others rank higher"
    away = "" if here else "; its weights are not on this machine"
    return f"rank {item.rank}: {reason}{away}"


def _listed(
    item: Ranked, requirements: Requirements, choice: Choice, reason: str, *, fetch: bool = False
) -> Listed:
    name = item.card.name
    return Listed(
        card=item.card,
        role="rule of thumb" if name == choice.thumb else "ranked",
        reason="; ".join(filter(None, (choice.said.get(name), reason))),
        evidence=item.evidence,
        rank=item.rank,
        doubts=doubts(item.card, requirements),
        beside=name in choice.beside,
        held_back=name in choice.held_back,
        command=f"hf download {item.card.repo}" if fetch and item.card.repo else None,
    )


def _baseline(card: ModelCard, requirements: Requirements) -> Listed:
    exact = "; finds the exact terms you named as important" if requirements.exact_terms else ""
    return Listed(
        card=card,
        role="baseline",
        beside=True,
        reason=f"the baseline a model must beat to be worth its cost: exact words, no model{exact}",
        evidence=evidence_for(card, requirements),
    )
