"""Requirements that the shortlist's tests share."""

from __future__ import annotations

from typing import Any

from advisor.needs.requirements import Machine, Requirements

LAPTOP = Machine(source="detected", cores=4, memory_mib=16_000)
SERVER = Machine(source="described", cores=16, memory_mib=64_000)
GPU = Machine(source="described", cores=16, memory_mib=64_000, gpu="L4", gpu_memory_mib=24_000)


def needs(documents: str = "en", queries: str | None = None, **changes: Any) -> Requirements:
    """Search in `documents` language(s), with queries in the same ones unless said otherwise."""
    asked = {
        "document_languages": tuple(documents.split()),
        "query_languages": tuple((documents if queries is None else queries).split()),
        "machine": LAPTOP,
    }
    return Requirements(**{**asked, **changes})


PROFILES: dict[str, Requirements] = {
    "Chinese customer support": needs(
        "zh-Hans", domain="customer support", machine=SERVER, commercial_use=True,
        max_latency_p95_ms=50.0, n_documents=5_000, document_words=200,
    ),
    "English technical docs": needs(n_documents=20_000, document_words=300, commercial_use=True),
    "multilingual e-commerce": needs(
        "en de fr ja", domain="e-commerce", machine=SERVER, commercial_use=True, exact_terms=True,
        max_latency_p95_ms=30.0, n_documents=500_000, document_words=40,
    ),
    "edge device": needs(
        priority="speed", max_memory_mib=512, max_latency_p95_ms=50.0, n_documents=2_000,
        machine=Machine(source="described", cores=4, memory_mib=2_048),
    ),
    "high-value legal documents": needs(
        priority="accuracy", domain="legal", machine=GPU, commercial_use=True, document_words=1_500,
    ),
    "English regulations, Chinese queries": needs("en", "zh-Hans", domain="legal", machine=SERVER),
    "code search": needs(task="code-search", domain="code", machine=SERVER, document_words=120),
    "plain RAG": needs(),
}  # fmt: skip
