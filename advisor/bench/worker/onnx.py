"""Models as an ONNX graph, run by onnxruntime itself, with the pooling their folder names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.model_folder import onnx_file, read_json
from advisor.bench.ranking import Floats
from advisor.bench.worker.dense import DenseEngine

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_INT8 = (b"MatMulInteger", b"DynamicQuantizeLinear", b"QLinearMatMul", b"QAttention")
"""Operators that multiply integers, as they stand in a graph file. A graph that only keeps its
weights in 8 bits and multiplies in float32 has none."""
_MODES = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "lasttoken",
}
_STEP = 2**22


class OnnxEngine(DenseEngine):
    """One model that gives one vector a text, from a graph file."""

    libraries = ("onnxruntime",)

    @staticmethod
    def _load(path: Path, command: protocol.Load) -> Any:  # noqa: ANN401 - stands in for the library's
        return OnnxModel(path, command.threads)

    @staticmethod
    def _check(path: Path, command: protocol.Load) -> None:
        """A graph holds no code; what its folder must hold is said when it is read."""

    @staticmethod
    def _anatomy(model: Any) -> dict[str, Any]:  # noqa: ANN401 - an OnnxModel
        return {
            "dtype": "int8" if model.quantised else "float32",
            "modules": ("onnxruntime",),
            "pooling": model.pooling,
            "normalized": model.normalizes,
            "similarity": model.similarity_fn_name,
        }


class OnnxModel:
    """Encodes texts as the sentence-transformers model does whose graph it is.

    Only what nearly all such models are made of: one of three poolings, and normalisation.
    EngineError for anything else, rather than vectors that the model would never give.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self._session = _session(folder, threads)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self.tokenizer = _tokenizer(folder)
        self.pooling, self.normalizes = _modules(folder)
        says = _object(folder / "config_sentence_transformers.json")
        self.prompts: dict[str, str] = says.get("prompts") or {}
        self.similarity_fn_name: str = says.get("similarity_fn_name") or "cosine"
        limit = _object(folder / "sentence_bert_config.json").get("max_seq_length")
        self.max_seq_length: int = limit or self.tokenizer.model_max_length
        self.quantised = _is_quantised(folder)
        self.dtype = "onnx"
        self.default_prompt_name = None

    @property
    def device(self) -> Any:  # noqa: ANN401 - torch.device
        """Where it runs: on the CPU alone."""
        import torch

        return torch.device("cpu")

    def encode_query(self, texts: list[str], *, prompt: str | None, **_: object) -> Floats:
        """Return the vectors (n, d) of texts with their prompt."""
        read = self.tokenizer(
            [f"{prompt or ''}{text}" for text in texts],
            padding=True,
            truncation=True,
            max_length=self.max_seq_length,
            return_tensors="np",
        )
        fed = {name: np.asarray(read[name], np.int64) for name in self._inputs if name in read}
        for name in self._inputs - set(fed):
            if name != "token_type_ids":
                raise EngineError("graph", f"its graph asks for {name}, which no tokenizer gives")
            fed[name] = np.zeros_like(fed["input_ids"])
        tokens: Floats = self._session.run(None, fed)[0]
        if tokens.ndim != 3:
            raise EngineError("graph", "its graph does not return one vector a token first")
        vectors = _pooled(tokens, read["attention_mask"], self.pooling)
        if not self.normalizes:
            return vectors
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        normal: Floats = vectors / np.maximum(norms, 1e-12)
        return normal

    encode_document = encode = encode_query


def _pooled(tokens: Floats, mask: np.ndarray, pooling: str) -> Floats:
    if pooling == "cls":
        return np.ascontiguousarray(tokens[:, 0])
    if pooling == "lasttoken":
        # The last one that counts, whichever side is padded.
        last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
        return np.ascontiguousarray(tokens[np.arange(len(tokens)), last])
    counts = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    mean: Floats = (tokens * mask[:, :, None]).sum(axis=1, dtype=np.float32) / counts
    return mean.astype(np.float32)


def _session(folder: Path, threads: int) -> Any:  # noqa: ANN401 - the library may not be there
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(
            "missing extra",
            'onnxruntime is not installed; install it with: pip install "embed-advisor[onnx]"',
        ) from error
    graph = onnx_file(folder)
    if graph is None:
        raise EngineError("missing weights", "no .onnx file in the folder is the one to run")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        os.fspath(graph), options, providers=["CPUExecutionProvider"]
    )


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False
    )
    return tokenizer


def _modules(folder: Path) -> tuple[str, bool]:
    """Return the pooling and whether vectors are normalised, as modules.json says."""
    listed = read_json(folder / "modules.json")
    modules = [entry for entry in listed if isinstance(entry, dict)] if listed else []
    kinds = {str(entry.get("type", "")).rsplit(".", 1)[-1]: entry for entry in modules}
    strange = set(kinds) - {"Transformer", "Pooling", "Normalize"}
    if strange or "Pooling" not in kinds:
        raise EngineError(
            "graph",
            f"its modules.json names {', '.join(sorted(strange)) or 'no pooling'}; this version "
            "runs a graph with pooling and normalisation after it and nothing else",
        )
    says = _object(folder / str(kinds["Pooling"].get("path", "")) / "config.json")
    named = [says["pooling_mode"]] if isinstance(says.get("pooling_mode"), str) else []
    modes = named or [mode for key, mode in _MODES.items() if says.get(key)]
    others = [key for key, on in says.items() if on is True and key.startswith("pooling_mode_")]
    if len(modes) != 1 or modes[0] not in _MODES.values() or len(others) > 1:
        raise EngineError("graph", "its pooling is none of mean, cls and last token")
    return modes[0], "Normalize" in kinds


def _is_quantised(folder: Path) -> bool:
    graph = onnx_file(folder)
    assert graph is not None  # the session has been made from it
    tail = b""
    with graph.open("rb") as file:
        while part := file.read(_STEP):
            if any(name in tail + part for name in _INT8):
                return True
            tail = part[-64:]
    return False


def _object(path: Path) -> dict[str, Any]:
    held = read_json(path)
    return held if isinstance(held, dict) else {}
