"""How long a session may get nowhere before it counts as hung, by what it is doing."""

from __future__ import annotations

from advisor.bench.candidate import Candidate
from advisor.bench.plan import Plan
from advisor.bench.steps import SINGLE

SLOWEST_DISK = 10 * 2**20
"""Bytes a second; a model on a slow network drive must have the time to be read."""
LONGEST_CALL_S = 120.0
"""A block of single calls looks at the clock after each of them."""
SERVING_ROUNDS = 20
"""A load test has no progress to show; its search for the highest rate takes a few rounds."""


def silence_s(step: str, candidate: Candidate, plan: Plan) -> float:
    """Return the seconds without a step ahead after which the session is stopped.

    Loading has no progress to show, so it is given time by the size of the weights; encoding shows
    every batch; a block of single calls ends by the clock.
    """
    if step == "load":
        return plan.silence_s + (candidate.disk_bytes or 0) / SLOWEST_DISK
    if step.startswith(SINGLE[0]):
        return min(plan.silence_s, 2 * plan.block_seconds + LONGEST_CALL_S)
    if step.startswith(SINGLE[1]):
        return max(plan.silence_s, SERVING_ROUNDS * plan.load_seconds)
    return plan.silence_s
