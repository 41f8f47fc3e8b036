"""How long documents are cut into chunks: the words for it, and where headings and blank lines cut.

Cutting by tokens takes a model's tokenizer and is done where the model is
(`advisor.bench.worker.cutting`).
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

import msgspec

from advisor.corpus.problems import quoted
from advisor.errors import UsageError

USUAL_SIZE: Final = 256
USUAL_OVERLAP: Final = 32
LEAST_SIZE, MOST_SIZE = 16, 32_768
_SPEC = re.compile(r"(tokens|headings)(?::(\d{1,6})(?:/(\d{1,6}))?)?")
_HEADING = re.compile(r"#{1,6}\s+\S.*")
_BLANK = re.compile(r"\n[ \t]*\n")


class Chunking(msgspec.Struct, frozen=True, kw_only=True):
    """How documents are cut; one that fits into a single chunk stays whole."""

    by: Literal["tokens", "headings"]
    size: int = USUAL_SIZE
    """Tokens of a chunk at the most, by each candidate's own tokenizer, without its prompt."""
    overlap: int = 0
    """Tokens that a chunk shares with the one before it, where tokens alone cut."""

    def __str__(self) -> str:
        """Return the words that `chunking_named` reads."""
        return f"{self.by}:{self.size}" + (f"/{self.overlap}" if self.by == "tokens" else "")

    def sentence(self) -> str:
        """Say in words how documents are cut."""
        if self.by == "headings":
            return f"cut at headings and paragraphs into chunks of up to {self.size} tokens"
        shared = f", {self.overlap} of them shared with the one before" if self.overlap else ""
        return f"cut into chunks of up to {self.size} tokens{shared}"


USUAL: Final = Chunking(by="tokens", overlap=USUAL_OVERLAP)
"""What the interface offers where documents are long."""


class Section(NamedTuple):
    """A heading, empty for none, and the paragraphs under it."""

    heading: str
    paragraphs: tuple[str, ...]


def chunking_named(text: str | None) -> Chunking | None:
    """Read `tokens`, `tokens:256/32`, `headings:256`; None for nothing; UsageError for others."""
    if text is None:
        return None
    found = _SPEC.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"--chunks {quoted(text)}: write tokens:SIZE/OVERLAP (tokens:256/32) or headings:SIZE "
            "(headings:256), in tokens of each model."
        )
    by, size, overlap = found[1], int(found[2] or USUAL_SIZE), found[3]
    if not LEAST_SIZE <= size <= MOST_SIZE:
        raise UsageError(f"--chunks {text}: a chunk has {LEAST_SIZE} to {MOST_SIZE:,} tokens.")
    if by == "headings":
        if overlap is not None:
            raise UsageError(f"--chunks {text}: chunks by headings do not overlap; leave it out.")
        return Chunking(by="headings", size=size)
    shared = min(USUAL_OVERLAP, size // 8) if overlap is None else int(overlap)
    if shared > size // 2:
        raise UsageError(f"--chunks {text}: at most half of a chunk may overlap ({size // 2}).")
    return Chunking(by="tokens", size=size, overlap=shared)


def sections(text: str) -> tuple[Section, ...]:
    """Return the text's sections: cut at Markdown headings, and within them at blank lines.

    A text without blank lines, as pages of HTML come, has a paragraph a line.
    """
    found: list[Section] = []
    heading, held = "", list[str]()
    blank = _BLANK if _BLANK.search(text) else re.compile(r"\n")

    def close() -> None:
        parts = (part.strip() for part in blank.split("\n".join(held)))
        paragraphs = tuple(part for part in parts if part)
        if heading or paragraphs:
            found.append(Section(heading, paragraphs))

    for line in text.split("\n"):
        if _HEADING.fullmatch(line.strip()):
            close()
            heading, held = line.strip(), []
        else:
            held.append(line)
    close()
    return tuple(found)
