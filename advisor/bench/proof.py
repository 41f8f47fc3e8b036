"""When quality may be read from bf16 vectors, and how a proof is said in words."""

from __future__ import annotations

import math

from advisor.bench import protocol

TEXTS = 64
"""Texts of the user's that are encoded both ways."""
LEAST_COSINE = 0.999
LEAST_OVERLAP = 0.98
"""Of the ten nearest among the proof's texts (methods, 7)."""
LEAST_SPEEDUP = 1.2
"""Below this bf16 is not worth a second path."""
PAYS_FROM = 8
"""Times the proof's own tokens that must be left to encode: about 4 pay for it, and a run that
is short anyway stays on one path."""


def equal(cosine: float, overlap: float) -> bool:
    """Say whether vectors that differ so much rank as the reference does; NaN never does."""
    return cosine >= LEAST_COSINE and overlap >= LEAST_OVERLAP


def in_words(proved: protocol.Proved) -> str:
    """Say which path gave the quality and why, as part of a sentence."""
    if proved.precision == "float32":
        return f"encoded in float32: {proved.reason}"
    return f"encoded in bf16: proven equal on {proved.texts} texts, {figures(proved)}"


def figures(proved: protocol.Proved) -> str:
    """Return the figures of a proof; a cosine is never rounded up."""
    parts = []
    if proved.cosine is not None:
        parts.append(f"cosine ≥ {math.floor(proved.cosine * 1e4) / 1e4:.4f}".replace("0.", ".", 1))
    if proved.overlap is not None:
        parts.append(f"overlap {math.floor(proved.overlap * 100) / 100:.2f}")
    if proved.speedup is not None:
        parts.append(f"{proved.speedup:.1f} x as fast")
    return ", ".join(parts)
