"""What growth of the corpus does to the index, to indexing and to latency, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.advice.costs.candidate import index_bytes_a_document
from advisor.advice.costs.formulas import GIB, number
from advisor.advice.costs.scale import Scale
from advisor.bench.results import Result
from advisor.needs.requirements import Requirements

MONTHS = 12
MOST_MONTHS = 60
"""Beyond five years nobody knows the growth."""


def growth_notes(
    result: Result, requirements: Requirements, scale: Scale, measured_on: int
) -> Iterator[str]:
    """Yield what the user's growth means for a candidate; nothing without growth.

    Every document of a month is taken to be new: changed ones are encoded and take no more room.
    `measured_on` is how many documents the latency was measured on.
    """
    more, now = scale.documents_per_month, scale.documents
    dim = result.loaded.dim if result.loaded is not None else None
    if not more or dim is None:
        return
    name, later = result.candidate.name, now + MONTHS * more
    each = index_bytes_a_document(dim, requirements.vector_store)
    indexing = ""
    if result.throughput is not None:
        hours = [count / result.throughput.documents_per_s / 3_600 for count in (now, later)]
        indexing = (
            f", and encoding all of it anew {_hours(hours[1])} instead of {_hours(hours[0])} on "
            "this machine"
        )
    yield (
        f"With {more:,} documents more a month {name}'s index grows from {_gib(now * each)} to "
        f"{_gib(later * each)} in {MONTHS} months ({later:,} documents){indexing}."
    )
    yield from _memory(result, requirements, each, now, more)
    if later > measured_on:
        yield (
            f"Latency was measured with an exact search of {measured_on:,} documents, which takes "
            "time in proportion to their number; encoding a query takes the same at any number. "
            f"With {later:,} documents use an approximate index and time it there."
        )


def _memory(
    result: Result, requirements: Requirements, each: float, now: int, more: int
) -> Iterator[str]:
    """Yield when the index, held in memory beside the model, fills the machine."""
    machine = requirements.machine
    if machine.memory_mib is None or result.peak_mib is None:
        return
    room = (machine.memory_mib - result.peak_mib) * 2**20 / each - now
    if room <= 0:
        yield (
            f"The index of {result.candidate.name} ({_gib(now * each)}) does not fit the memory "
            f"of the machine ({machine.memory_mib:,} MiB) beside the model: keep it on disk or "
            "elsewhere, or in a smaller form."
        )
    elif (months := room / more) <= MOST_MONTHS:
        yield (
            f"Kept in memory, the index of {result.candidate.name} fills the machine's "
            f"{machine.memory_mib:,} MiB in about {max(1, round(months))} months; a smaller form "
            "of the vectors or an index on disk puts that off."
        )


def _gib(size: float) -> str:
    return f"{number(size / GIB)} GiB" if size >= GIB / 10 else f"{number(size / 2**20)} MiB"


def _hours(hours: float) -> str:
    return f"{number(hours * 60)} minutes" if hours < 1.5 else f"{number(hours)} hours"
