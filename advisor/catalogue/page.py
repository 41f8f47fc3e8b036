"""One model: its facts as labelled lines, each with where it comes from when that is unusual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.classes import Standing, disk_class, standings
from advisor.catalogue.prices import load_prices
from advisor.catalogue.reading import read_in_words
from advisor.catalogue.similar import similar

Row = tuple[str, str]
"""A label and its text; an empty label goes on with the one before."""

UNKNOWN = "not known"
BAR_CELLS = 20


def page_of(card: ModelCard, cards: Sequence[ModelCard]) -> tuple[Row, ...]:
    """Return the page of a model among `cards`: what it is, reads, costs, scores, and its traps."""
    rows = [*_what(card), *_reading(card), *_size(card), *_cost(card), *_prompts(card)]
    rows += [*_scores(card, standings(card, cards)), *_training(card), *_traps(card)]
    near = ", ".join(other.short_name for other in similar(card, cards))
    rows += [("similar", near), *_sources(card)] if near else [*_sources(card)]
    return tuple(rows)


def _what(card: ModelCard) -> Iterator[Row]:
    kind = f"{card.kind}, built on a language model" if card.llm_based else card.kind
    yield "kind", kind
    yield "released", card.release_date or UNKNOWN
    yield "licence", (card.license or UNKNOWN) + ("" if card.open_weights else "; no open weights")
    if card.domains:
        yield "made for", ", ".join(card.domains)


def _reading(card: ModelCard) -> Iterator[Row]:
    yield "reads", read_in_words(card) if card.languages else UNKNOWN
    tokens = f"{card.max_tokens:,} tokens" if card.max_tokens else UNKNOWN
    yield "context", _based(card, "max_tokens", tokens)
    tokenizer = card.tokenizer or UNKNOWN
    if card.vocab_size:
        tokenizer += f", {card.vocab_size:,} entries"
    yield "tokenizer", _based(card, "tokenizer", tokenizer)


def _size(card: ModelCard) -> Iterator[Row]:
    parameters = UNKNOWN
    if card.n_parameters:
        parameters = f"{card.n_parameters / 1e6:,.0f} M"
        if card.n_active_parameters is not None:
            parameters += f", {card.n_active_parameters / 1e6:,.0f} M of them at work"
    yield "parameters", parameters
    size = UNKNOWN
    if card.memory_usage_mb is not None:
        size = f"{card.memory_usage_mb:,.0f} MiB ({disk_class(card)})"
    yield "weights", size
    dimensions = f"{card.embed_dim:,}" if card.embed_dim else UNKNOWN
    if card.matryoshka_dims:
        cuts = ", ".join(f"{cut:,}" for cut in card.matryoshka_dims)
        dimensions += f"; trained to be cut to {cuts}"
    yield "dimensions", dimensions
    yield "pooling", _based(card, "pooling", card.pooling or UNKNOWN)


def _cost(card: ModelCard) -> Iterator[Row]:
    price = load_prices().get(card.name)
    if price is None:
        if card.kind == "hosted":
            yield "price", UNKNOWN
        return
    batch = ""
    if price.usd_per_million_batch is not None:
        batch = f", {price.usd_per_million_batch:g} in batches"
    yield (
        "price",
        f"{price.usd_per_million_tokens:g} USD a million tokens{batch} "
        f"({price.as_of}, confidence {price.confidence})",
    )


def _prompts(card: ModelCard) -> Iterator[Row]:
    if card.prompts is None:
        return
    yield "query prompt", repr(card.prompts.query) if card.prompts.query else "none"
    yield "document prompt", repr(card.prompts.document) if card.prompts.document else "none"


def _scores(card: ModelCard, known: Iterable[Standing]) -> Iterator[Row]:
    by_board = {standing.board: standing for standing in known}
    for board, score in card.scores.items():
        yield f"public, {board}", f"{_bar(score.value)} {score.value:5.1f}  {_measured(score)}"
        standing = by_board.get(board)
        if standing is not None:
            yield (
                "",
                f"rank {standing.rank} of {standing.models} of its size; their best "
                f"{standing.best:.1f}, median {standing.median:.1f}",
            )
        if score.trained_on:
            yield "", f"trained on {len(score.trained_on)} of its tasks: {_some(score.trained_on)}"
    if not card.scores:
        yield "public", "no public retrieval score"


def _bar(value: float) -> str:
    full = round(BAR_CELLS * min(max(value, 0.0), 100.0) / 100)
    return "━" * full + "╌" * (BAR_CELLS - full)


def _measured(score: PublicScore) -> str:
    tasks = f"{score.tasks} of {score.of} tasks"
    return tasks if score.basis == "measured" else f"estimated from {tasks}"


def _training(card: ModelCard) -> Iterator[Row]:
    if not card.training_declared:
        yield "training", "not declared: training on a benchmark cannot be excluded"
    elif card.training_datasets:
        yield "training", _some(card.training_datasets)


def _some(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _traps(card: ModelCard) -> Iterator[Row]:
    if card.use_instructions or (card.prompts is not None and card.prompts.query):
        yield "trap", "loses quality without its prompts"
    if card.remote_code:
        yield "trap", "needs code of its own to be run, which this program does only with consent"
    if not card.sentence_transformers and card.kind == "dense":
        yield "trap", "sentence-transformers does not load it as it is published"
    if card.note:
        yield "note", card.note


def _sources(card: ModelCard) -> Iterator[Row]:
    yield "source", f"{card.source or 'none that can be named'}{_dated(card.as_of)}"


def _dated(date: str | None) -> str:
    return f", {date}" if date else ""


def _based(card: ModelCard, field: str, text: str) -> str:
    basis = card.basis.get(field)
    return f"{text} ({basis})" if basis and text != UNKNOWN else text
