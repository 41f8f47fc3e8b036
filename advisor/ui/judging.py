"""One sitting of judging: where it stands, what comes next, and taking keys back."""

from __future__ import annotations

from advisor.desk.messages import Judge, Pooled
from advisor.desk.queries import ToJudge

SKIPPED = -1
"""As the desk writes a document that was passed over."""
_Change = tuple[str, dict[str, int | None]]
"""Query id, and of each document the grade it had before."""


class Sitting:
    """The queries in their order; whoever was judged before is passed by."""

    def __init__(self, pooled: Pooled) -> None:
        """Begin at the first document that is not judged."""
        self.queries = pooled.queries
        self._grades = {query.id: dict(query.grades) for query in pooled.queries}
        self._done: list[_Change] = []
        self._at = self._next(0)

    @property
    def at(self) -> tuple[ToJudge, str] | None:
        """The query and the document to judge, None at the end."""
        if self._at is None:
            return None
        number, document = self._at
        return self.queries[number], document

    @property
    def number(self) -> int:
        """Which query it is, from 1."""
        return self._at[0] + 1 if self._at is not None else len(self.queries)

    @property
    def place(self) -> int:
        """Which of the query's documents it is, from 1."""
        if self._at is None:
            return 0
        number, document = self._at
        return list(self.queries[number].documents).index(document) + 1

    @property
    def can_undo(self) -> bool:
        """Whether a key of this sitting can be taken back."""
        return bool(self._done)

    def grade_of(self, query: str, document: str) -> int | None:
        """Return what was judged before."""
        return self._grades[query].get(document)

    def grade(self, grade: int) -> Judge | None:
        """Judge the document at hand and go on to the next."""
        if self._at is None:
            return None
        number, document = self._at
        return self._take(number, {document: grade})

    def skip_query(self) -> Judge | None:
        """Pass over what is not judged of this query and go on to the next one."""
        if self._at is None:
            return None
        number = self._at[0]
        query = self.queries[number]
        left = [one for one in query.documents if one not in self._grades[query.id]]
        return self._take(number, dict.fromkeys(left, SKIPPED))

    def undo(self) -> Judge | None:
        """Take the last key back and stand where it was pressed."""
        if not self._done:
            return None
        query, before = self._done.pop()
        own = self._grades[query]
        for document, grade in before.items():
            if grade is None:
                own.pop(document, None)
            else:
                own[document] = grade
        number = next(at for at, one in enumerate(self.queries) if one.id == query)
        self._at = number, next(iter(before))
        return Judge(query=query, grades=before)

    def _take(self, number: int, grades: dict[str, int]) -> Judge:
        query = self.queries[number].id
        own = self._grades[query]
        self._done.append((query, {document: own.get(document) for document in grades}))
        own.update(grades)
        self._at = self._next(number)
        return Judge(query=query, grades={**grades})

    def _next(self, number: int) -> tuple[int, str] | None:
        """Return the first place from this query on that is not judged, else from the start."""
        order = [*range(number, len(self.queries)), *range(number)]
        for at in order:
            query = self.queries[at]
            for document in query.documents:
                if document not in self._grades[query.id]:
                    return at, document
        return None
