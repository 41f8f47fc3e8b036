"""The table of a run: one line a candidate, repainted only where something has changed."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from advisor.bench.board import Line
from advisor.evaluation.metrics import MAIN_METRIC
from advisor.record.cells import cells, ndcg, number
from advisor.ui.text import ACCENT, ERROR, MUTED, WARN, cut, joined, shown
from advisor.ui.widgets.bars import Scale, interval_bar, progress_bar, scale_for, ticks
from advisor.ui.widgets.rows import Rows

SPEEDS = 17
"""Cells of docs/s and ms; how far a candidate is goes there until it has them."""
FIGURES = SPEEDS + 7
"""And of MiB."""
QUALITY = 11
"""Cells of the quality and its half interval."""
LEAST_BAR = 8
"""A shorter bar shows nothing; the figures say it all."""


class BoardTable(Vertical):
    """A header and a list of candidates; the highlighted one is `highlighted`."""

    def compose(self) -> ComposeResult:
        """The header and the list."""
        yield Static(id="board-head")
        yield Rows(id="board")

    @property
    def highlighted(self) -> str | None:
        """The name of the highlighted candidate."""
        board = self.query_one("#board", Rows)
        return self._names[board.highlighted] if board.highlighted is not None else None

    def on_mount(self) -> None:
        """Nothing is shown yet."""
        self._names: list[str] = []
        self._shown: list[Content] = []
        self._header = Content()

    def show(self, lines: Iterable[Line], current: str) -> None:
        """Bring the table up to date; `current` is the candidate at work."""
        known = list(lines)
        board = self.query_one("#board", Rows)
        width = max(40, board.scrollable_content_region.width)
        scale = scale_for(line.quality for line in known if line.quality is not None)
        name, bar = _widths(width)
        header = _header(name, bar, scale, known[0].metric if known else MAIN_METRIC)
        if not header.is_same(self._header):
            self._header = header
            self.query_one("#board-head", Static).update(header)
        rows = [_row(line, name, bar, scale, line.name == current) for line in known]
        if [line.name for line in known] != self._names:
            self._names = [line.name for line in known]
            kept = board.highlighted
            board.set_options([Option(row) for row in rows])
            board.highlighted = kept if kept is not None else 0
        else:
            for index, (old, new) in enumerate(zip(self._shown, rows, strict=True)):
                if not old.is_same(new):  # `==` sees no change of colour
                    board.replace_option_prompt_at_index(index, new)
        self._shown = rows


def sign_of(line: Line, *, at_work: bool) -> Content:
    """Return the sign of a candidate's state; the words beside it say the same."""
    if line.status == "measured":
        return Content.styled("●", ACCENT)
    if line.status == "failed":
        return Content.styled("!", ERROR)
    if line.status is not None:
        return Content.styled("✕" if line.status == "stopped early" else "–", WARN)
    if at_work and line.phase not in ("waiting", "paused"):
        return Content.styled("▶", ACCENT)
    return Content.styled("○" if line.quality is None else "●", MUTED)


def _widths(width: int) -> tuple[int, int]:
    """Return the cells of the name and of the bar."""
    free = width - 2 - QUALITY - FIGURES - 3
    name = max(10, min(34, free - 14 if free < 60 else free // 2))
    return name, free - name if free - name >= LEAST_BAR else 0


def _header(name: int, bar: int, scale: Scale, metric: str) -> Content:
    words = f"  {'candidate':<{name}} {metric:<{QUALITY}} {ticks(scale, bar)} "
    return Content.styled(f"{words}{'docs/s':>8}{'p95 ms':>9}{'MiB':>7}", MUTED)


def _row(line: Line, name: int, bar: int, scale: Scale, at_work: bool) -> Content:
    label = cut(line.name, name)
    gap = " " * (name - cells(label.plain) + 1)
    head = joined(sign_of(line, at_work=at_work), " ", label, gap)
    middle = QUALITY + 1 + bar
    ended = line.status in ("failed", "skipped", "stopped early")
    # What a race left behind has no figure that stands beside the others': words say where.
    if ended and (line.quality is None or line.partial):
        return joined(head, cut(_ended(line), middle + FIGURES, MUTED))
    figures = _figures(line)
    if line.quality is None:
        free = 0 if figures[:SPEEDS].strip() else SPEEDS
        room = middle + free
        return joined(head, _filled(_running(line, room), room), " ", shown(figures[free:]))
    quality = joined(_quality(line), " ", shown(interval_bar(line.quality, scale, bar)))
    return joined(head, quality, " ", shown(figures))


def _ended(line: Line) -> str:
    """Return the state and why, without saying "skipped: skipped by hand" or "stopped: dropped"."""
    state, reason = line.status or "", line.reason or ""
    if line.dropped is not None or reason.startswith(state):
        return reason
    return f"{state}: {reason}" if reason else state


def _running(line: Line, room: int) -> Content:
    """Return the phase and how far it is."""
    if not line.total:
        return cut(line.phase, room, MUTED)
    count = f"{line.done:,} of {line.total:,}"
    words = min(len(line.phase), max(0, room - len(count) - 8))
    width = min(20, room - words - len(count) - 2)
    if width < 4:
        return cut(f"{line.phase} {count}", room, MUTED)
    bar = Content.styled(progress_bar(line.done, line.total, width), ACCENT)
    return joined(cut(line.phase, words, MUTED) if words else "", " ", bar, " ", count)


def _filled(content: Content, width: int) -> Content:
    return joined(content, " " * max(0, width - content.cell_length))


def _quality(line: Line) -> Content:
    quality = line.quality
    assert quality is not None  # asked only then
    half = "" if quality.high is None else f" ±{ndcg(quality.high - quality.mean)[:3]}"
    return shown(f"{ndcg(quality.mean)}{half}".ljust(QUALITY))


def _figures(line: Line) -> str:
    rate = number(line.documents_per_s) if line.documents_per_s else ""
    latency = number(line.p95_ms) if line.p95_ms is not None else ""
    if not latency and line.p50_ms is not None:
        latency = f"~{number(line.p50_ms)}"
    memory = f"{line.peak_mib:,.0f}" if line.peak_mib else ""
    return f"{rate:>8}{latency:>9}{memory:>7}"
