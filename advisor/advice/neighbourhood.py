"""What the neighbourhoods of documents say of candidates, and which they have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.bench.results import Near, Result

MANY_NEVER = 0.3
"""Share of documents near no other from which a person should know."""
NARROW = 0.7
"""Mean cosine of two different documents above which one threshold for all models fails."""


def shared_neighbours(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Return by candidate and other candidate the mean share of neighbours in common, 0 to 1."""
    near: dict[str, Near] = {
        one.candidate.name: one.views.near for one in results if one.views.near is not None
    }
    shared: dict[str, dict[str, float]] = {name: {} for name in near}
    for name, own in near.items():
        for other, theirs in near.items():
            if name < other:
                shares = [
                    len({*mine} & {*its}) / len(mine)
                    for mine, its in zip(own.neighbours, theirs.neighbours, strict=True)
                ]
                shared[name][other] = shared[other][name] = sum(shares) / len(shares)
    return shared


def neighbourhood_notes(picked: Sequence[Result]) -> Iterator[str]:
    """Say what in a model's neighbourhoods changes how it is to be used."""
    for result in picked:
        near = result.views.near
        if near is None:
            continue
        name = result.candidate.name
        if near.mean_cosine is not None and near.mean_cosine > NARROW:
            yield (
                f"Any two documents of {name} have a cosine of {near.mean_cosine:.2f} on average: "
                "a threshold taken from another model lets everything through."
            )
        if near.never > MANY_NEVER:
            yield (
                f"{100 * near.never:.0f} % of the documents are among the {near.k} nearest of no "
                f"other by {name}: what is found by likeness leaves them out."
            )
