"""Quality by group of queries: categories and languages, each against the leader of them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from advisor.advice.measurements import Measurements
from advisor.corpus.grouping import GroupKind
from advisor.evaluation.estimate import Interval
from advisor.evaluation.words import CLEAR_P_VALUE, MIN_QUERIES
from advisor.evaluation.yardstick import Yardstick
from advisor.needs.languages import found_language_name


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one candidate does in a group."""

    quality: Interval
    """nDCG@10 with its 95 % interval."""
    behind: Interval | None = None
    """Leader minus this one, paired by query; None for the leader."""
    p_value: float | None = None
    """Sign-flip test against the leader, corrected for the number of candidates and of groups;
    None for the leader and in groups too small to say anything."""

    @property
    def is_sure(self) -> bool:
        """Whether the difference from the leader is more than chance, by test and interval."""
        if self.p_value is None or self.p_value > CLEAR_P_VALUE or self.behind is None:
            return False
        low, high = self.behind.low, self.behind.high
        return low is not None and high is not None and (low > 0 or high < 0)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One category or language."""

    kind: GroupKind
    name: str
    units: int
    """Independent queries: the documents they come from, where several come from one."""
    standings: dict[str, Standing]
    """By candidate, in their order."""

    @property
    def words(self) -> str:
        """The group as a sentence names it."""
        return (
            f"{self.kind} {self.name}"
            if self.kind == "category"
            else found_language_name(self.name)
        )

    @property
    def is_small(self) -> bool:
        """Whether it has too few queries to say anything of differences."""
        return self.units < MIN_QUERIES


def groups_of(known: Measurements, leader: str) -> tuple[Group, ...]:
    """Return every group of the data with the standing of all candidates in it.

    The tests are corrected for the candidates of a group by maxT and for the number of groups that
    are tested by Bonferroni, over both kinds together: among twenty groups one is always odd.
    """
    parts = [(group, known.on(group.queries)) for group in known.groups]
    tested = sum(part.units >= MIN_QUERIES for _, part in parts)
    return tuple(
        Group(
            kind=group.kind,
            name=group.name,
            units=part.units,
            standings=_standings(part, leader, tested if part.units >= MIN_QUERIES else None),
        )
        for group, part in parts
    )


def _standings(part: Measurements, leader: str, tested: int | None) -> dict[str, Standing]:
    others = [name for name in part.names if name != leader]
    p_values = part.p_values(leader, others) if tested else {}
    return {
        name: Standing(
            quality=part.quality(name),
            behind=part.gap(leader, name) if name != leader else None,
            p_value=min(1.0, p_values[name] * (tested or 1)) if name in p_values else None,
        )
        for name in part.names
    }


def group_notes(
    groups: Sequence[Group], leader: str, words: Yardstick, pick: str | None, give_up: float
) -> Iterator[str]:
    """Yield where another is surely better than the leader, and where the pick surely loses.

    The pick loses where it is behind by more than the points that are given up for its cost.
    """
    for group in groups:
        better = {
            name: one
            for name, one in group.standings.items()
            if one.is_sure and one.behind is not None and one.behind.mean < 0
        }
        if better:
            best = max(better, key=lambda name: better[name].quality.mean)
            yield _better(group, best, leader, words, better[best])
        own = group.standings.get(pick or "")
        if own is not None and own.is_sure and own.behind is not None:
            low = own.behind.low
            if low is not None and low > give_up:
                yield (
                    f"In {group.words} {pick} loses more than the {give_up:g} {words.main} "
                    f"you give up: {_ends(own.behind)} behind {leader} on "
                    f"{words.many(own.quality.n)}."
                )


def _better(group: Group, name: str, leader: str, words: Yardstick, standing: Standing) -> str:
    behind = standing.behind
    assert behind is not None  # only who is not the leader is better than it
    lead = Interval(
        -behind.mean,
        None if behind.high is None else -behind.high,
        None if behind.low is None else -behind.low,
        behind.n,
    )
    return (
        f"In {group.words} {name} is better than {leader}: {words.main} "
        f"{standing.quality.mean:.3f}, {_ends(lead)} ahead on {words.many(standing.quality.n)}. "
        f"Where such {words.units} count most, weigh that."
    )


def _ends(gap: Interval) -> str:
    if gap.low is None or gap.high is None:
        return f"{gap.mean:.3f}"
    return f"{gap.mean:.3f} ({gap.low:.3f} to {gap.high:.3f})"
