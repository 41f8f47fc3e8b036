"""Quality by category and by language as a record has it, in tables and signs for every view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.evaluation.words import CLEAR_P_VALUE, MIN_QUERIES
from advisor.needs.languages import found_language_name
from advisor.record.cells import UNKNOWN, ndcg, signed
from advisor.record.decision import Category, DecisionRecord
from advisor.record.sections import Section

SURE = {True: "surely better", False: "surely worse"}
TOO_FEW = f"? fewer than {MIN_QUERIES} independent queries: no difference there says anything"


@dataclass(frozen=True)
class GroupRow:
    """One group, with every candidate that was measured on it."""

    name: str
    """As it is shown."""
    units: int
    standings: Mapping[str, Category]
    """By candidate, in the record's order."""

    @property
    def is_small(self) -> bool:
        """Whether it is too small to say anything of differences."""
        return self.units < MIN_QUERIES

    @property
    def best(self) -> str:
        """The candidate with the highest mean."""
        return max(self.standings, key=lambda name: self.standings[name]["mean"])


@dataclass(frozen=True)
class Groups:
    """All groups of a kind."""

    title: str
    kind: str
    rows: tuple[GroupRow, ...]


def groups_in(record: DecisionRecord) -> tuple[Groups, ...]:
    """Return the groups by kind; none where the queries were of one category and language."""
    found = (
        Groups("by category", "category", _rows(record, "categories")),
        Groups("by language of the query", "language", _rows(record, "languages")),
    )
    return tuple(groups for groups in found if groups.rows)


def _rows(record: DecisionRecord, field: str) -> tuple[GroupRow, ...]:
    standings: dict[str, dict[str, Category]] = {}
    for part in record.candidates:
        own: Mapping[str, Category] = getattr(part.quality, field) if part.quality else {}
        for name, one in own.items():
            standings.setdefault(name, {})[part.name] = one
    named = found_language_name if field == "languages" else str
    return tuple(
        GroupRow(named(name), min(int(one.get("units", one["n"])) for one in each.values()), each)
        for name, each in standings.items()
    )


def sure_word(one: Category) -> str:
    """Say whether it is surely better or worse than the leader; empty when neither is sure."""
    p_value, low, high = one.get("p_value"), one.get("behind_low"), one.get("behind_high")
    if p_value is None or low is None or high is None or p_value > CLEAR_P_VALUE:
        return ""
    return "" if low <= 0 <= high else SURE[high < 0]


def interval(low: float | None, high: float | None, *, turned: bool = False) -> str:
    """Write the ends of an interval; `turned` writes them as changes, with their signs."""
    if low is None or high is None:
        return UNKNOWN
    return f"{signed(-high)} to {signed(-low)}" if turned else f"{ndcg(low)} to {ndcg(high)}"


def against(one: Category) -> str:
    """Write the difference from the leader with its interval; empty for the leader itself."""
    behind = one.get("behind")
    if behind is None:
        return ""
    ends = interval(one.get("behind_low"), one.get("behind_high"), turned=True)
    return f"{signed(-behind)} ({ends})" if ends != UNKNOWN else signed(-behind)


def group_sections(record: DecisionRecord) -> tuple[Section, ...]:
    """Return a table a kind: every candidate in every group, with its difference."""
    leader = record.verdict.leader or "the leader"
    return tuple(
        Section(
            f"quality {groups.title}",
            (
                groups.kind,
                record.measure.units,
                "candidate",
                record.measure.main,
                "95 %",
                f"against {leader}",
                "",
            ),
            tuple(
                (
                    group.name,
                    f"{one['n']:,.0f}{' ?' if group.is_small else ''}",
                    name,
                    ndcg(one["mean"]),
                    interval(one.get("low"), one.get("high")),
                    against(one) or UNKNOWN,
                    sure_word(one),
                )
                for group in groups.rows
                for name, one in group.standings.items()
            ),
        )
        for groups in groups_in(record)
    )
