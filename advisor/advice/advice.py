"""The advice as a record: the verdict, the pick, and what is known of every candidate."""

from __future__ import annotations

import msgspec

from advisor.corpus.dataset import Evidence
from advisor.evaluation.estimate import Interval
from advisor.evaluation.words import TieFlavour, Verdict


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the measurements say of one measured candidate, in nDCG@10 from 0 to 1."""

    name: str
    quality: Interval
    posterior: float | None = None
    """With the public prior; as measured while the prior is flat, None for baselines."""
    behind: Interval | None = None
    """Leader minus this one, paired by query; None for the leader."""
    p_value: float | None = None
    """Sign-flip test against the leader, corrected for the number of candidates (maxT)."""
    p_best: float | None = None
    p_within: float | None = None
    """Probability of being within the given-up points of the best."""
    cost_s: float | None = None
    """Machine seconds a month at the user's scale: see `advice.cost`."""
    broken_limits: tuple[str, ...] = ()
    """Hard limits it breaks, a sentence each."""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Which model to take, how sure that is, and why not the others."""

    kind: Verdict
    sentence: str
    pick: str | None
    """None when nothing is recommended (too little evidence, or every limit broken)."""
    leader: str | None
    """Best measured quality among the models that compete."""
    within_reach: tuple[str, ...]
    """Models that are probably within the given-up points of the best, the pick among them."""
    baseline_suffices: bool
    flavour: TieFlavour | None = None
    evidence: Evidence
    n: int
    give_up: float
    smallest_gap: float | None = None
    """Smallest true difference this many queries show with 80 % power."""
    queries_to_settle: int | None = None
    """About how many queries in all would tell the two best apart."""
    runner_up: str | None = None
    """The model the leader is hardest to tell from."""
    assessments: tuple[Assessment, ...] = ()
    why_not: dict[str, str] = {}
    """A sentence for every candidate that was not taken."""
    notes: tuple[str, ...] = ()
    """What to know before trusting the numbers, a sentence each."""
