"""What to propose out of a ranking: the seeds, a diverse few, and who is held back and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from advisor.catalogue.card import ModelCard
from advisor.catalogue.classes import size_class
from advisor.needs.requirements import Requirements
from advisor.shortlist import speed
from advisor.shortlist.choosing import Chooser
from advisor.shortlist.ranking import Ranked, board_for
from advisor.shortlist.rule_of_thumb import rules_of_thumb

MEASURABLE_HOURS = 1.0
"""A model whose measurement alone would take longer is not proposed on this machine."""
UNLIKELY = 1.5
"""An estimated time so many times over a limit keeps a model from being proposed."""


class Choice(NamedTuple):
    """What was chosen, and what the reasons are made of."""

    here: list[Ranked]
    """To measure, by rank."""
    absent: list[Ranked]
    """Would have been chosen if their weights were here, by rank."""
    beside: frozenset[str]
    """Compared beyond the number asked for: the guides' pick, when it did not get in by itself."""
    thumb: str | None
    """The name of the rule of thumb's pick."""
    said: dict[str, str]
    """Why a model was taken out of turn."""
    held_back: dict[str, str]
    """Why a model was not proposed although it breaks no limit for certain."""
    chooser: Chooser


def choose(
    ranking: Sequence[Ranked],
    requirements: Requirements,
    available: Callable[[ModelCard], bool],
    most: int,
    *,
    remote_code: bool,
) -> Choice:
    """Choose as if every model were here, then fill the gaps with the next ones that are."""
    held_back = _held_back(ranking, requirements, remote_code=remote_code)
    free = [item for item in ranking if item.card.name not in held_back]
    said = _out_of_turn(free, requirements)
    seeds = [item for item in free if item.card.name in said]

    ideal, taken = Chooser(requirements.priority, most), Chooser(requirements.priority, most)
    ideal.take(seeds)
    ideal.fill([item for item in free if _scored(item)])
    taken.take(item for item in ideal.chosen if available(item.card))
    for fit in (_scored, lambda _: True):
        taken.fill([item for item in free if available(item.card) and fit(item)])
    absent = [item for item in ideal.chosen if not available(item.card)]
    thumb = _thumb(ranking, requirements)
    listed = (*taken.chosen, *absent)
    beside = [i for i in ranking if thumb and i.card.name == thumb[0] and i not in listed]
    return Choice(
        here=_by_rank([*taken.chosen, *(item for item in beside if available(item.card))]),
        absent=_by_rank([*absent, *(item for item in beside if not available(item.card))]),
        beside=frozenset(item.card.name for item in beside),
        thumb=thumb[0] if thumb else None,
        said=said | dict([thumb] if thumb else []),
        held_back=held_back,
        chooser=taken,
    )


def _scored(item: Ranked) -> bool:
    return item.evidence.rank_value is not None


def _by_rank(items: Iterable[Ranked]) -> list[Ranked]:
    return sorted(items, key=lambda item: item.rank)


def _thumb(ranking: Sequence[Ranked], requirements: Requirements) -> tuple[str, str] | None:
    """The rule of thumb's pick, even when it is held back: to compare with it is the point."""
    ranked = {item.card.name for item in ranking}
    for name, said in rules_of_thumb(requirements):
        if name in ranked:
            return name, f"rule of thumb of the guides ({said})"
    return None


def _out_of_turn(free: Sequence[Ranked], requirements: Requirements) -> dict[str, str]:
    """The best of each sort that a ranking by quality would never reach."""
    sorts: list[tuple[str, Callable[[ModelCard], bool]]] = []
    domain, code = requirements.domain, board_for(requirements) == "code"
    if not code:  # what is made for code shows on the code board, and taking it unseen cost there
        sorts.append((f"made for this domain ({domain})", lambda card: domain in card.domains))
    if requirements.priority != "accuracy" and not code:  # for code, small ones fall far behind
        sorts.append(
            (
                "the best small one, against which a larger one must pay",
                lambda card: size_class(card) == "up to 50 M",
            )
        )
    if requirements.priority == "speed":
        sorts.append(
            (
                "the best static one, many times faster than the others",
                lambda card: card.kind == "static",
            )
        )
    said: dict[str, str] = {}
    for what, belongs in sorts:
        # Of what was made for the domain, even one without a score is worth a measurement.
        fit = [item for item in free if belongs(item.card)]
        best = next((item for item in fit if _scored(item) or what.startswith("made for")), None)
        if best is not None:
            said.setdefault(best.card.name, what)
    return said


def _held_back(
    ranking: Sequence[Ranked], requirements: Requirements, *, remote_code: bool
) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for item in ranking:
        reason = impractical(item.card, requirements)
        if reason is None and item.card.remote_code and not remote_code:
            reason = "runs code from its own repository, which you have not allowed"
        if reason is not None:
            reasons[item.card.name] = reason
    return reasons


def impractical(card: ModelCard, requirements: Requirements) -> str | None:
    """Say why a model breaks no limit for certain and is still not proposed on this machine."""
    basis = speed.basis(card, requirements.machine)
    hours = speed.measuring_hours(card, requirements)
    if hours is not None and hours > MEASURABLE_HOURS:
        return (
            f"measuring it here would take about {60 * hours:,.0f} minutes, more than the "
            f"{60 * MEASURABLE_HOURS:.0f} spent on a model unasked ({basis})"
        )
    ms, limit_ms = speed.query_ms(card, requirements.machine), requirements.max_latency_p95_ms
    if ms is not None and limit_ms is not None and ms.value > UNLIKELY * limit_ms:
        return (
            f"probably too slow: about {ms.value:,.0f} ms a query ({ms.words()}), "
            f"limit {limit_ms:g} ms ({basis})"
        )
    minutes, limit = speed.indexing_minutes(card, requirements), requirements.max_index_minutes
    if minutes is not None and limit is not None and minutes.value > UNLIKELY * limit:
        return (
            f"probably too slow: about {minutes.value:,.0f} minutes to index ({minutes.words()}), "
            f"limit {limit:g} ({basis})"
        )
    return None
