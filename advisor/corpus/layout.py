"""Which files of a folder are documents, queries and judgements."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from advisor.corpus.judged import question_columns
from advisor.corpus.judgements import JSON_SUFFIXES
from advisor.corpus.opening import Source, bare
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import listed, quoted
from advisor.corpus.text_files import TEXT_SUFFIXES
from advisor.corpus.topics import TOPIC_SUFFIXES
from advisor.errors import DataError
from advisor.text import one_line

ROW_SUFFIXES: Final = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_JUDGEMENT_SUFFIXES: Final = (".tsv", ".csv", ".txt", ".qrels", ".trec", *JSON_SUFFIXES)
# Best name first.
_DOCUMENTS: Final = ("corpus", "documents", "docs", "document", "passages", "collection")
_QUERIES: Final = ("queries", "questions", "topics", "query")
_JUDGEMENTS: Final = ("qrels", "judgements", "judgments", "qrel")
_SPLITS: Final = ("test", "dev", "validation", "valid", "val", "train")

LAYOUT: Final = (
    "a folder needs corpus.jsonl (keys _id, title, text), and for measuring quality queries.jsonl "
    "(_id, text) and qrels/test.tsv (query-id, corpus-id, score); CSV, TSV and Parquet will do as "
    "well, and so do files of text (.txt, .md, .html, .pdf, .docx), one a document, with a table "
    "of questions (columns question and file) beside them"
)


class Layout(NamedTuple):
    """The files of a dataset."""

    name: str
    documents: tuple[Source, ...]
    queries: Source | None = None
    judgements: Source | None = None
    notes: tuple[str, ...] = ()

    def read_with(self, options: ReadOptions) -> Layout:
        """Return the layout with what the user said about the files."""

        def told(source: Source) -> Source:
            return source._replace(encoding=options.encoding, columns=options.columns)

        return self._replace(
            documents=tuple(map(told, self.documents)),
            queries=told(self.queries) if self.queries else None,
            judgements=told(self.judgements) if self.judgements else None,
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """All files."""
        beside = tuple(one for one in (self.queries, self.judgements) if one is not None)
        return (*self.documents, *beside)


def name_of(path: Path) -> str:
    """Return a dataset's name: the folder's, or the file's without its extension."""
    path = path if path.name not in ("", "..") else path.resolve()
    stem = bare(path).stem if path.suffix and not path.is_dir() else path.name
    return one_line(stem) or "data"


def find_layout(
    folder: Path,
    options: ReadOptions = ReadOptions(),  # noqa: B008 - frozen
) -> Layout:
    """Return which files in `folder` are what, with what the user said about them.

    DataError if none holds documents.
    """
    try:
        return _layout(folder, options).read_with(options)
    except OSError as error:
        raise DataError(
            f"{quoted(name_of(folder))} cannot be listed ({one_line(str(error.strerror), 80)}). "
            "Check its access rights."
        ) from None


def _layout(folder: Path, options: ReadOptions) -> Layout:
    entries = _listing(folder)
    notes: list[str] = []
    documents = _documents(entries, notes) or _texts(folder, entries)
    queries = _first(entries, _QUERIES, (*ROW_SUFFIXES, *TOPIC_SUFFIXES), notes)
    if not documents and not queries:
        queries = _asking(folder, entries, options)
        documents = _texts(folder, [one for one in entries if one != queries]) if queries else []
    if not documents:
        raise DataError(
            f"{quoted(name_of(folder))} holds no documents: {LAYOUT}. "
            f"Found: {listed([entry.name for entry in entries])}."
        )
    return Layout(
        name_of(folder),
        tuple(_source(folder, path) for path in documents),
        _source(folder, queries) if queries else None,
        _judgements(folder, entries, notes),
        tuple(notes),
    )


def find_splits(folder: Path) -> tuple[Source, Source | None] | None:
    """Return the test file of a folder and its train file, named so; None without a test file.

    A folder with a file of documents is none of these.
    """
    try:
        entries = _listing(folder)
    except OSError:
        return None  # whoever looks for documents says why
    if _documents(entries, []):
        return None
    held_out = _first(entries, _SPLITS[:-1], ROW_SUFFIXES, [])
    train = _first(entries, _SPLITS[-1:], ROW_SUFFIXES, [])
    if held_out is None:
        return None
    return _source(folder, held_out), _source(folder, train) if train else None


def _listing(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _source(folder: Path, path: Path) -> Source:
    return Source(path, one_line(path.relative_to(folder).as_posix()))


def _stem(path: Path) -> str:
    return bare(path).stem.lower()


def _suffix(path: Path) -> str:
    return bare(path).suffix.lower()


def _documents(entries: list[Path], notes: list[str]) -> list[Path]:
    one = _first(entries, _DOCUMENTS, ROW_SUFFIXES, notes)
    if one:
        return [one]
    for stem in _DOCUMENTS:
        shard = re.compile(rf"{stem}[-_.]?\d[-_.\w]*", re.IGNORECASE)
        inside = next((entry for entry in entries if entry.name.lower() == stem), None)
        within = _listing(inside) if inside and inside.is_dir() else []
        shards = [
            path
            for path in (*entries, *within)
            if _suffix(path) in ROW_SUFFIXES
            and not path.is_dir()
            and (path in within or shard.fullmatch(bare(path).stem))
        ]
        if shards:
            return shards
    return []


def _texts(folder: Path, entries: list[Path]) -> list[Path]:
    """Return all files of running text below a folder, if it has no other table or JSON.

    A README beside a table of unknown name is no document.
    """
    beside = (*_QUERIES, *_JUDGEMENTS)
    if any(_suffix(one) in ROW_SUFFIXES and _stem(one) not in beside for one in entries):
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if _suffix(path) in TEXT_SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not (path.parent == folder and _stem(path) in beside)
    )


def _asking(folder: Path, entries: list[Path], options: ReadOptions) -> Path | None:
    """Return the one table, whatever its name, whose rows are questions and their documents."""
    tables = [one for one in entries if _suffix(one) in ROW_SUFFIXES and not one.is_dir()]
    if len(tables) != 1:
        return None
    source = _source(folder, tables[0])
    told = source._replace(encoding=options.encoding, columns=options.columns)
    return tables[0] if question_columns(told) else None


def _first(
    entries: list[Path], stems: tuple[str, ...], suffixes: tuple[str, ...], notes: list[str]
) -> Path | None:
    """Return the file with the best name; say which others were not read."""
    fitting = [
        entry
        for stem in stems
        for suffix in suffixes
        for entry in entries
        if _stem(entry) == stem and _suffix(entry) == suffix and not entry.is_dir()
    ]
    if len(fitting) > 1:
        others = listed([entry.name for entry in fitting[1:]])
        notes.append(f"Of several files {quoted(fitting[0].name)} was read, not {others}.")
    return fitting[0] if fitting else None


def _judgements(folder: Path, entries: list[Path], notes: list[str]) -> Source | None:
    inside = next(
        (entry for entry in entries if entry.name.lower() in _JUDGEMENTS and entry.is_dir()), None
    )
    if inside is not None:
        files = [path for path in _listing(inside) if _suffix(path) in _JUDGEMENT_SUFFIXES]
        ranked = sorted(files, key=_split)
        if ranked:
            if len(ranked) > 1:
                others = listed([path.name for path in ranked[1:]])
                notes.append(
                    f"Of several judgement files {quoted(ranked[0].name)} was read, not {others}."
                )
            return _source(folder, ranked[0])
    found = _first(entries, _JUDGEMENTS, _JUDGEMENT_SUFFIXES, notes)
    return _source(folder, found) if found else None


def _split(path: Path) -> int:
    return _SPLITS.index(_stem(path)) if _stem(path) in _SPLITS else len(_SPLITS)
