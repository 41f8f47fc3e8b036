"""What a session's engine can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from advisor.bench import protocol
from advisor.errors import AdvisorError

Emit = Callable[[protocol.Event], None]


class EngineError(AdvisorError):
    """Why an engine cannot do what it was asked; `kind` is a word for the record."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Single:
    """How one query is answered, to be timed."""

    queries: Sequence[str]
    call: Callable[[str], object]
    threads: int
    covers: str
    """What a call does, in words."""
    peak_mib: Callable[[], float | None]

    def mix(self) -> Sequence[str]:
        """Return the real queries; EngineError before there are any."""
        if not self.queries:
            raise EngineError("protocol", "timing before the queries were given")
        return self.queries


class Engine(Protocol):
    """What a session can be asked to do; each call returns the event that answers the command."""

    def load(self, command: protocol.Load) -> protocol.Event:
        """Make the candidate ready."""

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Look at how it reads the texts."""

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Encode or index one side."""

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank the documents for every query."""

    def single(self) -> Single:
        """Return how one query is answered, on the path that the record names."""


@runtime_checkable
class Vectors(Protocol):
    """What an engine that has vectors can do besides."""

    def vary(self, command: protocol.Vary) -> protocol.Event:
        """Rank by smaller forms of the vectors."""

    def fill(self, command: protocol.Fill) -> protocol.Event:
        """Encode batches and read the memory."""


@runtime_checkable
class Proves(Protocol):
    """What an engine with more than one precision can do besides."""

    def prove(self, command: protocol.Prove) -> protocol.Event:
        """Say in which precision texts may be encoded."""


@runtime_checkable
class Downloads(Protocol):
    """What an engine that reaches the Hub can do besides."""

    def weigh(self, command: protocol.Weigh) -> protocol.Event:
        """Say what a download would bring."""

    def fetch(self, command: protocol.Fetch) -> protocol.Event:
        """Download a model."""
