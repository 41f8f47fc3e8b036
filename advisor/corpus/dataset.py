"""The dataset: documents, queries and judgements in memory, as every later stage takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from advisor.corpus.chunking import Chunking

Evidence = Literal["human", "judged-here", "llm-queries", "title-body", "agreement"]
"""Where the judgements come from, most trusted first."""

Task = Literal["retrieval", "reranking", "similarity", "classification", "clustering"]
"""What data can measure, by what it holds; MTEB's words, where similarity is called STS."""
RANKED: Final = ("retrieval", "reranking")
"""Tasks that rank documents for queries."""
LABELLED: Final = ("classification", "clustering")
"""Tasks on texts with labels."""


def found_answers(languages: Mapping[str, tuple[str, ...]], task: Task) -> dict[str, Any]:
    """Return the answers that data gives by itself, by question.

    What documents are ranked for, the data does not show: search, recommendation, code.
    """
    return {**languages, **({} if task in RANKED else {"task": task})}


class Document(NamedTuple):
    """One document; `text` is what encoders see: `(title + " " + text).strip()`."""

    id: str
    text: str
    category: str | None = None


class Query(NamedTuple):
    """One query."""

    id: str
    text: str
    category: str | None = None


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How a dataset was cut down from a larger one."""

    documents_of: int
    queries_of: int
    seed: int
    how: str
    """One sentence for people."""


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """Documents, queries and graded judgements (BEIR and TREC words).

    Other tasks are told in the same words, a query being what is scored:

    - reranking: `qrels` holds every candidate of a query, 0 for the wrong ones;
    - similarity: a query and its one document are a pair, and `scores` has what people say of it;
    - classification: documents are the texts to learn from, queries those to be classified, and
      `category` is the label of either;
    - clustering: documents and queries are the same texts, `category` their label.
    """

    name: str
    """A short name without a path: the folder's, the file's or the sample's."""
    corpus: tuple[Document, ...]
    queries: tuple[Query, ...]
    """Only those with a relevant document, or all of them before anything is judged."""
    qrels: dict[str, dict[str, int]]
    """Query id to document id to grade; 0 is judged and not relevant."""
    evidence: Evidence
    task: Task = "retrieval"
    scores: dict[str, float] = {}
    """Query id to the score of its pair, on any scale; for similarity alone."""
    notes: tuple[str, ...] = ()
    """What was skipped or decided while reading, one sentence each."""
    sampling: Sampling | None = None
    document_languages: dict[str, str] = {}
    """Document id to language tag, where it could be told; empty before `with_languages`."""
    query_languages: dict[str, str] = {}
    """Query id to language tag, as above."""
    chunking: Chunking | None = None
    """How models cut the documents; None has each encoded whole, as far as a model reads."""
    documents_read: int | None = None
    """Documents in the files, where that may be more than are held in memory."""

    @property
    def documents_of(self) -> int:
        """Documents in the files."""
        return max(self.documents_read or 0, len(self.corpus))

    origins: dict[str, str] = {}
    """Query id to the document it came from, where the judgements alone do not show it."""
    unjudged: int = 0
    """Queries that came with the data and are not used, for want of judgements."""

    @property
    def is_judged(self) -> bool:
        """Whether there is anything to hold a model against: without it there is no quality."""
        return self.task in LABELLED or any(
            grade > 0 for grades in self.qrels.values() for grade in grades.values()
        )

    @property
    def judgements(self) -> int:
        """How many judgements, scores or labels people have given."""
        if self.task == "classification":
            return len(self.corpus) + len(self.queries)
        return (
            len(self.queries) if self.task == "clustering" else sum(map(len, self.qrels.values()))
        )

    def fingerprint(self) -> str:
        """SHA-256 (hex) over ids, texts and judgements, independent of order and of file format."""
        digest = self._texts_digest()
        for query in sorted(self.qrels):
            digest.update(repr((query, sorted(self.qrels[query].items()))).encode())
        if self.task != "retrieval":
            digest.update(repr((self.task, sorted(self.scores.items()), self._labels())).encode())
        return digest.hexdigest()

    def _labels(self) -> list[tuple[str, str]]:
        if self.task not in LABELLED:
            return []
        parts: tuple[Sequence[Document | Query], ...] = (self.corpus, self.queries)
        return sorted((item.id, item.category or "") for part in parts for item in part)

    def texts_fingerprint(self) -> str:
        """SHA-256 (hex) over ids and texts alone: what a person judges."""
        return self._texts_digest().hexdigest()

    def _texts_digest(self) -> hashlib._Hash:
        digest = hashlib.sha256()
        parts: tuple[Sequence[Document | Query], ...] = (self.corpus, self.queries)
        for part in parts:
            for item in sorted(part, key=lambda item: item.id):
                digest.update(repr((item.id, item.text)).encode("utf-8", "surrogatepass"))
        return digest
