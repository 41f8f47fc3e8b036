"""How a model's tokenizer reads texts: lengths, unknown tokens, what is cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.bench.engine import EngineError

AT_ONCE = 512
"""Texts tokenized together; their encodings are dropped before the next lot."""
_UNKNOWN = ("[UNK]", "<unk>", "<UNK>", "<|unk|>")


class Reader:
    """Counts tokens with the model's own tokenizer, without padding and without truncation."""

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - two unrelated libraries' types
        backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
        self._backend = backend if hasattr(backend, "encode_batch_fast") else None
        self._tokenizer = tokenizer
        self._unknown = self._find_unknown()

    def count(self, texts: Sequence[str], prompt: str = "") -> tuple[NDArray[np.int32], int]:
        """Return the tokens of each text with its prompt, and how many of all are unknown."""
        lengths = np.empty(len(texts), np.int32)
        unknown = 0
        for first in range(0, len(texts), AT_ONCE):
            lot = [prompt + text for text in texts[first : first + AT_ONCE]]
            for offset, ids in enumerate(self._ids(lot)):
                lengths[first + offset] = len(ids)
                unknown += ids.count(self._unknown) if self._unknown is not None else 0
        return lengths, unknown

    def spans(self, text: str) -> tuple[list[tuple[int, int]], list[int | None]]:
        """Return of each token where it stands in the text, and the number of its word.

        The model's own marks are not among them. EngineError for a tokenizer that cannot say.
        """
        if self._backend is None:
            raise EngineError(
                "chunks", "its tokenizer does not say where its tokens stand in a text"
            )
        with _untrimmed(self._backend):
            read = self._backend.encode(text, add_special_tokens=False)
        return read.offsets, read.word_ids

    def _ids(self, texts: list[str]) -> Iterator[list[int]]:
        if self._backend is None:
            # A tokenizer written in Python (some custom ones): slower, same meaning.
            yield from self._tokenizer(texts, padding=False, truncation=False)["input_ids"]
            return
        with _untrimmed(self._backend), threads_for(len(texts)):
            encodings = self._backend.encode_batch_fast(texts, add_special_tokens=True)
        for encoding in encodings:
            yield encoding.ids

    def _find_unknown(self) -> int | None:
        named = getattr(self._tokenizer, "unk_token_id", None)
        if isinstance(named, int):
            return named
        if self._backend is None:
            return None
        ids = (self._backend.token_to_id(token) for token in _UNKNOWN)
        return next((found for found in ids if found is not None), None)


def limit_threads(threads: int) -> None:
    """Give the tokenizers of this process so many threads; before the first text is read."""
    os.environ["RAYON_NUM_THREADS"] = str(threads)


@contextmanager
def threads_for(texts: int) -> Iterator[None]:
    """Let the tokenizer use its threads while there is more than one text.

    The library reads the variable at every call. For one text it would pay for handing it over,
    which for static models is a good part of a query's latency.
    """
    before = os.environ.get("TOKENIZERS_PARALLELISM", "false")
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if texts > 1 else "false"
    try:
        yield
    finally:
        os.environ["TOKENIZERS_PARALLELISM"] = before


@contextmanager
def _untrimmed(backend: Any) -> Iterator[None]:  # noqa: ANN401 - tokenizers ships no types
    """Switch padding and truncation off for a while; the model's own settings come back."""
    truncation, padding = backend.truncation, backend.padding
    backend.no_truncation()
    backend.no_padding()
    try:
        yield
    finally:
        if truncation is not None:
            backend.enable_truncation(**truncation)
        if padding is not None:
            backend.enable_padding(**padding)
