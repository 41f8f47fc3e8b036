"""What of a run is kept beside its record: every pair, deep recall, hard queries, other wishes."""

from __future__ import annotations

from pathlib import Path

import msgspec

from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.store import load_record, to_toml

BM25 = "BM25"


class Gap(msgspec.Struct, frozen=True):
    """One candidate less another, nDCG@10 paired by query, with its 95 % interval."""

    mean: float
    low: float | None = None
    high: float | None = None

    @property
    def surely_above(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low is not None and self.low > 0

    @property
    def surely_below(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high is not None and self.high < 0


class Hard(msgspec.Struct, frozen=True):
    """A query on which a candidate is far behind the best on it."""

    query: str
    ndcg: float
    best: str
    best_ndcg: float


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What the product says to one wish, of the same measurements."""

    kind: str
    sentence: str
    pick: str | None
    within_reach: tuple[str, ...]
    baseline_suffices: bool


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's folder says about itself."""

    repo: str | None = None
    origin: str = ""
    """What it says instead of the name of a repository."""
    languages: str = ""
    licence: str | None = None
    mark: str = ""
    conversion: str = ""
    """How the folder came from what was published, where it says so."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a record does not hold of its run."""

    cores_of_machine: int
    load_before: float
    """Processes at work before the run, mean of a minute: what the times had to share with."""
    load_after: float
    gaps: dict[str, dict[str, Gap]]
    """`gaps[one][other]` is one less other; a pair stands there once."""
    deep: int
    """The depth of `recall`: 100, or half of the documents where they are fewer than 200."""
    recall: dict[str, float]
    """Mean recall at that depth by candidate; without what ranks less deep."""
    hard: dict[str, tuple[Hard, ...]] = {}
    wishes: dict[str, Decided] = {}
    folders: dict[str, Folder] = {}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A data set measured."""

    name: str
    record: DecisionRecord
    beside: Beside

    def part(self, name: str) -> CandidatePart | None:
        """Return a candidate of the run."""
        return next((part for part in self.record.candidates if part.name == name), None)

    @property
    def models(self) -> tuple[CandidatePart, ...]:
        """The models that were measured, the best first; neither BM25 nor what is made of two."""
        found = [
            part
            for part in self.record.candidates
            if part.quality is not None and part.kind not in ("baseline", "hybrid")
        ]
        return tuple(sorted(found, key=lambda part: (-mean_of(part), part.name)))

    def gap(self, one: str, other: str) -> Gap:
        """Return one less other."""
        known = self.beside.gaps.get(one, {}).get(other)
        if known is not None:
            return known
        turned = self.beside.gaps[other][one]
        low = None if turned.high is None else -turned.high
        high = None if turned.low is None else -turned.low
        return Gap(-turned.mean, low, high)

    def places(self, name: str) -> tuple[int, int]:
        """Return the best and the worst rank that the pairs leave possible among the models.

        Models whose whole interval is above stand before it, those below behind it; the intervals
        are those of single pairs, not corrected for how many there are.
        """
        others = [part.name for part in self.models if part.name != name]
        above = sum(self.gap(other, name).surely_above for other in others)
        below = sum(self.gap(other, name).surely_below for other in others)
        return 1 + above, 1 + len(others) - below


def mean_of(part: CandidatePart) -> float:
    """Return the measured nDCG@10 of a candidate that has one."""
    assert part.quality is not None
    return part.quality.mean


def save(name: str, record: DecisionRecord, beside: Beside, folder: Path) -> None:
    """Write both under the set's name; a run made again takes the place of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_bytes(to_toml(record))
    shown = msgspec.json.format(msgspec.json.encode(beside), indent=1)
    (folder / f"{name}.json").write_bytes(shown + b"\n")


def load(name: str, folder: Path) -> Run | None:
    """Read a set's run; None where there is none. RecordError for a record that is damaged."""
    file = folder / f"{name}.toml"
    if not file.is_file():
        return None
    record, _ = load_record(file)
    beside = msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Beside)
    return Run(name=name, record=record, beside=beside)
