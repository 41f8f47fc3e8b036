"""What was asked of a run beside its profile and its data, and the command that asks it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from advisor.corpus.amount import Amount
from advisor.corpus.chunking import Chunking
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a run was asked for."""

    amount: Amount
    reading: ReadOptions = field(default_factory=ReadOptions)
    """How the data is read."""
    models: tuple[str, ...] = ()
    """As they were named; none were where the shortlist chose."""
    settings: tuple[str, ...] = ()
    """Answers changed beside the profile, `key=value`."""
    bf16: bool = True
    load_qps: float | None = None
    views: bool = False
    time_limit_s: float | None = None
    """Not said again: what it left out is in the record."""
    judged_here: bool = True
    queries_model: str | None = None
    """The model of an endpoint that wrote the queries."""

    def command(self, profile: str, dataset: Dataset) -> str:
        """Return the command that repeats the run, without a path of this machine."""
        return " ".join(
            (
                f"embed-advisor run {shlex.quote(profile)} --data {shlex.quote(dataset.name)}",
                *self._of_reading(dataset.chunking),
                *self._of_measuring(),
                f"--seed {self.amount.seed}",
                *(f"--set {shlex.quote(setting)}" for setting in self.settings),
            )
        )

    def _of_reading(self, chunking: Chunking | None) -> Iterator[str]:
        reading = self.reading
        if reading.encoding:
            yield f"--encoding {shlex.quote(reading.encoding)}"
        if reading.columns:
            columns = ",".join(f"{meaning}={column}" for meaning, column in reading.columns)
            yield f"--columns {shlex.quote(columns)}"
        if reading.task:
            yield f"--task {reading.task}"
        if reading.skip:
            yield "--skip"
        if chunking:
            yield f"--chunks {chunking}"

    def _of_measuring(self) -> Iterator[str]:
        amount = self.amount
        if self.models:
            names = (name.rpartition("=")[2].rstrip("/").rsplit("/", 1)[-1] for name in self.models)
            yield f"--models {shlex.quote(','.join(names))}"
        if amount.full:
            yield "--full"
        if amount.size != "standard":
            yield f"--sample {amount.size}"
        if amount.queries is not None:
            yield f"--queries {amount.queries}"
        if amount.documents is not None:
            yield f"--documents {amount.documents}"
        if not self.bf16:
            yield "--no-bf16"
        if self.views:
            yield "--views"
        if not self.judged_here:
            yield "--no-judged-here"
        if self.queries_model:
            # Where it is may be nobody else's business.
            model = shlex.quote(self.queries_model)
            yield f"--queries-from http://HOST/v1 --queries-model {model}"
        if self.load_qps is not None:
            yield f"--load {self.load_qps:g}"
