"""Commands: what a session is asked by its owner."""

from __future__ import annotations

from advisor.bench.protocol.message import EngineKind, Message, Precision, Side
from advisor.corpus.chunking import Chunking
from advisor.corpus.dataset import Task


class Load(Message, frozen=True, kw_only=True):
    """Make the candidate ready to encode."""

    path: str
    """Folder of the model; empty for BM25."""
    kind: EngineKind = "dense"
    device: str = "cpu"
    threads: int = 1
    query_prompt: str | None = None
    """Used where the model's own folder names none."""
    document_prompt: str | None = None
    remote_code: bool = False
    first_run: str = ""
    """The run that a reranker reads again."""
    top_k: int = 0
    """How many of its best."""
    vectors: str = ""
    """Folder where this model's vectors are kept between runs."""
    weights_hash: str = ""
    chunks: Chunking | None = None
    """How it cuts documents into chunks; None encodes them whole, as far as it reads."""
    name: str = ""
    """What the candidate is called; kept beside its vectors, for people."""
    task: Task = "retrieval"
    """What the vectors are for: it decides which prompt is put before the texts."""


class Diagnose(Message, frozen=True, kw_only=True):
    """Look at how the model reads these texts, before its scores count."""

    documents: str
    queries: str


class Prove(Message, frozen=True, kw_only=True):
    """Find out whether the documents may be encoded in bf16 (`advisor.bench.proof`)."""

    documents: str
    probe: str
    """File where the machine's own part of the answer is kept."""


class Encode(Message, frozen=True, kw_only=True):
    """Encode one side; documents are indexed for the search as well."""

    side: Side
    texts: str
    """File with a JSON array of strings."""
    precision: Precision = "float32"


class Search(Message, frozen=True, kw_only=True):
    """Rank the documents for every query and write the run to `run` (npz).

    For other tasks what `advisor.bench.solving` makes of the vectors is written in its place.
    """

    depth: int
    run: str
    task: Task = "retrieval"
    given: str = ""
    """File with what the task needs besides the texts."""


class Vary(Message, frozen=True, kw_only=True):
    """Look at the candidate beside its run, and write the runs of that to `runs` (npz)."""

    documents: str
    """File with a JSON array of strings."""
    depth: int
    runs: str


class Time(Message, frozen=True, kw_only=True):
    """Measure the latency of single queries: one block of at most `calls` calls."""

    block: int
    calls: int
    most_seconds: float


class LoadTest(Message, frozen=True, kw_only=True):
    """Serve single queries that come at random, `rate` a second."""

    rate: float
    most_seconds: float
    within_ms: float | None = None
    """The latency that 95 % must keep; the highest rate that keeps it is looked for."""
    seed: int = 0


class Fill(Message, frozen=True, kw_only=True):
    """Encode one batch of each size, of the longest documents, and read the memory."""

    documents: str
    batches: tuple[int, ...]
    """Texts in a batch, rising: a peak never falls."""


class Weigh(Message, frozen=True, kw_only=True):
    """Ask the Hub what a download would bring, before anybody agrees to it (light sessions)."""

    repo: str
    revision: str | None = None


class Fetch(Message, frozen=True, kw_only=True):
    """Download a model's files from the Hub into the ordinary Hub cache (light sessions)."""

    repo: str
    revision: str | None = None


class Quit(Message, frozen=True, kw_only=True):
    """Finish in good order."""


Command = (
    Load | Diagnose | Prove | Encode | Search | Vary | Time | LoadTest | Fill | Weigh | Fetch | Quit
)
