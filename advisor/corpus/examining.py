"""What is odd about single texts, seen while they are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from advisor.corpus.near_copies import NearCopies
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, quoted
from advisor.corpus.shelf import Item, Watches
from advisor.errors import UsageError

MOST_TOKENS: Final = 512
"""What most models read."""
# Controls other than tab and line ends, and those that turn the direction of writing.
CONTROLS: Final = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]"
)
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U000323af]")
# Measured with the tokenizer of multilingual-e5-small on XQuAD (3.1 to 4.3 in ten languages with
# spaces), CMRC 2018 (1.3) and JSQuAD (1.6).
_CHARACTERS_PER_TOKEN: Final = 4.0
_UNSPACED_PER_TOKEN: Final = 1.4
_LEAST_CAPITALS: Final = 7
"""Shorter ones are names and abbreviations."""


def about_tokens(text: str) -> float:
    """Estimate the tokens of a text from its characters and scripts."""
    if len(text) < MOST_TOKENS:
        return len(text)
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return unspaced / _UNSPACED_PER_TOKEN + (len(text) - unspaced) / _CHARACTERS_PER_TOKEN


class Examiner:
    """Sees every document and query once and tells what is odd about it."""

    def __init__(self, problems: Problems, stopped: Callable[[], bool]) -> None:
        """Tell findings to `problems`, until `stopped` says that nobody waits for them."""
        self._stopped = stopped
        self._problems = problems
        self._texts: dict[int, int] = {}
        self._queries: dict[int, int] = {}
        self._sources: list[Source] = []
        self._near = NearCopies()
        self.long_documents = 0
        self.longest = 0.0
        """About so many tokens."""

    @property
    def watches(self) -> Watches:
        """What reading shows its items to."""
        return Watches(self.document, self.query)

    def document(self, item: Item) -> None:
        """Look at a document; UsageError when it has been stopped."""
        if self._stopped():
            raise UsageError("Looking at the data was stopped.")
        text = item.entry.text
        self._controls(text, item)
        tokens = about_tokens(text)
        self.longest = max(self.longest, tokens)
        if tokens > MOST_TOKENS:
            self._problems.count("long-document", item.place, f"about {tokens:,.0f} tokens")
        earlier = self._texts.setdefault(hash(text), self._packed(item))
        if earlier == self._packed(item):
            self._near.add(text, item.place)
        else:
            self._problems.count("same-text", item.place, f"the text of {self._place(earlier)}")

    def query(self, item: Item) -> None:
        """Look at a query."""
        text = item.entry.text
        self._controls(text, item)
        capitals = sum(map(str.isupper, text))
        if capitals >= max(_LEAST_CAPITALS, sum(map(str.isalpha, text))):
            self._problems.count("upper-case", item.place, quoted(text))
        normal = " ".join(text.casefold().split())
        earlier = self._queries.setdefault(hash(normal), self._packed(item))
        if earlier != self._packed(item):
            self._problems.count("same-query", item.place, f"as {self._place(earlier)}")

    def finish(self) -> None:
        """Tell what can only be told at the end."""
        for place, earlier in self._near.found():
            self._problems.count("near-copy", place, f"compare {earlier}")
        if self._near.passed_over:
            self._problems.say(
                f"Near copies were looked for in all but {self._near.passed_over:,} documents."
            )

    def _controls(self, text: str, item: Item) -> None:
        found = None if text.isprintable() else CONTROLS.search(text)
        if found:
            self._problems.count("control-characters", item.place, f"U+{ord(found[0]):04X}")

    def _packed(self, item: Item) -> int:
        """Return file and line in one number, which takes less memory than their text."""
        if not self._sources or self._sources[-1] != item.source:
            self._sources.append(item.source)
        return (len(self._sources) - 1) << 40 | item.line

    def _place(self, packed: int) -> str:
        return self._sources[packed >> 40].at(packed & (1 << 40) - 1)
