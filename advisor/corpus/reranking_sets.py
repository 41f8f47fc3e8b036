"""Queries that bring their own right and wrong texts as a dataset, to be put in order."""

from __future__ import annotations

from typing import Final

from advisor.corpus import fields
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems
from advisor.corpus.pseudo import Entry
from advisor.corpus.rows import rows_of
from advisor.corpus.shelf import Item, Watches
from advisor.errors import DataError

_RIGHT: Final = ("positive", "positives", "pos", "positive_passages")
_WRONG: Final = ("negative", "negatives", "neg", "negative_passages", "hard_negatives")
_QUERY: Final = (*fields.QUESTION, "anchor")


def is_reranking(row: fields.Row) -> bool:
    """Tell whether a row holds a query, right texts and wrong texts."""
    return all(fields.pick(row, names) for names in (_QUERY, _RIGHT, _WRONG))


def read_reranking(name: str, source: Source, problems: Problems, watches: Watches) -> Dataset:
    """Read reranking sets; raise DataError with all problems of the file.

    Each query ranks its own texts, and a text that several queries share is one document.
    """
    ids: dict[str, str] = {}
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    for line, row in rows_of(source, problems):
        try:
            query = fields.cleaned(row.get(fields.pick(row, _QUERY) or "")).text
            right, wrong = (_texts(row, names) for names in (_RIGHT, _WRONG))
        except fields.Wrong as error:
            problems.add("wrong-value", source.at(line), f"{error}. Correct the row.")
            continue
        if not query or not right or not set(wrong) - set(right):
            problems.count("no-candidates", source.at(line))
            continue
        item = Query(f"q{line}", query)
        queries.append(item)
        if watches.query is not None:
            watches.query(Item(Entry(item.id, "", query), source, line))
        for text in (*right, *wrong):
            if text not in ids:
                ids[text] = f"d{len(ids) + 1}"
                if watches.document is not None:
                    watches.document(Item(Entry(ids[text], "", text), source, line))
        # A text that stands on both sides is right: the query's own words say so first.
        qrels[item.id] = {ids[text]: 0 for text in wrong} | {ids[text]: 1 for text in right}
    problems.check()
    if not queries:
        raise DataError(f"{source.name}: no query with right and wrong texts found. Add some.")
    return Dataset(
        name=name,
        corpus=tuple(Document(document, text) for text, document in ids.items()),
        queries=tuple(queries),
        qrels=qrels,
        evidence="human",
        task="reranking",
        notes=problems.sentences(),
    )


def _texts(row: fields.Row, names: tuple[str, ...]) -> list[str]:
    """Return the texts of a column: one text, or a list of them; Wrong for anything else."""
    value = row.get(fields.pick(row, names) or "")
    values = value if isinstance(value, list) else [value]
    texts = [fields.cleaned(_text_of(one)).text for one in values]
    return [text for text in texts if text]


def _text_of(value: object) -> object:
    """Return the text of a passage that is an object with a title and a text."""
    if not isinstance(value, dict):
        return value
    inner = {fields.normal(str(key)): part for key, part in value.items()}
    return inner.get("text")
