"""How much of a dataset is measured, as the user says it."""

from __future__ import annotations

from typing import Literal

import msgspec

Size = Literal["quick", "standard", "thorough"]
SIZES: dict[Size, tuple[int, int]] = {
    "quick": (64, 500),
    "standard": (256, 2_000),
    "thorough": (512, 5_000),
}
"""Queries and documents of a sample, where the user names no numbers (methods, 4)."""
DEFAULT_QUERIES, DEFAULT_DOCUMENTS = SIZES["standard"]


class Amount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The size of a sample; what is not said takes that of `size`, or everything when `full`."""

    queries: int | None = None
    documents: int | None = None
    full: bool = False
    size: Size = "standard"
    seed: int = 0

    @property
    def most_queries(self) -> int | None:
        """At most so many queries; None is all of them."""
        return self.queries or (None if self.full else SIZES[self.size][0])

    @property
    def most_documents(self) -> int | None:
        """At most so many documents; None is all of them."""
        return self.documents or (None if self.full else SIZES[self.size][1])

    @property
    def most_units(self) -> int | None:
        """At most so many texts or pairs that are scored, where they are all there is to encode."""
        return self.queries or self.most_documents
