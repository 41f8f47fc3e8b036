"""A clean copy of data beside the original: in UTF-8, in the BEIR layout, nothing of value lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from advisor.corpus.dataset import Dataset, Query
from advisor.corpus.examining import CONTROLS
from advisor.corpus.layout import name_of
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Problems
from advisor.corpus.readers import path_of, read_dataset
from advisor.corpus.samples import SAMPLES
from advisor.corpus.shelf import Item, Watches
from advisor.errors import DataError, UsageError
from advisor.text import one_line

_MOST_TRIES = 1_000
_HELD = 10_000
"""Documents in memory while the copy is written; they go to the file as they come."""


class CleanCopy(NamedTuple):
    """What was written."""

    folder: Path
    documents: int
    queries: int
    judgements: int
    left_out: int
    """Rows that are not in the copy, each with its place and reason in left-out.tsv."""


def write_clean_copy(place: str, options: ReadOptions) -> CleanCopy:
    """Write what can be read of `place` beside it; DataError while it has errors nobody skips.

    Of documents with the same text the first is kept and takes the judgements of the others.
    Control characters are left out. The original stays as it is.
    """
    if place in SAMPLES:
        raise UsageError(f"{place} is a sample and needs no clean copy.")
    original = path_of(place).absolute()
    folder = _free(original.with_name(f"{name_of(original)}-clean"))
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        (unfinished / "qrels").mkdir(parents=True)
        copy = _write(place, options, unfinished)
        unfinished.rename(folder)
    except OSError as error:
        raise DataError(
            f"No clean copy can be written beside {one_line(original.name, 80)} "
            f"({one_line(str(error.strerror), 80)})."
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return copy._replace(folder=folder)


def _free(wanted: Path) -> Path:
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{n}") for n in range(2, _MOST_TRIES)))
    return next(path for path in names if not path.exists())


class _Writer:
    """Writes documents as they come, each text once."""

    def __init__(self, corpus: IO[str], left_out: IO[str]) -> None:
        self._corpus, self._left_out = corpus, left_out
        self._first: dict[int, str] = {}
        self.stands_for: dict[str, str] = {}
        """Id of a copy to the id of the document that is kept."""
        self.written = 0
        self.gone = 0

    def document(self, item: Item) -> None:
        """Write one document, unless its text is there already."""
        entry = item.entry
        kept = self._first.setdefault(hash(entry.text), entry.id)
        if kept != entry.id:
            self.stands_for[entry.id] = kept
            self.leave_out("same-text", item.place, f"{entry.id} is {kept}")
            return
        self.written += 1
        row = {"_id": entry.id, "title": _clean(entry.title), "text": _clean(entry.body)}
        _put(self._corpus, row | ({"category": entry.category} if entry.category else {}))

    def leave_out(self, kind: str, place: str, why: str) -> None:
        """Keep account of a row that is not in the copy."""
        self.gone += 1
        self._left_out.write("\t".join((kind, one_line(place), one_line(why, 200))) + "\n")


def _write(place: str, options: ReadOptions, folder: Path) -> CleanCopy:
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
        (folder / "left-out.tsv").open("w", encoding="utf-8") as left_out,
    ):
        writer = _Writer(corpus, left_out)
        problems = Problems(one_line(place, 80), skip=options.skip, left_out=writer.leave_out)
        held = msgspec.structs.replace(options, most_documents=_HELD)
        dataset = read_dataset(place, held, problems, Watches(writer.document))
    if dataset.task != "retrieval":
        raise UsageError(
            "Clean copies are made of documents and queries only. What was found in this data is "
            "named with its line: put it right there, or leave it out with --skip."
        )
    if dataset.evidence != "human":
        (folder / "qrels").rmdir()
        return CleanCopy(folder, writer.written, 0, 0, writer.gone)
    qrels = _merged(dataset, writer.stands_for)
    _write_queries(folder, dataset.queries)
    _write_qrels(folder, qrels)
    judgements = sum(map(len, qrels.values()))
    return CleanCopy(folder, writer.written, len(dataset.queries), judgements, writer.gone)


def _merged(dataset: Dataset, stands_for: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Give a document that stands for several the best of their grades."""
    merged: dict[str, dict[str, int]] = {}
    for query, grades in dataset.qrels.items():
        best = merged.setdefault(query, {})
        for document, grade in grades.items():
            kept = stands_for.get(document, document)
            best[kept] = max(grade, best.get(kept, grade))
    return merged


def _write_queries(folder: Path, queries: tuple[Query, ...]) -> None:
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as stream:
        for one in queries:
            row = {"_id": one.id, "text": _clean(one.text)}
            _put(stream, row | ({"category": one.category} if one.category else {}))


def _write_qrels(folder: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    # As JSON lines: an id may hold a tab.
    with (folder / "qrels" / "test.jsonl").open("w", encoding="utf-8") as stream:
        for query, grades in qrels.items():
            for document, grade in grades.items():
                _put(stream, {"query-id": query, "corpus-id": document, "score": grade})


def _put(stream: IO[str], row: Mapping[str, str | int | None]) -> None:
    stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _clean(text: str) -> str:
    return text if text.isprintable() else CONTROLS.sub("", text)
