"""A record as the verdict's table, chart and words."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from advisor.record.cells import UNKNOWN, ndcg, number
from advisor.record.chunk_text import chunk_rows
from advisor.record.cost_text import usd, worth_lines
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.nature import natures
from advisor.record.told import size_in_words
from advisor.text import one_line
from advisor.ui.text import ACCENT, MUTED, WARN, cut, joined, lines, shown
from advisor.ui.widgets.chart import LATENCY, Axis, Point, chart

WORDS = {
    "clear": "CLEAR",
    "probable": "PROBABLE",
    "tie": "TIE",
    "insufficient": "NOT ENOUGH EVIDENCE",
}
FIGURES = f"{'public':>7}{'p95 ms':>8}{'MiB':>7}{'$/month':>9}"
QUALITY = 11
CHART_ROWS = 9


def rows_of(record: DecisionRecord) -> list[CandidatePart]:
    """Return what the table shows: the candidates, then those that were not here."""
    absent = [
        CandidatePart(name=name.rpartition("/")[2], kind="dense", status="not here", reason=reason)
        for gone in record.rejected
        if gone.command
        for name, reason in ((name, gone.reason) for name in gone.models)
    ]
    return [*record.candidates, *absent]


def header(width: int, metric: str) -> Content:
    """Return the names of the columns."""
    name, why = _widths(width)
    return Content.styled(
        f"  {'candidate':<{name}} {metric:<{QUALITY}}{FIGURES}  {'why not'[:why]}", MUTED
    )


def row(record: DecisionRecord, part: CandidatePart, width: int) -> Content:
    """Return one candidate's line."""
    name, why = _widths(width)
    picked = part.name == record.verdict.pick
    sign = {"failed": "!", "skipped": "–", "stopped early": "✕"}.get(part.status, " ")
    label = cut(part.name + (" *" if part.mark else ""), name, ACCENT if picked else "")
    reason = "" if picked else _short(part)
    return joined(
        Content.styled("▸" if picked else sign, ACCENT if picked else WARN),
        " ",
        label,
        " " * (name - label.cell_length + 1),
        shown(_figures(part)),
        "  ",
        cut(reason, why, MUTED) if why > 3 else "",
    )


def _short(part: CandidatePart) -> str:
    """Return why not in the little room of the table; the whole stands below it."""
    quality = part.quality
    if quality is not None and quality.behind is not None:
        if quality.behind > 0:
            return f"{ndcg(quality.behind)} behind"
        if part.kind == "hybrid":  # any other that is better breaks a limit, which says more
            return f"{ndcg(-quality.behind)} ahead"
    return part.why_not or part.reason or part.status


def _widths(width: int) -> tuple[int, int]:
    """Return the cells of the name and of the reason."""
    free = width - QUALITY - len(FIGURES) - 5
    name = max(12, min(30, free * 3 // 5))
    return name, max(0, free - name)


def _figures(part: CandidatePart) -> str:
    quality, speed = part.quality, part.speed
    value = UNKNOWN
    if quality is not None:
        half = ""
        if quality.low is not None and quality.high is not None:
            half = f" ±{ndcg((quality.high - quality.low) / 2)}"
        value = f"{ndcg(quality.mean)}{half}"
    cost = UNKNOWN if part.costs is None else usd(part.costs.usd_per_month)
    memory = UNKNOWN if speed is None else number(speed.memory_peak_mib)
    public = number(part.public_score)
    return f"{value:<{QUALITY}}{public:>7}{_latency(part):>8}{memory:>7}{cost:>9}"


def belief(part: CandidatePart) -> str:
    """Say what is believed with the public scores, beside what was measured; empty without them."""
    quality = part.quality
    if quality is None or quality.posterior is None or quality.measured_weight in (None, 1.0):
        return ""
    return (
        f"   believed {ndcg(quality.posterior)} with public scores, measured {ndcg(quality.mean)} "
        f"(counts {100 * quality.measured_weight:.0f} %)"
    )


def _latency(part: CandidatePart) -> str:
    speed = part.speed
    if speed is None or (speed.latency_p95_ms is None and speed.latency_p50_ms is None):
        return UNKNOWN
    if speed.latency_p95_ms is None:
        return f"~{number(speed.latency_p50_ms)}"
    return number(speed.latency_p95_ms)


def _milliseconds(part: CandidatePart) -> float | None:
    speed = part.speed
    return None if speed is None else speed.latency_p95_ms or speed.latency_p50_ms


def _dollars(part: CandidatePart) -> float | None:
    return None if part.costs is None else part.costs.usd_per_month


def _memory(part: CandidatePart) -> float | None:
    return None if part.speed is None else part.speed.memory_peak_mib


_AXES: tuple[tuple[Axis, Callable[[CandidatePart], float | None], str], ...] = (
    (LATENCY, _milliseconds, "latency_ms"),
    (Axis("cost", "USD a month"), _dollars, "usd_per_month"),
    (Axis("memory", "MiB"), _memory, "memory_mib"),
)
"""What lies to the right of the chart, and the answer that limits it."""


def drawing(record: DecisionRecord, width: int, turn: int = 0) -> Content:
    """Return the chart of quality against latency, cost or memory; empty without two points.

    `turn` counts the axes that two candidates have a figure for; it goes round.
    """
    axes = [
        (axis, points, limit)
        for axis, taken, limit in _AXES
        if len(points := _points(record, taken)) > 1
    ]
    if not axes:
        return Content("")
    axis, points, key = axes[turn % len(axes)]
    said = record.answers.get(key)
    limit = float(said) if isinstance(said, int | float) else None
    drawn = chart(points, width, CHART_ROWS, limit, record.measure.main, axis)
    if not drawn:
        return Content("")
    told = ["● the pick", "◆ none beats it"]
    told += [] if limit is None else [f"┊ your limit of {number(limit)}"]
    told += ["x turns the axis"] if len(axes) > 1 else []
    legend = shown(f"       {'   '.join(told)}", MUTED)
    return lines(*(shown(line) for line in drawn), legend, "")


def _points(record: DecisionRecord, taken: Callable[[CandidatePart], float | None]) -> list[Point]:
    return [
        Point(part.name, value, part.quality.mean, part.name == record.verdict.pick)
        for part in record.candidates
        if part.quality is not None and (value := taken(part)) is not None
    ]


def changes(record: DecisionRecord) -> Content:
    """Return what would change the advice, as far as it is known."""
    known = record.verdict.would_change
    otherwise = "no other priority, and no limit of yours, among the models measured"
    told: list[Content | str] = []
    for title, sentences in (
        ("To try next", record.verdict.next_steps),
        ("Would change with", known or (otherwise,)),
        ("For the cost", tuple(worth_lines(record))),
    ):
        if sentences:
            told += [Content.styled(title, MUTED), *map(shown, sentences), ""]
    return lines(*told)


def in_chunks(record: DecisionRecord) -> Content:
    """Return what cutting documents into chunks brought each; empty where none was cut."""
    rows = [
        shown(
            f"{one_line(name, 30):<30}  {ndcg_in:>5}  cut off {cut_off:>5}  {change} "
            f"({low} to {high})"
        )
        for name, _, ndcg_in, cut_off, change, low, high in chunk_rows(record)
    ]
    title = "nDCG@10 in chunks, and with documents cut off where the model stops reading"
    return lines(Content.styled(title, MUTED), *rows, "") if rows else Content("")


def reasons(record: DecisionRecord) -> Content:
    """Return why not the others, in full."""
    told = [
        joined(shown(part.name, ACCENT), shown(f": {part.why_not or part.reason}"))
        for part in record.candidates
        if (part.why_not or part.reason) and part.name != record.verdict.pick
    ]
    if not told:
        return Content("")
    return lines(Content.styled("Why not the others", MUTED), *told, "")


def evidence(record: DecisionRecord) -> Content:
    """Return what the verdict rests on, and what is in doubt."""
    data, words = record.data, record.measure
    gap = record.verdict.smallest_gap_ndcg
    told = [shown(f"{size_in_words(record)} of {data.name}; judgements: {data.evidence}")]
    if gap is not None:
        told.append(shown(f"So many {words.units} can show gaps of about {gap:.2f} {words.main}."))
    marks = [shown(f"* {part.name}: {part.mark}") for part in record.candidates if part.mark]
    marks += map(shown, natures(record.candidates))
    notes = [joined(Content.styled("! ", WARN), shown(note)) for note in record.notes]
    assumed = [shown(f"assumed: {text}", MUTED) for text in record.assumptions]
    return lines(Content.styled("Evidence", MUTED), *told, *marks, *notes, *assumed)
