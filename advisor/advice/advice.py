"""The advice as a record: the verdict, the pick, and what is known of every candidate."""

from __future__ import annotations

import msgspec

from advisor.advice.costs.candidate import Costs
from advisor.advice.groups import Group
from advisor.advice.labelling import Labelling
from advisor.corpus.dataset import Evidence, Task
from advisor.evaluation.estimate import Interval
from advisor.evaluation.words import TieFlavour, Verdict


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the measurements say of one measured candidate, in the task's main metric."""

    name: str
    quality: Interval
    posterior: float | None = None
    """With the public prior; as measured where there is none, None for baselines."""
    weight: float | None = None
    """What the measurement counts in it against the prior, 0 to 1; 1 without a prior."""
    behind: Interval | None = None
    """Leader minus this one, paired by query; None for the leader."""
    p_value: float | None = None
    """Sign-flip test against the leader, corrected for the number of candidates (maxT)."""
    p_best: float | None = None
    p_within: float | None = None
    """Probability of being within the given-up points of the best."""
    cost_s: float | None = None
    """Machine seconds a month at the user's scale: see `costs.machine_time`."""
    costs: Costs | None = None
    """In US dollars at the user's scale; None where no latency was measured."""
    broken_limits: tuple[str, ...] = ()
    """Hard limits it breaks, a sentence each."""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Which model to take, how sure that is, and why not the others."""

    kind: Verdict
    sentence: str
    pick: str | None
    """None when nothing is recommended (too little evidence, or every limit broken)."""
    leader: str | None
    """Best quality by belief (measurement and prior) among the models that compete."""
    within_reach: tuple[str, ...]
    """Models that are probably within the given-up points of the best, the pick among them."""
    baseline_suffices: bool
    flavour: TieFlavour | None = None
    evidence: Evidence
    task: Task = "retrieval"
    n: int
    """Queries, or what else is scored."""
    units: int
    """Independent ones: the documents they come from, where several come from one."""
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
    pareto: tuple[str, ...] = ()
    """Those that nothing both cheaper and better is known beside, the cheapest first."""
    tiers: tuple[tuple[str, ...], ...] = ()
    """Groups that these queries cannot tell apart within themselves, the best first."""
    best_value: str | None = None
    """The price-performance winner: see `advice.worth`."""
    groups: tuple[Group, ...] = ()
    """Quality by category and by language of the queries."""
    prior: str | None = None
    """How public scores count in the belief; None where they do not."""
    labelling: Labelling | None = None
    """What it takes to settle what is open."""
    next_steps: tuple[str, ...] = ()
    """What to try, the cheapest first, with the gain seen in this run where there is one."""
    notes: tuple[str, ...] = ()
    """What to know before trusting the numbers, a sentence each."""
