"""Kind and size of a tokenizer, read from the tokenizer.json of a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from advisor.catalogue.card import TokenizerKind

MOST_BYTES = 100 * 2**20
"""The largest published ones measure some 35 MB."""
_KINDS: dict[str, TokenizerKind] = {
    "WordPiece": "wordpiece",
    "Unigram": "unigram",
    "WordLevel": "word",
    "BPE": "bpe",
}


class Tokenizer(NamedTuple):
    """What a tokenizer file says of itself."""

    kind: TokenizerKind
    vocab_size: int
    """Added tokens included."""


class _Model(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]]
    type: str = ""


class _Added(msgspec.Struct):
    id: int
    content: str


class _File(msgspec.Struct):
    model: _Model
    added_tokens: list[_Added] = []
    pre_tokenizer: Any = None
    decoder: Any = None


def read_tokenizer(folder: Path) -> Tokenizer | None:
    """Return the tokenizer of a model folder; None when there is none that can be read."""
    path = folder / "tokenizer.json"
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        held = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    vocab = held.model.vocab
    words = set(vocab) if isinstance(vocab, dict) else {piece for piece, _ in vocab}
    kind = _KINDS.get(held.model.type)
    if kind is None or not words:
        return None
    if kind == "bpe" and any(_by_bytes(part) for part in (held.pre_tokenizer, held.decoder)):
        kind = "byte-bpe"
    return Tokenizer(kind, len(words.union(token.content for token in held.added_tokens)))


def _by_bytes(part: Any) -> bool:  # noqa: ANN401 - foreign JSON of any shape
    if not isinstance(part, dict):
        return False
    steps = part.get("pretokenizers") or part.get("decoders") or [part]
    return isinstance(steps, list) and any(
        isinstance(step, dict) and step.get("type") == "ByteLevel" for step in steps
    )
