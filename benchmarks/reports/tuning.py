"""Whether fine-tuning would pay: the room that was measured, what it costs, what to expect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from advisor.advice.next_steps import (
    LEAST_PAIRS,
    MINUTES_PER_1000_PAIRS,
    ROOM,
    SMALL_ACTIVE,
    TOO_GOOD,
    USUAL_PAIRS,
)
from advisor.record.cells import ndcg, number
from advisor.record.decision import CandidatePart
from benchmarks.reports.kept import Run
from benchmarks.reports.told import ROOM_DEPTH, best, recall_at_10, setting, table


class Room(NamedTuple):
    """What a better order could win for a model on a set."""

    near: float
    """Recall@10."""
    deep: float
    """Recall at the depth looked at."""
    depth: int

    @property
    def pays(self) -> bool:
        """Whether the rule of the product calls a trial worth it."""
        return self.depth >= ROOM_DEPTH and self.deep - self.near >= ROOM and self.near <= TOO_GOOD


def room(run: Run, part: CandidatePart) -> Room | None:
    """Return the room of a model; None where it was not measured."""
    near, deep = recall_at_10(part), run.beside.recall.get(part.name)
    return None if near is None or deep is None else Room(near, deep, run.beside.deep)


def minutes(part: CandidatePart) -> float | None:
    """Return minutes for 1,000 pairs and epoch on two cores, estimated from parameters at work."""
    active = part.n_active_parameters
    if not active or part.backend == "onnxruntime":
        return None
    return MINUTES_PER_1000_PAIRS * active / SMALL_ACTIVE


def verdict(found: Room) -> str:
    """Say what the room of a model means."""
    if found.depth < ROOM_DEPTH:
        return "cannot be told: too few documents for a deep list"
    if found.near > TOO_GOOD:
        return "no: recall@10 is near its end"
    if found.deep - found.near < ROOM:
        return "no: the right documents are hardly further down either"
    return "a trial pays, with enough pairs"


def section(runs: Sequence[Run]) -> str:
    """Return the advice with the room of the best model, and of the smallest, of every set."""
    rows = []
    for run in runs:
        for part in _looked_at(run):
            found = room(run, part)
            if found is not None:
                rows.append(
                    (
                        f"{run.name}: {part.name}", ndcg(found.near),
                        f"{ndcg(found.deep)} (@{found.depth})", ndcg(found.deep - found.near),
                        verdict(found),
                    )
                )  # fmt: skip
    parts = {part.name: part for run in runs for part in run.models}
    costs = [
        (part.name, number(part.n_active_parameters / 1e6), number(minutes(part)))
        for part in parts.values()
        if part.n_active_parameters and minutes(part) is not None
    ]
    return "\n\n".join(
        (
            f"Fine-tuning teaches a model which of the documents it already brings up is the "
            f"right one. It has something to win where recall deep down the list is at least "
            f"{ROOM:g} above recall@10, and nothing where recall@10 is above {TOO_GOOD:g}. The "
            f"rule reads recall@{ROOM_DEPTH}, which needs a set of {2 * ROOM_DEPTH} documents or "
            "more; on the smaller ones here the depth is half of the documents, and no verdict "
            "is given.",
            table(
                ("set: model", "recall@10", "recall deep", "room", "would it pay"),
                rows,
                texts=("would it pay",),
            ),
            f"Pairs: {LEAST_PAIRS} labelled pairs of query and right document at the least, "
            f"{USUAL_PAIRS:,} to 5,000 usually. Expected gain: published gains are 3 to 10 points "
            "of nDCG@10 (0.03 to 0.10) on the jargon of a domain and about none on general text; "
            "none of it was measured here. LoRA loses little against training all weights. Keep "
            "50 queries or more out of training, split by document, and compare in pairs.",
            "Cost of one epoch over 1,000 pairs on two cores, estimated from the parameters at "
            "work (a server's GPU takes a small part of that):",
            table(("model", "parameters at work, M", "minutes"), sorted(costs)),
            "Static tables and quantised graphs are not in this table: the first are made anew "
            "from a teacher rather than trained on, the second cannot be trained.",
        )
    )


def _looked_at(run: Run) -> tuple[CandidatePart, ...]:
    """Return the best model of a set, and the pick where speed comes first."""
    decided = run.beside.wishes.get("speed")
    quick = run.part(decided.pick) if decided is not None and decided.pick else None
    parts = (best(run), quick if quick in run.models else None)
    return tuple({part.name: part for part in parts if part is not None}.values())


def line(runs: Sequence[Run], name: str) -> str:
    """Return what can be said of one model, a sentence."""
    told = []
    for run in runs:
        part = run.part(name)
        found = room(run, part) if part is not None else None
        if found is not None and found.depth >= ROOM_DEPTH:
            told.append(
                f"{run.name} ({setting(run.name)}): recall@10 {ndcg(found.near)}, "
                f"recall@{found.depth} {ndcg(found.deep)}, {verdict(found)}"
            )
    return "; ".join(told) or "not known, no set here is large enough"
