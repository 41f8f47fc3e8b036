"""The engine of a model session: which one it is shows when the model is to be loaded."""

from __future__ import annotations

from advisor.bench import protocol
from advisor.bench.engine import Emit, Engine, EngineError, Proves, Single, Vectors
from advisor.bench.worker.dense import DenseEngine


class ModelEngine:
    """Hands every command to the engine of the kind that `Load` names."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._engine: Engine | None = None

    def load(self, command: protocol.Load) -> protocol.Event:
        """Choose the engine and have it load the model."""
        self._engine = _engine(command.kind, self._emit)
        return self._engine.load(command)

    def diagnose(self, command: protocol.Diagnose) -> protocol.Event:
        """Look at how it reads the texts."""
        return self._ready().diagnose(command)

    def prove(self, command: protocol.Prove) -> protocol.Event:
        """Say in which precision texts may be encoded."""
        engine = self._ready()
        if not isinstance(engine, Proves):
            raise EngineError("protocol", "this kind of model has one precision only")
        return engine.prove(command)

    def vary(self, command: protocol.Vary) -> protocol.Event:
        """Look at smaller forms of its vectors."""
        engine = self._ready()
        if not isinstance(engine, Vectors):
            raise EngineError("protocol", "this kind of model has no vector a text")
        return engine.vary(command)

    def fill(self, command: protocol.Fill) -> protocol.Event:
        """Read the memory that batches take."""
        engine = self._ready()
        if not isinstance(engine, Vectors):
            raise EngineError("protocol", "this kind of model has no vector a text")
        return engine.fill(command)

    def encode(self, command: protocol.Encode) -> protocol.Event:
        """Encode one side."""
        return self._ready().encode(command)

    def search(self, command: protocol.Search) -> protocol.Event:
        """Rank the documents for every query."""
        return self._ready().search(command)

    def single(self) -> Single:
        """Return how one query is answered."""
        return self._ready().single()

    def _ready(self) -> Engine:
        if self._engine is None:
            raise EngineError("protocol", "the model is not loaded")
        return self._engine


def _engine(kind: protocol.EngineKind, emit: Emit) -> Engine:
    # Imported when it is needed: the host forks before, and most runs need the first alone.
    if kind == "onnx":
        from advisor.bench.worker.onnx import OnnxEngine

        return OnnxEngine(emit)
    if kind == "openvino":
        from advisor.bench.worker.open_vino import OpenVinoEngine

        return OpenVinoEngine(emit)
    if kind == "sparse":
        from advisor.bench.worker.sparse import SparseEngine

        return SparseEngine(emit)
    if kind == "multi-vector":
        from advisor.bench.worker.multi_vector import MultiVectorEngine

        return MultiVectorEngine(emit)
    if kind == "reranked":
        from advisor.bench.worker.rerank import RerankEngine

        return RerankEngine(emit)
    return DenseEngine(emit)
