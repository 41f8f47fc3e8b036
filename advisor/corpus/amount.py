"""How much of a dataset is measured, as the user says it."""

from __future__ import annotations

import msgspec

DEFAULT_QUERIES = 256
DEFAULT_DOCUMENTS = 2_000
"""Sizes of a sample where the user says nothing (methods, 4)."""


class Amount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The size of a sample; what is not said takes the default, or everything when `full`."""

    queries: int | None = None
    documents: int | None = None
    full: bool = False
    seed: int = 0

    @property
    def most_queries(self) -> int | None:
        """At most so many queries; None is all of them."""
        return self.queries or (None if self.full else DEFAULT_QUERIES)

    @property
    def most_documents(self) -> int | None:
        """At most so many documents; None is all of them."""
        return self.documents or (None if self.full else DEFAULT_DOCUMENTS)
