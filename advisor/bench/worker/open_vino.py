"""OpenVINO graphs, run by OpenVINO on the CPU."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.model_folder import graph_of
from advisor.bench.ranking import Floats
from advisor.bench.worker.graph import GraphEngine, GraphModel, Opened


class OpenVinoEngine(GraphEngine):
    """One model that gives one vector a text, from an OpenVINO file and its weights."""

    libraries = ("openvino",)

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> Any:  # noqa: ANN401 - stands in for the library's
        return GraphModel(path, _opened(path, command.threads))


def _opened(folder: Path, threads: int) -> Opened:
    try:
        import openvino
    except ImportError as error:
        raise EngineError(
            "missing extra",
            'openvino is not installed; install it with: pip install "embed-advisor[openvino]"',
        ) from error
    graph = graph_of(folder)
    if graph is None:
        raise EngineError("missing weights", "no OpenVINO .xml of the folder is the one to run")
    core = openvino.Core()
    try:
        model = core.read_model(os.fspath(graph.path))
        compiled = core.compile_model(model, "CPU", _settings(threads))
    except RuntimeError as error:
        raise EngineError("graph", f"OpenVINO cannot read its graph: {error}") from error
    request = compiled.create_infer_request()

    def run(fed: Mapping[str, NDArray[np.int64]]) -> Floats:
        # A copy: the request writes its next answer over this one.
        return np.array(request.infer(dict(fed))[compiled.outputs[0]], np.float32)

    return Opened(
        runtime="openvino",
        inputs=frozenset(node.get_any_name() for node in compiled.inputs),
        run=run,
        quantised=any(node.get_type_name() == "FakeQuantize" for node in model.get_ops()),
        dtype="openvino float32",
    )


def _settings(threads: int) -> dict[str, str | int]:
    """Return how it runs: one query at a time, in float32.

    By itself OpenVINO takes bfloat16 or float16 where the processor has it, and rounds what it
    multiplies with weights of 8 bits, so that the same folder would give other vectors on another
    machine. Integers in the graph itself stay integers.
    """
    return {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
    }
