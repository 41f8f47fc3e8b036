"""Events: what a session tells its owner; small, for vectors and runs go to files."""

from __future__ import annotations

from typing import Literal

from advisor.bench.protocol.message import Message, Precision, Side


class Opened(Message, frozen=True, kw_only=True):
    """The session's process is there."""

    pid: int
    start_method: Literal["fork", "fresh"]
    bare_mib: float | None
    """Resident memory of the process before it loads anything, MiB."""


class Loading(Message, frozen=True, kw_only=True):
    """The model is being loaded."""


class Loaded(Message, frozen=True, kw_only=True):
    """The candidate can encode."""

    seconds: float
    """Load without download and imports."""
    first_call_ms: float | None = None
    dim: int | None = None
    max_tokens: int | None = None
    """The limit in force after loading, the one that counts; None is unlimited."""
    n_parameters: int | None = None
    n_active_parameters: int | None = None
    device: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    modules: tuple[str, ...] = ()
    pooling: str | None = None
    normalized: bool | None = None
    similarity: str = "cosine"
    static: bool = False
    query_prompt: str = ""
    document_prompt: str = ""
    prompt_source: Literal["model", "catalogue", "none"] = "none"
    peak_mib: float | None = None
    gpu_mib: float | None = None


class Progress(Message, frozen=True, kw_only=True):
    """How far a phase has come."""

    phase: str
    done: int
    total: int
    rate: float | None = None
    """Items a second, measured over the phase so far."""
    unit: str = ""


class Diagnosed(Message, frozen=True, kw_only=True):
    """How the model reads the user's texts; shares are 0 to 1, over the documents."""

    truncated_share: float | None = None
    lost_token_share: float | None = None
    unknown_share: float | None = None
    """Unknown tokens among all tokens of documents and queries."""
    tokens_per_character: float | None = None
    document_tokens: int | None = None
    """Tokens of all documents, without padding and truncation."""
    query_tokens: int | None = None
    longest_tokens: int | None = None
    chunks_per_document: float | None = None
    """On average, where documents are cut into chunks; all other figures are of the chunks then."""


class Encoded(Message, frozen=True, kw_only=True):
    """One side has its vectors (or its index)."""

    side: Side
    precision: Precision = "float32"
    n: int
    fresh: int
    """How many were encoded in this process; the rest came from the cache."""
    tokens: int | None = None
    """Tokens read by the model (own tokenizer, no padding, after truncation), of timed texts."""
    timed: int = 0
    """Texts behind `seconds`."""
    characters: int = 0
    seconds: float | None = None
    peak_mib: float | None = None
    per_document: float = 1.0
    """Texts that a document is cut into, on average."""

    @property
    def documents_timed(self) -> float:
        """Documents behind `seconds`, each with all its chunks."""
        return self.timed / self.per_document


class Proved(Message, frozen=True, kw_only=True):
    """In which precision the texts may be encoded, and what that rests on."""

    precision: Precision
    reason: str = ""
    """Why not bf16."""
    texts: int = 0
    """Encoded both ways; 0 when it did not come to that."""
    cosine: float | None = None
    """Lowest of the texts, bf16 against float32."""
    overlap: float | None = None
    """Mean share of common texts among the ten nearest, 0 to 1."""
    speedup: float | None = None
    """Median over the batches of float32's time by bf16's."""
    tokens: int = 0
    characters: int = 0
    seconds: float = 0.0
    """Of the float32 half."""
    peak_mib: float | None = None
    """Before bf16 was touched."""
    per_document: float = 1.0
    """Texts that a document is cut into, on average."""

    def encoded(self) -> Encoded:
        """Return the float32 half as what it is: documents that were encoded and timed."""
        return Encoded(
            side="documents",
            n=self.texts,
            fresh=self.texts,
            timed=self.texts,
            tokens=self.tokens,
            characters=self.characters,
            seconds=self.seconds,
            peak_mib=self.peak_mib,
            per_document=self.per_document,
        )


class Searched(Message, frozen=True, kw_only=True):
    """The run is written."""

    run: str
    seconds: float
    peak_mib: float | None = None


class Varied(Message, frozen=True, kw_only=True):
    """The runs by smaller forms of the vectors, and without the prompt, are written."""

    runs: str
    names: tuple[str, ...]
    """Of the runs that there are."""
    self_retrieval: float | None = None
    """Share of documents that their own text, as a query, finds first."""
    seconds: float


class Timed(Message, frozen=True, kw_only=True):
    """One block of single-query calls."""

    block: int
    latencies_ms: tuple[float, ...]
    covers: str
    """What a call did, in words."""
    cpu_share: float | None = None
    """Process CPU time by wall time × threads."""
    peak_mib: float | None = None


class LoadTested(Message, frozen=True, kw_only=True):
    """Latency under load, from the scheduled moment; a percentile with too few calls is None."""

    rate: float
    achieved: float
    """Answers a second."""
    n: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    within_ms: float | None = None
    highest_rate: float | None = None
    """Highest rate that was run and kept its p95 within that; None when none did, or none asked."""


class Filled(Message, frozen=True, kw_only=True):
    """Memory of a process that has done nothing but load the model and encode these batches."""

    bare_mib: float | None = None
    """Resident before the model was loaded."""
    batches: tuple[int, ...] = ()
    """Those there were documents for; none where the process could not do it, or not tell."""
    peaks_mib: tuple[float, ...] = ()
    """Highest resident memory after each."""
    gpu_mib: tuple[float, ...] = ()
    """Highest memory of the GPU after each, where there is one."""
    tokens: int | None = None
    """The longest text has, as far as the model reads."""


class Weighed(Message, frozen=True, kw_only=True):
    """What a download would bring."""

    repo: str
    revision: str
    """40-hex commit; a `Fetch` of it gets exactly what was weighed."""
    files: int
    bytes: int
    """Of all files a model needs."""
    missing_bytes: int
    """Of those that are not in the Hub cache."""


class Fetched(Message, frozen=True, kw_only=True):
    """The model's files are in the Hub cache."""

    path: str
    revision: str
    bytes: int
    """What came over the network."""


class Failed(Message, frozen=True, kw_only=True):
    """The command could not be carried out."""

    kind: str
    text: str


class Finished(Message, frozen=True, kw_only=True):
    """The session has ended in good order."""

    peak_mib: float | None = None


Event = (
    Opened
    | Loading
    | Loaded
    | Progress
    | Diagnosed
    | Proved
    | Encoded
    | Searched
    | Varied
    | Timed
    | LoadTested
    | Filled
    | Weighed
    | Fetched
    | Failed
    | Finished
)
