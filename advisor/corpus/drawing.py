"""Orders that look random, depend on a seed alone, and keep every stratum in proportion."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from advisor.corpus.dataset import Document, Query
from advisor.corpus.language import language_of

Item = TypeVar("Item", Document, Query)

_LOOKED_AT: Final = 4
"""Documents looked at for each one wanted: telling a language takes longer than drawing."""


def draw(seed: int, what: str, item_id: str) -> int:
    """Return a number below 2**64 that looks random and depends on nothing but the arguments."""
    text = f"{seed}\0{what}\0{item_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def query_order(queries: Iterable[Query], seed: int) -> list[Query]:
    """Return the queries shuffled so that every beginning has the categories in proportion."""
    return _spread(queries, seed, "query", lambda query: query.category or "")


def document_order(documents: Iterable[Document], seed: int, most: int) -> list[Document]:
    """Return documents shuffled, the first `most` and more of them spread over their strata.

    A stratum is a category, a language and a class of length (a factor of two).
    """
    shuffled = sorted(documents, key=lambda document: draw(seed, "document", document.id))
    looked_at = shuffled[: _LOOKED_AT * most]
    spread = _spread(looked_at, seed, "document", _stratum)
    return spread + shuffled[len(looked_at) :]


def _stratum(document: Document) -> str:
    language = language_of(document.text) or ""
    return f"{document.category or ''}\0{language}\0{len(document.text).bit_length()}"


def _spread(
    items: Iterable[Item], seed: int, what: str, stratum: Callable[[Item], str]
) -> list[Item]:
    by_stratum: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_stratum[stratum(item)].append(item)
    placed: list[tuple[float, int, Item]] = []
    for name, members in by_stratum.items():
        members.sort(key=lambda item: (draw(seed, what, item.id), item.id))
        # Evenly spread over 0 to 1, each stratum from its own start.
        start = draw(seed, "category", name) / 2**64
        placed += [
            ((at + start) / len(members), draw(seed, what, item.id), item)
            for at, item in enumerate(members)
        ]
    placed.sort(key=lambda place: (place[0], place[1], place[2].id))
    return [item for _, _, item in placed]
