"""Whether a decision still holds: an old record against a new run of the same comparison."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from advisor.evaluation.words import percent
from advisor.record.cells import ndcg
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.told import chosen


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The answer and its reasons, a sentence each."""

    holds: bool
    sentences: tuple[str, ...]


def holding(old: DecisionRecord, new: DecisionRecord) -> Held:
    """Say whether the decision of `old` holds by the figures of `new`.

    It holds while the pick was measured, meets the limits, is still probably within the given-up
    points of the best, and its nDCG@10 is not below its recorded 95 % interval. A record that
    picked nothing holds while nothing can be picked.
    """
    name = old.verdict.pick
    if name is None:
        now = new.verdict.pick
        why = f"now it is {now}" if now else "neither does it now"
        sentence = f"The record picks no model; {why}."
        return Held(holds=now is None, sentences=(sentence, *_basis(old, new)))
    against = tuple(_against(name, old, new))
    head = (
        f"The decision for {name} holds."
        if not against
        else f"The decision for {name} does not hold."
    )
    return Held(holds=not against, sentences=(head, *against, *_now(name, new), *_basis(old, new)))


def _against(name: str, old: DecisionRecord, new: DecisionRecord) -> Iterator[str]:
    """Yield what speaks against the decision."""
    then = chosen(old)
    now = next((part for part in new.candidates if part.name == name), None)
    if now is None or now.quality is None:
        why = now.reason or now.status if now is not None else "it is not among the candidates"
        yield f"{name} could not be measured: {why}."
        return
    low = then.quality.low if then is not None and then.quality is not None else None
    if low is not None and now.quality.mean < low:
        yield (
            f"Its {now.quality.metric} is {ndcg(now.quality.mean)}, below its recorded interval, "
            f"which begins at {ndcg(low)}."
        )
    if new.verdict.pick is None:
        yield f"No model can be picked now: {new.verdict.sentence}"
    elif name not in new.verdict.within_reach:
        yield f"{name} is out of reach now: {now.why_not or _chance(now)}."
        if now.speed is not None and now.speed.latency_noisy:
            yield f"The timing of {name} was noisy: the machine was busy."


def _chance(part: CandidatePart) -> str:
    chance = part.quality.p_within if part.quality is not None else None
    return f"it is within the given-up points of the best with {percent(chance)} probability"


def _now(name: str, new: DecisionRecord) -> Iterator[str]:
    if new.verdict.pick not in (None, name):
        yield f"The same rule would take {new.verdict.pick} now. {new.verdict.sentence}"


def _basis(old: DecisionRecord, new: DecisionRecord) -> Iterator[str]:
    """Yield on what the comparison rests."""
    same = old.data.content_sha256 == new.data.content_sha256
    yield (
        f"Measured on the same {new.data.queries:,} queries and {new.data.documents:,} documents."
        if same
        else f"The data is not the same: {new.data.queries:,} queries on {new.data.documents:,} "
        f"documents now, {old.data.queries:,} on {old.data.documents:,} in the record."
    )
    gone = [part.name for part in old.candidates if part.name not in _measured(new)]
    lost = [name for name in gone if name in _measured(old)]
    if lost:
        yield f"Measured then and not now: {', '.join(lost)}."


def _measured(record: DecisionRecord) -> set[str]:
    return {part.name for part in record.candidates if part.status != "failed"}
