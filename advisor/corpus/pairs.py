"""Question and answer rows as a dataset: each question's answer is its relevant document."""

from __future__ import annotations

from typing import NamedTuple

from advisor.corpus import fields
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.opening import Source
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems, listed, quoted
from advisor.corpus.pseudo import Entry
from advisor.corpus.rows import rows_of
from advisor.corpus.sentence_pairs import PairColumns, pair_rows
from advisor.corpus.shelf import Item, Watch, Watches
from advisor.errors import DataError

ANSWERS = (*fields.ANSWER, *fields.TEXT)
_PAIR_DOCUMENT_ID = tuple(
    name for name in fields.DOCUMENT_ID if name not in ("_id", "id", "编号", "編號")
)
_PAIR_GRADE = tuple(name for name in fields.GRADE if name != "label")


def is_pairs(row: fields.Row) -> bool:
    """Tell whether a row holds a question and an answer."""
    return fields.pick(row, fields.QUESTION) is not None and fields.pick(row, ANSWERS) is not None


class _Pair(NamedTuple):
    query_id: str | None
    question: str
    document_id: str | None
    answer: str
    grade: int
    category: str | None


class _Pairs:
    """Questions and answers as they come, each text once."""

    def __init__(self, source: Source, problems: Problems, watches: Watches) -> None:
        self._source = source
        self._problems = problems
        self._watches = watches
        self.documents: dict[str, Document] = {}
        self.queries: dict[str, Query] = {}
        self.qrels: dict[str, dict[str, int]] = {}
        self._by_answer: dict[str, str] = {}
        self._by_question: dict[str, str] = {}

    def take(self, line: int, pair: _Pair) -> None:
        """Add one row."""
        place = self._source.at(line)
        if not pair.question or not pair.answer:
            self._problems.count("empty-pair", place)
            return
        document, query = self._document(line, pair), self._query(line, pair)
        if document is None or query is None:
            return
        if pair.grade < 0:
            self._problems.count("negative-grade", place)
        grades = self.qrels.setdefault(query, {})
        grade = max(pair.grade, 0)
        if grades.setdefault(document, grade) != grade:
            self._problems.add(
                "contradiction",
                place,
                f"the same question and answer were graded {grades[document]} before and {grade} "
                "here. Keep one of the two.",
            )

    def _document(self, line: int, pair: _Pair) -> str | None:
        place = self._source.at(line)
        known = self._by_answer.get(pair.answer)
        if known is not None:
            self._problems.count("merged-answer", place)
            return known
        new = pair.document_id or f"d{len(self.documents) + 1}"
        if new in self.documents:
            self._clash(place, new, "document")
            return None
        self._by_answer[pair.answer] = new
        self.documents[new] = Document(new, pair.answer, pair.category)
        self._show(self._watches.document, line, new, pair.answer)
        return new

    def _query(self, line: int, pair: _Pair) -> str | None:
        place = self._source.at(line)
        known = self._by_question.get(pair.question)
        if known is not None:
            self._problems.count("merged-question", place)
            return known
        new = pair.query_id or f"q{len(self.queries) + 1}"
        if new in self.queries:
            self._clash(place, new, "question")
            return None
        self._by_question[pair.question] = new
        self.queries[new] = Query(new, pair.question, pair.category)
        self._show(self._watches.query, line, new, pair.question)
        return new

    def _show(self, watch: Watch | None, line: int, item_id: str, text: str) -> None:
        if watch is not None:
            watch(Item(Entry(item_id, "", text), self._source, line))

    def _clash(self, place: str, item_id: str, word: str) -> None:
        self._problems.add(
            "id-clash",
            place,
            f"the id {quoted(item_id)} stands with another {word} before; expected one id per "
            f"{word}. Rename or remove one of them.",
        )


def assemble_pairs(
    source: Source,
    name: str,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
    problems: Problems | None = None,
    watches: Watches = Watches(),  # noqa: B008 - frozen
    columns: PairColumns | None = None,
) -> Dataset:
    """Read question and answer rows, or pairs of sentences; raise DataError with all problems."""
    problems = problems if problems is not None else Problems(name, skip=options.skip)
    pairs = _Pairs(source, problems, watches)
    rows = pair_rows(source, columns, problems) if columns else rows_of(source, problems)
    for line, row in rows:
        try:
            pair = _pair(row)
        except fields.Wrong as error:
            kind = "fractional-grade" if error.is_fraction else "wrong-value"
            problems.add(kind, source.at(line), f"{error}. Correct the row.")
            continue
        if pair is None:
            problems.add(
                "missing-field",
                source.at(line),
                f"expected a question and an answer as before, found only {listed(list(row))}.",
            )
        else:
            pairs.take(line, pair)
    problems.check()
    kept = {query for query, grades in pairs.qrels.items() if max(grades.values()) > 0}
    if not kept:
        raise DataError(f"{source.name}: no question with a relevant answer found. Add some.")
    for query in pairs.queries.values():
        if query.id not in kept:
            problems.count("unjudged-query", f"{source.name}, {quoted(query.id)}")
    return Dataset(
        name=name,
        corpus=tuple(pairs.documents.values()),
        queries=tuple(query for query in pairs.queries.values() if query.id in kept),
        qrels={query: grades for query, grades in pairs.qrels.items() if query in kept},
        evidence="human",
        notes=problems.sentences(),
    )


def _pair(row: fields.Row) -> _Pair | None:
    question, answer = fields.pick(row, fields.QUESTION), fields.pick(row, ANSWERS)
    if question is None or answer is None:
        return None
    title = fields.pick(row, fields.TITLE)
    query_id, document_id = fields.pick(row, fields.QUERY_ID), fields.pick(row, _PAIR_DOCUMENT_ID)
    grade = fields.pick(row, _PAIR_GRADE)
    title_text = fields.cleaned(row[title]).text if title else ""
    answer_text = fields.cleaned(row[answer]).text
    return _Pair(
        fields.identifier(row[query_id]) if query_id else None,
        fields.cleaned(row[question]).text,
        fields.identifier(row[document_id]) if document_id else None,
        f"{title_text} {answer_text}".strip() if answer_text else "",
        fields.grade(row[grade]) if grade else 1,
        fields.category(row),
    )
