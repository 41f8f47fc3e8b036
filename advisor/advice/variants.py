"""What keeping the vectors in a smaller form costs in quality, and the smallest that costs none."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from advisor.bench.results import Result
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import mean_interval

HARMLESS = -0.01
"""A form is advised when the lower bound of its change lies above this (methods, 8)."""
BITS_ONLY = ("binary", "binary, rescored")


class Smaller(msgspec.Struct, frozen=True, kw_only=True):
    """One form of the vectors beside the full one."""

    form: str
    dim: int
    bytes: int
    """Of one vector as it is searched."""
    change: Interval
    """Of nDCG@10 against the full form, paired by query; negative is worse."""
    trained: bool = True
    """Whether the model was trained to be cut to so many dimensions, or is not cut."""

    @property
    def harmless(self) -> bool:
        """Whether it surely costs next to nothing on these queries."""
        return self.change.low is not None and self.change.low > HARMLESS


def smaller_forms(result: Result) -> tuple[Smaller, ...]:
    """Return every form that was compared but the full one, with its change."""
    if not result.views.forms:
        return ()
    full, *others = result.views.forms
    return tuple(
        Smaller(
            form=other.form,
            dim=other.dim,
            bytes=other.bytes,
            change=mean_interval(
                [other.per_query[query] - value for query, value in full.per_query.items()]
            ),
            trained=other.dim == full.dim or other.dim in result.candidate.cuts,
        )
        for other in others
    )


def smallest_harmless(forms: Sequence[Smaller]) -> Smaller | None:
    """Return the smallest form that surely costs next to nothing, None when there is none."""
    fitting = [form for form in forms if form.harmless]
    # Of two as small the one with more dimensions: it was cut less.
    return min(fitting, key=lambda form: (form.bytes, -form.dim), default=None)


def form_note(name: str, full_bytes: int, best: Smaller, documents: int) -> str:
    """Say which form to keep, what it saves and what it costs, and how far that can be trusted."""
    change = best.change
    assert change.low is not None  # harmless ones have an interval
    assert change.high is not None
    times = full_bytes / best.bytes
    rescored = " with the full ones on disk to rescore" if "rescored" in best.form else ""
    careful = (
        f" On {documents:,} documents the loss of single bits is understated; measure it again "
        "on a large index."
        if best.form in BITS_ONLY
        else ""
    )
    return (
        f"{name}'s vectors can be kept in {best.form} at {best.dim} dimensions{rescored}: "
        f"{best.bytes:,} bytes instead of {full_bytes:,} ({times:.0f} times smaller), nDCG@10 "
        f"{change.mean:+.3f} ({change.low:+.3f} to {change.high:+.3f}).{careful}"
    )
