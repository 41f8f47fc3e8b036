"""The models that are not compared: why, by limit, and a way to take one in all the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from textual.content import Content

from advisor.catalogue.card import ModelCard
from advisor.needs.requirements import Requirements
from advisor.shortlist.guides import Guide
from advisor.shortlist.relaxing import relaxations
from advisor.shortlist.shortlist import Shortlist
from advisor.text import one_line
from advisor.ui.card_text import facts
from advisor.ui.searching import Line, Searching
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, lines, shown

NEVER = "not measurable"
"""The limit that no wish of the user's lifts."""
LOWER = "fit, and rank lower"


class Others(Searching):
    """The result is the full name of a model to compare all the same."""

    def __init__(
        self, listed: Shortlist, compared: Collection[str], requirements: Requirements
    ) -> None:
        """`compared` holds the full names of the models in the table."""
        dropped = [one for one in listed.dropped if one.card.name not in compared]
        lower = [one for one in listed.lower if one.card.name not in compared]
        super().__init__(
            f"Not compared: {len(lower)} that rank lower, {len(dropped)} that do not fit",
            "words of a name or a reason",
        )
        self._groups: dict[str, list[tuple[ModelCard, tuple[str, ...]]]] = {}
        for item in lower:
            self._groups.setdefault(LOWER, []).append((item.card, (item.reason, *item.doubts)))
        for drop in dropped:
            broken = tuple(part.sentence for part in drop.broken)
            self._groups.setdefault(drop.limit, []).append((drop.card, broken))
        self._guides = [guide for guide in listed.guides if guide.name not in compared]
        self._relaxed: dict[str, str] = {
            relaxed.limit: relaxed.sentence for relaxed in relaxations(listed.dropped, requirements)
        }

    def columns(self, width: int) -> Content:
        """Return the groups with their counts, in place of columns."""
        del width
        counts = (f"{name} {len(models)}" for name, models in self._groups.items() if name != LOWER)
        return shown(", ".join(counts), MUTED)

    def found(self, typed: str, width: int) -> Sequence[Line]:
        """Return the groups with the models in which every word occurs."""
        words = typed.lower().split()
        found = self._said_by_guides(words, width)
        for group, models in self._groups.items():
            fitting = [
                (card, reasons)
                for card, reasons in models
                if all(word in f"{card.name} {' '.join(reasons)}".lower() for word in words)
            ]
            if fitting:
                count = "1 model" if len(fitting) == 1 else f"{len(fitting)} models"
                found.append(Line(shown(f"{group}: {count}", ACCENT), heading=True))
                if group in self._relaxed and not words:
                    found.append(_read(self._relaxed[group], width))
                found += [_line(card, reasons, group, width) for card, reasons in fitting]
        return found

    def _said_by_guides(self, words: Sequence[str], width: int) -> list[Line]:
        """Return what the classic guides would take, with what the evidence says about it."""
        fitting = [
            guide
            for guide in self._guides
            if all(word in f"{guide.name} {guide.said}".lower() for word in words)
        ]
        if not fitting:
            return []
        return [
            Line(shown("what the classic guides would take", ACCENT), heading=True),
            *(_guided(guide, width) for guide in fitting),
        ]


def _guided(guide: Guide, width: int) -> Line:
    about = partial(_told, f"{guide.said[:1].upper()}{guide.said[1:]}.", guide)
    value = guide.name if guide.rank is not None else None
    text = _named(guide.name.rpartition("/")[2], guide.sentence, width)
    return Line(text, about, value, model=value or "")


def _told(said: str, guide: Guide) -> Content:
    sentence = f"{guide.sentence[:1].upper()}{guide.sentence[1:]}."
    return lines(shown(guide.name, STRONG), shown(said), shown(sentence))


def _read(sentence: str, width: int) -> Line:
    """Return a sentence as a line of its own, which is read whole below."""
    return Line(cut(f"  {sentence}", width, MUTED), partial(shown, sentence))


def _named(name: str, said: str, width: int) -> Content:
    cells = max(16, min(40, width * 2 // 5))
    label = cut(name, cells)
    gap = " " * (cells - label.cell_length + 2)
    return joined("  ", label, gap, shown(one_line(said), MUTED))


def _line(card: ModelCard, reasons: Sequence[str], group: str, width: int) -> Line:
    text = _named(card.short_name, reasons[0], width)
    offered = group != NEVER and card.open_weights
    about = partial(_about, card, reasons, offered=offered)
    return Line(text, about, card.name if offered else None, model=card.name)


def _about(card: ModelCard, reasons: Sequence[str], *, offered: bool) -> Content:
    way = "" if offered else "  cannot be added"
    return lines(
        joined(shown(card.name, STRONG), shown(way, MUTED)),
        *(shown(reason) for reason in reasons),
        shown(facts(card), MUTED),
    )
