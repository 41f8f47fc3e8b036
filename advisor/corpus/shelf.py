"""Documents or queries by id, checked as they come; of very many only some are kept."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from advisor.corpus import fields, pseudo
from advisor.corpus.drawing import draw
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems, listed
from advisor.corpus.rows import rows_of

_MOST_CHARACTERS: Final = 150_000_000
"""Of the documents in memory; 150 to 600 MB, by script."""
_LEAST_HELD: Final = 5_000


class Item(NamedTuple):
    """A document or query as read, with the place where it stands."""

    entry: pseudo.Entry
    source: Source
    line: int

    @property
    def place(self) -> str:
        """File and line."""
        return self.source.at(self.line)


Watch = Callable[[Item], None]
"""Is shown every new item with text, once."""


class Watches(NamedTuple):
    """Who sees the items of a dataset as they are read."""

    document: Watch | None = None
    query: Watch | None = None


class ItemKind(NamedTuple):
    """How the rows of documents differ from those of queries."""

    word: str
    plural: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    title_counts: bool
    """Whether the title is part of the text."""


DOCUMENTS: Final = ItemKind(
    "document", "documents", fields.DOCUMENT_ID, (*fields.TEXT, *fields.ANSWER), True
)
QUERIES: Final = ItemKind(
    "query", "queries", fields.QUERY_ID, (*fields.QUESTION, *fields.TEXT, *fields.TITLE), False
)


class Holding(NamedTuple):
    """What of very many items stays in memory."""

    most: int
    """So many, and the wanted ones."""
    wanted: frozenset[str]
    """Ids that always stay."""
    seed: int


class Shelf:
    """Documents or queries by id, checked as they come."""

    def __init__(
        self,
        kind: ItemKind,
        problems: Problems,
        holding: Holding | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Hold everything, or what `holding` says; `watch` sees each item."""
        self._kind, self._problems = kind, problems
        self._holding, self._watch = holding, watch
        self.items: dict[str, Item] = {}
        self.empty: set[str] = set()
        """Ids of rows without text."""
        self._passed: dict[int, int] = {}
        """Hash of the id to hash of the text, of what is not held."""
        self._droppable: list[tuple[int, str]] = []
        self._characters = 0

    @property
    def count(self) -> int:
        """Items seen, held or not."""
        return len(self.items) + len(self._passed)

    def knows(self, item_id: str) -> bool:
        """Tell whether an item of this id with text was seen."""
        return item_id in self.items or hash(item_id) in self._passed

    def read(self, source: Source, *, numbered: bool = False) -> None:
        """Take every row of `source`; where ids are missing, the line's number if `numbered`."""
        ids_missing: bool | None = None
        for line, row in rows_of(source, self._problems, as_topics=self._kind is QUERIES):
            id_name = fields.pick(row, self._kind.ids)
            if ids_missing is None:
                ids_missing = numbered and id_name is None
                if ids_missing:
                    self._problems.say(
                        f"The {self._kind.plural} of {source.name} have no ids; their line "
                        "numbers are used."
                    )
            text_name = fields.pick(row, self._kind.texts)
            # Documents may be titles alone (product names, headlines).
            if text_name is None and self._kind.title_counts:
                text_name = fields.pick(row, fields.TITLE)
            if (id_name is None and not ids_missing) or text_name is None:
                wanted = "an id (such as _id)" if text_name else "a text (such as text)"
                self._problems.add(
                    "missing-field",
                    source.at(line),
                    f"expected {wanted} for the {self._kind.word}, found only "
                    f"{listed(list(row))}. Add or rename it.",
                )
                continue
            id_value: object = line if id_name is None or ids_missing else row[id_name]
            self._take(source, line, row, id_value, text_name)

    def _take(
        self, source: Source, line: int, row: fields.Row, id_value: object, text_name: str
    ) -> None:
        title_name = fields.pick(row, fields.TITLE) if self._kind.title_counts else None
        try:
            item_id = fields.identifier(id_value)
            title = fields.cleaned(row[title_name] if title_name else None)
            body = fields.cleaned(row[text_name] if text_name != title_name else None)
        except fields.Wrong as error:
            sentence = f"{error}. Correct the {self._kind.word}."
            self._problems.add("wrong-value", source.at(line), sentence)
            return
        if title.replaced or body.replaced:
            self._problems.count("replaced-characters", source.at(line))
        entry = pseudo.Entry(item_id, title.text, body.text, fields.category(row))
        self.add(Item(entry, source, line))

    def add(self, item: Item) -> None:
        """Add one item, unless it is empty, a repetition or a contradiction."""
        entry = item.entry
        text = entry.text
        if not text:
            self.empty.add(entry.id)
            self._problems.count(f"empty-{self._kind.word}", item.place)
            return
        first = self.items.get(entry.id)
        passed = self._passed.get(hash(entry.id)) if first is None else None
        if first is None and passed is None:
            self._hold(item, len(text))
            if self._watch is not None:
                self._watch(item)
        elif text == first.entry.text if first is not None else hash(text) == passed:
            self._problems.count(f"repeated-{self._kind.word}", item.place)
        else:
            before = f"at {first.place}" if first is not None else "before"
            self._problems.add(
                "id-clash",
                item.place,
                f"the id {listed([entry.id])} stands with another text {before}; expected "
                f"one id per {self._kind.word}. Rename or remove one of them.",
            )

    def _hold(self, item: Item, characters: int) -> None:
        """Keep an item; of too many let go of the one with the highest lot, whatever its place."""
        self.items[item.entry.id] = item
        if self._holding is None or item.entry.id in self._holding.wanted:
            return
        lot = draw(self._holding.seed, "held", item.entry.id)
        heapq.heappush(self._droppable, (-lot, item.entry.id))
        self._characters += characters
        while len(self._droppable) > self._holding.most or (
            self._characters > _MOST_CHARACTERS and len(self._droppable) > _LEAST_HELD
        ):
            gone = self.items.pop(heapq.heappop(self._droppable)[1]).entry
            self._characters -= len(gone.text)
            self._passed[hash(gone.id)] = hash(gone.text)

    def taken(self) -> Iterator[pseudo.Entry]:
        """Yield the entries and let go of them, so that texts are not held twice."""
        for item_id in list(self.items):
            yield self.items.pop(item_id).entry
