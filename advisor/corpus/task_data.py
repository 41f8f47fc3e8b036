"""Which task the rows of a file are data of, and the data read as that."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

import msgspec

from advisor.corpus import fields
from advisor.corpus.dataset import LABELLED, Dataset, Sampling, Task
from advisor.corpus.drawing import query_order
from advisor.corpus.labelled import is_labelled, limited, read_labelled
from advisor.corpus.layout import find_splits, name_of
from advisor.corpus.opening import Source
from advisor.corpus.options import AskedTask, ReadOptions
from advisor.corpus.problems import Problems, counted
from advisor.corpus.reranking_sets import is_reranking, read_reranking
from advisor.corpus.rows import rows_of
from advisor.corpus.scored_pairs import read_scored_pairs
from advisor.corpus.sentence_pairs import pair_columns
from advisor.corpus.shelf import Watches

_NEEDS: Final[dict[AskedTask, str]] = {
    "similarity": "pairs with scores (columns text1, text2 and score)",
    "classification": "labelled texts (columns text and label; train and test files, or one file)",
    "clustering": "labelled texts (columns text and label)",
    "search": "documents and queries",
}


def task_of(row: fields.Row, asked: AskedTask | None) -> Task:
    """Return the task that a row is data of; `asked` decides where it can serve for several."""
    columns = pair_columns(row)
    if asked == "search":
        return "retrieval"
    if is_reranking(row):
        return "reranking"
    if columns is not None and columns.score is not None:
        return "similarity"
    if asked in LABELLED and is_labelled(row, asked):
        return cast(Task, asked)
    return "classification" if is_labelled(row, None) else "retrieval"


def read_task(
    source: Source,
    name: str,
    options: ReadOptions,
    problems: Problems | None,
    watches: Watches,
    train: Source | None = None,
) -> Dataset | None:
    """Read a file as data of the task its first row shows; None where that is retrieval.

    Raises DataError with all problems of the file.
    """
    first = next((row for _, row in rows_of(source, Problems(name))), None)
    if first is None:
        return None
    task = task_of(first, options.task)
    problems = problems if problems is not None else Problems(name, skip=options.skip)
    if task == "reranking":
        return read_reranking(name, source, problems, watches)
    if task == "similarity":
        columns = pair_columns(first)
        assert columns is not None  # it is what shows the task
        return read_scored_pairs(name, source, columns, problems, watches)
    if task in LABELLED:
        return read_labelled(name, source, train, task, problems, watches)
    return None


def read_split_folder(
    folder: Path, options: ReadOptions, problems: Problems | None, watches: Watches
) -> Dataset | None:
    """Read a folder of train and test files; None where it is none, or holds documents."""
    found = find_splits(folder)
    if found is None:
        return None
    test, train = (
        one._replace(encoding=options.encoding, columns=options.columns) if one else None
        for one in found
    )
    assert test is not None  # without it there are no splits
    return read_task(test, name_of(folder), options, problems, watches, train)


def mismatch(asked: AskedTask | None, dataset: Dataset) -> str | None:
    """Say that the data holds something else than was asked for, None where it does not."""
    wanted: dict[AskedTask, tuple[Task, ...]] = {
        "search": ("retrieval", "reranking"),
        "similarity": ("similarity",),
        "classification": ("classification",),
        "clustering": ("clustering",),
    }
    if asked is None or dataset.task in wanted[asked]:
        return None
    other = (
        " --task clustering takes the same texts as clusters; --task search looks for documents "
        "in them."
        if dataset.task == "classification"
        else ""
    )
    return (
        f"The data is measured as {dataset.task}, which is what it holds, and the task is "
        f"{asked}: that needs {_NEEDS[asked]}.{other}"
    )


def cut_task(dataset: Dataset, units: int | None, documents: int | None, seed: int) -> Dataset:
    """Return data of a task with at most so many queries, texts or pairs, drawn by the seed.

    The documents are those of the queries: only what is learnt from is limited for itself.
    """
    of_queries, of_documents = len(dataset.queries), len(dataset.corpus)
    too_many = documents is not None and documents < of_documents
    if (units is None or units >= of_queries) and (dataset.task not in LABELLED or not too_many):
        return dataset
    if dataset.task in LABELLED:
        kept = limited(dataset, units, documents, seed)
    else:
        queries = tuple(query_order(dataset.queries, seed)[:units])
        qrels = {query.id: dataset.qrels[query.id] for query in queries}
        own = {document for grades in qrels.values() for document in grades}
        kept = msgspec.structs.replace(
            dataset,
            queries=queries,
            qrels=qrels,
            corpus=tuple(document for document in dataset.corpus if document.id in own),
            scores={one: score for one, score in dataset.scores.items() if one in qrels},
        )
    word = {"similarity": ("pair",), "reranking": ("query", "queries")}.get(dataset.task, ("text",))
    how = f"{len(kept.queries):,} of {counted(of_queries, *word)} drawn by seed {seed}"
    if dataset.task == "classification":
        how += f"; {len(kept.corpus):,} of {of_documents:,} to learn from"
    sampling = Sampling(documents_of=of_documents, queries_of=of_queries, seed=seed, how=f"{how}.")
    return msgspec.structs.replace(kept, sampling=sampling)
