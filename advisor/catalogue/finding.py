"""Finding models: by words, language, size, licence, kind, dimension and context, and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, get_args

import msgspec

from advisor.catalogue.card import Board, Kind, ModelCard
from advisor.catalogue.licences import commercial
from advisor.catalogue.reading import is_chinese, reads
from advisor.errors import UsageError
from advisor.needs.languages import LANGUAGES, SEVERAL, mteb_codes
from advisor.text import one_line

WantedKind = Kind | Literal["llm"]
Sort = Literal["name", "score", "params", "speed", "size", "dim", "context", "date"]
KINDS: tuple[str, ...] = (*get_args(Kind), "llm")
SORTS: tuple[str, ...] = get_args(Sort)
COMMERCIAL = "commercial"
"""As a licence: any that allows commercial use."""
DOMAIN_WORDS = {
    "law": "legal",
    "medicine": "biomedical",
    "medical": "biomedical",
    "financial": "finance",
    "science": "scientific",
    "programming": "code",
}
_NAMED: dict[str, tuple[str, ...]] = {}
for _tag, _language in LANGUAGES.items():
    for _word in _language.name.lower().split():
        _NAMED[_word] = (*_NAMED.get(_word, ()), _tag)
_NAMED["multilingual"] = (SEVERAL,)
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9}


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is looked for; what is None or empty is not asked."""

    words: tuple[str, ...] = ()
    """Each has to occur, or to name a language that the model reads."""
    languages: tuple[str, ...] = ()
    """Tags; one that the model is known to read is enough (`chinese` means either script)."""
    max_params: int | None = None
    license: str | None = None
    """A licence's name, or `commercial`."""
    kind: WantedKind | None = None
    max_dim: int | None = None
    """At most so many dimensions, cuts the model was trained for included."""
    min_context: int | None = None
    """At least so many tokens."""
    sort: Sort | None = None
    """By default by score where a language is asked for, else by name."""


def wanted(
    words: Iterable[str] = (),
    *,
    language: str | None = None,
    max_params: str | None = None,
    license: str | None = None,
    kind: str | None = None,
    dim: int | None = None,
    context: int | None = None,
    sort: str | None = None,
) -> Wanted:
    """Read the options of the command; UsageError and ProfileError say what is taken."""
    return Wanted(
        words=tuple(word for text in words for word in text.lower().split()),
        languages=() if language is None else language_tags(language),
        max_params=None if max_params is None else count("--max-params", max_params),
        license=None if license is None else license.strip().lower(),
        kind=_one_of("--kind", kind, KINDS),  # type: ignore[arg-type]
        max_dim=dim,
        min_context=context,
        sort=_one_of("--sort", sort, SORTS),  # type: ignore[arg-type]
    )


def find_models(cards: Iterable[ModelCard], asked: Wanted) -> tuple[ModelCard, ...]:
    """Return the cards that fit, in the order asked for; what is unknown does not fit."""
    found = [card for card in cards if fits(card, asked)]
    return sorted_by(found, order_of(asked), board_of(asked))


def fits(card: ModelCard, asked: Wanted) -> bool:
    """Whether a card is known to fit everything that is asked."""
    text = _searched_text(card)
    return (
        all(_has_word(card, text, word) for word in asked.words)
        and (not asked.languages or any(reads(card, tag) == "yes" for tag in asked.languages))
        and _within(card.n_parameters, asked.max_params)
        and (asked.license is None or _licensed(card, asked.license))
        and (asked.kind is None or is_kind(card, asked.kind))
        and (asked.max_dim is None or _short_enough(card, asked.max_dim))
        and (asked.min_context is None or _reads_enough(card, asked.min_context))
    )


def sorted_by(cards: Iterable[ModelCard], sort: Sort, board: Board) -> tuple[ModelCard, ...]:
    """Return the cards in order, the unknown last; scores are those of `board`, best first."""
    if sort == "name":
        return tuple(sorted(cards, key=_name))

    def score(card: ModelCard) -> float | None:
        return -card.scores[board].value if board in card.scores else None

    keys: dict[Sort, Callable[[ModelCard], float | None]] = {
        "score": score,
        "params": lambda card: card.n_parameters,
        "speed": lambda card: card.n_active_parameters,
        "size": lambda card: card.memory_usage_mb,
        "dim": lambda card: card.embed_dim,
        "context": lambda card: None if card.max_tokens is None else -card.max_tokens,
        "date": lambda card: -int((card.release_date or "0").replace("-", "")) or None,
    }
    key = keys[sort]

    def last_if_unknown(card: ModelCard) -> tuple[bool, float, str]:
        value = key(card)
        return (value is None, value or 0.0, _name(card))

    return tuple(sorted(cards, key=last_if_unknown))


def board_of(asked: Wanted) -> Board:
    """Return the public benchmark whose scores fit what is asked."""
    tags = [*asked.languages, *(tag for word in asked.words for tag in _NAMED.get(word, ()))]
    if any(is_chinese(tag) for tag in tags):
        return "zh"
    if "code" in asked.words or "programming" in asked.words:
        return "code"
    return "multilingual" if any(tag != "en" for tag in tags) else "en"


def _searched_text(card: ModelCard) -> str:
    """Return what words are looked for in: name, kind, licence, domains, languages and note."""
    parts = [card.name, card.kind, card.license or "", card.note or "", *card.outputs]
    parts += ["llm"] if card.llm_based else []
    return " ".join((*parts, *card.domains, *card.languages)).lower()


def is_kind(card: ModelCard, kind: WantedKind) -> bool:
    """Whether the card is of a kind, or gives it as one of several outputs."""
    if kind == "llm":
        return card.llm_based
    return card.kind == kind or (kind in card.outputs and card.kind != "hybrid")


def language_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a language given by tag or English name; ProfileError if unknown."""
    named = _NAMED.get(text.strip().lower())
    if named:
        return named
    if text != SEVERAL:
        mteb_codes(text)  # raises with the nearest
    return (text,)


def count(option: str, text: str) -> int:
    """Read `150M`, `1.5B`, `22000000`; UsageError when it is none."""
    plain = text.strip().lower().replace("_", "").replace(",", "")
    scale = _SUFFIXES.get(plain[-1:], 1.0)
    digits = plain[:-1] if plain[-1:] in _SUFFIXES else plain
    if not digits.replace(".", "", 1).isdecimal() or not digits.isascii() or len(digits) > 15:
        raise UsageError(f"{option} {one_line(text, 40)}: write a number as 150M, 1.5B or 22000000")
    return round(float(digits) * scale)


def order_of(asked: Wanted) -> Sort:
    """Return the order asked for, or else the usual one."""
    if asked.sort is not None:
        return asked.sort
    named = any(word in _NAMED for word in asked.words)
    return "score" if asked.languages or named else "name"


def _has_word(card: ModelCard, text: str, word: str) -> bool:
    tags = _NAMED.get(word)
    if tags is None:
        return word in text or DOMAIN_WORDS.get(word, "\0") in card.domains
    # A note may name a language because the model does not read it.
    return word in card.name.lower() or any(reads(card, tag) == "yes" for tag in tags)


def _within(value: int | None, most: int | None) -> bool:
    return most is None or (value is not None and value <= most)


def _licensed(card: ModelCard, licence: str) -> bool:
    if licence == COMMERCIAL:
        return commercial(card.license)
    return (card.license or "").startswith(licence)


def _short_enough(card: ModelCard, most: int) -> bool:
    if card.kind in ("sparse", "bm25"):
        return False  # as long as the vocabulary, and nothing to cut
    sizes = (*card.matryoshka_dims, *((card.embed_dim,) if card.embed_dim else ()))
    return any(size <= most for size in sizes)


def _reads_enough(card: ModelCard, least: int) -> bool:
    if card.kind in ("static", "bm25"):
        return True  # words are looked up one by one, however many
    return card.max_tokens is not None and card.max_tokens >= least


def _one_of(option: str, value: str | None, known: tuple[str, ...]) -> str | None:
    if value is None or value in known:
        return value
    raise UsageError(f"{option} {one_line(value, 40)}: choose one of {', '.join(known)}")


def _name(card: ModelCard) -> str:
    return card.name.lower()
