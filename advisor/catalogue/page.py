"""One model: its facts in sections of labelled lines, each with its basis where that is unusual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from advisor.catalogue.card import ModelCard
from advisor.catalogue.classes import BOARDS, disk_class, language_group
from advisor.catalogue.licences import CONDITIONS, FORBIDDEN, FREE
from advisor.catalogue.page_scores import contamination, score_legend, score_rows, some
from advisor.catalogue.prices import Price, limits_of, load_prices
from advisor.catalogue.reading import all_read
from advisor.catalogue.similar import similar

Row = tuple[str, str]
"""A label and its text; an empty label goes on with the one before."""

FACTORS = "The eight factors"
SCORES = "Public retrieval scores, 0 to 100"
TRAPS = "Known traps"
SIMILAR = "Most like it"
UNKNOWN = "not known"
SHORT_CONTEXT = 512
"""Tokens; documents are often longer than this, and nothing says that they were cut."""


class Section(msgspec.Struct, frozen=True):
    """A part of the page."""

    title: str
    rows: tuple[Row, ...]
    legend: str = ""
    """What its signs mean."""


def page_of(
    card: ModelCard, cards: Sequence[ModelCard], between: Iterable[Section] = ()
) -> tuple[Section, ...]:
    """Return the page of a model among `cards`: what it is, its factors, scores and traps.

    `between` stands after the facts of the card and before its scores.
    """
    near = similar(card, cards)
    sections = [
        Section("What it is", tuple(_what(card))),
        Section(FACTORS, tuple(_factors(card))),
        Section("Size and prompts", (*_size(card), *_prompts(card))),
        *between,
        Section(SCORES, tuple(score_rows(card, cards)), score_legend(card)),
        Section("Trained on the benchmark", tuple(contamination(card))),
        Section(TRAPS, tuple(traps(card))),
        Section(
            SIMILAR, tuple(("", f"{other.short_name}: {beside(other, card)}") for other in near)
        ),
        Section(
            "Where from", (("source", f"{card.source or 'none that can be named'}{_dated(card)}"),)
        ),
    ]
    return tuple(section for section in sections if section.rows)


def _what(card: ModelCard) -> Iterator[Row]:
    kind = f"{card.kind}, built on a language model" if card.llm_based else card.kind
    yield "kind", kind
    if card.outputs:
        yield "gives", ", ".join(card.outputs)
    if card.parts:
        yield "made of", ", ".join(card.parts)
    if card.place:
        yield "your own", card.place
    yield "released", card.release_date or UNKNOWN
    yield "licence", (card.license or UNKNOWN) + ("" if card.open_weights else "; no open weights")
    yield "reads", all_read(card) if card.languages else UNKNOWN
    if (price := load_prices().get(card.name)) is not None:
        yield "in the API", price.api_model
        yield "API limits", _allowed(price, card.organisation)


def _allowed(price: Price, organisation: str) -> str:
    """Return what one request and one minute may hold, and where it is told."""
    held = (
        (price.max_input_tokens, "tokens a text"),
        (price.max_inputs, "texts a request"),
        (price.max_request_tokens, "tokens a request"),
        (price.tokens_per_minute, "tokens a minute"),
        (price.requests_per_minute, "requests a minute"),
    )
    known = ", ".join(f"{number:,} {unit}" for number, unit in held if number is not None)
    return "; ".join(filter(None, (known, limits_of(organisation)))) or UNKNOWN


def _factors(card: ModelCard) -> Iterator[Row]:
    tokens = f"{card.max_tokens:,} tokens" if card.max_tokens else UNKNOWN
    if card.kind in ("static", "bm25"):
        tokens = "no limit: tokens are looked up one by one"
    yield "context", _based(card, "max_tokens", tokens)
    yield "tokenizer", _based(card, "tokenizer", card.tokenizer or UNKNOWN)
    dimensions = f"{card.embed_dim:,}" if card.embed_dim else UNKNOWN
    if card.matryoshka_dims:
        cuts = ", ".join(f"{cut:,}" for cut in card.matryoshka_dims)
        dimensions += f"; trained to be cut to {cuts}"
    yield "dimensions", dimensions
    entries = f"{card.vocab_size:,} entries" if card.vocab_size else UNKNOWN
    yield "vocabulary", _based(card, "vocab_size", entries)
    yield "training data", _training(card)
    yield "cost", _cost(card)
    yield "MTEB retrieval", _best_known(card)
    yield "domain", ", ".join(card.domains) or "general"


def _best_known(card: ModelCard) -> str:
    """Return the score of the model's own languages, else whichever there is."""
    own = BOARDS[language_group(card)]
    board = own if own in card.scores else next(iter(card.scores), None)
    if board is None:
        return "no public score"
    return f"{card.scores[board].value:.1f} of 100 ({board})"


def _training(card: ModelCard) -> str:
    if not card.training_declared:
        return "not declared"
    return some(card.training_datasets) if card.training_datasets else "none is named"


def _cost(card: ModelCard) -> str:
    price = load_prices().get(card.name)
    if price is None:
        return UNKNOWN if card.kind == "hosted" else "that of the machine it runs on"
    batch = ""
    if price.usd_per_million_batch is not None:
        batch = f", {price.usd_per_million_batch:g} in batches"
    return (
        f"{price.usd_per_million_tokens:g} USD a million tokens{batch} "
        f"({price.as_of}, confidence {price.confidence})"
    )


def _size(card: ModelCard) -> Iterator[Row]:
    parameters = UNKNOWN
    if card.n_parameters:
        parameters = f"{card.n_parameters / 1e6:,.0f} M"
        if card.n_active_parameters == 0:
            parameters += ", all of them in the table of tokens"
        elif card.n_active_parameters is not None:
            parameters += f", {card.n_active_parameters / 1e6:,.0f} M of them at work"
    yield "parameters", parameters
    size = UNKNOWN
    if card.memory_usage_mb is not None:
        size = f"{card.memory_usage_mb:,.0f} MiB ({disk_class(card)})"
    yield "weights", size
    yield "pooling", _based(card, "pooling", card.pooling or UNKNOWN)


def _prompts(card: ModelCard) -> Iterator[Row]:
    if card.prompts is None:
        return
    yield "query prompt", repr(card.prompts.query) if card.prompts.query else "none"
    yield "document prompt", repr(card.prompts.document) if card.prompts.document else "none"


def traps(card: ModelCard) -> Iterator[Row]:
    """Yield what goes wrong with the model unless one knows it."""
    if not card.open_weights:
        yield "privacy", "every text leaves your machines"
    price = load_prices().get(card.name)
    if price is not None and price.retires is not None:
        yield "retires", f"its provider takes it away on {price.retires}"
    if card.use_instructions or (card.prompts is not None and card.prompts.query):
        unknown = "" if card.prompts else "; this catalogue does not know which they are"
        yield "prompts", f"loses quality without them{unknown}"
    if card.max_tokens and card.max_tokens <= SHORT_CONTEXT:
        yield "context", f"cuts what is longer than {card.max_tokens:,} tokens without saying so"
    condition = FORBIDDEN.get(card.license or "") or CONDITIONS.get(card.license or "")
    if condition:
        yield "licence", condition
    elif card.license not in FREE:
        yield "licence", "whether it allows commercial use is not known"
    if card.remote_code:
        yield "remote code", "is needed to run it, which this program does only with consent"
    if not card.sentence_transformers and card.kind == "dense":
        yield "loading", "sentence-transformers does not load it as it is published"
    if card.note:
        yield "note", card.note


def beside(other: ModelCard, card: ModelCard) -> str:
    """Return what tells another model from this one: size, public score, licence."""
    told = [f"{other.n_parameters / 1e6:,.0f} M"] if other.n_parameters else []
    boards = (BOARDS[language_group(card)], *card.scores)
    board = next((one for one in boards if one in card.scores and one in other.scores), None)
    if board is not None:
        value = other.scores[board].value
        told.append(f"{board} {value:.1f} ({value - card.scores[board].value:+.1f})")
    if other.license != card.license:
        told.append(other.license or "licence not known")
    return ", ".join(told) or other.kind


def _dated(card: ModelCard) -> str:
    return f", {card.as_of}" if card.as_of else ""


def _based(card: ModelCard, field: str, text: str) -> str:
    basis = card.basis.get(field)
    return f"{text} ({basis})" if basis and text != UNKNOWN else text
