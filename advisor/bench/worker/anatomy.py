"""What a loaded model is made of, and how its vectors are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.ranking import Floats

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def anatomy(model: SentenceTransformer) -> dict[str, Any]:
    """Return what the loaded model is made of, as `Loaded` names it."""
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling, StaticEmbedding

    tables = (torch.nn.Embedding, torch.nn.EmbeddingBag)
    total = sum(weights.numel() for weights in model.parameters())
    in_tables = sum(
        weights.numel()
        for module in model.modules()
        if isinstance(module, tables)
        for weights in module.parameters(recurse=False)
    )
    names = tuple(type(module).__name__ for module in model)
    pooling = next((module for module in model if isinstance(module, Pooling)), None)
    mode = getattr(pooling, "pooling_mode", None)
    return {
        "n_parameters": total,
        "n_active_parameters": total - in_tables,
        "dtype": str(model.dtype).removeprefix("torch."),
        "modules": names,
        "pooling": "+".join(mode) if isinstance(mode, (list, tuple)) else mode,
        "normalized": "Normalize" in names,
        "similarity": str(model.similarity_fn_name),
        "static": any(isinstance(module, StaticEmbedding) for module in model),
    }


def as_inner_product(vectors: Floats, similarity: str, side: protocol.Side) -> Floats:
    """Return vectors whose inner products rank as the model's own similarity does."""
    if similarity == "dot":
        return vectors
    if similarity == "cosine":
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        normal: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
        return normal
    if similarity == "euclidean":
        # -|q-d|² = 2 q·d - |d|² - |q|², and |q|² is the same for all documents of a query.
        extra = (
            -0.5 * np.square(vectors).sum(axis=1, keepdims=True)
            if side == "documents"
            else np.ones((len(vectors), 1), np.float32)
        )
        return np.concatenate([vectors, extra], axis=1).astype(np.float32)
    raise EngineError(
        "similarity", f"it ranks by {similarity}, which this version does not search by"
    )


def has_products(model: object) -> bool:
    """Say whether torch multiplies matrices for it: not for static models, nor for a graph's."""
    import torch

    parts = model.modules() if isinstance(model, torch.nn.Module) else ()
    return any(isinstance(module, torch.nn.Linear) for module in parts)
