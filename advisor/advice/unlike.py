"""What other answers change in the advice, and why, in one sentence."""

from __future__ import annotations

from advisor.advice.advice import Advice, Assessment
from advisor.advice.reasons import points
from advisor.evaluation.words import percent
from advisor.evaluation.yardstick import yardstick


def unlike(before: Advice, after: Advice) -> str:
    """Say whether the pick is another one and what made it so; it is the same without a pick."""
    if before.pick == after.pick:
        return f"still {after.pick}" if after.pick else "still no recommendation"
    if after.pick is None:
        return f"no recommendation any more: {after.sentence}"
    head = f"{after.pick} instead of {before.pick}" if before.pick else f"{after.pick} now"
    was = _of(after, before.pick)
    why = _gone(was, after) or _cheaper(was, _of(after, after.pick), before, after)
    return f"{head}: {why}" if why else head


def _of(advice: Advice, name: str | None) -> Assessment | None:
    return next((one for one in advice.assessments if one.name == name), None)


def _gone(was: Assessment | None, after: Advice) -> str | None:
    """Why the earlier pick is out: over a limit, or no longer near the best."""
    if was is None:
        return None
    if was.broken_limits:
        return f"{was.name} is over the limit: {'; '.join(was.broken_limits)}"
    if was.name not in after.within_reach:
        return (
            f"{was.name} is within {points(after.give_up)} {yardstick(after.task).main} of the "
            f"best with {percent(was.p_within)} probability only"
        )
    return None


def _cheaper(
    was: Assessment | None, now: Assessment | None, before: Advice, after: Advice
) -> str | None:
    """Why the new one goes before it: it came within reach, or costs less at this scale."""
    if now is None:
        return None
    costs = ""
    if was is not None and was.costs is not None and now.costs is not None:
        costs = f"{now.costs.month.value:,.2f} USD a month against {was.costs.month.value:,.2f}"
    earlier = _of(before, now.name)
    if earlier is not None and now.name not in before.within_reach:
        if earlier.broken_limits:
            return f"it meets the limits now{', ' + costs if costs else ''}"
        return (
            f"it is within {points(after.give_up)} {yardstick(after.task).main} of the best with "
            f"{percent(now.p_within)} probability now{', and costs ' + costs if costs else ''}"
        )
    return f"it costs less at this scale, {costs}" if costs else None
