"""Texts to vectors: token-sorted batches under a token budget, in float32 or in bf16."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.ranking import Floats
from advisor.bench.vectors import VectorStore, text_hash
from advisor.bench.worker.anatomy import has_products
from advisor.bench.worker.prepacked import Prepacked
from advisor.bench.worker.reading import Reader, threads_for
from advisor.bench.worker.side_by_side import side_by_side

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKEN_BUDGET = 1_024
"""Padded tokens in one batch on a CPU, of which several are encoded at once: the quickest of 512
to 2,048 or within 5 % of it, in float32 and in bf16 (`benchmark_results/speed.md`)."""
GPU_TOKEN_BUDGET = 32_768
MOST_TEXTS = 256
"""Texts in one batch, however short: small steps keep progress and stopping quick."""
CHUNK_SECONDS = 2.0
"""How much encoding a killed session may lose."""


class Batch(NamedTuple):
    """What was encoded together."""

    keys: list[bytes]
    vectors: Floats
    tokens: int
    """Read by the model: no padding, after truncation."""
    seconds: float


class Encoder:
    """One model with its prompts; texts go by their hash."""

    token_budget = TOKEN_BUDGET

    def __init__(
        self,
        model: SentenceTransformer,
        prompts: Mapping[protocol.Side, str],
        max_tokens: int | None,
    ) -> None:
        self.model, self.prompts, self.max_tokens = model, prompts, max_tokens
        self.symmetric = False
        """Whether no side is a query: only then are both read in the same way."""
        self.reader = Reader(model.tokenizer)
        self._lengths: dict[bytes, int] = {}

    def learn(self, lengths: Mapping[bytes, int]) -> None:
        """Take in token counts that are known already, prompt included, before truncation."""
        self._lengths.update(lengths)

    def longest_first(self, texts: Mapping[bytes, str], side: protocol.Side) -> list[bytes]:
        """Return the keys by falling number of tokens.

        What takes most memory is met at once, and progress only speeds up.
        """
        unknown = [key for key in texts if key not in self._lengths]
        if unknown:
            lengths, _ = self.reader.count([texts[key] for key in unknown], self.prompts[side])
            self._lengths.update(zip(unknown, lengths.tolist(), strict=True))
        return sorted(texts, key=lambda key: (-self._lengths[key], key))

    def longest(self, documents: list[str], n: int) -> list[str]:
        """Return the `n` documents with most tokens, of the four times as many longest in letters.

        Counting the tokens of all would take longer than encoding a batch.
        """
        by_letters = sorted(set(documents), key=lambda text: (-len(text), text))[: 4 * n]
        texts = {text_hash(text): text for text in by_letters}
        return [texts[key] for key in self.longest_first(texts, "documents")[:n]]

    def tokens(self, keys: Iterable[bytes]) -> int:
        """Return how many tokens of these texts the model reads, after truncation."""
        return sum(map(self._read_tokens, keys))

    def batches(
        self,
        keys: list[bytes],
        texts: Mapping[bytes, str],
        side: protocol.Side,
        precision: protocol.Precision,
    ) -> Iterator[Batch]:
        """Encode the texts of `keys`, which are in order of length, batch by batch.

        A batch's seconds are those since the one before it: several may be in hand at once.
        """
        threads = self._threads()

        def encoded(together: list[bytes]) -> Floats:
            return self._encode([texts[key] for key in together], side, precision)

        # Beside each other each batch has one thread, for its tokens too.
        with threads_for(1 if threads > 1 else MOST_TEXTS), self._products(precision):
            start = time.perf_counter()
            for together, vectors in side_by_side(encoded, self.cut(keys), threads):
                now = time.perf_counter()
                yield Batch(together, vectors, self.tokens(together), now - start)
                start = now

    def _products(self, precision: protocol.Precision) -> AbstractContextManager[None]:
        """Have the weights ready for many batches; one alone would not pay for that."""
        on_cpu = self.model.device.type == "cpu"
        return self._prepacked() if on_cpu and precision == "bfloat16" else nullcontext()

    @cached_property
    def _prepacked(self) -> Prepacked:
        return Prepacked(self.model)

    def _threads(self) -> int:
        """Return how many threads batches are spread over; 1 is one batch after the other."""
        import torch

        on_cpu = self.model.device.type == "cpu"
        return torch.get_num_threads() if on_cpu and has_products(self.model) else 1

    def encode(
        self, texts: list[str], side: protocol.Side, precision: protocol.Precision = "float32"
    ) -> Floats:
        """Return the vectors (n, d) of one batch in float32, with all threads for it."""
        with threads_for(len(texts)):
            return self._encode(texts, side, precision)

    def _encode(
        self, texts: list[str], side: protocol.Side, precision: protocol.Precision
    ) -> Floats:
        """Return the vectors (n, d) of one batch in float32, whatever they were computed in.

        bf16 is autocast: the products run in bf16, normalisations, softmax and pooling in
        float32. Weights converted to bf16 are up to 5 % quicker and lose a hundred times more
        (cosine .998 against .99998 on four models), which the proof would refuse.
        """
        import torch

        encode: Callable[..., Any] = self.model.encode
        if not self.symmetric:
            own = self.model
            encode = own.encode_query if side == "queries" else own.encode_document
        kind = self.model.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=precision == "bfloat16"):
            vectors = encode(
                texts,
                # An empty prompt would be put before every text all the same; None means none.
                prompt=self.prompts[side] or None,
                batch_size=len(texts),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, np.float32)

    def cut(self, keys: list[bytes]) -> Iterator[list[bytes]]:
        """Cut keys in order of length into batches under the token budget."""
        budget = self.token_budget if self.model.device.type == "cpu" else GPU_TOKEN_BUDGET
        batch: list[bytes] = []
        width = 0
        for key in keys:
            width = width or max(self._read_tokens(key), 1)
            if batch and (width * (len(batch) + 1) > budget or len(batch) == MOST_TEXTS):
                yield batch
                batch, width = [], max(self._read_tokens(key), 1)
            batch.append(key)
        if batch:
            yield batch

    def _read_tokens(self, key: bytes) -> int:
        limit = self.max_tokens
        return self._lengths[key] if limit is None else min(self._lengths[key], limit)


def keep(store: VectorStore, batches: Iterable[Batch], side: protocol.Side) -> Iterator[int]:
    """Write batches into the store every now and then; yield the texts done after each."""
    pending: list[Batch] = []
    done, written = 0, time.monotonic()
    for batch in batches:
        if not np.isfinite(batch.vectors).all():
            raise EngineError("not finite", f"it returns NaN or infinity for some {side}")
        pending.append(batch)
        done += len(batch.keys)
        yield done
        if time.monotonic() - written > CHUNK_SECONDS:
            _write(store, pending)
            pending, written = [], time.monotonic()
    _write(store, pending)


def _write(store: VectorStore, pending: list[Batch]) -> None:
    if not pending:
        return
    store.add(
        [key for batch in pending for key in batch.keys],
        np.concatenate([batch.vectors for batch in pending]),
        sum(batch.tokens for batch in pending),
        sum(batch.seconds for batch in pending),
    )
