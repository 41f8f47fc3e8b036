"""How every model of sentence-transformers is opened: from its folder alone, in float32 on CPUs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.bench import protocol
from advisor.bench.worker import folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def arguments(path: Path, command: protocol.Load) -> dict[str, Any]:
    """Return the arguments beside the path: nothing from the network, safetensors only."""
    import torch

    keywords: dict[str, Any] = {}
    if folder.has_transformer(path):
        keywords["model_kwargs"] = {"use_safetensors": True}
        if command.device == "cpu":
            # bf16 checkpoints would run in bf16, up to a hundred times slower where the
            # CPU has no instructions for it.
            keywords["model_kwargs"]["dtype"] = torch.float32
    return {
        "device": command.device,
        "local_files_only": True,
        "trust_remote_code": command.remote_code,
        **keywords,
    }


def max_tokens(model: SentenceTransformer) -> int | None:
    """Return how many tokens the model reads; None is no limit."""
    limit = model.max_seq_length
    return int(limit) if limit is not None and math.isfinite(limit) else None
