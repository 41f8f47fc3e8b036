"""Judgements put to the documents and queries that they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from advisor.corpus import fields, pseudo
from advisor.corpus.judgements import Judgement, read_judgements
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, listed, quoted
from advisor.corpus.rows import rows_of
from advisor.corpus.shelf import Item, Shelf


def judged_documents(source: Source) -> frozenset[str]:
    """Return the ids of all documents that a file judges; what is wrong is told another time."""
    return frozenset(one.document for one in read_judgements(source, Problems(source.name)))


class QuestionColumns(NamedTuple):
    """The columns of a file that names, beside each question, the document that answers it."""

    question: str
    document: str
    grade: str | None


def question_columns(source: Source) -> QuestionColumns | None:
    """Return the columns of such a file, None for queries alone."""
    row = next((row for _, row in rows_of(source, Problems(source.name), as_topics=True)), {})
    question = fields.pick(row, fields.QUESTION)
    document = fields.pick(row, fields.ANSWERING_DOCUMENT)
    if question is None or document is None:
        return None
    return QuestionColumns(question, document, fields.pick(row, fields.GRADE))


def _by_name(ids: Iterable[str]) -> dict[str, str]:
    """Return the ids of documents by shorter names that only one has: no folder, no extension."""
    found: dict[str, set[str]] = {}
    for one in ids:
        path = PurePosixPath(one)
        for name in {path.name, path.stem, str(path.with_suffix(""))} - {one}:
            found.setdefault(name, set()).add(one)
    return {name: next(iter(ones)) for name, ones in found.items() if len(ones) == 1}


class Judged:
    """The judgements of known documents and queries."""

    def __init__(
        self, source: Source, documents: Shelf, queries: Shelf, problems: Problems
    ) -> None:
        """Start without judgements."""
        self._source = source
        self._documents, self._queries = documents, queries
        self._problems = problems
        self.qrels: dict[str, dict[str, int]] = {}

    def read(self) -> None:
        """Take every judgement of the file."""
        seen_documents: Counter[str] = Counter()
        seen_queries: Counter[str] = Counter()
        for judgement in read_judgements(self._source, self._problems):
            seen_documents[judgement.document] += 1
            seen_queries[judgement.query] += 1
            if self._is_known(judgement):
                self._take(judgement)
        if self._problems.errors == 0 or self._problems.skips:
            self._check_share("document", seen_documents, self._documents)
            self._check_share("query", seen_queries, self._queries)

    def read_questions(self, columns: QuestionColumns) -> None:
        """Take every row of a question and the document that answers it; the file is both."""
        ids: dict[str, str] = {}
        by_name = _by_name(self._documents.items)
        for line, row in rows_of(self._source, self._problems):
            try:
                text = fields.cleaned(row.get(columns.question)).text
                document = fields.identifier(row.get(columns.document))
                grade = fields.grade(row.get(columns.grade)) if columns.grade else 1
            except fields.Wrong as error:
                sentence = f"{error}. Correct the row."
                self._problems.add("wrong-value", self._source.at(line), sentence)
                continue
            query = ids.setdefault(text, f"q{len(ids) + 1}")
            if query not in self._queries.items:
                entry = pseudo.Entry(query, "", text, fields.category(row))
                self._queries.add(Item(entry, self._source, line))
            judgement = Judgement(line, query, by_name.get(document, document), grade)
            if self._is_known(judgement):
                self._take(judgement)

    def _is_known(self, judgement: Judgement) -> bool:
        place = self._source.at(judgement.line)
        for word, item, shelf in (
            ("document", judgement.document, self._documents),
            ("query", judgement.query, self._queries),
        ):
            if shelf.knows(item):
                continue
            self._problems.count(
                f"judged-empty-{word}" if item in shelf.empty else f"unknown-{word}",
                place,
                f"{word} {quoted(item)}",
            )
            return False
        return True

    def _take(self, judgement: Judgement) -> None:
        place = self._source.at(judgement.line)
        if judgement.grade < 0:
            self._problems.count("negative-grade", place)
        grade = max(judgement.grade, 0)
        grades = self.qrels.setdefault(judgement.query, {})
        first = grades.get(judgement.document)
        if first is None:
            grades[judgement.document] = grade
        elif first == grade:
            self._problems.count("repeated-judgement", place)
        else:
            self._problems.add(
                "contradiction",
                place,
                f"query {quoted(judgement.query)} with document {quoted(judgement.document)} was "
                f"judged {first} before and is {grade} here. Keep one of the two.",
            )

    def _check_share(self, word: str, seen: Counter[str], shelf: Shelf) -> None:
        unknown = sorted(one for one in seen if not shelf.knows(one) and one not in shelf.empty)
        known = sorted([*shelf.items, *shelf.empty])[:3]
        rows = sum(seen[one] for one in unknown)
        if known and len(unknown) * 2 > len(seen) and rows * 2 > seen.total():
            self._problems.add(
                "files-apart",
                self._source.name,
                f"{len(unknown):,} of {len(seen):,} {word} ids are not among the "
                f"{'documents' if word == 'document' else 'queries'} (judged: "
                f"{listed(unknown, 3)}; known: {listed(known, 3)}). Check that the "
                "files belong together; ids are compared as text, so '01' is not '1'.",
            )
