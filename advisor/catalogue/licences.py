"""What the licences in the catalogue say about commercial use."""

from __future__ import annotations

FREE = frozenset(
    {"apache-2.0", "mit", "bsd-3-clause", "openmdw-1.1", "cc-by-4.0", "none needed", "proprietary"}
)
"""Commercial use without a condition worth a warning; `proprietary` is a paid API's contract."""

CONDITIONS = {
    "gemma": "the Gemma terms allow commercial use within a list of forbidden uses",
    "cc-by-sa-3.0": "CC BY-SA asks that what is derived carries the same licence",
    "cc-by-sa-4.0": "CC BY-SA asks that what is derived carries the same licence",
    "lfm-open-1.0": "the LFM licence allows commercial use below 10 million USD of yearly revenue",
    "bigscience-bloom-rail-1.0": "the BigScience RAIL allows commercial use with forbidden uses",
    "qodo-open-rail-m": "the Qodo RAIL-M allows commercial use with forbidden uses",
}
"""Commercial use under conditions: kept, with the condition said."""

FORBIDDEN = {
    "cc-by-nc-2.0": "non-commercial use only",
    "cc-by-nc-4.0": "non-commercial use only",
    "cc-by-nc-sa-4.0": "non-commercial use only",
    "m3e-research-only": "research use only, for the data it was trained on",
    "nvidia-non-commercial": "NVIDIA's licence for non-commercial use",
}
"""No commercial use of the published weights (a paid licence may exist)."""


def commercial_objection(licence: str | None) -> str | None:
    """Why a model under `licence` cannot be taken for commercial use, or None when it can."""
    if licence is None:
        return "licence unknown, and commercial use needs one that allows it"
    if licence in FORBIDDEN:
        return f"licence {licence}: {FORBIDDEN[licence]}; you need commercial use"
    if licence in FREE or licence in CONDITIONS:
        return None
    return f"licence unknown here ({licence}), and commercial use needs one that allows it"


def commercial(licence: str | None) -> bool:
    """Whether the licence is known to allow commercial use, be it under conditions."""
    return licence in FREE or licence in CONDITIONS
