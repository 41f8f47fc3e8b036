"""The sliders of the what-if pane: which answer each moves, along which steps, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from textual.content import Content

from advisor.desk.messages import Supposed
from advisor.needs.answers import AnswerSet
from advisor.record.cells import number
from advisor.record.cost_text import usd
from advisor.ui.text import ACCENT, MUTED, STRONG, cut, joined, lines, shown

_LADDER = tuple(float(f"{digit}e{power}") for power in range(10) for digit in (1, 2, 5))
"""1, 2, 5, 10, 20, 50, … as people round."""


@dataclass(frozen=True)
class Slider:
    """One answer and the values it takes, the smallest first; None is no limit."""

    key: str
    label: str
    steps: tuple[Any, ...]
    unit: str = ""
    open_word: str = "no limit"

    def moved(self, answers: AnswerSet, by: int) -> AnswerSet:
        """Return the answers with this one a step further; at either end it stays."""
        here = getattr(answers.values, self.key)
        place = self._place(here)
        if here is not None and here not in self.steps and by > 0:
            place -= 1  # the next step up is the one it was put before
        place = min(max(place + by, 0), len(self.steps) - 1)
        return changed(answers, self.key, self.steps[place])

    def _place(self, value: Any) -> int:  # noqa: ANN401 - of whatever kind the answer is
        """Return where a value stands, or would stand."""
        if value in self.steps:
            return self.steps.index(value)
        return next(
            (n for n, step in enumerate(self.steps) if step is not None and step >= value),
            len(self.steps) - 1,
        )

    def words(self, answers: AnswerSet) -> str:
        """Write the answer as it stands."""
        value = getattr(answers.values, self.key)
        if value is None:
            return self.open_word
        said = value if isinstance(value, str) else _figure(value)
        return f"{said} {self.unit}".rstrip()


def _figure(value: float) -> str:
    return f"{value:g}" if value < 1 else number(value)


SLIDERS = (
    Slider("priority", "What comes first", ("accuracy", "balanced", "speed"), open_word="balanced"),
    Slider(
        "give_up_ndcg", "Points given up", (None, *(n / 200 for n in range(41))),
        open_word="as the priority says",
    ),
    Slider("latency_ms", "Latency limit", (*_LADDER[:13], None), "ms (p95)"),
    Slider("usd_per_month", "Budget", (*_LADDER[:19], None), "USD a month"),
    Slider(
        "queries_per_day", "Queries a day", (None, *map(int, _LADDER[3:])),
        open_word="10,000 (assumed)",
    ),
    Slider(
        "documents", "Documents", (None, *map(int, _LADDER[6:])), open_word="as many as measured on"
    ),
)  # fmt: skip


def changed(answers: AnswerSet, key: str, value: Any) -> AnswerSet:  # noqa: ANN401
    """Return the answers with one changed by the user, or left open.

    Whoever moves the priority wants what it gives up, not the points of another one.
    """
    values = {key: value, **({"give_up_ndcg": None} if key == "priority" else {})}
    sources = {one: source for one, source in answers.sources.items() if one not in values}
    sources |= {one: "user" for one, held in values.items() if held is not None}
    return AnswerSet(values=msgspec.structs.replace(answers.values, **values), sources=sources)


def slider_line(slider: Slider, answers: AnswerSet, before: AnswerSet) -> Content:
    """Return one slider: its name, its value between arrows, and a mark where it was moved."""
    value = slider.words(answers)
    moved = value != slider.words(before)
    return joined(
        shown(f"{slider.label:<18}", STRONG if moved else ""),
        Content.styled("◂ ", MUTED),
        shown(value, ACCENT if moved else ""),
        Content.styled(" ▸", MUTED),
        shown(f"   was {slider.words(before)}", MUTED) if moved else "",
    )


def outcome(reply: Supposed, width: int) -> Content:
    """Return what these answers lead to: what changed and why, the advice, the candidates."""
    rows = [
        joined(
            Content.styled("▸ " if row.name == reply.pick else "  ", ACCENT),
            name := cut(row.name, 28, ACCENT if row.name == reply.pick else ""),
            " " * (29 - name.cell_length),
            shown(_row(row.p_within, row.usd_per_month)),
            cut(f"  {row.over}" if row.over else "", max(0, width - 60), MUTED),
        )
        for row in reply.rows
    ]
    head = f"  {'':<29}{'within reach':>13}{'USD/month':>12}"
    return lines(shown(reply.changed, STRONG), shown(reply.sentence), "", shown(head, MUTED), *rows)


def _row(p_within: float | None, cost: float | None) -> str:
    reach = "–" if p_within is None else f"{p_within:.0%}"
    return f"{reach:>13}{'–' if cost is None else usd(cost):>12}"
