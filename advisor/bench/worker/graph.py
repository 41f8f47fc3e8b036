"""Models as a graph file, run by a library of its own, with the pooling their folder names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.model_folder import read_json
from advisor.bench.ranking import Floats
from advisor.bench.worker.dense import DenseEngine

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MODES = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "lasttoken",
}


class Opened(NamedTuple):
    """A graph that is ready to run."""

    runtime: str
    inputs: frozenset[str]
    run: Callable[[Mapping[str, NDArray[np.int64]]], Floats]
    """From the inputs by name to the first output, one vector a token: (n, tokens, d)."""
    quantised: bool
    """Whether it multiplies integers."""
    dtype: str
    """What sets its vectors apart from those of other runtimes, for the cache."""


class GraphEngine(DenseEngine):
    """One model that gives one vector a text, from a graph file."""

    @staticmethod
    def _check(path: Path, command: protocol.Load) -> None:
        """A graph holds no code; what its folder must hold is said when it is read."""

    @staticmethod
    def _anatomy(model: Any) -> dict[str, Any]:  # noqa: ANN401 - a GraphModel
        return {
            "dtype": "int8" if model.quantised else "float32",
            "modules": (model.runtime,),
            "pooling": model.pooling,
            "normalized": model.normalizes,
            "similarity": model.similarity_fn_name,
        }


class GraphModel:
    """Encodes texts as the sentence-transformers model does whose graph it is.

    Only what nearly all such models are made of: one of three poolings, and normalisation.
    EngineError for anything else, rather than vectors that the model would never give.
    """

    def __init__(self, folder: Path, graph: Opened) -> None:
        self.runtime, self.quantised = graph.runtime, graph.quantised
        self._inputs, self._run = graph.inputs, graph.run
        self.tokenizer = _tokenizer(folder)
        self.pooling, self.normalizes = pooling_of(folder)
        says = _object(folder / "config_sentence_transformers.json")
        self.prompts: dict[str, str] = says.get("prompts") or {}
        self.similarity_fn_name: str = says.get("similarity_fn_name") or "cosine"
        limit = _object(folder / "sentence_bert_config.json").get("max_seq_length")
        self.max_seq_length: int = limit or self.tokenizer.model_max_length
        self.dtype = graph.dtype
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
        tokens = self._run(fed)
        if tokens.ndim != 3:
            raise EngineError("graph", "its graph does not return one vector a token first")
        vectors = pooled(tokens, read["attention_mask"], self.pooling)
        if not self.normalizes:
            return vectors
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        normal: Floats = vectors / np.maximum(norms, 1e-12)
        return normal

    encode_document = encode = encode_query


def pooled(tokens: Floats, mask: np.ndarray, pooling: str) -> Floats:
    """Return one vector a text, (n, d), of its tokens' vectors (n, tokens, d)."""
    if pooling == "cls":
        return np.ascontiguousarray(tokens[:, 0])
    if pooling == "lasttoken":
        # The last one that counts, whichever side is padded.
        last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
        return np.ascontiguousarray(tokens[np.arange(len(tokens)), last])
    counts = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    mean: Floats = (tokens * mask[:, :, None]).sum(axis=1, dtype=np.float32) / counts
    return mean.astype(np.float32)


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False
    )
    return tokenizer


def pooling_of(folder: Path) -> tuple[str, bool]:
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


def _object(path: Path) -> dict[str, Any]:
    held = read_json(path)
    return held if isinstance(held, dict) else {}
