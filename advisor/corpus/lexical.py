"""The one BM25 of the program: its words, its index, its ranking."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np
import numpy.typing as npt
import Stemmer


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Make `modules` that are not loaded yet look not installed."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# Where they are installed bm25s loads both on import: seconds, threads and GPU memory for nothing.
with _without("jax", "numba"):
    import bm25s

K1: Final = 1.5
B: Final = 0.75
"""Lucene's formula with the bm25s defaults, as most published BM25 baselines in Python use it."""

# Scripts written without spaces, and Hangul, whose particles hang on the words.
_UNSPACED = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
# What \w leaves out of words: vowel signs of Indic scripts, points of Hebrew, accents.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0900-\u0963\u0966-\u0dff"
_WORD = rf"[^\W_{_UNSPACED}]+(?:[{_MARKS}]+[^\W_{_UNSPACED}]*)*"
_PIECE = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    rf"|(?P<compound>{_WORD}(?:[-._/']{_WORD})*)"
)
_JOINTS = re.compile(r"[-._/']")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d]+)(\d+)|(\d+)([^\W\d]+)")
# Arabic points and stretching, the soft hyphen and joiners: spelling, not words.
_NOISE = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200c\u200d\u2060\ufeff]")
_LONGEST_CODE = 40

_stemmer = Stemmer.Stemmer("english")


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word)) if word.isascii() and word.isalpha() else word


def _compound_tokens(compound: str) -> Iterator[str]:
    """Yield the parts of "e-4021": `e`, `4021`, and the code written together, `e4021`."""
    parts: list[str] = []
    for part in _JOINTS.split(compound):
        split = _LETTERS_THEN_DIGITS.fullmatch(part)
        parts += [group for group in split.groups() if group] if split else [part]
    yield from map(_stem, parts)
    if len(parts) > 1 and len(compound) <= _LONGEST_CODE and any(map(str.isdigit, compound)):
        together = "".join(parts)
        # 3.11 is not 311, but 2024-01-05 and 2024/01/05 are one date.
        yield compound if together.isdigit() and "." in compound else together


def tokens(text: str) -> list[str]:
    """Return the index terms of `text`, in order and with repeats.

    The text is brought to NFKC and lower case. Runs of Han, kana, Hangul, Thai and other scripts
    without spaces become pairs of neighbouring characters (a lone character stays). Words of
    ASCII letters take the English stem whatever their language, for the language of one word is
    not known; all other words stay as they are. Codes are findable however they are joined:
    "E-4021", "E 4021" and "E4021" share `e`, `4021`, and the first and last `e4021`.
    """
    text = _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'"))
    found: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        if match.lastgroup == "unspaced":
            if len(piece) == 1:
                found.append(piece)
            found += [piece[at : at + 2] for at in range(len(piece) - 1)]
        elif piece.isalpha():
            found.append(_stem(piece))
        else:
            found.extend(_compound_tokens(piece))
    return found


class LexicalIndex:
    """BM25 over texts, in memory and on the calling thread alone."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index `texts`; their positions are the indices that `top` returns."""
        self._size = len(texts)
        self._vocabulary: dict[str, int] = {}
        # Term numbers in order of appearance, not of a set: the same corpus gives the same index.
        terms = [
            [self._vocabulary.setdefault(term, len(self._vocabulary)) for term in tokens(text)]
            for text in texts
        ]
        self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        if self._vocabulary:
            self._bm25.index(
                (terms, self._vocabulary), create_empty_token=False, show_progress=False
            )

    def top(
        self, queries: Sequence[str], k: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return indices and scores of the best `k` texts per query, each (len(queries), k).

        Equal scores are in order of the index. Texts that share no term with the query are not
        found: the rest of such a row is index -1 and score 0.
        """
        indices = np.full((len(queries), k), -1, dtype=np.int32)
        scores = np.zeros((len(queries), k), dtype=np.float32)
        for row, query in enumerate(queries):
            best, best_scores = self._best(query, k)
            indices[row, : len(best)] = best
            scores[row, : len(best)] = best_scores
        return indices, scores

    def _best(self, query: str, k: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        terms = [self._vocabulary[term] for term in tokens(query) if term in self._vocabulary]
        if not terms:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._bm25.get_scores_from_ids(terms)
        # Lucene's idf is above 0 for every term, so a score of 0 means no term in common.
        found = np.flatnonzero(scores > 0)
        if len(found) > k > 0:
            least = np.partition(scores[found], -k)[-k]
            found = found[scores[found] >= least]
        order = np.lexsort((found, -scores[found]))[:k]
        return found[order], scores[found[order]]

    def __len__(self) -> int:
        """Return the number of indexed texts."""
        return self._size
