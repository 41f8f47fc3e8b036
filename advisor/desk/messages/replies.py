"""Replies: what the desk answers, exactly one a request."""

from __future__ import annotations

import msgspec

from advisor.bench.choice import Choice
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Task
from advisor.corpus.problems import Finding
from advisor.desk.messages.message import Message
from advisor.desk.queries import Contrast, ToJudge
from advisor.needs.requirements import Machine
from advisor.record.decision import DecisionRecord


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
    languages: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
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
    failures: dict[str, str] = msgspec.field(default_factory=dict)
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
