"""What a run tells whoever watches it: each session's events, and what the runner makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from advisor.bench import protocol
from advisor.bench.results import Status
from advisor.evaluation.intervals import Interval


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The candidate waits for its process to start."""


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """The candidate's run has been judged."""

    metrics: Mapping[str, float]
    """Metric label to mean."""
    quality: Interval
    """Of nDCG@10."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing more is measured of the candidate."""

    status: Status
    reason: str | None = None
    log: str | None = None


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to one candidate."""

    candidate: str
    event: protocol.Event | Waiting | Scored | Ended
    earlier: bool = False
    """Whether it was measured in an earlier run and only read now."""
