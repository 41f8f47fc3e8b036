"""What a model's card says, in a few words and figures."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.reading import all_read
from advisor.record.cells import UNKNOWN
from advisor.shortlist.ranking import BENCHMARKS


def mib(size: float | None) -> str:
    """Write a size in whole MiB, so that a column of them is aligned."""
    return UNKNOWN if size is None else f"{size:,.0f}"


def gigabytes(sizes_mib: Sequence[float | None], *, short: bool = False) -> str:
    """Write what sizes by the cards come to, in the unit downloads are counted in."""
    known = [size for size in sizes_mib if size is not None]
    if not known:
        return "of unknown size"
    total = sum(known) * 2**20
    size = f"{total / 1e9:.1f} GB" if total >= 1e8 else f"{total / 1e6:.0f} MB"
    missing = len(sizes_mib) - len(known)
    if short:
        return size if not missing else f"{size} and more"
    whose = "its card" if len(sizes_mib) == 1 else "their cards"
    return f"about {size} by {whose}" + (f", {missing} of unknown size" if missing else "")


def facts(card: ModelCard) -> str:
    """Return kind, size, dimensions, context, languages and date, as far as known."""
    kind = "LLM-based" if card.llm_based and card.kind == "dense" else card.kind
    told: list[str] = [kind]
    if card.n_parameters:
        told.append(f"{card.n_parameters / 1e6:,.0f} M parameters")
    if card.embed_dim:
        told.append(f"{card.embed_dim:,} dimensions")
    if card.max_tokens:
        told.append(f"{card.max_tokens:,} tokens")
    if card.languages:
        told.append(f"reads {all_read(card)}")
    if card.release_date:
        told.append(card.release_date[:7])
    return " · ".join(told)


def scores(card: ModelCard) -> str:
    """Return the public retrieval scores with the names of their benchmarks."""
    return ", ".join(f"{BENCHMARKS[board]} {points(score)}" for board, score in card.scores.items())


def points(score: PublicScore) -> str:
    """Write a public score; `~` says that it is estimated."""
    return f"{'~' if score.basis == 'estimated' else ''}{score.value:.1f}"
