"""What the interface and its desk say to each other: requests, replies and news, as JSON lines.

A request carries a number and gets exactly one reply with that number; news (updates of a run,
progress of a download) carry none. Both sides are this program, but the reader checks types.
"""

from __future__ import annotations

import msgspec

from advisor.bench.choice import Choice
from advisor.bench.downloads import Download
from advisor.bench.events import Update
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Task
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Finding
from advisor.desk.queries import Contrast, ToJudge
from advisor.errors import NO_UTF8, WorkerError
from advisor.needs.answers import AnswerSet
from advisor.needs.requirements import Machine
from advisor.record.decision import DecisionRecord
from advisor.text import one_line

MOST_BYTES = 16 * 2**20
"""A longer line breaks the protocol; the longest ordinary one is a record."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower, tag_field="type"):
    """Anything that goes over the wire."""


# Requests ------------------------------------------------------------------------------------


class Look(Message, frozen=True, kw_only=True):
    """Look at the machine and for models on it, and start the bench host's imports."""

    models_dir: str | None = None


class Read(Message, frozen=True, kw_only=True):
    """Read data, cut it down to `amount`, and say what it is."""

    place: str
    """A path, or the name of a sample."""
    amount: Amount = Amount()
    to_judge: bool = False
    """Whether queries without judgements are kept, to be judged here."""
    reading: ReadOptions = ReadOptions()
    """What is said about the files: columns, encoding, chunks, and what they are measured as."""


class Write(Message, frozen=True, kw_only=True):
    """Have queries written for the documents of a place by `reading.queries_from`."""

    place: str
    amount: Amount = Amount()
    reading: ReadOptions = ReadOptions()
    agreed: str = ""
    """The words a person agreed to; nothing is sent under any others."""


class Tables(Message, frozen=True, kw_only=True):
    """Say what columns the tables of a place have, and how their rows would be read."""

    place: str
    reading: ReadOptions = ReadOptions()


class Examine(Message, frozen=True, kw_only=True):
    """Say everything that is odd about the data of a place, whether it can be used or not."""

    place: str
    seed: int = 0
    reading: ReadOptions = ReadOptions()


class Clean(Message, frozen=True, kw_only=True):
    """Write a clean copy of the data beside it, without the rows that cannot be read."""

    place: str
    reading: ReadOptions = ReadOptions()


class Choose(Message, frozen=True, kw_only=True):
    """Make candidates: the named models, or the shortlist's, less `removed` and with `added`."""

    answers: AnswerSet
    """What the user said; what the data shows is filled in by the desk."""
    names: tuple[str, ...] = ()
    """Exactly these and the baseline, as `run --models`."""
    removed: tuple[str, ...] = ()
    """Short names of candidates to leave out."""
    added: tuple[str, ...] = ()
    """Names, folders, or NAME=FOLDER to take in as well."""


class Fetch(Message, frozen=True, kw_only=True):
    """Download these repositories from the Hub; the user has agreed."""

    repos: tuple[str, ...]


class Measure(Message, frozen=True, kw_only=True):
    """Measure what was chosen; replied to when everything is measured or the run was stopped."""


class Pause(Message, frozen=True, kw_only=True):
    """Give the machine back until `Resume`."""


class Resume(Message, frozen=True, kw_only=True):
    """Go on measuring."""


class Stop(Message, frozen=True, kw_only=True):
    """End the run, or the writing of queries, soon; what is measured or written counts."""


class Skip(Message, frozen=True, kw_only=True):
    """Measure no more of one candidate."""

    name: str


class Add(Message, frozen=True, kw_only=True):
    """Take one more model into the run: a name, a folder, NAME=FOLDER."""

    name: str


class Decide(Message, frozen=True, kw_only=True):
    """Compare what is measured and make the record, unsaved."""

    name: str
    """What the record is called until it gets a name."""
    profile: str
    """What `run` takes for these answers: a profile's name, or the record's own file."""
    answers: AnswerSet | None = None
    """Other answers than what was measured with; the machine stays the one it was."""


class Suppose(Message, frozen=True, kw_only=True):
    """Decide what is measured again as if the user had answered so; nothing is kept of it."""

    answers: AnswerSet
    """What the user said, changed."""


class Pool(Message, frozen=True, kw_only=True):
    """Put together what a person may judge: the first documents of every candidate."""


class Judge(Message, frozen=True, kw_only=True):
    """Judge documents of one query: 2 answers it, 1 partly, 0 not, -1 passed over, None undoes."""

    query: str
    grades: dict[str, int | None]


class Contrasts(Message, frozen=True, kw_only=True):
    """Compare two candidates query by query."""

    first: str
    second: str


class Export(Message, frozen=True, kw_only=True):
    """Write what was judged here as qrels into a folder."""

    folder: str


class Save(Message, frozen=True, kw_only=True):
    """Save the record that was last made."""

    folder: str
    name: str = ""
    note: str = ""


Request = (Look | Read | Write | Tables | Examine | Clean | Choose | Fetch | Measure) | (
    Pause | Resume | Stop | Skip | Add | Decide | Suppose | Pool | Judge | Contrasts | Export | Save
)

# Replies -------------------------------------------------------------------------------------


class Looked(Message, frozen=True, kw_only=True):
    """The machine, and which models of the catalogue are on it."""

    machine: Machine
    here: tuple[str, ...]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A language and the share of texts in it."""

    tag: str
    share: float


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A query and a document judged relevant to it, cut to a few lines."""

    query: str
    document: str
    category: str | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One amount of the data that can be measured."""

    amount: Amount
    queries: int
    documents: int
    smallest_gap: float | None = None
    """As of `Described`."""
    seconds: float | None = None
    """Estimated for one model of the usual size on this machine."""


class Described(Message, frozen=True, kw_only=True):
    """What data there is and how much of it will be measured."""

    name: str
    documents: int
    queries: int
    judgements: int
    evidence: str
    task: Task = "retrieval"
    """What the data is measured as."""
    unjudged: int = 0
    """Queries that came with the data and are not used, for want of judgements."""
    judged_here: int = 0
    """Documents that were judged in this program before."""
    categories: int = 0
    document_languages: tuple[Share, ...] = ()
    query_languages: tuple[Share, ...] = ()
    languages: dict[str, tuple[str, ...]] = {}
    """Found in the data, under the keys of the answers they fill."""
    characters_median: int | None = None
    """Of a document."""
    characters_p95: int | None = None
    notes: tuple[str, ...] = ()
    """What was skipped or decided while reading, a sentence each."""
    previews: tuple[Preview, ...] = ()
    has_tables: bool = False
    """Whether there are columns that could be read otherwise."""
    is_long: bool = False
    """Whether many documents are longer than small models read."""
    chunks: str | None = None
    """How models cut the documents; None has them read whole, as far as a model reads."""
    sample_documents: int
    sample_queries: int
    smallest_gap: float | None = None
    """Smallest true nDCG@10 gap that so many queries show with 80 % power (spread .3 assumed)."""
    how_sampled: str | None = None
    offers: tuple[Offer, ...] = ()
    """Quick, standard, thorough and everything; those that come to the same but once."""
    offers_model: str = ""
    """The model whose seconds the offers name."""


class Written(Message, frozen=True, kw_only=True):
    """How many queries there are now, or what a person has to agree to first."""

    queries: int = 0
    to_agree: str = ""
    """What would be sent, and to whom; nothing was sent yet."""


class TableColumns(msgspec.Struct, frozen=True, kw_only=True):
    """One table as its first row names it, and as its first rows are read."""

    file: str
    encoding: str
    columns: tuple[str, ...]
    """As the file has them, less case and spaces."""
    read_as: dict[str, str] = {}
    """Meaning (a key of `MEANINGS`) to the column that is taken for it."""
    rows: tuple[dict[str, str], ...] = ()
    """Column to the beginning of its value."""


class Tabled(Message, frozen=True, kw_only=True):
    """The tables of a place; none where its files are no tables."""

    tables: tuple[TableColumns, ...]


class Examined(Message, frozen=True, kw_only=True):
    """What the data doctor has found, errors first."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    """What was decided while reading, a sentence each."""
    can_be_cleaned: bool = False
    """Whether a clean copy would be without errors."""


class Cleaned(Message, frozen=True, kw_only=True):
    """Where the clean copy is, and how many rows are not in it."""

    place: str
    left_out: int


class Chosen(Message, frozen=True, kw_only=True):
    """What will be compared."""

    choice: Choice


class Fetched(Message, frozen=True, kw_only=True):
    """All downloads are over; which models are on the machine now."""

    here: tuple[str, ...]
    failures: dict[str, str] = {}
    """Repository to what went wrong."""


class Measured(Message, frozen=True, kw_only=True):
    """The run is over."""

    measured: int
    of: int


class Decided(Message, frozen=True, kw_only=True):
    """The record, not saved yet."""

    record: DecisionRecord


class Pooled(Message, frozen=True, kw_only=True):
    """Everything there is to judge."""

    queries: tuple[ToJudge, ...]
    depth: int
    """How many documents of each candidate's list are in it."""


class Counted(Message, frozen=True, kw_only=True):
    """What was judged so far, and what that much can show."""

    judged: int
    queries: int
    """Queries that count: their whole pool was gone through."""
    smallest_gap: float | None = None


class Contrasted(Message, frozen=True, kw_only=True):
    """The queries, by falling difference between the two."""

    queries: tuple[Contrast, ...]


class Exported(Message, frozen=True, kw_only=True):
    """Where the judgements are."""

    path: str


class SupposedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate under the supposed answers."""

    name: str
    p_within: float | None = None
    usd_per_month: float | None = None
    over: str = ""
    """The limits it breaks."""


class Supposed(Message, frozen=True, kw_only=True):
    """The advice under the supposed answers."""

    kind: str
    sentence: str
    pick: str | None
    changed: str
    """What is unlike the advice under the answers that were measured with, and why."""
    rows: tuple[SupposedRow, ...]


class Saved(Message, frozen=True, kw_only=True):
    """Where the record is, and the record as saved."""

    path: str
    record: DecisionRecord


class Done(Message, frozen=True, kw_only=True):
    """Done; there is nothing to say about it."""


class Refused(Message, frozen=True, kw_only=True):
    """It cannot be done, with the way out."""

    text: str


Reply = (
    Looked
    | Described
    | Written
    | Tabled
    | Examined
    | Cleaned
    | Chosen
    | Fetched
    | Measured
    | Decided
    | Supposed
) | (Pooled | Counted | Contrasted | Exported | Saved | Done | Refused)

# Lines ---------------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request on its way."""

    number: int
    request: Request


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """For how many documents a query was asked so far."""

    done: int
    of: int


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reply on its way, or news."""

    number: int | None = None
    reply: Reply | None = None
    update: Update | None = None
    download: Download | None = None
    writing: Writing | None = None


_encoder = msgspec.json.Encoder()
_asked: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


def encode(line: Asked | Told) -> bytes:
    """Return it as one line, newline included; WorkerError for a name that is no text."""
    try:
        return _encoder.encode(line) + b"\n"
    except UnicodeEncodeError as error:
        name = one_line(error.object, 120)
        raise WorkerError(f"{name}: {NO_UTF8}") from error


def decode_asked(line: bytes) -> Asked:
    """Read a request; WorkerError when it is none."""
    try:
        return _asked.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a request: {error}") from error


def decode_told(line: bytes) -> Told:
    """Read a reply or news; WorkerError when it is neither."""
    try:
        return _told.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a reply: {error}") from error
