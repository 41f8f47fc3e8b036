"""ONNX graphs, run by onnxruntime itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.model_folder import graph_of
from advisor.bench.worker.graph import GraphEngine, GraphModel, Opened

_INT8 = (b"MatMulInteger", b"DynamicQuantizeLinear", b"QLinearMatMul", b"QAttention")
"""Operators that multiply integers, as they stand in a graph file. A graph that only keeps its
weights in 8 bits and multiplies in float32 has none."""
_STEP = 2**22


class OnnxEngine(GraphEngine):
    """One model that gives one vector a text, from an ONNX file."""

    libraries = ("onnxruntime",)

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> Any:  # noqa: ANN401 - stands in for the library's
        return GraphModel(path, _opened(path, command.threads))


def _opened(folder: Path, threads: int) -> Opened:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(
            "missing extra",
            'onnxruntime is not installed; install it with: pip install "embed-advisor[onnx]"',
        ) from error
    graph = graph_of(folder)
    if graph is None:
        raise EngineError("missing weights", "no .onnx file in the folder is the one to run")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        os.fspath(graph.path), options, providers=["CPUExecutionProvider"]
    )
    return Opened(
        runtime="onnxruntime",
        inputs=frozenset(node.name for node in session.get_inputs()),
        run=lambda fed: session.run(None, dict(fed))[0],
        quantised=_is_quantised(graph.path),
        dtype="onnx",
    )


def _is_quantised(graph: Path) -> bool:
    tail = b""
    with graph.open("rb") as file:
        while part := file.read(_STEP):
            if any(name in tail + part for name in _INT8):
                return True
            tail = part[-64:]
    return False
