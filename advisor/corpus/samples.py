"""The samples in the package, for trying everything without data of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from advisor.corpus.assemble import assemble
from advisor.corpus.dataset import Dataset
from advisor.corpus.layout import Layout
from advisor.corpus.opening import Source
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems
from advisor.corpus.shelf import Watches
from advisor.errors import DataError

_ROOT: Final = Path(__file__).parent / "samples"
_SMALL_DOCUMENTS: Final = 12
_SMALL_QUERIES: Final = 10


class Sample(NamedTuple):
    """What is known of a sample before it is read."""

    name: str
    description: str
    document_languages: tuple[str, ...]
    query_languages: tuple[str, ...]
    licence: str
    """SPDX name."""
    folder: str
    """Below samples/."""
    documents: str
    """Which file of documents: corpus.<this>.jsonl."""
    queries: str
    """Which file of queries: queries.<this>.jsonl."""
    small: bool = False
    """Only the first documents and queries."""


def _techcorp(name: str, documents: str, queries: str, what: str, *, small: bool = False) -> Sample:
    tags = {"zh": ("zh-Hant",), "en": ("en",)}
    return Sample(
        name,
        f"Customer support of an invented company, judged in grades, with categories; {what}.",
        tags[documents],
        tags[queries],
        "Apache-2.0",
        "techcorp",
        documents,
        queries,
        small,
    )


def _xquad(name: str, queries: str, what: str) -> Sample:
    tags = {"zh": ("zh-Hans",), "en": ("en",)}
    return Sample(
        name,
        f"Wikipedia paragraphs (XQuAD), one right paragraph for each question; {what}.",
        ("en",),
        tags[queries],
        "CC-BY-SA-4.0",
        "xquad",
        "en",
        queries,
    )


_SMALL = f"in Chinese, {_SMALL_DOCUMENTS} documents and {_SMALL_QUERIES} queries: decides nothing"

SAMPLES: Final[dict[str, Sample]] = {
    sample.name: sample
    for sample in (
        _techcorp("techcorp-zh", "zh", "zh", "all in Chinese"),
        _techcorp("techcorp-en", "en", "en", "all in English"),
        _techcorp("techcorp-zh-en", "en", "zh", "Chinese queries on English documents"),
        _techcorp("techcorp-en-zh", "zh", "en", "English queries on Chinese documents"),
        _techcorp("techcorp-small", "zh", "zh", _SMALL, small=True),
        _xquad("xquad-en", "en", "all in English"),
        _xquad("xquad-zh-en", "zh", "Chinese queries on English documents"),
    )
}


def read_sample(
    name: str,
    problems: Problems | None = None,
    watches: Watches = Watches(),  # noqa: B008 - frozen
) -> Dataset:
    """Read a sample by its name; raise DataError if there is none of that name."""
    sample = SAMPLES.get(name)
    if sample is None:
        raise DataError(f"There is no sample of this name; there are {', '.join(SAMPLES)}.")
    folder = _ROOT / sample.folder
    documents, queries = f"corpus.{sample.documents}.jsonl", f"queries.{sample.queries}.jsonl"
    dataset = assemble(
        Layout(
            name,
            (Source(folder / documents, documents),),
            Source(folder / queries, queries),
            Source(folder / "qrels.tsv", "qrels.tsv"),
        ),
        ReadOptions(),
        problems,
        watches,
    )
    return _small(dataset) if sample.small else dataset


def _small(dataset: Dataset) -> Dataset:
    """Return the first documents and queries, and the judgements among them."""
    corpus = dataset.corpus[:_SMALL_DOCUMENTS]
    kept = {document.id for document in corpus}
    qrels = {
        query.id: {doc: grade for doc, grade in dataset.qrels[query.id].items() if doc in kept}
        for query in dataset.queries[:_SMALL_QUERIES]
    }
    queries = tuple(
        query
        for query in dataset.queries[:_SMALL_QUERIES]
        if any(grade > 0 for grade in qrels[query.id].values())
    )
    return msgspec.structs.replace(
        dataset,
        corpus=corpus,
        queries=queries,
        qrels={query.id: qrels[query.id] for query in queries},
    )
