"""Documents cut into chunks by the candidate's own tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from advisor.bench import protocol
from advisor.bench.engine import EngineError
from advisor.bench.ranking import Ints
from advisor.bench.worker.encoding import Encoder
from advisor.bench.worker.reading import Reader
from advisor.corpus.chunking import LEAST_SIZE, Chunking, sections


class Pieces(NamedTuple):
    """The texts that are encoded, and the documents they come from."""

    texts: list[str]
    owners: Ints | None
    """For each text the place of its document, in order; None where documents stay whole."""

    @property
    def per_document(self) -> float | None:
        """Chunks of a document on average; None where documents stay whole."""
        if self.owners is None or not len(self.owners):
            return None
        return round(len(self.texts) / (int(self.owners[-1]) + 1), 4)

    def lists(self) -> list[list[str]]:
        """Return the texts of every document."""
        if self.owners is None:
            return [[text] for text in self.texts]
        ends = np.flatnonzero(np.diff(self.owners, append=-1)) + 1
        return [self.texts[first:last] for first, last in zip([0, *ends], ends, strict=False)]


class Cutter:
    """Cuts documents so that the model reads every chunk to its end."""

    def __init__(self, reader: Reader, chunking: Chunking, limit: int | None, prompt: str) -> None:
        """`limit` is what the model reads, with `prompt` and its own marks; None is no limit.

        EngineError when so little is left of it that no chunk fits.
        """
        self._reader, self._chunking = reader, chunking
        self._marks = int(reader.count([""])[0][0])
        room = chunking.size
        if limit is not None:
            room = min(room, limit - int(reader.count([""], prompt)[0][0]))
        if room < min(LEAST_SIZE, chunking.size):
            raise EngineError(
                "chunks", f"it reads {limit} tokens, of which its prompt leaves none for a chunk"
            )
        self._room = room

    def cut(self, documents: Sequence[str]) -> Pieces:
        """Return the chunks of all documents in order; every document has at least one."""
        lengths = self._lengths(documents)
        texts: list[str] = []
        owners: list[int] = []
        for place, (document, length) in enumerate(zip(documents, lengths, strict=True)):
            own = [document] if length <= self._room else list(self._chunks(document))
            own = own or [document]
            texts += own
            owners += [place] * len(own)
        return Pieces(texts, np.array(owners, np.int32))

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has without the model's own marks."""
        lengths: list[int] = (self._reader.count(texts)[0] - self._marks).tolist()
        return lengths

    def _chunks(self, text: str) -> Iterator[str]:
        if self._chunking.by == "tokens":
            yield from self._windows(text, self._room, self._chunking.overlap)
            return
        for heading, paragraphs in sections(text):
            yield from self._of_section(heading, paragraphs)

    def _of_section(self, heading: str, paragraphs: Sequence[str]) -> Iterator[str]:
        """Yield as many paragraphs together as fit, each time under their heading."""
        first, *own = self._lengths([heading, *paragraphs])
        # A heading that would take most of a chunk stands alone before its first paragraph.
        head = [heading] if heading and first <= self._room // 2 else []
        room = self._room - (first if head else 0)
        if (heading and not head) or not paragraphs:
            yield from self._windows(heading, self._room, 0)
        held: list[str] = []
        filled = 0
        for paragraph, length in zip(paragraphs, own, strict=True):
            if held and filled + length > room:
                yield "\n\n".join([*head, *held])
                held, filled = [], 0
            if length > room:
                for part in self._windows(paragraph, room, 0):
                    yield "\n\n".join([*head, part])
                continue
            held.append(paragraph)
            filled += length
        if held:
            yield "\n\n".join([*head, *held])

    def _windows(self, text: str, size: int, overlap: int) -> Iterator[str]:
        """Yield stretches of at most `size` tokens; each but the first repeats `overlap` of them.

        The cut goes back to a space, or else to the beginning of a word, where there is one in
        the second half of the stretch: a part of a word is read as other tokens than the whole.
        """
        spans, words = self._reader.spans(text)
        after_space = [_is_after_space(text, first) for first, _ in spans]
        of_word = [
            at == 0 or word is None or word != words[at - 1] for at, word in enumerate(words)
        ]
        begins = (after_space, of_word)
        overlap = min(overlap, size // 2)
        start = 0
        while start < len(spans):
            end = min(start + size, len(spans))
            if end < len(spans):
                end = _last_begin(begins, end, start + size // 2)
            piece = text[spans[start][0] : spans[end - 1][1]].strip()
            if piece:
                yield piece
            if end == len(spans):
                return
            start = max(start + 1, _last_begin(begins, end - overlap, start + size // 4))


def cutter_for(encoder: Encoder, command: protocol.Load) -> Cutter | None:
    """Return what cuts documents as the command asks; None where they stay whole."""
    if command.chunks is None:
        return None
    prompt = encoder.prompts["documents"]
    return Cutter(encoder.reader, command.chunks, encoder.max_tokens, prompt)


def _is_after_space(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace() or text[at : at + 1].isspace()


def _last_begin(begins: Sequence[Sequence[bool]], at: int, least: int) -> int:
    """Return the last place from `least` to `at` that begins something; `at` where none does.

    What stands first in `begins` goes before what stands after it.
    """
    for own in begins:
        for place in range(at, least, -1):
            if own[place]:
                return place
    return at
