"""When a record is due for a second look: it is old, or what it was made from is newer by now."""

from __future__ import annotations

from datetime import date

from advisor.record.decision import DecisionRecord
from advisor.record.sections import other_sections

DAYS = 91
"""Three months: new models of a class appear faster than that."""
MONTH = 30.4


def due(
    record: DecisionRecord, today: date, catalogue: date | None, prices: date | None
) -> tuple[str, ...]:
    """Return why it is due, a few words each; nothing when it is not, or its date is no date.

    `catalogue` and `prices` are the days of the shipped files. Prices count for records that
    looked at them: hosted models were allowed, or costs are in the record.
    """
    try:
        made = date.fromisoformat(record.record.created[:10])
    except ValueError:
        return ()
    reasons = []
    if (today - made).days > DAYS:
        reasons.append(f"{(today - made).days / MONTH:.0f} months old")
    if catalogue is not None and catalogue > made:
        reasons.append("newer models in the catalogue")
    priced = record.answers.get("hosted_allowed") is True or bool(other_sections(record))
    if prices is not None and prices > made and priced:
        reasons.append("newer prices")
    return tuple(reasons)
