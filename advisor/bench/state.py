"""How far one candidate of a run is, and the result it gives."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended
from advisor.bench.findings import findings, lost_documents
from advisor.bench.journal import Journal
from advisor.bench.results import Result, Throughput, Views, latency_from, throughput_from
from advisor.bench.session import Session

Kind = TypeVar("Kind")


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
        """Return the timing blocks so far."""
        return [event for event in self.done.values() if isinstance(event, protocol.Timed)]

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
            peak_mib=self.peak_mib(),
            bare_mib=opened.bare_mib if opened else None,
            start_method=opened.start_method if opened else None,
            rankings=judged.rankings if judged else {},
            per_query=judged.per_query if judged else {},
            dropped=ended.dropped,
            findings=self.findings(),
            views=self.views,
            earlier=bool(self.earlier),
        )

    def precision(self) -> protocol.Precision:
        """Return in which precision its texts are encoded."""
        proved = self._answer("prove", protocol.Proved)
        return proved.precision if proved else "float32"

    def _answer(self, step: str, kind: type[Kind]) -> Kind | None:
        event = self.done.get(step)
        return event if isinstance(event, kind) else None

    def _throughput(self) -> Throughput | None:
        """Return the speed in float32 over all rounds: each encodes what is missing yet."""
        proved = self._answer("prove", protocol.Proved)
        encoded = {
            step: event
            for step, event in self.done.items()
            if isinstance(event, protocol.Encoded) and event.side == "documents"
        }
        if not encoded:
            return None
        if proved is not None and proved.precision == "bfloat16":
            return throughput_from(proved.encoded(), earlier="prove" in self.earlier)
        last = max(encoded.values(), key=lambda event: event.n)
        fresh = min(last.n, sum(event.fresh for event in encoded.values()))
        earlier = not self.earlier.isdisjoint(encoded)
        return throughput_from(msgspec.structs.replace(last, fresh=fresh), earlier=earlier)

    def peak_mib(self) -> float | None:
        """Return the highest peak any step has told of so far, MiB."""
        peaks = [getattr(event, "peak_mib", None) for event in self.done.values()]
        return max((peak for peak in peaks if peak is not None), default=None)
