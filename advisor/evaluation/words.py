"""The word a verdict carries, from how surely the quality leader is known (methods 2)."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from advisor.corpus.dataset import Evidence

Verdict: TypeAlias = Literal["clear", "probable", "tie", "insufficient"]
TieFlavour: TypeAlias = Literal["equal", "unresolved"]

MIN_QUERIES = 20
"""Below this no word about differences is used (methods 2)."""
CLEAR_PROBABILITY = 0.95
"""P(leader best) from which the leader may be clear (methods 2)."""
CLEAR_REGRET = 0.005
"""Expected regret below which the leader may be clear, in nDCG (methods 2)."""
CLEAR_P_VALUE = 0.05
"""Largest sign-flip p value against any rival that "clear" allows (see grade)."""
PROBABLE_PROBABILITY = 0.80
"""P(leader best) from which the leader is probable (methods 2)."""
CAPPED: frozenset[Evidence] = frozenset({"title-body", "llm-queries"})
"""Evidence from queries that nobody asked: never more than probable (methods 2, 5)."""
EQUAL_PROBABILITY = 0.80
"""P(|gap| <= .01) from which two models are as good as equal (methods 2)."""


def grade(
    p_best_leader: float,
    expected_regret_leader: float,
    n: int,
    evidence: Evidence,
    *,
    p_value: float | None = None,
) -> Verdict:
    """Say how surely the leader is the best: the first of the four words whose test it passes.

    p_value is the largest of the leader's against its rivals (significance.max_t_test) and should
    be given: of two equally good models P(best) >= .95 alone calls either one clear in 10 % of
    repetitions, with the test in at most 5 % (our simulation). The correction for many models is
    more than "better than all" needs; with it the verdict never says more than the words beside
    each rival. n counts queries, or clusters where those are the units.
    """
    if n < MIN_QUERIES or evidence == "agreement":
        return "insufficient"
    if (
        p_best_leader >= CLEAR_PROBABILITY
        and expected_regret_leader < CLEAR_REGRET
        and (p_value is None or p_value <= CLEAR_P_VALUE)
        and evidence not in CAPPED
    ):
        return "clear"
    return "probable" if p_best_leader >= PROBABLE_PROBABILITY else "tie"


def tie_flavour(p_equal_to_leader: Iterable[float]) -> TieFlavour:
    """Tell a tie of equals from one that more queries might settle.

    Takes P(|gap to the leader| <= .01) of every model still in the lead group, the leader itself
    left out (posterior.probability_equal and posterior.lead_group). No rival at all: unresolved.
    """
    chances = list(p_equal_to_leader)
    equal = bool(chances) and min(chances) >= EQUAL_PROBABILITY
    return "equal" if equal else "unresolved"


def percent(share: float | None) -> str:
    """Write a share between 0 and 1 as a percentage that never claims certainty."""
    if share is None:
        return "an unknown"
    if share > 0.99:
        return "over 99 %"
    return "under 1 %" if share < 0.01 else f"{share * 100:.0f} %"
