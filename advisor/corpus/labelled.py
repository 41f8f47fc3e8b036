"""Texts with labels as a dataset: to be classified, or to be clustered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from advisor.corpus import fields
from advisor.corpus.dataset import Dataset, Document, Query, Task
from advisor.corpus.drawing import query_order
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, counted, listed
from advisor.corpus.pseudo import Entry
from advisor.corpus.rows import rows_of
from advisor.corpus.shelf import Item, Watches
from advisor.errors import DataError

LABEL: Final = ("label_text", "label", "intent", "标签", "標籤", "分类标签", "分類標籤")
_TO_LEARN: Final = 2
"""Of three texts of one file so many are learnt from, and the third is classified."""


def is_labelled(row: fields.Row, task: str | None) -> bool:
    """Tell whether a row is a text and its label, for this task if one is asked for.

    A category is a label only where labels are asked for: documents of a search have them, too.
    """
    if task not in (None, "classification", "clustering"):
        return False
    if fields.pick(row, fields.TEXT) is None:
        return False
    if task is not None:
        return fields.pick(row, (*LABEL, *fields.CATEGORY)) is not None
    named = fields.pick(row, (*fields.DOCUMENT_ID, *fields.TITLE, *fields.QUESTION))
    return named is None and fields.pick(row, LABEL) is not None


class _Labelled(NamedTuple):
    id: str
    text: str
    label: str


def read_labelled(
    name: str,
    test: Source,
    train: Source | None,
    task: Task,
    problems: Problems,
    watches: Watches,
) -> Dataset:
    """Read labelled texts; raise DataError with all problems, or where labels tell nothing.

    For classification `train` is learnt from; without it two of three texts of each label are,
    the same ones each time, and the others are classified. Clusters are made of `test` alone.
    """
    texts = list(_texts(test, "t", problems, watches))
    learnt = list(_texts(train, "l", problems, watches)) if train else []
    problems.check()
    labels = Counter(one.label for one in (*texts, *learnt))
    if len(labels) < 2:
        raise DataError(
            f"{test.name}: {listed(list(labels))} is the only label; at least two are needed to "
            "tell whether a model keeps them apart."
        )
    queries = tuple(Query(one.id, one.text, one.label) for one in texts)
    if task == "clustering":
        return _dataset(name, task, queries, queries, problems)
    if not learnt:
        order = query_order(queries, 0)
        # Every beginning of the order has the labels in proportion.
        left = max(1, len(order) // (_TO_LEARN + 1))
        queries, learn_from = tuple(order[:left]), tuple(order[left:])
        problems.say(
            f"There is one file of labelled texts: {len(learn_from):,} of them are learnt from, "
            f"{counted(len(queries), 'other')} classified. Files named train and test keep your "
            "own split."
        )
    else:
        learn_from = tuple(Query(one.id, one.text, one.label) for one in learnt)
    _say_unknown(queries, learn_from, problems)
    _say_leaked(queries, learn_from, problems)
    return _dataset(name, task, learn_from, queries, problems)


def _dataset(
    name: str,
    task: Task,
    documents: Sequence[Query],
    queries: tuple[Query, ...],
    problems: Problems,
) -> Dataset:
    if not queries or len({one.category for one in documents}) < 2:
        raise DataError(
            f"{name}: too few labelled texts to learn from and to measure on. Add some of at "
            "least two labels."
        )
    return Dataset(
        name=name,
        corpus=tuple(Document(*one) for one in documents),
        queries=queries,
        qrels={},
        evidence="human",
        task=task,
        notes=problems.sentences(),
    )


def _say_unknown(queries: Sequence[Query], learnt: Sequence[Query], problems: Problems) -> None:
    known = {one.category for one in learnt}
    unknown = sum(query.category not in known for query in queries)
    if unknown:
        problems.say(
            f"{counted(unknown, 'text has a label', 'texts have a label')} that no text to learn "
            "from has: every model gets these wrong."
        )
    most = Counter(one.category for one in learnt).most_common(1)
    if queries and most:
        right = sum(query.category == most[0][0] for query in queries) / len(queries)
        problems.say(f"Whoever always says the most frequent label has an accuracy of {right:.3f}.")


def _say_leaked(queries: Sequence[Query], learnt: Sequence[Query], problems: Problems) -> None:
    known = {one.text for one in learnt}
    leaked = sum(query.text in known for query in queries)
    if leaked:
        problems.say(
            f"{counted(leaked, 'text')} to be classified also among those to learn from: "
            "remembering is enough for these."
        )


def _texts(source: Source, mark: str, problems: Problems, watches: Watches) -> Iterator[_Labelled]:
    watch = watches.query if mark == "t" else watches.document
    for line, row in rows_of(source, problems):
        text_name = fields.pick(row, fields.TEXT)
        label_name = fields.pick(row, (*LABEL, *fields.CATEGORY))
        try:
            text = fields.cleaned(row[text_name] if text_name else None).text
            label = _label(row[label_name] if label_name else None)
        except fields.Wrong as error:
            problems.add("wrong-value", source.at(line), f"{error}. Correct the row.")
            continue
        if not text or not label:
            problems.count("unlabelled", source.at(line))
            continue
        if watch is not None:
            watch(Item(Entry(f"{mark}{line}", "", text, label), source, line))
        yield _Labelled(f"{mark}{line}", text, label)


def _label(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return re.sub(r"\s+", " ", fields.cleaned(value).text)
    return fields.identifier(value)


def limited(dataset: Dataset, units: int | None, documents: int | None, seed: int) -> Dataset:
    """Keep at most so many texts to be classified or clustered, and as many to learn from.

    Labels stay in proportion.
    """
    queries = tuple(query_order(dataset.queries, seed)[:units])
    if dataset.task == "clustering":
        kept = {query.id for query in queries}
        corpus = tuple(document for document in dataset.corpus if document.id in kept)
    else:
        asked = [Query(*document) for document in dataset.corpus]
        corpus = tuple(Document(*one) for one in query_order(asked, seed)[:documents])
    return msgspec.structs.replace(dataset, corpus=corpus, queries=queries)
