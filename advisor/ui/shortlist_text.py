"""The shortlist's lines and details in words and aligned figures."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from advisor.catalogue.card import ModelCard
from advisor.record.cells import UNKNOWN, number
from advisor.shortlist.shortlist import Shortlist
from advisor.ui.entries import Entry, State
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, cut, joined, lines, shown

SIGNS: dict[State, tuple[str, str]] = {
    "measure": ("●", ACCENT),
    "baseline": ("●", MUTED),
    "left out": ("–", WARN),
    "not here": ("○", MUTED),
}
FIGURES = f"{'public':>7}{'MiB':>8}  {'licence':<12}{'time':>8}"


def header(width: int) -> Content:
    """Return the names of the columns."""
    return Content.styled(f"  {'candidate':<{_name_cells(width)}} {FIGURES}  state", MUTED)


def row(entry: Entry, width: int) -> Content:
    """Return one line."""
    sign, style = SIGNS[entry.state]
    label = cut(entry.name, _name_cells(width))
    gap = " " * (_name_cells(width) - label.cell_length + 1)
    words = "chosen" if entry.state == "measure" else entry.state
    return joined(
        Content.styled(sign, style), " ", label, gap, _figures(entry), "  ", shown(words, MUTED)
    )


def _name_cells(width: int) -> int:
    return max(14, min(44, width - len(FIGURES) - 15))


def _figures(entry: Entry) -> Content:
    card = entry.card
    size = number(card.memory_usage_mb) if card and entry.state != "baseline" else UNKNOWN
    licence = cut((card.license if card else None) or UNKNOWN, 12)
    return joined(
        f"{number(entry.score):>7}{size:>8}  ",
        licence,
        " " * (12 - licence.cell_length),
        f"{duration(entry.seconds):>8}",
    )


def duration(seconds: float | None) -> str:
    """Write an estimated time."""
    if seconds is None:
        return UNKNOWN
    if seconds < 1:
        return "< 1 s"
    return f"~{seconds:.0f} s" if seconds < 90 else f"~{seconds / 60:.0f} min"


def details(entry: Entry, board: str) -> Content:
    """Return why a model is where it is, and what is known of it."""
    card = entry.card
    parts = [joined(shown(card.name if card else entry.name, STRONG)), shown(entry.reason)]
    if card is not None:
        parts.append(shown(_facts(card), MUTED))
        if entry.score is not None:
            parts.append(
                shown(f"public score {entry.score:.1f} of 100 (MTEB retrieval, {board})", MUTED)
            )
        if card.note:
            parts.append(joined(Content.styled("! ", WARN), shown(card.note)))
    parts += [joined(Content.styled("! ", WARN), shown(doubt)) for doubt in entry.doubts]
    if entry.state == "not here":
        parts.append(shown("g downloads it from the Hub, after asking", MUTED))
    return lines(*parts)


def _facts(card: ModelCard) -> str:
    facts: list[str] = [card.kind]
    if card.n_parameters:
        facts.append(f"{card.n_parameters / 1e6:,.0f} M parameters")
    if card.embed_dim:
        facts.append(f"{card.embed_dim:,} dimensions")
    if card.max_tokens:
        facts.append(f"{card.max_tokens:,} tokens")
    if card.release_date:
        facts.append(card.release_date[:7])
    return " · ".join(facts)


def totals(listed: Shortlist, known: Sequence[Entry]) -> Content:
    """Return what measuring will take, and what became of the rest of the catalogue."""
    going = [one for one in known if one.state == "measure"]
    times = [one.seconds for one in going if one.seconds is not None]
    time = f", about {duration(sum(times)).lstrip('~')} of encoding (estimated)" if times else ""
    rest = (
        f"{len(listed.lower)} more fit and rank lower, {len(listed.dropped)} of "
        f"{listed.considered} do not fit: d shows why"
    )
    models = "1 model" if len(going) == 1 else f"{len(going)} models"
    return lines(shown(f"{models} and BM25 will be measured{time}."), shown(rest, MUTED))


def the_others(listed: Shortlist) -> Content:
    """Return every model that is not compared, with its reason, grouped by limit."""
    parts: list[Content | str] = []
    limits = list(dict.fromkeys(drop.limit for drop in listed.dropped))
    for limit in limits:
        drops = [drop for drop in listed.dropped if drop.limit == limit]
        parts += [shown(f"{limit}: {len(drops)} models", ACCENT)]
        parts += [_because(drop.card.short_name, drop.reason) for drop in drops]
        parts.append("")
    parts.append(shown(f"fit, and rank lower: {len(listed.lower)} models", ACCENT))
    parts += [_because(item.card.short_name, item.reason) for item in listed.lower]
    return lines(*parts)


def _because(name: str, reason: str) -> Content:
    return joined("  ", shown(name, STRONG), shown(f"  {reason}", MUTED))


def nothing_left(sentence: str) -> Content:
    """Say that no model is left, and the smallest way out."""
    return joined(
        Content.styled("! ", ERROR), shown(sentence, STRONG), "  esc leads back to the answers."
    )
