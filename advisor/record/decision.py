"""The decision record: what was decided, on what evidence, and how to check it."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

import msgspec

from advisor.evaluation.yardstick import Yardstick, yardstick
from advisor.record.beside import (
    BatchMemory,
    ChunksPart,
    Direction,
    Look,
    Neighbourhood,
    Translations,
    Twice,
)
from advisor.record.costs import CostsPart, Hosted, LabellingPart, Prices
from advisor.record.part import Part, said
from advisor.text import one_line

SCHEMA = "embed-advisor/1"
MOST_NAME, MOST_NOTE = 80, 2_000
"""Characters of what a person writes into a record."""


class Head(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[record]: which record this is."""

    name: str
    created: str
    """ISO 8601, UTC, to the minute."""
    tool: str
    """`embed-advisor` and its version."""
    note: str | None = None
    """What the person who decided wrote beside it."""


class Hardware(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[hardware]: the machine the numbers come from."""

    source: str
    cpu: str = ""
    cores: int | None = None
    instruction_sets: tuple[str, ...] = ()
    memory_mib: int | None = None
    gpu: str | None = None
    gpu_memory_mib: int | None = None
    system: str = ""
    gflops: float | None = None
    """Matrix products in 32 bits on all cores, probed, 10^9 operations a second."""


class Data(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[data]: what was measured on; no text of it."""

    name: str
    documents: int
    queries: int
    judgements: int
    evidence: str
    task: str = "retrieval"
    """What the data measures; `queries` are then the pairs or the texts that are scored."""
    independent_queries: int | None = None
    """Documents the queries come from, where several come from one."""
    content_sha256: str
    document_languages: tuple[str, ...] = ()
    query_languages: tuple[str, ...] = ()
    document_characters_median: int | None = None
    document_characters_p95: int | None = None
    sampled: bool = False
    documents_of: int | None = None
    queries_of: int | None = None
    seed: int | None = None
    how_sampled: str | None = None
    chunks: str | None = None
    """How models cut the documents, as `--chunks` takes it; absent where they read them whole."""
    rounds: tuple[str, ...] = ()
    """Of a race, the last one the whole; empty without a race."""
    notes: tuple[str, ...] = ()


class Category(TypedDict):
    """The queries of one group, a category or a language; intervals are of 95 %."""

    mean: float
    n: int | float
    units: NotRequired[int | float]
    """Independent queries, where they are fewer."""
    low: NotRequired[float]
    high: NotRequired[float]
    behind: NotRequired[float]
    """Leader of all queries minus this one, paired by query; absent for the leader."""
    behind_low: NotRequired[float]
    behind_high: NotRequired[float]
    p_value: NotRequired[float]
    """Corrected for candidates and groups; absent in groups of too few queries."""


class Quality(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The main metric of the task, such as nDCG@10, and how it stands to the others."""

    metric: str
    mean: float
    n: int
    low: float | None = None
    """Lower end of the 95 % interval."""
    high: float | None = None
    posterior: float | None = None
    """With the public scores as a prior; `mean` is without."""
    measured_weight: float | None = None
    """What the measurement counts in it, 0 to 1; 1 without a prior."""
    behind: float | None = None
    """Leader minus this one, paired by query."""
    behind_low: float | None = None
    behind_high: float | None = None
    p_value: float | None = None
    p_best: float | None = None
    p_within: float | None = None
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    categories: dict[str, Category] = msgspec.field(default_factory=dict)
    """Category or label of queries to how it does on them."""
    languages: dict[str, Category] = msgspec.field(default_factory=dict)
    """Language of queries to how it does on them."""


class Race(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Where a candidate left the race: figures of that round, compared within it alone."""

    queries: int
    documents: int
    leader: str
    p_at_least: float
    """P(at least as good as the round's leader)."""
    ndcg: float
    ndcg_low: float | None = None
    ndcg_high: float | None = None
    behind: float
    """The round's leader minus this one, paired by query."""
    behind_low: float | None = None
    behind_high: float | None = None


class Speed(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Speed and memory on the path the candidate names."""

    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    latency_p99_ms: float | None = None
    latency_calls: int | None = None
    latency_blocks: int | None = None
    latency_noise: float | None = None
    latency_noisy: bool | None = None
    latency_repeated: bool | None = None
    """Whether a block lay so far from the others that one was taken again in its place."""
    latency_covers: str | None = None
    latency_basis: str | None = None
    load_rate_qps: float | None = None
    """Queries a second of the load test, which come at random; one process answers."""
    load_achieved_qps: float | None = None
    load_p50_ms: float | None = None
    """From the moment a query came."""
    load_p95_ms: float | None = None
    load_p99_ms: float | None = None
    load_queries: int | None = None
    load_within_ms: float | None = None
    load_highest_qps: float | None = None
    """Highest rate that was run and kept its p95 within that."""
    load_basis: str | None = None
    tokens_per_s: float | None = None
    documents_per_s: float | None = None
    throughput_basis: str | None = None
    load_s: float | None = None
    first_call_ms: float | None = None
    memory_peak_mib: float | None = None
    memory_model_mib: float | None = None
    """Peak less what the process held before it loaded the model."""
    memory_basis: str | None = None
    disk_mib: float | None = None
    cost_machine_s_per_month: float | None = None


class Diagnosis(Part, frozen=True, kw_only=True, omit_defaults=True):
    """How the model read the texts; shares are 0 to 1."""

    truncated_share: float | None = None
    lost_token_share: float | None = None
    unknown_share: float | None = None
    tokens_per_character: float | None = None
    document_tokens: int | None = None
    longest_tokens: int | None = None
    encoded_in: str | None = None
    """The dtype named above, or bfloat16 where it was proven equal; for the quality alone."""
    why_not_bf16: str | None = None
    proof_texts: int | None = None
    proof_cosine_min: float | None = None
    proof_overlap: float | None = None
    proof_speedup: float | None = None
    self_retrieval: float | None = None
    """Documents that their own text, as a query, finds first."""
    without_prompt: float | None = None
    """Change of nDCG@10 when queries are put without their prompt; negative is worse."""
    without_prompt_low: float | None = None
    without_prompt_high: float | None = None
    findings: tuple[str, ...] = ()
    """What makes the scores less than the model's own, and what to do about it."""


class Form(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates.variants]]: the vectors in a smaller form, against the full one."""

    form: str
    dim: int
    bytes: int
    """Of one vector as it is searched."""
    change: float
    """Of nDCG@10, paired by query; negative is worse."""
    low: float | None = None
    """Lower end of the change's 95 % interval."""
    high: float | None = None
    trained: bool = True
    """Whether the model was trained to be cut to `dim`, or is not cut."""
    advised: bool = False
    """Whether it is the smallest that surely costs next to nothing."""


class CandidatePart(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[candidates]]: one line of the comparison."""

    name: str
    kind: str
    status: str
    parts: tuple[str, ...] = ()
    """The candidates it is made of, in order, where it is a pipeline of several."""
    pipeline: str | None = None
    """How they work together."""
    reason: str | None = None
    why_not: str | None = None
    mark: str | None = None
    """A doubt that belongs beside every number of it."""
    repo: str | None = None
    revision: str | None = None
    content_sha256: str | None = None
    license: str | None = None
    public_score: float | None = None
    public_board: str | None = None
    backend: str | None = None
    device: str | None = None
    dtype: str | None = None
    threads: int | None = None
    embed_dim: int | None = None
    max_tokens: int | None = None
    n_parameters: int | None = None
    n_active_parameters: int | None = None
    similarity: str | None = None
    pooling: str | None = None
    normalized: bool | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None
    prompt_source: str | None = None
    quality: Quality | None = None
    dropped: Race | None = None
    speed: Speed | None = None
    diagnosis: Diagnosis | None = None
    costs: CostsPart | None = None
    chunks: ChunksPart | None = None
    variants: tuple[Form, ...] = ()
    changed_queries: tuple[Look, ...] = ()
    cross_lingual: tuple[Direction, ...] = ()
    same_language_share: float | None = None
    """Documents among the first ten in the query's language, where it has a part of the corpus."""
    same_language_expected: float | None = None
    """What drawing documents at random would give."""
    translations: Translations | None = None
    asked_twice: Twice | None = None
    neighbourhood: Neighbourhood | None = None
    memory: tuple[BatchMemory, ...] = ()


class Rejected(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[[rejected]]: models that were not measured, together by reason."""

    reason: str
    models: tuple[str, ...]
    command: str | None = None
    """What fetches the weights, where that is all that is missing."""


class Verdict(Part, frozen=True, kw_only=True, omit_defaults=True):
    """[verdict]: the advice."""

    kind: str
    sentence: str
    pick: str | None = None
    leader: str | None = None
    runner_up: str | None = None
    within_reach: tuple[str, ...] = ()
    baseline_suffices: bool = False
    flavour: str | None = None
    give_up_ndcg: float | None = None
    smallest_gap_ndcg: float | None = None
    queries_to_settle: int | None = None
    pareto: tuple[str, ...] = ()
    """Those that nothing both cheaper and better stands beside, the cheapest first."""
    tiers: tuple[tuple[str, ...], ...] = ()
    """Groups that the queries cannot tell apart within themselves, the best first."""
    best_value: str | None = None
    """Most quality, less .01 nDCG@10 for every doubling of cost."""
    next_steps: tuple[str, ...] = ()
    """What gained in this run, what a missed minimum asks for, fine-tuning, more judgements."""
    would_change: tuple[str, ...] = ()
    """What is known to lead to another pick, or to settle a tie."""


class DecisionRecord(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The whole record, in the order it is written."""

    schema: str
    record: Head
    verdict: Verdict
    answers: dict[str, Any]
    answer_sources: dict[str, str]
    hardware: Hardware
    software: dict[str, str]
    data: Data
    candidates: tuple[CandidatePart, ...]
    hosted: tuple[Hosted, ...] = ()
    labelling: LabellingPart | None = None
    prices: Prices | None = None
    rejected: tuple[Rejected, ...] = ()
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reproduce: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def measure(self) -> Yardstick:
        """What its task is measured by, and the words for what is counted."""
        return yardstick(self.data.task)

    def named(self, name: str, note: str) -> DecisionRecord:
        """Return the record under a name and with a note of the user's; empty ones change nothing.

        Both are kept as they may stand in a record: plain, without paths, of bounded length.
        """
        head = msgspec.structs.replace(
            self.record,
            name=one_line(said(name), MOST_NAME) or self.record.name,
            note=said(note)[:MOST_NOTE].strip() or self.record.note,
        )
        return msgspec.structs.replace(self, record=head)
