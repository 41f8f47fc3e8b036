"""What to propose out of a ranking: the seeds, a diverse few, and who is held back and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Requirements
from advisor.shortlist import speed
from advisor.shortlist.choosing import Chooser, size_class
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
    thumb, said = _thumb(ranking, requirements), _out_of_turn(free, requirements)
    if thumb is not None:
        said = {thumb[0]: thumb[1], **said}
    seeds = [item for item in ranking if item.card.name in said]

    ideal, taken = _chooser(requirements, most), _chooser(requirements, most)
    ideal.take(seeds, seeds=True)
    ideal.fill([item for item in free if _scored(item)])
    taken.take(
        (item for item in seeds if item in ideal.chosen and available(item.card)), seeds=True
    )
    taken.take(item for item in ideal.chosen if available(item.card))
    for fit in (_scored, lambda _: True):
        taken.fill([item for item in free if available(item.card) and fit(item)])
    return Choice(
        here=_by_rank(taken.chosen),
        absent=_by_rank(item for item in ideal.chosen if not available(item.card)),
        thumb=thumb[0] if thumb else None,
        said=said,
        held_back=held_back,
        chooser=taken,
    )


def _chooser(requirements: Requirements, most: int) -> Chooser:
    # For code the rule costs more than it gives: few organisations make the good models.
    return Chooser(requirements.priority, most, diverse=board_for(requirements) != "code")


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
    code = board_for(requirements) == "code"
    domain = "code" if code else requirements.domain
    sorts: list[tuple[str, Callable[[ModelCard], bool]]] = [
        (f"made for this domain ({domain})", lambda card: domain in card.domains)
    ]
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
        best = next((item for item in fit if _scored(item) or what is sorts[0][0]), None)
        if best is not None:
            said.setdefault(best.card.name, what)
    return said


def _held_back(
    ranking: Sequence[Ranked], requirements: Requirements, *, remote_code: bool
) -> dict[str, str]:
    reasons = {
        item.card.name: _impractical(item.card, requirements)
        or (
            "runs code from its own repository, which you have not allowed"
            if item.card.remote_code and not remote_code
            else None
        )
        for item in ranking
    }
    return {name: reason for name, reason in reasons.items() if reason}


def _impractical(card: ModelCard, requirements: Requirements) -> str | None:
    basis = speed.basis(card, requirements.machine)
    hours = speed.measuring_hours(card, requirements)
    if hours is not None and hours > MEASURABLE_HOURS:
        return f"measuring it here would take about {hours:,.1f} hours ({basis})"
    ms, limit_ms = speed.query_ms(card, requirements.machine), requirements.max_latency_p95_ms
    if ms is not None and limit_ms is not None and ms > UNLIKELY * limit_ms:
        return f"probably too slow: about {ms:,.0f} ms a query, limit {limit_ms:g} ms ({basis})"
    minutes, limit = speed.indexing_minutes(card, requirements), requirements.max_index_minutes
    if minutes is not None and limit is not None and minutes > UNLIKELY * limit:
        return (
            f"probably too slow: about {minutes:,.0f} minutes to index, limit {limit:g} ({basis})"
        )
    return None
