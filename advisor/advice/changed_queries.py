"""What small changes of the queries do to a candidate, and when a person should know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from advisor.bench.results import Result
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import mean_interval

HARMFUL = -0.02
"""A change is worth a word when the upper bound of what it does lies below this."""
WORDS = {
    "typo": "two letters of a query swapped",
    "case": "queries in CAPITALS",
    "punctuation": "queries without punctuation",
    "width": "letters and digits in full width",
}
REMEDIES = {
    "case": "put queries in the case people write in before you encode them",
    "width": "normalise queries (NFKC) before you encode them",
}


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of change does."""

    kind: str
    change: Interval
    """Of nDCG@10, paired by query; negative is worse."""
    overlap: float


def sensitivities(result: Result) -> tuple[Sensitivity, ...]:
    """Return what every kind of change does, where it was looked at."""
    usual = result.scores
    return tuple(
        Sensitivity(
            kind=kind,
            change=mean_interval([seen.per_query[query] - usual[query] for query in usual]),
            overlap=seen.overlap,
        )
        for kind, seen in result.views.changed.items()
        if usual.keys() <= seen.per_query.keys()
    )


def sensitivity_notes(picked: Sequence[Result]) -> Iterator[str]:
    """Say what surely harms the models one would take."""
    for result in picked:
        for one in sensitivities(result):
            low, high = one.change.low, one.change.high
            if low is None or high is None or high >= HARMFUL:
                continue
            remedy = f"; {REMEDIES[one.kind]}" if one.kind in REMEDIES else ""
            yield (
                f"{result.candidate.name} with {WORDS[one.kind]}: nDCG@10 "
                f"{one.change.mean:+.3f} ({low:+.3f} to {high:+.3f}){remedy}."
            )
