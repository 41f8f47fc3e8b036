"""Requirements: what the answers mean as limits and priorities, with units."""

from __future__ import annotations

from typing import Literal

import msgspec

Task = Literal[
    "search", "classification", "clustering", "similarity", "recommendation", "code-search"
]
Priority = Literal["accuracy", "balanced", "speed"]


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """How estimates turned out: what was measured over what was estimated, of `n` models."""

    middle: float
    """The median."""
    low: float
    high: float
    n: int


class Learned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What measuring on a machine has taught about estimates for it; None is nothing yet."""

    encoding: Factor | None = None
    query: Factor | None = None
    memory: Factor | None = None


class Machine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A machine to embed on, detected here or described by the user."""

    source: Literal["detected", "described"]
    cpu: str = ""
    cores: int = 1
    """Physical cores."""
    instruction_sets: tuple[str, ...] = ()
    """Of avx2, avx512, avx512_bf16, avx512_vnni, amx_bf16, amx_int8, neon."""
    memory_mib: int | None = None
    """Memory a process here may use: the smaller of the RAM and the cgroup's limit."""
    gpu: str | None = None
    gpu_memory_mib: int | None = None
    system: str = ""
    gflops: float | None = None
    """Matrix products in 32 bits on all cores, 10^9 operations a second; None is not measured."""
    learned: Learned = Learned()


class Requirements(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a model must hold to (limits) and what to weigh (priorities). None means no limit."""

    task: Task = "search"
    exact_terms: bool = False
    document_languages: tuple[str, ...] = ()
    """Language tags (`en`, `zh-Hans`, `zh-Hant`, `ja`, ...); empty means not said."""
    query_languages: tuple[str, ...] = ()
    domain: str = "general"
    priority: Priority = "balanced"
    give_up_ndcg: float = 0.02
    """How much nDCG@10 (0 to 1) may be given up for a cheaper model: methods, section 3."""
    min_recall_at_10: float | None = None
    max_latency_p95_ms: float | None = None
    peak_queries_per_s: float | None = None
    max_index_minutes: float | None = None
    machine: Machine
    max_memory_mib: int | None = None
    """What the model's process may take on the machine."""
    hosted_allowed: bool = False
    max_usd_per_month: float | None = None
    machine_kind: str = "this"
    """`this`, `edge`, `laptop`, `server` or `gpu-server`, as answered."""
    usd_per_hour: float | None = None
    """What the machine costs, by the user; None leaves it to the table of machines."""
    n_documents: int | None = None
    documents_per_month: int = 0
    """Added or changed in a month."""
    document_words: int | None = None
    chunking: bool = False
    """Whether documents longer than a model reads may be cut into chunks."""
    queries_per_day: int | None = None
    vector_store: str | None = None
    commercial_use: bool = False
    labelled_pairs: int = 0
    judging_usd_per_hour: float | None = None
    """What judging costs, by the user; None leaves it to what is assumed."""
