"""Which column or key means what, and what its values may be."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from advisor.corpus.problems import quoted
from advisor.text import REPLACEMENT, one_line

# Best name first. Compared in lower case, with "-" and " " as "_".
DOCUMENT_ID: Final = (
    *("_id", "id", "doc_id", "docid", "document_id", "documentid", "corpus_id", "corpusid"),
    *("docno", "passage_id", "pid", "编号", "編號"),
)
TITLE: Final = (
    "title",
    "heading",
    "headline",
    "subject",
    "titel",
    "titre",
    "标题",
    "標題",
    "题目",
    "題目",
)
TEXT: Final = (
    *("text", "body", "content", "contents", "passage", "document", "doc", "paragraph"),
    *("abstract", "正文", "内容", "內容", "文本"),
)
ANSWER: Final = (
    *("answer", "answers", "response", "reply", "答案", "回答", "答复", "答覆"),
    *("antwort", "réponse", "respuesta"),
)
QUESTION: Final = (
    *("query", "question", "query_text", "question_text", "utterance"),
    *("问题", "問題", "查询", "查詢", "提问", "提問", "frage", "pregunta"),
)
QUERY_ID: Final = (
    "_id",
    "id",
    "query_id",
    "queryid",
    "qid",
    "question_id",
    "topic_id",
    "编号",
    "編號",
)
CATEGORY: Final = ("category", "topic", "label", "类别", "類別", "分类", "分類", "kategorie")
JUDGED_QUERY: Final = (
    *("query_id", "queryid", "qid", "question_id", "topic_id", "query", "question", "topic"),
)
JUDGED_DOCUMENT: Final = (
    *("corpus_id", "corpusid", "doc_id", "docid", "document_id", "documentid", "docno"),
    *("passage_id", "pid", "document", "doc", "passage", "_id", "id"),
)
ANSWERING_DOCUMENT: Final = (
    *("file", "filename", "file_name", "path", "document", "doc", "document_id", "doc_id"),
    *("docid", "corpus_id", "passage_id", "文件", "文档", "文檔", "datei", "dokument", "fichier"),
)
GRADE: Final = ("score", "grade", "relevance", "rel", "label", "judgement", "judgment", "相关度")

_MOST = 1000
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(\.0*)?")
_FRACTION = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_NO_ENCODER = re.compile("[\0\ud800-\udfff]")

Row = Mapping[str, object]
"""A row with `normal` keys."""


class Wrong(ValueError):
    """A value that cannot be used; its text is "expected ..., found ..."."""

    def __init__(self, text: str, *, is_fraction: bool = False) -> None:
        """Start with the text; a grade may be a number, but no whole one."""
        super().__init__(text)
        self.is_fraction = is_fraction


@functools.lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Return a column's name as the tables above spell it."""
    return re.sub(r"[-\s]+", "_", name.strip().lower())


def renamed(row: dict[str, object], names: Mapping[str, str]) -> Row:
    """Return the row with the columns that the user named under the names that are looked for."""
    for column, meaning in names.items():
        value = row.pop(normal(column), None)
        if value is not None:
            row = {meaning: value} | {key: old for key, old in row.items() if key != meaning}
    return row


def pick(row: Row, names: tuple[str, ...]) -> str | None:
    """Return the first of `names` that the row has."""
    return next((name for name in names if name in row), None)


def kind(value: object) -> str:
    """Return what a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a fraction"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"


class Cleaned(NamedTuple):
    """A text fit for encoders, and whether characters had to be replaced for it."""

    text: str
    replaced: bool = False


def cleaned(value: object) -> Cleaned:
    """Return the text of `value`, null as empty; raise Wrong unless it is text.

    Lone surrogates and NUL, which no encoder takes, become U+FFFD.
    """
    if value is None:
        return Cleaned("")
    if not isinstance(value, str):
        raise Wrong(f"expected text, found {kind(value)}")
    if value.isascii() and "\0" not in value:
        return Cleaned(value.strip())
    text, replaced = _NO_ENCODER.subn(REPLACEMENT, value)
    return Cleaned(text.strip(), replaced > 0)


def identifier(value: object) -> str:
    """Return an id as text, whole numbers as their digits; raise Wrong for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Wrong(f"expected text or a whole number as id, found {kind(value)}")
    text = cleaned(value).text
    if not text:
        raise Wrong("expected an id, found nothing")
    return text


def grade(value: object) -> int:
    """Return a grade of relevance, negative ones as they are; raise Wrong unless it is whole."""
    expected = f"expected a whole number from 0 to {_MOST:,} as grade"
    if isinstance(value, str):
        text = value.strip()
        if not _WHOLE.fullmatch(text):
            raise Wrong(
                f"{expected}, found {quoted(text)}",
                is_fraction=_FRACTION.fullmatch(text) is not None,
            )
        number = int(text.partition(".")[0])
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"{expected}, found {kind(value)}")
    elif not math.isfinite(value) or value != int(value):
        raise Wrong(f"{expected}, found {value}", is_fraction=math.isfinite(value))
    else:
        number = int(value)
    if number > _MOST:
        raise Wrong(f"{expected}, found {one_line(str(value), 40)}")
    return number


def category(row: Row) -> str | None:
    """Return the category of a document's or query's row, also from its `metadata`."""
    metadata = row.get("metadata")
    inner = (
        {normal(str(key)): value for key, value in metadata.items()}
        if isinstance(metadata, Mapping)
        else {}
    )
    for place in (row, inner):
        name = pick(place, CATEGORY)
        value = place[name] if name else None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return cleaned(value).text
    return None
