"""How far one candidate of a run is, and the result it gives."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended
from advisor.bench.findings import findings, lost_documents
from advisor.bench.journal import Journal
from advisor.bench.results import Result, Views, latency_from, throughput_from
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
    views: Views = field(default_factory=Views)
    """What was looked at beside the run, once it has been judged."""
    judged: Result | None = None
    """Rankings and per-query values, once the run has been judged."""

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
            throughput=throughput_from(
                self._documents_in_float32(), earlier="documents" in self.earlier
            ),
            latency=latency_from(
                self.blocks(), earlier=any(step.startswith("time-") for step in self.earlier)
            ),
            peak_mib=self._peak_mib(),
            bare_mib=opened.bare_mib if opened else None,
            start_method=opened.start_method if opened else None,
            rankings=self.judged.rankings if self.judged else {},
            per_query=self.judged.per_query if self.judged else {},
            findings=self.findings(),
            views=self.views,
            earlier=bool(self.earlier),
        )

    def precision(self) -> protocol.Precision:
        """Return in which precision its texts are encoded."""
        proved = self._answer("prove", protocol.Proved)
        return proved.precision if proved else "float32"

    def _documents_in_float32(self) -> protocol.Encoded | None:
        """Return the documents' encoding on the path that the record names."""
        encoded = self._answer("documents", protocol.Encoded)
        proved = self._answer("prove", protocol.Proved)
        if encoded is None or encoded.precision == "float32" or proved is None:
            return encoded
        return proved.encoded()

    def _answer(self, step: str, kind: type[Kind]) -> Kind | None:
        event = self.done.get(step)
        return event if isinstance(event, kind) else None

    def _peak_mib(self) -> float | None:
        peaks = [getattr(event, "peak_mib", None) for event in self.done.values()]
        return max((peak for peak in peaks if peak is not None), default=None)
