"""Where a candidate left a race, as the board and the record show it."""

from __future__ import annotations

import msgspec

from advisor.evaluation.estimate import Interval


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """Where a candidate left the race, with the figures of that round.

    They are of a part of the data and are compared with nothing but each other.
    """

    queries: int
    documents: int
    """Of the round."""
    leader: str
    """The best of the round."""
    p_at_least: float
    """P(at least as good as the leader) by that round's queries."""
    quality: Interval
    """Of nDCG@10 in that round."""
    behind: Interval
    """The leader's nDCG@10 minus this one's, paired by query."""

    def sentence(self) -> str:
        """Say it in words."""
        queries = f"{self.queries:,} queries on {self.documents:,} documents"
        return (
            f"dropped after {queries}: {below(self.p_at_least)} chance to be at least as good as "
            f"{self.leader}, {self.behind.mean:.3f} nDCG@10 behind it there"
        )


def below(chance: float) -> str:
    """Write a small chance so that it never says none: `under 1 %`, `1.2 %`."""
    return "under 0.1 %" if chance < 0.001 else f"{100 * chance:.1f} %"
