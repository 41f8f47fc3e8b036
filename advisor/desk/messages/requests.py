"""Requests: what the interface asks of its desk."""

from __future__ import annotations

from advisor.corpus.amount import Amount
from advisor.corpus.options import ReadOptions
from advisor.desk.messages.message import Message
from advisor.needs.answers import AnswerSet


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
