"""Which languages a model reads, as far as its card says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from advisor.catalogue.card import ModelCard
from advisor.needs.languages import SEVERAL, language_name, mteb_codes

Reads = Literal["yes", "no", "unknown"]

CHINESE = "zho"
MULTILINGUAL = 10
"""A model of so many languages reads texts in several that nobody named."""
# MTEB's second names for the same language.
_SAME = {"cmn": CHINESE, "ara": "arb"}
_NAMES = {
    "arb": "Arabic",
    "deu": "German",
    "eng": "English",
    "fra": "French",
    "hin": "Hindi",
    "ita": "Italian",
    "jpn": "Japanese",
    "kor": "Korean",
    "nld": "Dutch",
    "pol": "Polish",
    "por": "Portuguese",
    "rus": "Russian",
    "spa": "Spanish",
    "zho": "Chinese",
}


def base(code: str) -> str:
    """The language of an MTEB code (`zho-Hans`) without its script."""
    language = code.split("-", 1)[0]
    return _SAME.get(language, language)


def code_only(card: ModelCard) -> bool:
    """Whether the card names programming languages and nothing else."""
    return bool(card.languages) and all(code.endswith("-Code") for code in card.languages)


def lists_all(card: ModelCard) -> bool:
    """Whether the card names every language the model reads."""
    named = {base(code) for code in card.languages}
    return bool(named) and (card.n_languages or len(named)) <= len(card.languages)


def reads(card: ModelCard, tag: str) -> Reads:
    """Whether the model reads the language `tag` (`en`, `zh-Hant`, ...), whatever its script."""
    if code_only(card):
        return "no"
    named = {base(code) for code in card.languages}
    if tag == SEVERAL and named:
        return "yes" if (card.n_languages or len(named)) >= MULTILINGUAL else "no"
    if named.intersection(base(code) for code in mteb_codes(tag)):
        return "yes"
    return "no" if lists_all(card) else "unknown"


def script_named(card: ModelCard, tag: str) -> bool:
    """Whether the card names the language in the very script of `tag`."""
    return bool(set(mteb_codes(tag)).intersection(card.languages))


def is_chinese(tag: str) -> bool:
    """Whether `tag` is Chinese in either script."""
    return any(base(code) == CHINESE for code in mteb_codes(tag))


def read_in_words(card: ModelCard) -> str:
    """What the model reads, in words: `English only`, `English and Chinese`, `15 languages`."""
    if code_only(card):
        return "program code only"
    names = list(dict.fromkeys(_NAMES.get(base(code), base(code)) for code in card.languages))
    if len(names) == 1:
        return f"{names[0]} only"
    return in_words(names) if len(names) <= 4 else f"{len(names)} languages"


def all_read(card: ModelCard) -> str:
    """The same, or how many languages there are where the card names only some of them."""
    more = card.n_languages is not None and card.n_languages > len(set(card.languages))
    return f"{card.n_languages} languages" if more else read_in_words(card)


def tags_in_words(tags: Iterable[str]) -> str:
    """Language tags as names: `Chinese and English`, `in several languages`."""
    return in_words([f"{'in ' * (tag == SEVERAL)}{language_name(tag)}" for tag in tags])


def in_words(names: list[str]) -> str:
    """A list as text: `a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
