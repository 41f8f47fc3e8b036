"""What a session and its owner say to each other: commands and events, one JSON line each.

Events are small (numbers and names); vectors and runs go to files that the event names. The
reader never trusts a line: `decode_event` checks type, length and that every number is finite.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

import msgspec

from advisor.corpus.chunking import Chunking
from advisor.corpus.dataset import Task
from advisor.errors import WorkerError

MOST_BYTES = 65_536
"""A longer line breaks the protocol; ordinary ones stay under 4 KiB."""

Side = Literal["documents", "queries"]
EngineKind = Literal["dense", "onnx", "openvino", "sparse", "multi-vector", "reranked"]
"""How the model stands for a text; static ones are dense to whoever searches."""
Precision = Literal["float32", "bfloat16"]
"""What the matrix products of an encoding run in; the vectors are float32 either way."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower, tag_field="type"):
    """Anything that goes over the wire."""


# Commands: owner to session ------------------------------------------------------------------


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

# Events: session to owner --------------------------------------------------------------------


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

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Message) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Read one command; WorkerError when it is none."""
    try:
        return _commands.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a command: {error}") from error


def decode_event(line: bytes) -> Event:
    """Read one event; WorkerError when the line is too long, no event, or has a wild number."""
    if len(line) > MOST_BYTES:
        raise WorkerError(f"an event of {len(line)} bytes, more than {MOST_BYTES}")
    try:
        event = _events.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not an event: {error}") from error
    _refuse_wild_numbers(event)
    return event


def _refuse_wild_numbers(event: Event) -> None:
    """Every number of an event is a count, a size or a time: finite and not negative."""
    for name in event.__struct_fields__:
        value = getattr(event, name)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, (int, float)) and not (math.isfinite(number) and number >= 0):
                raise WorkerError(f"{type(event).__name__}.{name} is {number}")


def read_texts(path: str) -> list[str]:
    """Read a texts file as `write_texts` wrote it."""
    return msgspec.json.decode(Path(path).read_bytes(), type=list[str])


def write_texts(path: Path, texts: list[str]) -> None:
    """Write texts for sessions to read; they never travel over the pipe."""
    path.write_bytes(_encoder.encode(texts))
