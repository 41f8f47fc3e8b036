"""What is compared in a run, and what would have been, had its weights been here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from advisor.bench.candidate import Candidate
from advisor.errors import NothingMeasured


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """A model that should be compared and cannot be, since its weights are not here."""

    name: str
    reason: str
    repo: str | None = None
    """Where its weights can be had on the Hub."""
    public_score: float | None = None
    bytes: int | None = None
    """Size of the weights by the card, before anybody asks the Hub."""

    @property
    def command(self) -> str | None:
        """What fetches the weights."""
        return None if self.repo is None else f"hf download {self.repo}"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared, and what would have been."""

    candidates: tuple[Candidate, ...]
    absent: tuple[Absent, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    """Model name and the limit it breaks, in a sentence."""
    clash: str = ""
    """Which limits leave no model at all, and the smallest change that brings one back."""

    def beside(self, known: Sequence[str]) -> tuple[Candidate, ...]:
        """Return the models, without those that are known and only part of another one here."""
        parts = {part for candidate in self.candidates for part in candidate.parts}
        return tuple(
            candidate
            for candidate in self.candidates
            if candidate.kind != "baseline" and candidate.name not in parts.intersection(known)
        )

    def refuse_nothing(self) -> None:
        """Raise NothingMeasured, with what to do, when no model is here to be measured."""
        if any(candidate.kind != "baseline" or candidate.named for candidate in self.candidates):
            return
        lines = [
            f"  {gone.name}: {gone.reason}"
            + (f"; fetch it with: {gone.command}" if gone.command else "")
            for gone in self.absent
        ]
        said = self.clash or "No model is on this machine that could be measured."
        raise NothingMeasured("\n".join([said, *lines]))
