"""Queries made from the documents themselves, for want of judgements (evidence `title-body`).

A document's title, or else its first sentence, becomes a query whose answer is the rest. Words of
the query that also stand in the rest would hand the answer to any word matcher, so they are left
out, the rarest first, as long as half of the telling words, and three, remain. Telling is a word
that at most a fifth of the documents hold: the others are kept, for they give nothing away and
keep the query readable. In Chinese and Japanese, which have no spaces, runs of two and more Han
or katakana characters stand for words, the longest go first, and half of the characters, and
four, remain; hiragana is grammar and stays. The document loses its title, or that sentence, in
turn. A text shared by more than five documents is a heading, not a question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from advisor.corpus.dataset import Document, Query
from advisor.corpus.problems import counted

_FEWEST_WORDS: Final = 3
_FEWEST_CHARACTERS: Final = 4
_TELLING_SHARE: Final = 0.2
_MOST_SHARING: Final = 5
_SHORTEST_QUERY: Final = 2.0
_SHORTEST_BODY: Final = 8.0
"""Both in words; two CJK characters count as one word."""
_LONGEST_SENTENCE: Final = 300

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U000323af"
CJK_RUN = re.compile(rf"[{_CJK}]+")
_TERM = re.compile(
    "[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+|[\u30a1-\u30ff]+|[\uac00-\ud7af]+"
)
_WORD = re.compile(rf"[^\W{_CJK}]+(?:['\u2019.-][^\W{_CJK}]+)*")
# Full-width punctuation by number, as it is easily mistaken for ASCII.
_WIDE_MARKS = "\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001"  # , . ; : ! ? and the list comma
_WIDE_OPENING, _WIDE_CLOSING = "\uff08\u300c\u300e", "\uff09\u300d\u300f"  # ( and corner brackets
_SENTENCE_END = re.compile("(?<=[\u3002\uff01\uff1f])|(?<=[.!?])\\s+|\n+")
_GAP_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_GAP_BEFORE = re.compile(rf"\s+(?=[,.;:!?)\]{_WIDE_MARKS}{_WIDE_CLOSING}])")
_GAP_AFTER = re.compile(rf"(?<=[(\[{_WIDE_OPENING}])\s+")
_EMPTY_BRACKETS = re.compile(r"\(\)|\[\]|\uff08\uff09|\u300c\u300d|\u300e\u300f")


class Entry(NamedTuple):
    """A document or query as it stands in a file, title apart."""

    id: str
    title: str
    body: str
    category: str | None = None

    @property
    def text(self) -> str:
        """What encoders see."""
        return f"{self.title} {self.body}".strip()


class PseudoQueries(NamedTuple):
    """What `title_body` made of documents."""

    queries: tuple[Query, ...]
    qrels: dict[str, dict[str, int]]
    corpus: tuple[Document, ...]
    """All documents in their order, without what became a query."""
    sentence: str
    """What was done, for people."""


class _Split(NamedTuple):
    """A document taken apart."""

    query: str
    body: str
    of_title: bool


def length_in_words(text: str) -> float:
    """Return the length in words."""
    characters = sum(map(len, CJK_RUN.findall(text)))
    return len(_WORD.findall(text)) + characters / 2


def title_body(corpus: Sequence[Entry]) -> PseudoQueries:
    """Make a query of each document's title or first sentence; the same input gives the same."""
    titles = Counter(entry.title for entry in corpus)
    splits = [_split(entry, shared=titles[entry.title] > _MOST_SHARING) for entry in corpus]
    sharing = Counter(split.query for split in splits if split)
    telling = _Telling(corpus)
    ids: dict[str, str] = {}
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    documents: list[Document] = []
    of_title = 0
    for entry, split in zip(corpus, splits, strict=True):
        if split is None or sharing[split.query] > _MOST_SHARING:
            documents.append(Document(entry.id, entry.text, entry.category))
            continue
        documents.append(Document(entry.id, split.body, entry.category))
        if split.query not in ids:
            ids[split.query] = f"q-{entry.id}"
            text = without_overlap(split.query, split.body, telling)
            queries.append(Query(f"q-{entry.id}", text, entry.category))
            of_title += split.of_title
        qrels.setdefault(ids[split.query], {})[entry.id] = 1
    background = len(corpus) - sum(map(len, qrels.values()))
    sentence = _sentence(of_title, len(queries) - of_title, background)
    return PseudoQueries(tuple(queries), qrels, tuple(documents), sentence)


def _sentence(titles: int, firsts: int, background: int) -> str:
    sources = [
        counted(count, word)
        for count, word in ((titles, "title"), (firsts, "first sentence"))
        if count
    ]
    rest = (
        f" {counted(background, 'document')} too short for that or all alike stayed as background."
        if background
        else ""
    )
    return (
        f"No judgements: {counted(titles + firsts, 'query', 'queries')} were made from "
        f"{' and '.join(sources)}, without words that stand in the rest where enough were left, "
        f"and taken out of the documents (evidence title-body).{rest}"
    )


def _split(entry: Entry, *, shared: bool) -> _Split | None:
    """Return the title and the body, or else the first sentence and the rest."""
    usable = not shared and length_in_words(entry.title) >= _SHORTEST_QUERY
    if usable and length_in_words(entry.body) >= _SHORTEST_BODY:
        return _Split(entry.title, entry.body, of_title=True)
    end = next(
        (
            match
            for match in _SENTENCE_END.finditer(entry.body, 0, _LONGEST_SENTENCE)
            if length_in_words(entry.body[: match.start()]) >= _SHORTEST_QUERY + 1
        ),
        None,
    )
    if end is None:
        return None
    first, rest = entry.body[: end.start()].strip(), entry.body[end.end() :].strip()
    if length_in_words(rest) < _SHORTEST_BODY:
        return None
    return _Split(first, f"{entry.title} {rest}".strip(), of_title=False)


class _Telling:
    """In how many documents a word stands."""

    def __init__(self, corpus: Iterable[Entry]) -> None:
        self.counts: Counter[str] = Counter()
        size = 0
        for entry in corpus:
            size += 1
            self.counts.update({word.casefold() for word in _WORD.findall(entry.text)})
        # In a handful of documents no share says anything: one or two of them is always rare.
        self._most = max(2, size * _TELLING_SHARE)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.counts[word.casefold()] <= self._most


def without_overlap(query: str, body: str, telling: _Telling) -> str:
    """Return `query` without the telling words and character runs that stand in `body`."""
    words = {word.casefold() for word in _WORD.findall(body)}
    spans = [
        (match.span(), telling.counts[match.group().casefold()], match.group().casefold() in words)
        for match in _WORD.finditer(query)
        if match.group() in telling
    ]
    overlapping = sorted((count, span) for span, count, stands in spans if stands)
    removable = max(0, len(spans) - max(_FEWEST_WORDS, (len(spans) + 1) // 2))
    gone = [span for _, span in overlapping[:removable]]
    gone += _shared_runs(query, body)
    kept = list(query)
    for start, end in gone:
        kept[start:end] = [" "] * (end - start)
    return _tidy("".join(kept)) if gone else query


def _shared_runs(query: str, body: str) -> list[tuple[int, int]]:
    """Return the spans of CJK characters to leave out: longest first, while enough remain."""
    shared: list[tuple[int, int]] = []
    for term in _TERM.finditer(query):
        at = term.start()
        while at < term.end() - 1:
            end = at
            while end < term.end() and query[at : end + 1] in body:
                end += 1
            if end - at >= 2:
                shared.append((at, end))
            at = max(end, at + 1)
    left = sum(map(len, CJK_RUN.findall(query)))
    fewest = max(_FEWEST_CHARACTERS, left // 2)
    gone: list[tuple[int, int]] = []
    for start, end in sorted(shared, key=lambda span: (span[0] - span[1], span[0])):
        if left - (end - start) >= fewest:
            left -= end - start
            gone.append((start, end))
    return gone


def _tidy(text: str) -> str:
    """Close the gaps that removed words left, and drop punctuation that lost its words."""
    # Between CJK characters a gap is no word boundary.
    for gap in (_GAP_IN_CJK, _GAP_BEFORE, _GAP_AFTER, _EMPTY_BRACKETS):
        text = gap.sub("", text)
    return " ".join(text.split()).strip(f" ,;:-\u2013\u2014{_WIDE_MARKS}")
