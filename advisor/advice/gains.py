"""What was measured of pipelines around a model: the gain over it, with what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

import msgspec

from advisor.advice.measurements import Measurements
from advisor.advice.reasons import prompt_trial
from advisor.bench.results import Result
from advisor.evaluation.estimate import Interval

WORTH = 0.01
"""nDCG@10 that a step has to bring on average to be worth another part in the search."""
RECALL = "Recall@10"
_HOW = {"hybrid": "Put {other} beside it", "reranked": "Rerank its results with {other}"}


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline that was measured beside the model it is made of."""

    name: str
    kind: str
    how: str
    """What to do, as the beginning of a sentence."""
    change: Interval
    """Of nDCG@10 against the model alone, paired by query; positive is better."""
    recall: float | None = None
    """Its own recall@10."""
    times_latency: float | None = None
    """Its median latency over the model's."""

    @property
    def is_worth_it(self) -> bool:
        """Whether it surely gains, and on average enough."""
        return self.change.low is not None and self.change.low > 0 and self.change.mean >= WORTH

    @property
    def words(self) -> str:
        """What was measured, as the rest of a sentence."""
        low, high = self.change.low, self.change.high
        ends = "" if low is None or high is None else f" ({low:+.3f} to {high:+.3f})"
        recall = "" if self.recall is None else f", recall@10 {self.recall:.3f}"
        slower = ""
        if self.times_latency is not None:
            slower = f", at {self.times_latency:.1f} times the latency"
        return f"nDCG@10 {self.change.mean:+.3f}{ends}{recall}{slower}, measured here"


def gains_over(known: Measurements, name: str) -> tuple[Gain, ...]:
    """Return every measured pipeline with this candidate as first stage, the best first."""
    alone = known.measured[known.place(name)]
    found = [_gain(known, alone, one) for one in known.measured if _first_stage(one) == name]
    return tuple(sorted(found, key=lambda gain: -gain.change.mean))


def worthwhile(known: Measurements, name: str) -> Iterator[str]:
    """Yield the best pipeline of each kind that surely gains, and whether a prompt does harm."""
    kinds: set[str] = set()
    for gain in gains_over(known, name):
        if gain.is_worth_it and gain.kind not in kinds:
            kinds.add(gain.kind)
            yield f"{gain.how}, around {name}: {gain.words}."
    trial = prompt_trial(known.measured[known.place(name)])
    if trial is not None and trial.low is not None and trial.low > 0 and trial.mean >= WORTH:
        yield (
            f"Leave out the query prompt of {name}: nDCG@10 {trial.mean:+.3f} on these queries, "
            "measured here."
        )


def _first_stage(result: Result) -> str | None:
    candidate = result.candidate
    return candidate.parts[0] if candidate.kind in _HOW and candidate.parts else None


def _gain(known: Measurements, alone: Result, result: Result) -> Gain:
    change = known.gain(alone.candidate.name, result.candidate.name)
    recalls = result.per_query.get(RECALL)
    before, after = _median(alone), _median(result)
    return Gain(
        name=result.candidate.name,
        kind=result.candidate.kind,
        how=_HOW[result.candidate.kind].format(other=" and ".join(result.candidate.parts[1:])),
        change=change,
        recall=fmean(recalls.values()) if recalls else None,
        times_latency=after / before if before and after else None,
    )


def _median(result: Result) -> float | None:
    return result.latency.p50 if result.latency is not None else None
