"""What every message is made of."""

from __future__ import annotations

from typing import Literal

import msgspec

Side = Literal["documents", "queries"]
EngineKind = Literal["dense", "onnx", "openvino", "sparse", "multi-vector", "reranked"]
"""How the model stands for a text; static ones are dense to whoever searches."""
Precision = Literal["float32", "bfloat16"]
"""What the matrix products of an encoding run in; the vectors are float32 either way."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower, tag_field="type"):
    """Anything that goes over the wire."""
