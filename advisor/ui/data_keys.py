"""Which keys the Data screen offers for what it shows."""

from __future__ import annotations

from typing import NamedTuple

from advisor.desk import messages


class Situation(NamedTuple):
    """What the screen shows at the moment."""

    choosing: bool
    """The list of places, and nothing of any data."""
    reading: bool
    found: messages.Described | None
    examined: messages.Examined | None
    refused: bool
    """Whether the data could not be read."""
    to_judge: bool
    """Whether its queries are read to be judged here."""


def offered(action: str, now: Situation) -> bool:
    """Say whether an action of the screen has something to do."""
    if now.choosing or action == "pick":
        return now.choosing and action == "pick"
    found, waits = now.found, not now.reading
    match action:
        case "again":
            return waits and found is None
        case "clean":
            return waits and now.examined is not None and now.examined.can_be_cleaned
        case "judge":
            return waits and (now.to_judge or (found.unjudged > 0 if found else now.refused))
        case "write":
            return waits and (_takes_queries(found) if found else now.refused)
        case "columns":
            return waits and (found.has_tables if found else now.refused)
        case "page":
            return found is not None and len(found.previews) > 1
        case "chunks":
            return found is not None and (found.is_long or found.chunks is not None)
        case "take" | "amount" | "full":
            return found is not None
        case _:  # choosing other data is always possible
            return True


def _takes_queries(found: messages.Described) -> bool:
    return found.task == "retrieval" and found.evidence != "human"
