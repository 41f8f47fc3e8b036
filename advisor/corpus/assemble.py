"""Rows of files put together into a dataset, with every problem found on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from advisor.corpus import fields, pseudo
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.jsonl import json_rows
from advisor.corpus.judgements import Judgement, read_judgements
from advisor.corpus.layout import Layout
from advisor.corpus.lines import Source
from advisor.corpus.problems import Notes, Problems, counted, listed, quoted
from advisor.corpus.table import table_rows
from advisor.errors import DataError

_HOW_TO_JUDGE: Final = (
    "To use them, add qrels.tsv with the columns query-id, corpus-id and score "
    "(0 not relevant, 1 relevant) to the folder"
)


class _Item(NamedTuple):
    """A document or query as read, with the place where it stands."""

    entry: pseudo.Entry
    source: Source
    line: int

    @property
    def place(self) -> str:
        return self.source.at(self.line)


class _Kind(NamedTuple):
    """How the rows of documents differ from those of queries."""

    word: str
    plural: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    title_counts: bool
    """Whether the title is part of the text."""


_DOCUMENTS: Final = _Kind(
    "document", "documents", fields.DOCUMENT_ID, (*fields.TEXT, *fields.ANSWER), True
)
_QUERIES: Final = _Kind(
    "query", "queries", fields.QUERY_ID, (*fields.QUESTION, *fields.TEXT, *fields.TITLE), False
)


def rows_of(source: Source, problems: Problems) -> Iterator[tuple[int, fields.Row]]:
    """Yield line numbers and rows of a JSON lines, CSV or TSV file."""
    is_json = source.suffix in (".jsonl", ".ndjson", ".json")
    return json_rows(source, problems) if is_json else table_rows(source, problems)


class _Shelf:
    """Documents or queries by id, checked as they come."""

    def __init__(self, kind: _Kind, problems: Problems, notes: Notes) -> None:
        self._kind = kind
        self._problems = problems
        self._notes = notes
        self.items: dict[str, _Item] = {}
        self.empty: set[str] = set()
        """Ids of rows without text."""

    def read(self, source: Source, *, numbered: bool = False) -> None:
        """Take every row of `source`; where ids are missing, the line's number if `numbered`."""
        ids_missing: bool | None = None
        for line, row in rows_of(source, self._problems):
            id_name = fields.pick(row, self._kind.ids)
            if ids_missing is None:
                ids_missing = numbered and id_name is None
                if ids_missing:
                    self._notes.say(
                        f"The {self._kind.plural} of {source.name} have no ids; their line "
                        "numbers are used."
                    )
            text_name = fields.pick(row, self._kind.texts)
            # Documents may be titles alone (product names, headlines).
            if text_name is None and self._kind.title_counts:
                text_name = fields.pick(row, fields.TITLE)
            if (id_name is None and not ids_missing) or text_name is None:
                wanted = "an id (such as _id)" if text_name else "a text (such as text)"
                self._problems.add(
                    source.at(line),
                    f"expected {wanted} for the {self._kind.word}, found only "
                    f"{listed(list(row))}. Add or rename it.",
                )
                continue
            id_value: object = line if id_name is None or ids_missing else row[id_name]
            self._take(source, line, row, id_value, text_name)

    def _take(
        self, source: Source, line: int, row: fields.Row, id_value: object, text_name: str
    ) -> None:
        title_name = fields.pick(row, fields.TITLE) if self._kind.title_counts else None
        try:
            item_id = fields.identifier(id_value)
            title = fields.cleaned(row[title_name] if title_name else None)
            body = fields.cleaned(row[text_name] if text_name != title_name else None)
        except fields.Wrong as error:
            self._problems.add(source.at(line), f"{error}. Correct the {self._kind.word}.")
            return
        if title.replaced or body.replaced:
            self._notes.count(
                "text held characters that are none (lone surrogates or NUL); U+FFFD is put there",
                "texts held characters that are none (lone surrogates or NUL); U+FFFD is put there",
                source.at(line),
            )
        entry = pseudo.Entry(item_id, title.text, body.text, fields.category(row))
        self.add(_Item(entry, source, line))

    def add(self, item: _Item) -> None:
        """Add one item, unless it is empty, a repetition or a contradiction."""
        entry = item.entry
        if not entry.text:
            self.empty.add(entry.id)
            self._notes.count(
                f"{self._kind.word} without text was skipped",
                f"{self._kind.plural} without text were skipped",
                item.place,
            )
            return
        first = self.items.setdefault(entry.id, item)
        if first is item:
            return
        if first.entry.text == entry.text:
            self._notes.count(
                f"repeated row of a {self._kind.word} was skipped",
                f"repeated rows of {self._kind.plural} were skipped",
                item.place,
            )
            return
        self._problems.add(
            item.place,
            f"the id {listed([entry.id])} stands with another text at {first.place}; expected "
            f"one id per {self._kind.word}. Rename or remove one of them.",
        )

    def taken(self) -> Iterator[pseudo.Entry]:
        """Yield the entries and let go of them, so that texts are not held twice."""
        for item_id in list(self.items):
            yield self.items.pop(item_id).entry


def assemble(layout: Layout, *, to_judge: bool = False) -> Dataset:
    """Read the files of `layout`; raise DataError with all problems of all files.

    With `to_judge`, queries without judgements are kept for a person to judge.
    """
    problems, notes = Problems(layout.name), Notes()
    for note in layout.notes:
        notes.say(note)
    documents = _Shelf(_DOCUMENTS, problems, notes)
    queries = _Shelf(_QUERIES, problems, notes)
    for source in layout.documents:
        documents.read(source, numbered=layout.judgements is None and len(layout.documents) == 1)
    if layout.queries:
        queries.read(layout.queries, numbered=layout.judgements is None)
    if layout.judgements is None:
        problems.check()
        if to_judge and queries.items:
            return _to_judge(layout, documents, queries, notes)
        return _without_judgements(layout, documents, queries, notes)
    judged = _Judged(layout.judgements, documents, queries, problems, notes)
    judged.read()
    if layout.queries is None:
        problems.add(layout.judgements.name, "there are judgements, but no file of queries.")
    problems.check()
    _require(layout, documents)
    if not queries.items:
        raise DataError(
            f"{layout.queries.name if layout.queries else layout.name} holds no queries, though "
            f"{layout.judgements.name} judges some. Add them."
        )
    return _with_judgements(layout.name, documents, queries, judged.qrels, notes)


def _require(layout: Layout, documents: _Shelf) -> None:
    if not documents.items:
        names = listed([source.name for source in layout.documents])
        raise DataError(f"{names}: no documents found. Add at least one with text.")


def _without_judgements(
    layout: Layout, documents: _Shelf, queries: _Shelf, notes: Notes
) -> Dataset:
    _require(layout, documents)
    made = pseudo.title_body(list(documents.taken()))
    if not made.queries:
        raise DataError(
            f"{layout.name}: there are no judgements, and the documents are too short to make "
            f"queries from them. {_HOW_TO_JUDGE}, and queries.jsonl with the keys _id and text."
            + (" Or judge the queries in the interface: j on the data." if queries.items else "")
        )
    if queries.items:
        number = counted(len(queries.items), "query", "queries")
        notes.say(
            f"The {number} of {layout.queries.name if layout.queries else layout.name} cannot be "
            f"measured with: no judgements say which documents answer them. {_HOW_TO_JUDGE}."
        )
    notes.say(made.sentence)
    return Dataset(
        name=layout.name,
        corpus=made.corpus,
        queries=made.queries,
        qrels=made.qrels,
        evidence="title-body",
        notes=notes.sentences(),
        unjudged=len(queries.items),
    )


def _to_judge(layout: Layout, documents: _Shelf, queries: _Shelf, notes: Notes) -> Dataset:
    _require(layout, documents)
    return Dataset(
        name=layout.name,
        corpus=tuple(Document(e.id, e.text, e.category) for e in documents.taken()),
        queries=tuple(
            Query(item.entry.id, item.entry.text, item.entry.category)
            for item in queries.items.values()
        ),
        qrels={query: {} for query in queries.items},
        evidence="judged-here",
        notes=notes.sentences(),
    )


def _with_judgements(
    name: str, documents: _Shelf, queries: _Shelf, qrels: dict[str, dict[str, int]], notes: Notes
) -> Dataset:
    relevant = {query for query, grades in qrels.items() if max(grades.values()) > 0}
    left_out = len(queries.items) - len(relevant)
    if not relevant:
        raise DataError(
            f"{name}: no query has a relevant document (a grade above 0). Check the judgements."
        )
    if left_out:
        notes.say(
            f"{left_out:,} of {counted(len(queries.items), 'query', 'queries')} without any "
            "relevant document left out."
        )
    kept = [item for item in queries.items.values() if item.entry.id in relevant]
    return Dataset(
        name=name,
        corpus=tuple(Document(e.id, e.text, e.category) for e in documents.taken()),
        queries=tuple(Query(i.entry.id, i.entry.text, i.entry.category) for i in kept),
        qrels={item.entry.id: qrels[item.entry.id] for item in kept},
        evidence="human",
        notes=notes.sentences(),
    )


class _Judged:
    """The judgements of known documents and queries."""

    def __init__(
        self,
        source: Source,
        documents: _Shelf,
        queries: _Shelf,
        problems: Problems,
        notes: Notes,
    ) -> None:
        self._source = source
        self._documents = documents
        self._queries = queries
        self._problems = problems
        self._notes = notes
        self.qrels: dict[str, dict[str, int]] = {}

    def read(self) -> None:
        """Take every judgement of the file."""
        seen_documents: set[str] = set()
        seen_queries: set[str] = set()
        for judgement in read_judgements(self._source, self._problems):
            seen_documents.add(judgement.document)
            seen_queries.add(judgement.query)
            if self._is_known(judgement):
                self._take(judgement)
        if self._problems.count == 0:
            self._check_share("document", seen_documents, self._documents)
            self._check_share("query", seen_queries, self._queries)

    def _is_known(self, judgement: Judgement) -> bool:
        place = self._source.at(judgement.line)
        for word, item, shelf in (
            ("document", judgement.document, self._documents),
            ("query", judgement.query, self._queries),
        ):
            if item in shelf.items:
                continue
            why = f"of a {word} without text" if item in shelf.empty else f"of an unknown {word}"
            self._notes.count(
                f"judgement {why} was skipped", f"judgements {why} were skipped", place
            )
            return False
        return True

    def _take(self, judgement: Judgement) -> None:
        place = self._source.at(judgement.line)
        if judgement.grade < 0:
            self._notes.count(
                "negative grade was taken as 0", "negative grades were taken as 0", place
            )
        grade = max(judgement.grade, 0)
        grades = self.qrels.setdefault(judgement.query, {})
        first = grades.get(judgement.document)
        if first is None:
            grades[judgement.document] = grade
        elif first == grade:
            self._notes.count(
                "repeated judgement was skipped", "repeated judgements were skipped", place
            )
        else:
            self._problems.add(
                place,
                f"query {quoted(judgement.query)} with document {quoted(judgement.document)} was "
                f"judged {first} before and is {grade} here. Keep one of the two.",
            )

    def _check_share(self, word: str, seen: set[str], shelf: _Shelf) -> None:
        known = shelf.items.keys() | shelf.empty
        unknown = sorted(seen - known)
        if known and len(unknown) * 2 > len(seen):
            self._problems.add(
                self._source.name,
                f"{len(unknown):,} of {len(seen):,} {word} ids are not among the "
                f"{'documents' if word == 'document' else 'queries'} (judged: "
                f"{listed(unknown, 3)}; known: {listed(sorted(known)[:3], 3)}). Check that the "
                "files belong together; ids are compared as text, so '01' is not '1'.",
            )
