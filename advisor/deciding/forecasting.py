"""What a run will take, said before it starts, and how that turned out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean, median

from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.dataset import Dataset
from advisor.errors import CatalogueError
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.forecast import Forecast, Size, forecast, together, words_of


def size_of(dataset: Dataset, languages: Sequence[str]) -> Size:
    """Return how much is measured."""
    texts = dataset.corpus
    characters = fmean(len(document.text) for document in texts) if texts else None
    return Size(
        documents=len(texts),
        queries=len(dataset.queries),
        words=words_of(characters, languages),
        chunked=dataset.chunking is not None,
    )


def forecasts(
    candidates: Iterable[Candidate], requirements: Requirements, size: Size
) -> dict[str, Forecast]:
    """Return what measuring each candidate will take; the baseline takes next to nothing."""
    return {
        candidate.name: forecast(card, requirements, size)
        for candidate in candidates
        if candidate.is_plain and (card := _card_of(candidate)) is not None
    }


def announcement(
    candidates: Sequence[Candidate], known: dict[str, Forecast], size: Size, machine: Machine
) -> str:
    """Say what will be measured and what it will take, with the basis of the estimate."""
    # A hybrid is made of what the others give: it takes no time of its own.
    models = sum(1 for candidate in candidates if candidate.kind not in ("baseline", "hybrid"))
    named = "1 model" if models == 1 else f"{models} models"
    what = f"Measuring {named} on {size.documents:,} documents and {size.queries:,} queries"
    whole = together(known.values())
    if whole.seconds is None:
        return f"{what}."
    seconds = whole.seconds
    memory = f", up to about {whole.memory_mib.value:,.0f} MiB" if whole.memory_mib else ""
    unknown = models - sum(1 for one in known.values() if one.seconds is not None)
    beside = f", without {unknown} of which nothing is known" if unknown else ""
    on = f" on {machine.gflops:,.0f} GFLOP/s" if machine.gflops else ""
    return (
        f"{what}: about {duration(seconds.value)} ({duration(seconds.low)} to "
        f"{duration(seconds.high)}){memory}, estimated from parameters at work{on}{beside}; less "
        "what was measured before."
    )


def hindsight(known: dict[str, Forecast], results: Iterable[Result]) -> str | None:
    """Say how far the estimates were off, of what was measured anew; None when nothing was."""
    latency, memory, encoding = [], [], []
    for result in results:
        before = known.get(result.candidate.name)
        if before is None or result.status != "measured":
            continue
        timed, through = result.latency, result.throughput
        calm = timed is not None and timed.basis == "measured" and not timed.noisy
        if before.query_ms and timed and timed.p50 and calm:
            latency.append(timed.p50 / before.query_ms.value)
        if before.memory_mib and result.peak_mib and not result.earlier:
            memory.append(result.peak_mib / before.memory_mib.value)
        if before.documents_per_s and through and through.basis == "measured":
            encoding.append(before.documents_per_s / through.documents_per_s)
    told = [
        f"{what} {median(ratios):.1f}"
        for what, ratios in (("latency", latency), ("encoding", encoding), ("memory", memory))
        if ratios
    ]
    if not told:
        return None
    most = max(map(len, (latency, memory, encoding)))
    models = "1 model" if most == 1 else f"{most} models"
    return (
        f"Measured over estimated before the run: {', '.join(told)} ({models}). The next "
        "estimates on this machine take it into account."
    )


def duration(seconds: float) -> str:
    """Write a time as a person would say it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"


def _card_of(candidate: Candidate) -> ModelCard | None:
    try:
        return load_catalogue().find(candidate.repo or candidate.name)
    except CatalogueError:
        return None
