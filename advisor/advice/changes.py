"""What would change the advice: the same measurements decided again, to where the pick flips."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from advisor.advice.advice import Advice
from advisor.advice.costs.formulas import number
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import scale_of
from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise
from advisor.advice.rule import pick_with, reach_from
from advisor.evaluation.words import CAPPED
from advisor.evaluation.yardstick import yardstick
from advisor.needs.derive import GIVE_UP
from advisor.needs.requirements import Priority, Requirements

WORDS: dict[Priority, str] = {
    "accuracy": "accuracy first",
    "balanced": "quality and cost in balance",
    "speed": "speed and cost first",
}
MOST_GIVEN_UP = 0.2
"""nDCG@10 up to which a flip is looked for: nobody gives up more knowingly."""
TURN = 1e-6
"""A side of a turning point: far less than any figure says."""
FARTHEST = 1_000.0
"""Prices and amounts are looked at up to so many times more and less."""
STEP = 10**0.25
"""Between two points so far apart a flip that is undone again is not seen."""
EXACT = 1.01
"""Bisection ends when the two sides of a flip lie this close."""


def changes_to(known: Measurements, requirements: Requirements) -> tuple[str, ...]:
    """Return a sentence for each change known to lead to another pick, or to settle a tie.

    NothingMeasured as from `recommend`.
    """
    now = advise(known, requirements)
    if now.kind == "insufficient":
        return ()
    return (
        *_given_up(now, known, requirements),
        *_latency(now, known, requirements),
        *_fewer_limits(now, known, requirements),
        *_amounts(now, known, requirements),
        *_more_queries(now),
    )


def _given_up(now: Advice, known: Measurements, requirements: Requirements) -> Iterator[str]:
    """Find every δ from which another is picked, exactly, and say which priorities lie there.

    The pick changes only where a candidate comes within reach: where P(within δ) passes .5, which
    is the median of its loss against the best.
    """
    at, metric = requirements.give_up_ndcg, yardstick(known.dataset.task).main
    turns = sorted({one for one in reach_from(known, requirements) if one <= MOST_GIVEN_UP})
    below = now.pick
    for turn in (one for one in reversed(turns) if one <= at):
        pick = pick_with(known, requirements, give_up_ndcg=max(0.0, turn - TURN))
        if pick is not None and pick != below:
            said = _priority(known, requirements, pick)
            yield f"giving up less than {_short(turn)} {metric}{said}: {pick}"
            below = pick
    above = now.pick
    for turn in (one for one in turns if one > at):
        pick = pick_with(known, requirements, give_up_ndcg=turn + TURN)
        if pick is not None and pick != above:
            said = _priority(known, requirements, pick)
            yield f"giving up {_short(turn)} {metric} or more{said}: {pick}"
            above = pick


def _priority(known: Measurements, requirements: Requirements, pick: str) -> str:
    """Name the mildest other priority that leads to this pick, empty when none does."""
    fitting = [
        (abs(up - requirements.give_up_ndcg), up, WORDS[one])
        for one, up in GIVE_UP.items()
        if up != requirements.give_up_ndcg
        and pick_with(known, requirements, give_up_ndcg=up) == pick
    ]
    if not fitting:
        return ""
    _, up, words = min(fitting)
    return f" ({words}: {_short(up)})"


def _latency(now: Advice, known: Measurements, requirements: Requirements) -> Iterator[str]:
    """Find the limit of the p95 below which another is picked: the pick's own p95."""
    picked = [one for one in known.measured if one.candidate.name == now.pick]
    latency = picked[0].latency if picked else None
    if latency is None:
        return
    steady = latency.p95 if latency.p95 is not None and not latency.noisy else None
    own = steady or latency.p50
    if own is None:
        return
    pick, said = _taken(known, requirements, max_latency_p95_ms=own * (1 - TURN))
    what = "p95" if own == steady else "median"
    if pick is not None and pick != now.pick:
        yield f"a latency limit below {number(own)} ms ({what} of {now.pick}): {said}"


def _fewer_limits(now: Advice, known: Measurements, requirements: Requirements) -> Iterator[str]:
    limits = (
        ("max_latency_p95_ms", "without the latency limit"),
        ("max_memory_mib", "without the memory limit"),
        ("min_recall_at_10", "without the least recall"),
        ("max_usd_per_month", "without the budget"),
    )
    for field, words in limits:
        if getattr(requirements, field) is None:
            continue
        pick, said = _taken(known, requirements, **{field: None})
        if pick is not None and pick != now.pick:
            yield f"{words}: {said}"


def _taken(
    known: Measurements, requirements: Requirements, **changes: object
) -> tuple[str | None, str]:
    """Return whom the rule picks when these answers are others, and whom the advice names.

    Among what a limit leaves over the baseline may be enough.
    """
    advice = advise(known, msgspec.structs.replace(requirements, **changes))
    names = [one.candidate.name for one in known.measured if one.candidate.kind == "baseline"]
    if advice.baseline_suffices and names:
        return advice.pick, f"{names[0]} alone is enough then, or {advice.pick}"
    return advice.pick, advice.pick or ""


def _amounts(now: Advice, known: Measurements, requirements: Requirements) -> Iterator[str]:
    """Find by bisection where price, load or corpus size hands over to another candidate."""
    scale = scale_of(requirements, known.texts)
    usd = machine_price(requirements).usd_per_hour.value
    load: tuple[str, float, str] = ("queries_per_day", scale.queries_per_day, "queries a day")
    if requirements.peak_queries_per_s:
        load = ("peak_queries_per_s", requirements.peak_queries_per_s, "queries a second")
    documents = ("n_documents", float(scale.documents), "documents")
    for field, at, unit in (("usd_per_hour", usd, "USD an hour of the machine"), load, documents):
        if at <= 0:
            continue
        whole = field in ("queries_per_day", "n_documents")

        def pick_at(value: float, field: str = field, whole: bool = whole) -> str | None:
            return pick_with(known, requirements, **{field: round(value) if whole else value})

        if pick_at(at) != now.pick:
            continue  # what the table of prices says in a range, one figure cannot say
        for factor, side in ((STEP, "more"), (1 / STEP, "fewer" if whole else "less")):
            turn = flip(pick_at, at, factor)
            if turn is not None and turn[1] is not None:
                reached = _when(turn[0], field, requirements, scale.documents)
                yield f"{number(turn[0])} {unit} or {side}: {turn[1]}{reached}"


def _when(value: float, field: str, requirements: Requirements, documents: int) -> str:
    """Say when growth leads to a turning point of the corpus's size; empty where it does not."""
    more = requirements.documents_per_month
    if field != "n_documents" or not more or value <= documents:
        return ""
    return f" (reached in about {number((value - documents) / more)} months)"


def flip(
    pick_at: Callable[[float], str | None], at: float, factor: float
) -> tuple[float, str | None] | None:
    """Return the first value from `at` on where the pick is another, and that pick.

    Steps of `factor` bracket it and bisection narrows it to 1 %. None where none is within a
    thousand times.
    """
    here, inside, outside = pick_at(at), at, at * factor
    while 1 / FARTHEST <= outside / at <= FARTHEST:
        if pick_at(outside) != here:
            while max(outside / inside, inside / outside) > EXACT:
                middle = (inside * outside) ** 0.5
                if pick_at(middle) == here:
                    inside = middle
                else:
                    outside = middle
            return outside, pick_at(outside)
        inside, outside = outside, outside * factor
    return None


def _queries_help(now: Advice) -> bool:
    """Say whether more of the same queries can lead to a surer word."""
    if now.kind == "probable":
        return now.evidence not in CAPPED  # which is never more than probable
    return now.kind == "tie" and now.flavour == "unresolved"


def _more_queries(now: Advice) -> tuple[str, ...]:
    if now.queries_to_settle is None or now.runner_up is None or not _queries_help(now):
        return ()
    more = now.queries_to_settle - now.n
    if more <= 0:
        return ()
    return (
        f"about {more:,} more {yardstick(now.task).units} would settle {now.leader} against "
        f"{now.runner_up}",
    )


def _short(given_up: float) -> str:
    """Write .02 and .0123: as many digits as tell it from the next."""
    return f"{given_up:.4f}".rstrip("0").lstrip("0") or "0"
