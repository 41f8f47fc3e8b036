"""Pairs of sentences with scores as a dataset: how alike people find them."""

from __future__ import annotations

from advisor.corpus import fields
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems
from advisor.corpus.pseudo import Entry
from advisor.corpus.rows import rows_of
from advisor.corpus.sentence_pairs import PairColumns, score_of
from advisor.corpus.shelf import Item, Watches
from advisor.errors import DataError


def read_scored_pairs(
    name: str, source: Source, columns: PairColumns, problems: Problems, watches: Watches
) -> Dataset:
    """Read scored pairs, whatever their scale; DataError with all problems, or if none differ."""
    first: list[Query] = []
    second: list[Document] = []
    scores: dict[str, float] = {}
    for line, row in rows_of(source, problems):
        pair = _pair(source, columns, line, row, problems)
        if pair is None:
            continue
        one, other, score = pair
        for watch, text in ((watches.query, one), (watches.document, other)):
            if watch is not None:
                watch(Item(Entry(str(line), "", text), source, line))
        first.append(Query(f"p{line}", one))
        second.append(Document(f"p{line}", other))
        scores[f"p{line}"] = score
    problems.check()
    if len(set(scores.values())) < 2:
        raise DataError(
            f"{source.name}: all pairs have the same score, so there is no order to hold a model "
            "against. Add pairs with other scores."
        )
    return Dataset(
        name=name,
        corpus=tuple(second),
        queries=tuple(first),
        qrels={pair: {pair: 1} for pair in scores},
        evidence="human",
        task="similarity",
        scores=scores,
        notes=problems.sentences(),
    )


def _pair(
    source: Source, columns: PairColumns, line: int, row: fields.Row, problems: Problems
) -> tuple[str, str, float] | None:
    score = score_of(row.get(columns.score or ""))
    try:
        texts = [fields.cleaned(row.get(name)).text for name in (columns.first, columns.second)]
    except fields.Wrong as error:
        problems.add("wrong-value", source.at(line), f"{error}. Correct the row.")
        return None
    if not all(texts):
        problems.count("empty-pair", source.at(line))
        return None
    if score is None:
        sentence = "expected two texts and a number as score. Correct the row."
        problems.add("wrong-value", source.at(line), sentence)
        return None
    return texts[0], texts[1], score
