"""The page of a model with what it needs on a machine: memory, time, and whether it is here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.catalogue.card import ModelCard
from advisor.catalogue.page import Row, Section, page_of
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist import speed
from advisor.shortlist.resources import MEMORY_FACTOR, needed_mib

HERE = "On this machine"


def model_page(
    card: ModelCard, cards: Sequence[ModelCard], machine: Machine, *, here: bool
) -> tuple[Section, ...]:
    """Return the page of a model among `cards`; `here` says that its weights are on `machine`."""
    rows = tuple(_on(card, machine, here=here))
    return page_of(card, cards, [Section(HERE, rows)])


def _on(card: ModelCard, machine: Machine, *, here: bool) -> Iterator[Row]:
    if not card.open_weights:
        yield "weights", "hosted: nothing of it runs here"
        return
    if card.kind == "hybrid":
        yield "weights", "a pipeline: those of its parts"
        return
    if card.kind == "bm25":
        yield "weights", "none needed"
        return
    yield "weights", _where(card, here=here)
    yield "memory", _memory(card, machine)
    yield "a query", _query(card, machine)
    requirements = Requirements(machine=machine)
    hours = speed.measuring_hours(card, requirements)
    if hours is not None:
        yield (
            "to measure",
            f"about {_duration(hours)} for {speed.SAMPLE:,} documents of "
            f"{speed.USUAL_DOCUMENT_WORDS} words",
        )
        yield "basis", speed.basis(card, machine)


def _where(card: ModelCard, *, here: bool) -> str:
    if here:
        return "here"
    if card.place:
        return f"yours, at {card.place}"
    if card.memory_usage_mb is None:
        return "not here"
    return f"not here; about {card.memory_usage_mb * 2**20 / 1e6:,.0f} MB to download by its card"


def _memory(card: ModelCard, machine: Machine) -> str:
    needed = needed_mib(card)
    if needed is None:
        return "not known: its card gives no size"
    text = f"at least {needed:,.0f} MiB (weights x {MEMORY_FACTOR})"
    has = max(machine.memory_mib or 0, machine.gpu_memory_mib or 0)
    if not has:
        return text
    fits = "of" if needed <= has else "more than the"
    peak = speed.memory_mib(card, machine)
    about = f"; about {peak.value:,.0f} MiB at its peak" if peak is not None else ""
    return f"{text}, {fits} {has:,} MiB that the machine has{about}"


def _query(card: ModelCard, machine: Machine) -> str:
    estimate = speed.query_ms(card, machine)
    if card.kind == "static":
        return "words are looked up in a table, with next to no arithmetic"
    if estimate is None:
        return "not known: its card gives no parameters at work"
    about = f"{estimate.value:,.0f}" if estimate.value >= 1 else f"{estimate.value:.1f}"
    return f"about {about} ms for {speed.QUERY_TOKENS} tokens ({estimate.words()})"


def _duration(hours: float) -> str:
    seconds = hours * 3_600
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:,.0f} min" if seconds < 5_400 else f"{hours:,.1f} h"
