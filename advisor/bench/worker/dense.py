"""Dense and static models through sentence-transformers: load, look, encode, search, time."""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from advisor.bench import protocol
from advisor.bench.about import write_about
from advisor.bench.engine import Emit, EngineError, Single
from advisor.bench.libraries import VECTOR_LIBRARIES, versions
from advisor.bench.ranking import Floats, Ints, write_arrays, write_run
from advisor.bench.serving import Pulse, peak_mib, resident_mib
from advisor.bench.solving import SYMMETRIC, read_given, solve
from advisor.bench.variants import WHOLE_DOCUMENTS
from advisor.bench.vectors import VectorStore, encoding_key, text_hash
from advisor.bench.worker import folder, precision, varying
from advisor.bench.worker.anatomy import anatomy, as_inner_product
from advisor.bench.worker.cutting import Cutter, Pieces, cutter_for
from advisor.bench.worker.diagnosing import diagnosed
from advisor.bench.worker.encoding import Encoder, keep
from advisor.bench.worker.loading import arguments, max_tokens
from advisor.bench.worker.prompts import choose_prompts
from advisor.bench.worker.reading import limit_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sentence_transformers import SentenceTransformer

PROBE = "How do I choose an embedding model?"
_USUAL = (
    "sentence_transformers.sentence_transformer.modules",
    "transformers.models.bert.modeling_bert",
    "transformers.models.bert.tokenization_bert",
    "transformers.models.mpnet.modeling_mpnet",
    "transformers.models.xlm_roberta.modeling_xlm_roberta",
)
_Held: TypeAlias = tuple[VectorStore, list[bytes]]
"""Where the vectors of one side are, and by what keys, in order."""
COVERS = "encoding one query, without the search in a vector store"
COVERS_TEXT = "encoding one text"


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

    libraries: tuple[str, ...] = ()
    """What decides on its vectors besides the libraries that all models need."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._encoder: Encoder | None = None
        self._command: protocol.Load | None = None
        self._cutter: Cutter | None = None
        """Cuts documents into chunks, where that is asked for."""
        self._pieces: tuple[str, Pieces] | None = None
        """The documents of the last file, as they are encoded."""
        self._owners: Ints | None = None
        """Of the encoded documents' chunks; None where documents are whole."""
        self._stores: dict[protocol.Side, _Held] = {}
        self._queries: list[str] = []
        self._dim = 0
        self._precision: protocol.Precision = "float32"
        """Of the documents' vectors."""
        self._bare_mib: float | None = None
        self._bf16 = False
        """Whether this process has left the path that the record names; its peak says nothing."""

    # load ------------------------------------------------------------------------------------

    def load(self, command: protocol.Load) -> protocol.Event:
        """Load the folder; safetensors only, and no code of its own without consent."""
        self._emit(protocol.Loading())
        path = Path(command.path)
        self._check(path, command)
        import torch

        self._bare_mib = resident_mib()
        torch.set_num_threads(command.threads)
        limit_threads(command.threads)
        start = time.perf_counter()
        model = self._load(path, command)
        seconds = time.perf_counter() - start
        prompts, source = choose_prompts(model, command)
        encoder = self._make_encoder(model, prompts, max_tokens(model))
        encoder.symmetric = command.task in SYMMETRIC
        self._encoder, self._command = encoder, command
        self._cutter = cutter_for(encoder, command)
        start = time.perf_counter()
        self._dim = self._first_call(encoder)
        first_call_ms = (time.perf_counter() - start) * 1e3
        return protocol.Loaded(
            seconds=round(seconds, 4),
            first_call_ms=round(first_call_ms, 3),
            dim=self._dim,
            max_tokens=encoder.max_tokens,
            device=str(model.device),
            threads=command.threads,
            query_prompt=prompts["queries"],
            document_prompt=prompts["documents"],
            prompt_source=source,
            peak_mib=peak_mib(),
            gpu_mib=self._gpu_mib(),
            **self._anatomy(model),
        )

    @staticmethod
    def _check(path: Path, command: protocol.Load) -> None:
        folder.check(path, remote_code=command.remote_code)

    @staticmethod
    def _anatomy(model: SentenceTransformer) -> dict[str, Any]:
        return anatomy(model)

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(path), **arguments(path, command))

    def _make_encoder(
        self,
        model: SentenceTransformer,
        prompts: Mapping[protocol.Side, str],
        max_tokens: int | None,
    ) -> Encoder:
        return Encoder(model, prompts, max_tokens)

    def _first_call(self, encoder: Encoder) -> int:
        """Encode one sentence and return the dimension."""
        first = encoder.encode([PROBE], "queries")
        if not np.isfinite(first).all():
            raise EngineError("not finite", "it returns NaN or infinity for a plain sentence")
        return int(first.shape[1])

    # diagnose --------------------------------------------------------------------------------

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Count what the tokenizer makes of the texts, and what the limit cuts off."""
        queries = protocol.read_texts(command.queries)
        return diagnosed(self._ready(), self._documents(command.documents), queries)

    # encode ----------------------------------------------------------------------------------

    def prove(self, command: protocol.Prove) -> protocol.Event:
        """Say in which precision the documents that are still to do may be encoded."""
        pieces = self._documents(command.documents)
        missing = _missing(self._store("documents", "float32"), pieces.texts)
        proved, done = precision.prove(self._ready(), missing, Path(command.probe))
        for _ in keep(self._store("documents", proved.precision), done, "documents"):
            pass  # written as it goes
        self._bf16 = self._bf16 or proved.peak_mib is not None
        return msgspec.structs.replace(proved, per_document=pieces.per_document or 1.0)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Bring every text of one side into the store; what is there already is not redone."""
        side = command.side
        if side == "queries":
            pieces = Pieces(protocol.read_texts(command.texts), None)
            self._queries = pieces.texts
        else:
            pieces = self._documents(command.texts)
            self._owners, self._precision = pieces.owners, command.precision
        texts = pieces.texts
        keys = [text_hash(text) for text in texts]
        store = self._store(side, command.precision)
        fresh = self._bring_all(store, texts, side, command.precision)
        self._stores[side] = (store, keys)
        timed, tokens, seconds = store.pace(keys)
        return protocol.Encoded(
            side=side,
            precision=command.precision,
            n=len(texts),
            fresh=fresh,
            tokens=tokens,
            timed=timed,
            characters=sum(map(len, texts)),
            seconds=round(seconds, 4),
            peak_mib=self._peak_mib(),
            per_document=pieces.per_document or 1.0,
        )

    def _documents(self, file: str) -> Pieces:
        """Return the documents of a file as they are encoded: whole, or in chunks."""
        if self._pieces is None or self._pieces[0] != file:
            texts = protocol.read_texts(file)
            self._pieces = file, self._cutter.cut(texts) if self._cutter else Pieces(texts, None)
        return self._pieces[1]

    def _bring_all(
        self,
        store: VectorStore,
        texts: list[str],
        side: protocol.Side,
        precision: protocol.Precision,
    ) -> int:
        """Encode what the store does not hold yet, and return how many that were."""
        missing = _missing(store, texts)
        self._bf16 = self._bf16 or precision != "float32"
        what = "chunks" if side == "documents" and self._cutter else side
        pulse = Pulse(self._emit, f"encoding {side}", len(texts), what)
        order = self._ready().longest_first(missing, side)
        for done in self._bring(store, order, missing, side, precision):
            pulse.beat(len(texts) - len(missing) + done)
        return len(missing)

    def _bring(
        self,
        store: VectorStore,
        order: list[bytes],
        texts: Mapping[bytes, str],
        side: protocol.Side,
        precision: protocol.Precision,
    ) -> Iterator[int]:
        """Encode the texts of `order` into the store; yield how many are done."""
        return keep(store, self._ready().batches(order, texts, side, precision), side)

    def _open_store(self, folder: Path) -> VectorStore:
        return VectorStore(folder, self._dim)

    def _call(self, text: str) -> object:
        """Encode one query on the path that the record names."""
        return self._ready().encode([text], "queries")

    def _store(self, side: protocol.Side, precision: protocol.Precision) -> VectorStore:
        encoder, command = self._ready(), self._command
        assert command is not None  # set together with the model
        autocast = " autocast to bfloat16" if precision == "bfloat16" else ""
        settings: dict[str, str | int | float | bool | None] = {
            "kind": command.kind,
            "prompt": encoder.prompts[side],
            "max_tokens": encoder.max_tokens,
            "dim": self._dim,
            "dtype": f"{encoder.model.dtype}{autocast}",
            "device": str(encoder.model.device.type),
            **versions(*VECTOR_LIBRARIES, *self.libraries),
        }
        if encoder.symmetric:
            settings["symmetric"] = True
        place = Path(command.vectors) / encoding_key(weights=command.weights_hash, **settings)
        store = self._open_store(place)
        write_about(place, command.name, settings)
        return store

    # search and time -------------------------------------------------------------------------

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank all documents for every query, exactly, and write the run."""
        start = time.perf_counter()
        if command.task == "retrieval":
            searched = self._as_searched()
            indices, scores = searched.found(searched.queries, command.depth)
        else:
            indices, scores = self._solved(command)
        write_run(Path(command.run), indices, scores)
        seconds = time.perf_counter() - start
        return protocol.Searched(
            run=command.run, seconds=round(seconds, 4), peak_mib=self._peak_mib()
        )

    def _solved(self, command: protocol.Search) -> tuple[Ints, Floats]:
        """Do another task with the vectors, which only a ranking compares in the model's way."""
        if command.task == "reranking":
            searched = self._as_searched()
            documents = np.concatenate(list(searched.blocks()))
            return solve(command.task, read_given(command.given), searched.queries, documents)
        queries, documents = (
            store.take(keys) for store, keys in (self._stores["queries"], self._stores["documents"])
        )
        return solve(command.task, read_given(command.given), queries, documents)

    def vary(self, command: protocol.Vary) -> protocol.Event:
        """Look at smaller vectors, queries without their prompt, and documents as queries."""
        start = time.perf_counter()
        encoder, searched = self._ready(), self._as_searched()
        pieces = self._documents(command.documents)
        runs: dict[str, Any] = {**self._whole(command)}
        runs |= varying.smaller(encoder, searched, command.depth, self._emit)
        runs |= varying.without_prompt(encoder, searched, self._queries, command.depth)
        runs |= varying.neighbourhoods(encoder, searched)
        runs |= varying.backwards(encoder, searched)
        share = varying.finds_itself(encoder, searched, pieces.texts, self._precision)
        write_arrays(Path(command.runs), runs)
        return protocol.Varied(
            runs=command.runs,
            names=tuple(runs),
            self_retrieval=share,
            seconds=round(time.perf_counter() - start, 4),
        )

    def fill(self, command: protocol.Fill) -> protocol.Event:
        """Encode one batch of each size, of the longest documents, and read the peak after each."""
        encoder = self._ready()
        longest = encoder.longest(self._documents(command.documents).texts, max(command.batches))
        possible = [size for size in command.batches if size <= len(longest)]
        peaks, gpu = [], []
        pulse = Pulse(self._emit, "reading memory by batch", len(possible), "batches")
        for done, size in enumerate(possible, start=1):
            encoder.encode(longest[:size], "documents")
            peaks.append(peak_mib())
            gpu.append(self._gpu_mib())
            pulse.beat(done)
        known = None not in peaks
        return protocol.Filled(
            bare_mib=self._bare_mib,
            batches=tuple(possible) if known else (),
            peaks_mib=tuple(peak for peak in peaks if peak is not None),
            gpu_mib=tuple(peak for peak in gpu if peak is not None),
            tokens=encoder.tokens([text_hash(longest[0])]) if longest else None,
        )

    def _as_searched(self, whole: _Held | None = None) -> varying.Searched:
        """Return the queries and the blocks of documents, so that inner products rank them.

        `whole` stands in for the chunks of the documents.
        """
        similarity = self._ready().model.similarity_fn_name
        documents, document_keys = whole or self._stores["documents"]
        store, query_keys = self._stores["queries"]
        queries = as_inner_product(store.take(query_keys), similarity, "queries")

        def blocks() -> Iterator[Floats]:
            for rows in documents.blocks(document_keys):
                yield as_inner_product(rows, similarity, "documents")

        owners = None if whole else self._owners
        return varying.Searched(queries, blocks, len(document_keys), owners)

    def _whole(self, command: protocol.Vary) -> dict[str, Ints]:
        """Return the run with every document encoded whole, cut off where the model stops reading.

        None where documents are whole anyway.
        """
        if self._owners is None:
            return {}
        texts = protocol.read_texts(command.documents)
        store = self._store("documents", self._precision)
        self._bring_all(store, texts, "documents", self._precision)
        searched = self._as_searched((store, list(map(text_hash, texts))))
        return {WHOLE_DOCUMENTS: searched.found(searched.queries, command.depth)[0]}

    def single(self) -> Single:
        """Return how one query is encoded: in float32, the path that the record names."""
        threads = self._command.threads if self._command else 1
        covers = COVERS_TEXT if self._ready().symmetric else COVERS
        return Single(self._queries, self._call, threads, covers, self._peak_mib)

    def _peak_mib(self) -> float | None:
        return None if self._bf16 else peak_mib()

    def _gpu_mib(self) -> float | None:
        if self._ready().model.device.type != "cuda":
            return None
        import torch

        return torch.cuda.max_memory_allocated() / 2**20

    def _ready(self) -> Encoder:
        if self._encoder is None:
            raise EngineError("protocol", "the model is not loaded")
        return self._encoder


def _missing(store: VectorStore, texts: list[str]) -> dict[bytes, str]:
    """Return the texts without a vector, each once, by their hash."""
    keys = [text_hash(text) for text in texts]
    there = store.has(keys)
    return {key: text for key, text, known in zip(keys, texts, there, strict=True) if not known}
