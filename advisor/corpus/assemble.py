"""Rows of files put together into a dataset, with every problem found on the way."""

from __future__ import annotations

from typing import Final

from advisor.corpus import pseudo
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.judged import Judged, judged_documents, question_columns
from advisor.corpus.layout import Layout
from advisor.corpus.opening import is_packed
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems, counted, listed
from advisor.corpus.shelf import DOCUMENTS, QUERIES, Holding, Item, Shelf, Watches
from advisor.errors import DataError

_HOW_TO_JUDGE: Final = (
    "To use them, add qrels.tsv with the columns query-id, corpus-id and score "
    "(0 not relevant, 1 relevant) to the folder"
)
_LARGE: Final = 64 * 2**20
"""Bytes of documents; smaller files are held whole."""
_USUAL_RATIO: Final = 5
"""How much texts grow when they are unpacked."""


def assemble(
    layout: Layout,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
    problems: Problems | None = None,
    watches: Watches = Watches(),  # noqa: B008 - frozen
) -> Dataset:
    """Read the files of `layout`; raise DataError with all problems of all files.

    What is found on the way is added to `problems`; `watches` see the items.
    """
    problems = problems if problems is not None else Problems(layout.name, skip=options.skip)
    for note in layout.notes:
        problems.say(note)
    documents = Shelf(DOCUMENTS, problems, _holding(layout, options), watches.document)
    queries = Shelf(QUERIES, problems, watch=watches.query)
    for source in layout.documents:
        documents.read(source, numbered=layout.judgements is None and len(layout.documents) == 1)
    asked = None
    if layout.queries and layout.judgements is None:
        asked = question_columns(layout.queries)
    if layout.queries and asked is None:
        queries.read(layout.queries, numbered=layout.judgements is None)
    told = layout.judgements or (layout.queries if asked else None)
    if told is None:
        problems.check()
        _require(layout, documents)
        _say_held(documents, problems, options.seed)
        if options.to_judge and queries.items:
            return _to_judge(layout, documents, queries, problems)
        if options.documents_alone:
            return _to_judge(layout, documents, Shelf(QUERIES, problems), problems)
        return _without_judgements(layout, documents, queries, problems)
    judged = Judged(told, documents, queries, problems)
    if asked:
        judged.read_questions(asked)
    else:
        judged.read()
    if layout.queries is None:
        problems.add("no-queries", told.name, "there are judgements, but no file of queries.")
    problems.check()
    _require(layout, documents)
    if not queries.items:
        raise DataError(
            f"{layout.queries.name if layout.queries else layout.name} holds no queries, though "
            f"{told.name} judges some. Add them."
        )
    _say_held(documents, problems, options.seed)
    return _with_judgements(layout.name, documents, queries, judged.qrels, problems)


def _holding(layout: Layout, options: ReadOptions) -> Holding | None:
    """Return what is kept of large files; None keeps everything."""
    if options.most_documents is None:
        return None
    size = sum(
        one.path.stat().st_size * (_USUAL_RATIO if is_packed(one.path) else 1)
        for one in layout.documents
        if one.path.is_file()
    )
    if size <= _LARGE:
        return None
    wanted = judged_documents(layout.judgements) if layout.judgements else frozenset()
    return Holding(options.most_documents, wanted, options.seed)


def _say_held(documents: Shelf, problems: Problems, seed: int) -> None:
    if len(documents.items) < documents.count:
        problems.say(
            f"Of {documents.count:,} documents {len(documents.items):,} were kept in memory: all "
            f"judged ones and others drawn by seed {seed}. In fewer documents the right ones are "
            "easier to find; --full reads all."
        )


def _require(layout: Layout, documents: Shelf) -> None:
    if not documents.items:
        names = listed([source.name for source in layout.documents])
        raise DataError(f"{names}: no documents found. Add at least one with text.")


def _without_judgements(
    layout: Layout, documents: Shelf, queries: Shelf, problems: Problems
) -> Dataset:
    total = documents.count
    made = pseudo.title_body(list(documents.taken()))
    if not made.queries:
        raise DataError(
            f"{layout.name}: there are no judgements, and the documents are too short to make "
            f"queries from them. {_HOW_TO_JUDGE}, and queries.jsonl with the keys _id and text."
            + (" Or judge the queries in the interface: j on the data." if queries.items else "")
            + "".join(f" {note}" for note in layout.notes)
        )
    if queries.items:
        number = counted(len(queries.items), "query", "queries")
        problems.say(
            f"The {number} of {layout.queries.name if layout.queries else layout.name} cannot be "
            f"measured with: no judgements say which documents answer them. {_HOW_TO_JUDGE}."
        )
    problems.say(made.sentence)
    return Dataset(
        name=layout.name,
        corpus=made.corpus,
        queries=made.queries,
        qrels=made.qrels,
        evidence="title-body",
        notes=problems.sentences(),
        documents_read=total,
        unjudged=len(queries.items),
    )


def _to_judge(layout: Layout, documents: Shelf, queries: Shelf, problems: Problems) -> Dataset:
    total = documents.count
    return Dataset(
        name=layout.name,
        corpus=tuple(Document(e.id, e.text, e.category) for e in documents.taken()),
        queries=tuple(
            Query(item.entry.id, item.entry.text, item.entry.category)
            for item in queries.items.values()
        ),
        qrels={query: {} for query in queries.items},
        evidence="judged-here",
        notes=problems.sentences(),
        documents_read=total,
    )


def _with_judgements(
    name: str,
    documents: Shelf,
    queries: Shelf,
    qrels: dict[str, dict[str, int]],
    problems: Problems,
) -> Dataset:
    relevant = {query for query, grades in qrels.items() if max(grades.values()) > 0}
    if not relevant:
        raise DataError(
            f"{name}: no query has a relevant document (a grade above 0). Check the judgements."
        )
    kept: list[Item] = []
    for item in queries.items.values():
        if item.entry.id in relevant:
            kept.append(item)
        else:
            problems.count("unjudged-query", item.place)
    total = documents.count
    return Dataset(
        name=name,
        corpus=tuple(Document(e.id, e.text, e.category) for e in documents.taken()),
        queries=tuple(Query(i.entry.id, i.entry.text, i.entry.category) for i in kept),
        # In the order of the file: the doctor looks at what stands beside a judgement.
        qrels={query: grades for query, grades in qrels.items() if query in relevant},
        evidence="human",
        notes=problems.sentences(),
        documents_read=total,
    )
