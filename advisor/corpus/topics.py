"""TREC topics as rows of queries: the tagged form, and lines of number and text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from advisor.corpus.fields import Row
from advisor.corpus.lines import lines
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems

TOPIC_SUFFIXES: Final = (".txt", ".trec", ".topics", ".xml")
_TAG = re.compile(r"<\s*(/?)\s*(top|num|title|desc|narr|query|topic)\b[^>]*>", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(number|topic|description|narrative)\s*:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"""number\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_LINE = re.compile(r"\s*([^\s:]+)\s*(?:\t|:|\s)\s*(\S.*)")


def topic_rows(source: Source, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Yield the line where a topic begins, and its number and title.

    A topic without a title asks with its description. Text without tags is a topic a line.
    """
    numbered = list(lines(source, problems))
    if not any(_TAG.search(line) for _, line in numbered):
        yield from _plain(numbered, source, problems)
        return
    begin, topic = 0, dict[str, str]()
    field = ""
    for number, line in numbered:
        at = 0
        for tag in _TAG.finditer(line):
            _put(topic, field, line[at : tag.start()])
            at, name = tag.end(), tag[2].lower()
            closes = bool(tag[1])
            if name in ("top", "topic") and closes:
                yield from _row(begin, topic, source, problems)
                topic = {}
            elif name in ("top", "topic"):
                begin, topic = number, {}
                told = _NUMBER.search(tag[0])
                _put(topic, "num", told[1] if told else "")
            field = "" if closes or name in ("top", "topic") else name
        _put(topic, field, line[at:])


def _put(topic: dict[str, str], field: str, text: str) -> None:
    if field and text.strip():
        before = topic.get(field)
        topic[field] = f"{before} {text.strip()}" if before else text.strip()


def _row(
    begin: int, topic: dict[str, str], source: Source, problems: Problems
) -> Iterator[tuple[int, Row]]:
    said = {field: _LABEL.sub("", text).strip() for field, text in topic.items()}
    text = said.get("title") or said.get("query") or said.get("desc")
    if "num" in said and text:
        yield begin, {"_id": said["num"], "text": text}
    else:
        problems.add(
            "missing-field",
            source.at(begin),
            "expected <num> and <title> in the topic. Correct it.",
        )


def _plain(
    numbered: list[tuple[int, str]], source: Source, problems: Problems
) -> Iterator[tuple[int, Row]]:
    for number, line in numbered:
        found = _LINE.fullmatch(line)
        if found:
            yield number, {"_id": found[1], "text": found[2]}
        elif line.strip():
            problems.add("broken-row", source.at(number), "expected a number and the topic's text.")
