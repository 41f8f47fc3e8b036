"""How far one candidate of a run is, and the result it gives."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended
from advisor.bench.journal import Journal
from advisor.bench.results import Result, latency_from, throughput_from
from advisor.bench.session import Session

Kind = TypeVar("Kind")


@dataclass
class State:
    """One candidate while it is measured."""

    candidate: Candidate
    journal: Journal
    done: dict[str, protocol.Event] = field(default_factory=dict)
    """The finished steps' answers, from this run or an earlier one."""
    earlier: set[str] = field(default_factory=set)
    """Steps whose answer comes from an earlier run."""
    session: Session | None = None
    prepared: set[str] = field(default_factory=set)
    """Steps this session's process has done itself."""
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
    judged: Result | None = None
    """Rankings and per-query values, once the run has been judged."""

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

    def fold(self, stopped: str | None) -> Result:
        """Return what is measured; `stopped` is why the run ended, if it was ended."""
        ended = self.ended or Ended(status="stopped early", reason=stopped)
        opened = self._answer("open", protocol.Opened)
        return Result(
            candidate=self.candidate,
            status=ended.status,
            reason=ended.reason,
            log=ended.log,
            loaded=self._answer("load", protocol.Loaded),
            diagnosis=self._answer("diagnose", protocol.Diagnosed),
            proved=self._answer("prove", protocol.Proved),
            throughput=throughput_from(self.documents(), earlier="documents" in self.earlier),
            latency=latency_from(
                self.blocks(), earlier=any(step.startswith("time-") for step in self.earlier)
            ),
            peak_mib=self.peak_mib(),
            bare_mib=self.bare_mib(),
            start_method=opened.start_method if opened else None,
            rankings=self.judged.rankings if self.judged else {},
            per_query=self.judged.per_query if self.judged else {},
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

    def documents(self) -> protocol.Encoded | None:
        """Return the documents' encoding on the path that the record names."""
        if self.first is not None:
            return self.first.documents()
        encoded = self._answer("documents", protocol.Encoded)
        proved = self._answer("prove", protocol.Proved)
        if encoded is None or encoded.precision == "float32" or proved is None:
            return encoded
        return proved.encoded()

    def _answer(self, step: str, kind: type[Kind]) -> Kind | None:
        event = self.done.get(step)
        return event if isinstance(event, kind) else None


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
