"""What was measured of one candidate, folded from its events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.dropped import Dropped
from advisor.corpus.dataset import Task
from advisor.evaluation.yardstick import yardstick

Status = Literal["measured", "stopped early", "failed", "skipped", "not here"]
Basis = Literal["measured", "measured earlier"]

BLOCKS = 5
"""Timing blocks spread over the run. Three are the least (methods, 6), but the spread of three is
smaller than what chance alone puts between two equal models: see `CHANCE`."""
CHANCE = {2: 3.43, 3: 1.27}
"""So many times the spread of n values may two means of n lie apart by chance, once in twenty
(Lord, 1947, two samples); with four and more it is less than the spread itself."""
CALLS_FOR = {50: 50, 95: 200, 99: 1_000}
"""Calls a percentile needs before it is given (methods, 6)."""
NOISY_SPREAD = 0.15
"""Blocks whose medians lie further apart than this are noisy."""
SHORTEST_MS = 1e-4
"""What the clock can tell; nothing is divided by less."""
FINE_MS = 0.2
"""Medians closer than this are not called noisy whatever their ratio: it is the clock's grain."""


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Latency of single queries, ms; a percentile with too few calls is None."""

    p50: float | None
    p95: float | None
    p99: float | None
    n: int
    blocks: int
    noise: float | None
    """How far equal models may lie apart, as a share of the quicker one: the spread of the blocks'
    medians by the lowest, more where they are few. Differences inside it are ties."""
    noisy: bool
    covers: str
    cpu_share: float | None
    basis: Basis
    repeated: bool = False
    """Whether the blocks lay so far apart that one was taken again in place of the slowest."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """How one process answers queries that come at random, ms from the moment they come."""

    rate: float
    """Queries a second that were asked for."""
    achieved: float
    n: int
    p50: float | None
    p95: float | None
    p99: float | None
    within: float | None
    """The limit of the p95 that `highest` keeps."""
    highest: float | None
    """Highest rate that was run and kept it; None when none did, or there is no limit."""
    basis: Basis


class Throughput(msgspec.Struct, frozen=True, kw_only=True):
    """Speed of encoding the documents in batches."""

    tokens_per_s: float | None
    """By the model's own tokenizer, without padding, as far as the model reads."""
    documents_per_s: float
    characters_per_s: float | None
    basis: Basis


class Varied(msgspec.Struct, frozen=True, kw_only=True):
    """How a candidate ranks with its vectors kept in a smaller form."""

    form: str
    dim: int
    bytes: int
    """Of one vector as it is searched."""
    per_query: Mapping[str, float]
    """Query id to nDCG@10."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """How a candidate ranks for queries that are changed a little."""

    per_query: Mapping[str, float]
    """Query id to nDCG@10."""
    overlap: float
    """Mean share of the first ten documents that stay, 0 to 1."""


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """The neighbourhoods of documents by a candidate's vectors; cosines None where none rank."""

    neighbours: tuple[tuple[int, ...], ...]
    """For some documents, the same for all candidates, the places of the nearest others."""
    k: int
    skew: float | None
    """Of how often a document is a neighbour (Radovanovic et al., 2010); None where all are equally
    often."""
    never: float
    """Share of documents that are nobody's neighbour."""
    mean_cosine: float | None = None
    random_cosine: float | None = None
    relevant_cosine: float | None = None
    threshold_cosine: float | None = None
    intruders: float | None = None
    """Share of neighbours of another category; None without categories."""

    @property
    def documents(self) -> int:
        """How many were looked at."""
        return len(self.neighbours)


class Views(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was looked at beside the run; none of it counts for the verdict."""

    forms: tuple[Varied, ...] = ()
    """Smaller forms of the vectors, the full one first; none for what has no vectors."""
    without_prompt: Mapping[str, float] = {}
    """Query id to nDCG@10 of the queries as they are typed, where a prompt is put otherwise."""
    cut_off: Mapping[str, float] = {}
    """Query id to nDCG@10 with documents encoded whole, as far as the model reads, where they are
    searched in chunks otherwise."""
    self_retrieval: float | None = None
    """Share of documents that their own text, as a query, finds first."""
    nearest_query: Mapping[str, str] = {}
    """Document id to the query nearest to it, of documents that are relevant to some query."""
    near: Near | None = None
    changed: Mapping[str, Changed] = {}
    """By kind of change (`advisor.corpus.edits`); none unless it was asked for."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Everything measured of one candidate; None is not measured."""

    candidate: Candidate
    status: Status
    reason: str | None = None
    log: str | None = None
    """Path of the session's log; never written to a record."""
    loaded: protocol.Loaded | None = None
    diagnosis: protocol.Diagnosed | None = None
    proved: protocol.Proved | None = None
    """In which precision its texts were encoded for the quality; None is float32 unasked."""
    throughput: Throughput | None = None
    latency: Latency | None = None
    served: Served | None = None
    """Under load; None when that was not asked for."""
    peak_mib: float | None = None
    filled: protocol.Filled | None = None
    """Memory by batch, of a process of its own."""
    bare_mib: float | None = None
    """What the process took before it loaded the model."""
    start_method: Literal["fork", "fresh"] | None = None
    """How the process was started: the peak of a forked one holds the host's shared pages."""
    task: Task = "retrieval"
    """What it was measured at."""
    rankings: Mapping[str, tuple[str, ...]] = {}
    """Query id to document ids, best first; none for a task that ranks nothing."""
    per_query: Mapping[str, Mapping[str, float]] = {}
    """Metric label to query id to value, of the last round alone."""
    dropped: Dropped | None = None
    """Where it left the race, with the figures of that round."""
    findings: tuple[str, ...] = ()
    """What is wrong with how it reads the texts, and what to do about it."""
    views: Views = Views()
    earlier: bool = False
    """Whether any of it comes from an earlier run on the same data and machine."""

    @property
    def scores(self) -> Mapping[str, float]:
        """Query id to value of the task's main metric; empty where there is no quality."""
        return self.per_query.get(yardstick(self.task).main, {})


def percentile(values: list[float], percent: int) -> float | None:
    """Return the nearest-rank percentile, or None with fewer calls than it needs."""
    if len(values) < CALLS_FOR[percent]:
        return None
    ordered = sorted(values)
    return ordered[math.ceil(percent / 100 * len(ordered)) - 1]


def latency_from(blocks: list[protocol.Timed], *, earlier: bool) -> Latency | None:
    """Fold the timed blocks of one candidate."""
    blocks = [block for block in blocks if block.latencies_ms]
    if not blocks:
        return None
    repeated = len(blocks) > BLOCKS
    if repeated:
        blocks = _without_the_slowest(blocks)
    calls = [value for block in blocks for value in block.latencies_ms]
    medians = [_median(list(block.latencies_ms)) for block in blocks]
    apart = max(medians) - min(medians)
    chance = CHANCE.get(len(medians), 1.0)
    quickest = max(min(medians), SHORTEST_MS)
    noise = round(chance * apart / quickest, 4) if len(medians) > 1 else None
    shares = [block.cpu_share for block in blocks if block.cpu_share is not None]
    return Latency(
        p50=percentile(calls, 50),
        p95=percentile(calls, 95),
        p99=percentile(calls, 99),
        n=len(calls),
        blocks=len(blocks),
        noise=noise,
        noisy=apart > NOISY_SPREAD * quickest and apart > FINE_MS,
        covers=blocks[0].covers,
        cpu_share=round(sum(shares) / len(shares), 3) if shares else None,
        basis="measured earlier" if earlier else "measured",
        repeated=repeated,
    )


def _without_the_slowest(blocks: list[protocol.Timed]) -> list[protocol.Timed]:
    """Leave out the slowest block: the one the repeat stands in for.

    Other work on the machine only ever adds time. Leaving out whatever lies furthest from the
    others would hide a slow machine as well as a quick moment, and the noise with it.
    """
    medians = [_median(list(block.latencies_ms)) for block in blocks]
    slowest = max(range(len(blocks)), key=medians.__getitem__)
    return [block for index, block in enumerate(blocks) if index != slowest]


def served_from(tested: protocol.LoadTested | None, *, earlier: bool) -> Served | None:
    """Return how it serves, None without a load test."""
    if tested is None:
        return None
    return Served(
        rate=tested.rate,
        achieved=tested.achieved,
        n=tested.n,
        p50=tested.p50_ms,
        p95=tested.p95_ms,
        p99=tested.p99_ms,
        within=tested.within_ms,
        highest=tested.highest_rate,
        basis="measured earlier" if earlier else "measured",
    )


def throughput_from(encoded: protocol.Encoded | None, *, earlier: bool) -> Throughput | None:
    """Return the encoding speed of the documents, None when nothing was timed."""
    if encoded is None or not encoded.seconds or not encoded.timed:
        return None
    seconds = encoded.seconds
    all_timed = encoded.timed == encoded.n
    return Throughput(
        tokens_per_s=round(encoded.tokens / seconds, 1) if encoded.tokens else None,
        documents_per_s=round(encoded.documents_timed / seconds, 2),
        characters_per_s=round(encoded.characters / seconds, 1) if all_timed else None,
        basis="measured earlier" if earlier or encoded.fresh < encoded.n else "measured",
    )


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
