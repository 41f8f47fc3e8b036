"""What a run tells whoever watches it: each session's events, and what the runner makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from advisor.bench import protocol
from advisor.bench.dropped import Dropped
from advisor.bench.results import Status
from advisor.evaluation.estimate import Interval
from advisor.evaluation.metrics import MAIN_METRIC


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower, tag_field="type"):
    """What the runner itself says, written like the sessions' own events."""


class Waiting(Told, frozen=True, kw_only=True):
    """The candidate waits for its process to start."""


class Timing(Told, frozen=True, kw_only=True):
    """Single calls are being timed: whoever shows the run keeps still until the next event."""


class Paused(Told, frozen=True, kw_only=True):
    """The run was paused in this candidate's step, which is done again when it goes on."""


class Found(Told, frozen=True, kw_only=True):
    """What is wrong with how the candidate reads the texts, a sentence each."""

    sentences: tuple[str, ...]


class Scored(Told, frozen=True, kw_only=True):
    """The candidate's run has been judged."""

    metrics: Mapping[str, float]
    """Metric label to mean."""
    quality: Interval
    """Of the task's main metric."""
    metric: str = MAIN_METRIC
    of: int
    """Queries of the last round; fewer in `quality` are those of a round before it."""


class Ended(Told, frozen=True, kw_only=True):
    """Nothing more is measured of the candidate."""

    status: Status
    reason: str | None = None
    log: str | None = None
    dropped: Dropped | None = None
    """Where it left the race, if it did."""


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to one candidate."""

    candidate: str
    event: protocol.Event | Waiting | Timing | Paused | Found | Scored | Ended
    earlier: bool = False
    """Whether it was measured in an earlier run and only read now."""
