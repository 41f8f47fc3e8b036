"""The board: what a screen or a progress line shows of each candidate, folded from updates."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.dropped import Dropped
from advisor.bench.events import Ended, Found, Paused, Scored, Timing, Update, Waiting
from advisor.bench.results import Status, percentile
from advisor.evaluation.estimate import Interval
from advisor.evaluation.metrics import MAIN_METRIC

TIMING = "timing single queries"
"""The phase in which nothing is painted, since painting would be timed too."""


@dataclass
class Line:
    """One candidate's line."""

    name: str
    phase: str = "waiting"
    done: int = 0
    total: int = 0
    unit: str = ""
    rate: float | None = None
    peak_mib: float | None = None
    quality: Interval | None = None
    """Over the queries so far; in a race the last round's count alone is the whole."""
    metric: str = MAIN_METRIC
    """Of which the quality is."""
    queries: int | None = None
    """Of the last round; while `quality` has fewer they are those of a round before it."""
    encoded: int = 0
    """Documents that have their vectors."""
    dropped: Dropped | None = None
    """Where it left the race."""
    documents_per_s: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    """Over all blocks so far; None before there are enough calls."""
    blocks: int = 0
    loaded: protocol.Loaded | None = None
    diagnosis: protocol.Diagnosed | None = None
    findings: tuple[str, ...] = ()
    """What is wrong with how it reads the texts."""
    proved: protocol.Proved | None = None
    calls: list[float] = field(default_factory=list)
    """Latency of every timed call so far, ms."""
    status: Status | None = None
    reason: str | None = None
    log: str | None = None
    earlier: bool = False

    @property
    def partial(self) -> bool:
        """Whether the quality is that of a part of the data, and not to be held against others."""
        return (
            self.quality is not None
            and self.queries is not None
            and (self.quality.n < self.queries)
        )


@dataclass
class Board:
    """All lines, in the order of the candidates. Folding is cheap; painting is somebody else's."""

    lines: dict[str, Line] = field(default_factory=dict)

    def expect(self, candidates: tuple[Candidate, ...], metric: str = MAIN_METRIC) -> None:
        """Give every candidate its line; `metric` is what its quality will be."""
        for candidate in candidates:
            self.lines.setdefault(candidate.name, Line(candidate.name, metric=metric))

    def fold(self, update: Update) -> Line:
        """Take one update and return the line it changed."""
        line = self.lines.setdefault(update.candidate, Line(update.candidate))
        line.earlier = update.earlier
        event = update.event
        line.peak_mib = max_known(line.peak_mib, getattr(event, "peak_mib", None))
        match event:
            case Waiting():
                _phase(line, "starting")
            case Timing():
                _phase(line, TIMING)
            case Paused():
                _phase(line, "paused")
            case protocol.Loading():
                _phase(line, "loading")
            case protocol.Loaded():
                _phase(line, "loaded")
                line.loaded = event
            case protocol.Diagnosed():
                _phase(line, "read the texts")
                line.diagnosis = event
            case protocol.Proved():
                _phase(line, "compared bf16 with float32" if event.texts else "read the texts")
                line.proved = event
                if event.texts and event.seconds:
                    line.documents_per_s = event.encoded().documents_timed / event.seconds
            case protocol.Progress():
                line.phase, line.done, line.total = event.phase, event.done, event.total
                line.rate, line.unit = event.rate, event.unit
            case protocol.Encoded():
                _phase(line, f"encoded {event.side}")
                named = event.side == "documents" and event.precision == "float32"
                if named and event.seconds:
                    line.documents_per_s = event.documents_timed / event.seconds
                if event.side == "documents":
                    line.encoded = max(line.encoded, round(event.n / event.per_document))
            case protocol.Searched():
                _phase(line, "searched")
            case protocol.Varied():
                _phase(line, "compared smaller vectors")
            case protocol.Filled():
                _phase(line, "read memory by batch")
            case Found():
                line.findings = event.sentences
            case Scored():
                _phase(line, "measured quality")
                line.quality, line.queries = event.quality, event.of
                # The header is one for all.
                for one in self.lines.values():
                    one.metric = event.metric
            case protocol.Timed():
                line.blocks += 1
                _phase(line, f"timed block {line.blocks}")
                line.calls.extend(event.latencies_ms)
                line.p50_ms = sorted(line.calls)[len(line.calls) // 2]
                line.p95_ms = percentile(line.calls, 95)
            case protocol.LoadTested():
                _phase(line, f"served {event.rate:g} queries/s")
            case Ended():
                _phase(line, event.status)
                line.status, line.reason, line.log = event.status, event.reason, event.log
                line.dropped = event.dropped
        return line


def max_known(left: float | None, right: float | None) -> float | None:
    """Return the larger of two figures, either of which may be unknown."""
    known = [value for value in (left, right) if value is not None]
    return max(known, default=None)


def _phase(line: Line, phase: str) -> None:
    line.phase, line.done, line.total, line.rate, line.unit = phase, 0, 0, None, ""
