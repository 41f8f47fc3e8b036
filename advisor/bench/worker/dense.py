"""Dense and static models through sentence-transformers: load, look, encode, search, time."""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from advisor.bench import protocol, timing
from advisor.bench.about import write_about
from advisor.bench.libraries import VECTOR_LIBRARIES, versions
from advisor.bench.ranking import Floats, search, write_arrays, write_run
from advisor.bench.serving import Emit, EngineError, Pulse, peak_mib
from advisor.bench.variants import Blocks, rank_by, variants_of
from advisor.bench.vectors import VectorStore, encoding_key, text_hash
from advisor.bench.worker import folder
from advisor.bench.worker.anatomy import anatomy, as_inner_product
from advisor.bench.worker.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentence_transformers import SentenceTransformer

TOKEN_BUDGET = 2_048
"""Padded tokens in one batch on a CPU: 512 to 2,048 keep the GEMMs busy and the caches warm."""
GPU_TOKEN_BUDGET = 32_768
MOST_TEXTS = 256
"""Texts in one batch, however short: small steps keep progress and stopping quick."""
CHUNK_SECONDS = 2.0
"""How much encoding a killed session may lose."""
PROBE = "How do I choose an embedding model?"
_USUAL = (
    "sentence_transformers.sentence_transformer.modules",
    "transformers.models.bert.modeling_bert",
    "transformers.models.bert.tokenization_bert",
    "transformers.models.mpnet.modeling_mpnet",
    "transformers.models.xlm_roberta.modeling_xlm_roberta",
)
COVERS = "encoding one query, without the search in a vector store"


def import_heavy() -> None:
    """Import what every session needs, so that a forked one starts with it."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch  # noqa: F401

    # What most models load lazily; a version that has moved one of these only loads it later.
    for name in _USUAL:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


class DenseEngine:
    """One model that gives one vector a text."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._model: SentenceTransformer | None = None
        self._command: protocol.Load | None = None
        self._stores: dict[protocol.Side, tuple[VectorStore, list[bytes]]] = {}
        self._queries: list[str] = []
        self._dim = 0
        self._prompts: dict[protocol.Side, str] = {"documents": "", "queries": ""}
        self._lengths: dict[bytes, int] = {}

    # load ------------------------------------------------------------------------------------

    def load(self, command: protocol.Load) -> protocol.Event:
        """Load the folder; safetensors only, and no code of its own without consent."""
        self._emit(protocol.Loading())
        path = Path(command.path)
        folder.check(path, remote_code=command.remote_code)
        import torch

        torch.set_num_threads(command.threads)
        start = time.perf_counter()
        model = self._load(path, command)
        seconds = time.perf_counter() - start
        self._model, self._command = model, command
        source = self._choose_prompts(model, command)
        start = time.perf_counter()
        first = self._encode([PROBE], "queries")
        first_call_ms = (time.perf_counter() - start) * 1e3
        if not np.isfinite(first).all():
            raise EngineError("not finite", "it returns NaN or infinity for a plain sentence")
        self._dim = int(first.shape[1])
        return protocol.Loaded(
            seconds=round(seconds, 4),
            first_call_ms=round(first_call_ms, 3),
            dim=self._dim,
            max_tokens=self._max_tokens(),
            device=str(model.device),
            threads=command.threads,
            query_prompt=self._prompts["queries"],
            document_prompt=self._prompts["documents"],
            prompt_source=source,
            peak_mib=peak_mib(),
            gpu_mib=self._gpu_mib(),
            **anatomy(model),
        )

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> SentenceTransformer:
        import torch
        from sentence_transformers import SentenceTransformer

        keywords: dict[str, Any] = {}
        if folder.has_transformer(path):
            keywords["model_kwargs"] = {"use_safetensors": True}
            if command.device == "cpu":
                # bf16 checkpoints would run in bf16, up to a hundred times slower where the
                # CPU has no instructions for it.
                keywords["model_kwargs"]["dtype"] = torch.float32
        return SentenceTransformer(
            str(path),
            device=command.device,
            local_files_only=True,
            trust_remote_code=command.remote_code,
            **keywords,
        )

    def _choose_prompts(
        self, model: SentenceTransformer, command: protocol.Load
    ) -> Literal["model", "catalogue", "none"]:
        own: dict[str, str | None] = dict(model.prompts or {})
        query = own.get("query") or ""
        named = (own.get(name) for name in ("document", "passage", "corpus"))
        document = next((prompt for prompt in named if prompt), "")
        source: Literal["model", "catalogue", "none"] = "model"
        if not query and not document:
            query, document = command.query_prompt or "", command.document_prompt or ""
            source = "catalogue" if query or document else "none"
        self._prompts = {"documents": document, "queries": query}
        return source

    def _max_tokens(self) -> int | None:
        limit = self._ready().max_seq_length
        return int(limit) if limit is not None and math.isfinite(limit) else None

    # diagnose --------------------------------------------------------------------------------

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Count what the tokenizer makes of the texts, and what the limit cuts off."""
        reader = Reader(self._ready().tokenizer)
        documents = protocol.read_texts(command.documents)
        queries = protocol.read_texts(command.queries)
        lengths, unknown = reader.count(documents, self._prompts["documents"])
        query_lengths, query_unknown = reader.count(queries, self._prompts["queries"])
        self._lengths = dict(zip(map(text_hash, documents), lengths.tolist(), strict=True))
        tokens = int(lengths.sum())
        everything = tokens + int(query_lengths.sum())
        characters = sum(map(len, documents))
        limit = self._max_tokens()
        lost = np.maximum(lengths - limit, 0) if limit is not None else np.zeros_like(lengths)
        return protocol.Diagnosed(
            truncated_share=_share(int((lost > 0).sum()), len(documents)),
            lost_token_share=_share(int(lost.sum()), tokens),
            unknown_share=_share(unknown + query_unknown, everything),
            tokens_per_character=_share(tokens, characters),
            document_tokens=tokens,
            query_tokens=int(query_lengths.sum()),
            longest_tokens=int(lengths.max()) if len(lengths) else None,
        )

    # encode ----------------------------------------------------------------------------------

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Bring every text of one side into the store; what is there already is not redone."""
        texts = protocol.read_texts(command.texts)
        keys = [text_hash(text) for text in texts]
        store = self._store(command.side)
        there = store.has(keys)
        missing = {
            key: text for key, text, known in zip(keys, texts, there, strict=True) if not known
        }
        self._encode_missing(store, command.side, missing, already=len(texts) - len(missing))
        self._stores[command.side] = (store, keys)
        if command.side == "queries":
            self._queries = texts
        timed, tokens, seconds = store.pace(keys)
        return protocol.Encoded(
            side=command.side,
            n=len(texts),
            fresh=len(missing),
            tokens=tokens,
            timed=timed,
            characters=sum(map(len, texts)),
            seconds=round(seconds, 4),
            peak_mib=peak_mib(),
        )

    def _store(self, side: protocol.Side) -> VectorStore:
        model, command = self._ready(), self._command
        assert command is not None  # set together with the model
        settings: dict[str, str | int | float | bool | None] = {
            "prompt": self._prompts[side],
            "max_tokens": self._max_tokens(),
            "dim": self._dim,
            "dtype": str(model.dtype),
            "device": str(model.device.type),
            **versions(*VECTOR_LIBRARIES),
        }
        key = encoding_key(weights=command.weights_hash, **settings)
        place = Path(command.vectors) / key
        store = VectorStore(place, self._dim)
        write_about(place, command.name, settings)
        return store

    def _encode_missing(
        self, store: VectorStore, side: protocol.Side, missing: dict[bytes, str], already: int
    ) -> None:
        pulse = Pulse(self._emit, f"encoding {side}", already + len(missing), side)
        keys = self._longest_first(missing, side)
        pending: list[tuple[list[bytes], Floats, int]] = []
        seconds, done, written = 0.0, already, time.monotonic()
        for batch in self._batches(keys):
            start = time.perf_counter()
            vectors = self._encode([missing[key] for key in batch], side)
            seconds += time.perf_counter() - start
            if not np.isfinite(vectors).all():
                raise EngineError("not finite", f"it returns NaN or infinity for some {side}")
            pending.append((batch, vectors, sum(self._read_tokens(key) for key in batch)))
            done += len(batch)
            pulse.beat(done)
            if time.monotonic() - written > CHUNK_SECONDS:
                _write(store, pending, seconds)
                pending, seconds, written = [], 0.0, time.monotonic()
        _write(store, pending, seconds)

    def _longest_first(self, missing: dict[bytes, str], side: protocol.Side) -> list[bytes]:
        unknown = [key for key in missing if key not in self._lengths]
        if unknown:
            reader = Reader(self._ready().tokenizer)
            lengths, _ = reader.count([missing[key] for key in unknown], self._prompts[side])
            self._lengths.update(zip(unknown, lengths.tolist(), strict=True))
        # The longest first: what takes most memory is met at once, and progress only speeds up.
        return sorted(missing, key=lambda key: (-self._lengths[key], key))

    def _batches(self, keys: list[bytes]) -> Iterator[list[bytes]]:
        budget = TOKEN_BUDGET if self._ready().device.type == "cpu" else GPU_TOKEN_BUDGET
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
        limit = self._max_tokens()
        return self._lengths[key] if limit is None else min(self._lengths[key], limit)

    def _encode(self, texts: list[str], side: protocol.Side) -> Floats:
        model = self._ready()
        encode = model.encode_query if side == "queries" else model.encode_document
        vectors = encode(
            texts,
            # An empty prompt would be put before every text all the same; None means none.
            prompt=self._prompts[side] or None,
            batch_size=len(texts),
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, np.float32)

    # search and time -------------------------------------------------------------------------

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank all documents for every query, exactly, and write the run."""
        start = time.perf_counter()
        queries, blocks = self._as_searched()
        indices, scores = search(queries, blocks, command.depth)
        write_run(Path(command.run), indices, scores)
        seconds = time.perf_counter() - start
        return protocol.Searched(run=command.run, seconds=round(seconds, 4), peak_mib=peak_mib())

    def vary(self, command: protocol.Vary) -> protocol.Event:
        """Rank by smaller forms of the vectors; there are none where distances count."""
        start = time.perf_counter()
        queries, blocks = self._as_searched()
        similarity = self._ready().similarity_fn_name
        known = variants_of(queries.shape[1]) if similarity in ("cosine", "dot") else ()
        cosine = similarity == "cosine"
        pulse = Pulse(self._emit, "comparing smaller vectors", len(known), "forms")
        runs = {}
        for done, variant in enumerate(known, start=1):
            runs[variant.name] = rank_by(variant, queries, blocks, command.depth, cosine=cosine)
            pulse.beat(done)
        write_arrays(Path(command.runs), runs)
        return protocol.Varied(
            runs=command.runs,
            names=tuple(runs),
            documents=len(self._stores["documents"][1]),
            seconds=round(time.perf_counter() - start, 4),
        )

    def _as_searched(self) -> tuple[Floats, Blocks]:
        """Return the queries and the blocks of documents, so that inner products rank them."""
        similarity = self._ready().similarity_fn_name
        documents, document_keys = self._stores["documents"]
        store, query_keys = self._stores["queries"]
        queries = as_inner_product(store.take(query_keys), similarity, "queries")

        def blocks() -> Iterator[Floats]:
            for rows in documents.blocks(document_keys):
                yield as_inner_product(rows, similarity, "documents")

        return queries, blocks

    def time(self, command: protocol.Time) -> protocol.Event:
        """Time single queries on the path that encoded them."""
        threads = self._command.threads if self._command else 1
        return timing.time_block(
            command,
            self._queries,
            lambda text: self._encode([text], "queries"),
            threads=threads,
            covers=COVERS,
        )

    def _gpu_mib(self) -> float | None:
        if self._ready().device.type != "cuda":
            return None
        import torch

        return torch.cuda.max_memory_allocated() / 2**20

    def _ready(self) -> SentenceTransformer:
        if self._model is None:
            raise EngineError("protocol", "the model is not loaded")
        return self._model


def _write(
    store: VectorStore, pending: list[tuple[list[bytes], Floats, int]], seconds: float
) -> None:
    if not pending:
        return
    keys = [key for batch, _, _ in pending for key in batch]
    vectors = np.concatenate([vectors for _, vectors, _ in pending])
    store.add(keys, vectors, sum(tokens for _, _, tokens in pending), seconds)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
