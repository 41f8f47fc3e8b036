"""How far one candidate of a run is, and the result it gives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended
from advisor.bench.findings import findings, lost_documents
from advisor.bench.journal import Journal
from advisor.bench.results import (
    Result,
    Served,
    Throughput,
    Views,
    latency_from,
    served_from,
    throughput_from,
)
from advisor.bench.session import Session

Kind = TypeVar("Kind")


LOOK = "@changed-"
"""How the marks of looks begin, behind which stands the kind of change."""


def parted(step: str) -> tuple[str, str]:
    """Part `search@16` into the step's name and the mark of its round."""
    name, at, queries = step.partition("@")
    return name, at + queries


@dataclass
class State:
    """One candidate while it is measured."""

    candidate: Candidate
    journal: Journal
    """Of everything but the earlier rounds."""
    parts: dict[str, Journal] = field(default_factory=dict)
    """Of the earlier rounds, by their mark."""
    done: dict[str, protocol.Event] = field(default_factory=dict)
    """The finished steps' answers, from this run or an earlier one."""
    earlier: set[str] = field(default_factory=set)
    """Steps whose answer comes from an earlier run."""
    session: Session | None = None
    prepared: set[str] = field(default_factory=set)
    """Steps this session's process has done itself; of each side it holds the last one's texts."""
    ended: Ended | None = None
    added: bool = False
    """Whether a person asked for it while the run was going on."""
    opening: asyncio.Task[None] | None = None
    """Opens its session; kept, so that nobody opens a second one."""
    interrupted: bool = False
    """Whether a pause or a stop has ended its session, so that its loss is no fault."""
    restarted: bool = False
    log: str | None = None
    first: State | None = None
    """The candidate whose finds this one puts in a new order."""
    views: Views = field(default_factory=Views)
    """What was looked at beside the run, once it has been judged."""
    judged: dict[str, Result] = field(default_factory=dict)
    """Rankings and per-query values by the mark of the round, once its run has been judged."""

    def journal_of(self, step: str) -> Journal:
        """Return where a step is kept, under its name without the mark."""
        mark = parted(step)[1]
        return self.parts[mark] if mark else self.journal

    def kept(self, step: str) -> protocol.Event | None:
        """Return the answer of a step finished in an earlier run."""
        return self.journal_of(step).get(parted(step)[0])

    def keep(self, step: str, event: protocol.Event) -> None:
        """Keep the answer of a finished step for later runs."""
        self.journal_of(step).put(parted(step)[0], event)

    def prepare(self, step: str) -> None:
        """Note that the session's process has done a step; other texts of its side are gone."""
        name = parted(step)[0]
        self.prepared = {one for one in self.prepared if parted(one)[0] != name} | {step}

    def blocks(self) -> list[protocol.Timed]:
        """Return the timing blocks so far, of the whole way from a query to its documents."""
        own = [event for event in self.done.values() if isinstance(event, protocol.Timed)]
        return [self.whole(block) for block in own]

    def whole(self, block: protocol.Timed) -> protocol.Timed:
        """Return a block of calls with those of the first stage added, query by query.

        No call is left where the first stage has no such block: half a way is no latency.
        """
        if self.first is None:
            return block
        before = next((one for one in self.first.blocks() if one.block == block.block), None)
        return added(block.block, [before, block] if before else [])

    def told(self, event: protocol.Event) -> protocol.Event:
        """Return an answer as others are told of it: with the first stage's time and memory."""
        if self.first is None:
            return event
        if isinstance(event, protocol.Timed):
            event = self.whole(event)
        own: float | None = getattr(event, "peak_mib", None)
        if own is None:
            return event
        return msgspec.structs.replace(event, peak_mib=summed([own, self.first.peak_mib()]))

    def findings(self) -> tuple[str, ...]:
        """Return what is wrong with how the candidate reads the texts, as far as is known."""
        read = self._answer("diagnose", protocol.Diagnosed)
        if read is None:
            return ()
        lost = lost_documents(self.views.self_retrieval)
        known = findings(self.candidate, self._answer("load", protocol.Loaded), read)
        return (*known, *([lost] if lost else []))

    def fold(self, stopped: str | None, mark: str = "") -> Result:
        """Return what is measured, quality on the round of this mark; `stopped` is why it ended.

        Whoever was dropped has no quality beside the others', even where the round is the same.
        """
        ended = self.ended or Ended(status="stopped early", reason=stopped)
        opened = self._answer("open", protocol.Opened)
        judged = self.judged.get(mark) if ended.dropped is None else None
        return Result(
            candidate=self.candidate,
            status=ended.status,
            reason=ended.reason,
            log=ended.log,
            loaded=self._answer("load", protocol.Loaded),
            diagnosis=self._answer("diagnose", protocol.Diagnosed),
            proved=self._answer("prove", protocol.Proved),
            throughput=self._throughput(),
            latency=latency_from(
                self.blocks(), earlier=any(step.startswith("time-") for step in self.earlier)
            ),
            served=self._served(),
            peak_mib=self.peak_mib(),
            filled=self._answer("memory", protocol.Filled),
            bare_mib=self.bare_mib(),
            start_method=opened.start_method if opened else None,
            task=judged.task if judged else "retrieval",
            rankings=judged.rankings if judged else {},
            per_query=judged.per_query if judged else {},
            dropped=ended.dropped,
            findings=self.findings(),
            views=self.views,
            earlier=bool(self.earlier),
        )

    def peak_mib(self) -> float | None:
        """Return the highest resident memory its process has told of, MiB."""
        peaks = [getattr(event, "peak_mib", None) for event in self.done.values()]
        own = max((peak for peak in peaks if peak is not None), default=None)
        return own if self.first is None else summed([own, self.first.peak_mib()])

    def bare_mib(self) -> float | None:
        """Return what its process took before it loaded anything, MiB."""
        opened = self._answer("open", protocol.Opened)
        own = opened.bare_mib if opened else None
        return own if self.first is None else summed([own, self.first.bare_mib()])

    def precision(self) -> protocol.Precision:
        """Return in which precision its texts are encoded."""
        proved = self._answer("prove", protocol.Proved)
        return proved.precision if proved else "float32"

    def encoded(self) -> protocol.Encoded | None:
        """Return the documents' encoding on the path that the record names, of all rounds.

        Each round encodes what is missing yet. A reranker's documents are those of its first stage.
        """
        if self.first is not None:
            return self.first.encoded()
        found = [self.done[step] for step in self._encodings()]
        encoded = [event for event in found if isinstance(event, protocol.Encoded)]
        if not encoded:
            return None
        last = max(encoded, key=lambda event: event.n)
        proved = self._answer("prove", protocol.Proved)
        if last.precision == "bfloat16" and proved is not None:
            return proved.encoded()
        fresh = min(last.n, sum(event.fresh for event in encoded))
        return msgspec.structs.replace(last, fresh=fresh)

    def _answer(self, step: str, kind: type[Kind]) -> Kind | None:
        event = self.done.get(step)
        return event if isinstance(event, kind) else None

    def _encodings(self) -> set[str]:
        """Return the finished steps that have encoded documents."""
        return {step for step in self.done if parted(step)[0] == "documents"}

    def _served(self) -> Served | None:
        step = next((one for one in self.done if one.startswith("serve-")), None)
        tested = self._answer(step, protocol.LoadTested) if step else None
        return served_from(tested, earlier=step in self.earlier)

    def _throughput(self) -> Throughput | None:
        """Return the speed of encoding the documents, and whether it was measured earlier."""
        if self.first is not None:
            return self.first._throughput()
        proved = self._answer("prove", protocol.Proved)
        fast = proved is not None and proved.precision == "bfloat16"
        told_by = {"prove"} if fast and not self.candidate.parts else self._encodings()
        earlier = not self.earlier.isdisjoint(told_by)
        return throughput_from(self.encoded(), earlier=earlier)


def added(number: int, blocks: Sequence[protocol.Timed]) -> protocol.Timed:
    """Return the block whose calls take as long as those of all blocks one after the other.

    Every block of one number goes through the same queries in the same order.
    """
    calls = zip(*(block.latencies_ms for block in blocks), strict=False)
    return protocol.Timed(
        block=number,
        latencies_ms=tuple(round(sum(call), 4) for call in calls),
        covers="; then ".join(block.covers for block in blocks),
    )


def summed(values: Sequence[float | None]) -> float | None:
    """Return the sum, None when a part is not known."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
