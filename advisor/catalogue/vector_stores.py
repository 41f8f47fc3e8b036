"""What vector stores take: dimensions, bytes a vector, sparse and multi-vector search."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from advisor.catalogue.prices import Confidence
from advisor.catalogue.shipped import shipped_toml

Element = Literal["float32", "float16", "int8", "int4", "binary", "product", "sparse"]
"""How an index keeps a dimension; `product` is product quantisation."""
Support = Literal["index", "rescoring", "no"]
"""Whether the store finds by such vectors, only orders what was found, or neither."""
FAITHFUL: tuple[Element, ...] = ("float32", "float16")
"""Elements that cost next to nothing in ranking: only these set the limit of dimensions."""


class Index(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One type of index, or of column where the store has no index."""

    name: str
    element: Element
    max_dims: int | None = None
    """None: no limit is named. Of `sparse`, the entries that are not zero."""
    bytes_per_dim: float
    bytes_fixed: float = 0
    factor: float = 1

    def takes(self, dim: int) -> bool:
        """Whether vectors of `dim` dimensions fit."""
        return self.max_dims is None or dim <= self.max_dims

    def vector_bytes(self, dim: int) -> float:
        """Return the bytes of one vector of `dim` dimensions."""
        return self.factor * (self.bytes_per_dim * dim + self.bytes_fixed)


class VectorStore(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One store and its indexes, the most faithful first."""

    name: str
    """As in the profile's answer `vector_store`."""
    version: str
    """What the facts are about."""
    sparse: Support
    multi_vector: Support
    indexes: tuple[Index, ...]
    on_disk: bool = False
    """Whether vectors are read from disk as a matter of course, so that no memory is paid."""
    source: str
    confidence: Confidence
    note: str | None = None
    as_of: str = ""
    """ISO date."""

    @property
    def most_dimensions(self) -> int | None:
        """The longest dense vector an index takes without quantisation; None without a limit."""
        limits = [index.max_dims for index in self.indexes if index.element in FAITHFUL]
        return None if None in limits else max(limit for limit in limits if limit is not None)

    def index_for(self, dim: int) -> Index | None:
        """Return the most faithful index that takes `dim` dimensions, None when none does."""
        dense = (index for index in self.indexes if index.element != "sparse")
        return next((index for index in dense if index.takes(dim)), None)

    def objection(self, dim: int) -> str | None:
        """Why vectors of `dim` dimensions cannot be indexed, or None when they can."""
        most = self.most_dimensions
        if most is None or dim <= most:
            return None
        index = next(index for index in self.indexes if index.max_dims == most)
        return f"{dim:,} dimensions; {self.name} indexes at most {most:,} ({index.name})"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    as_of: str
    stores: tuple[VectorStore, ...]


@cache
def load_vector_stores() -> Mapping[str, VectorStore]:
    """Return the stores by name, read once per process."""
    held = shipped_toml("vector_stores.toml", _File)
    dated = (msgspec.structs.replace(store, as_of=held.as_of) for store in held.stores)
    return MappingProxyType({store.name: store for store in dated})


def most_dimensions(store: str | None) -> int | None:
    """Return the longest vector the named store indexes; None without a limit or a known store."""
    found = load_vector_stores().get(store or "")
    return found.most_dimensions if found else None
