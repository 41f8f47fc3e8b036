"""Languages as the program writes them (`en`, `zh-Hant`, ...), with names and MTEB's codes."""

from __future__ import annotations

import difflib
from typing import NamedTuple

from advisor.errors import ProfileError
from advisor.text import one_line

SEVERAL = "several"
"""Stands for many languages that nobody names one by one."""


class Language(NamedTuple):
    """One language."""

    name: str
    codes: tuple[str, ...]
    """ISO 639-3 and script, as MTEB writes them; the first is the usual one."""


LANGUAGES: dict[str, Language] = {
    "ar": Language("Arabic", ("arb-Arab", "ara-Arab")),
    "bg": Language("Bulgarian", ("bul-Cyrl",)),
    "bn": Language("Bengali", ("ben-Beng",)),
    "cs": Language("Czech", ("ces-Latn",)),
    "da": Language("Danish", ("dan-Latn",)),
    "de": Language("German", ("deu-Latn",)),
    "el": Language("Greek", ("ell-Grek",)),
    "en": Language("English", ("eng-Latn",)),
    "es": Language("Spanish", ("spa-Latn",)),
    "fa": Language("Persian", ("fas-Arab",)),
    "fi": Language("Finnish", ("fin-Latn",)),
    "fr": Language("French", ("fra-Latn",)),
    "he": Language("Hebrew", ("heb-Hebr",)),
    "hi": Language("Hindi", ("hin-Deva",)),
    "hu": Language("Hungarian", ("hun-Latn",)),
    "id": Language("Indonesian", ("ind-Latn",)),
    "it": Language("Italian", ("ita-Latn",)),
    "ja": Language("Japanese", ("jpn-Jpan",)),
    "ko": Language("Korean", ("kor-Hang", "kor-Kore")),
    "ms": Language("Malay", ("msa-Latn", "zsm-Latn")),
    "nl": Language("Dutch", ("nld-Latn",)),
    "no": Language("Norwegian", ("nob-Latn", "nor-Latn")),
    "pl": Language("Polish", ("pol-Latn",)),
    "pt": Language("Portuguese", ("por-Latn",)),
    "ro": Language("Romanian", ("ron-Latn",)),
    "ru": Language("Russian", ("rus-Cyrl",)),
    "sk": Language("Slovak", ("slk-Latn",)),
    "sv": Language("Swedish", ("swe-Latn",)),
    "sw": Language("Swahili", ("swa-Latn", "swh-Latn")),
    "ta": Language("Tamil", ("tam-Taml",)),
    "te": Language("Telugu", ("tel-Telu",)),
    "th": Language("Thai", ("tha-Thai",)),
    "tr": Language("Turkish", ("tur-Latn",)),
    "uk": Language("Ukrainian", ("ukr-Cyrl",)),
    "ur": Language("Urdu", ("urd-Arab",)),
    "vi": Language("Vietnamese", ("vie-Latn",)),
    "zh-Hans": Language("Simplified Chinese", ("zho-Hans", "cmn-Hans")),
    "zh-Hant": Language("Traditional Chinese", ("zho-Hant", "cmn-Hant")),
}


def language_name(tag: str) -> str:
    """Return the English name of a language; ProfileError with the nearest tags if unknown."""
    return "several languages" if tag == SEVERAL else _language(tag).name


def found_language_name(tag: str) -> str:
    """Return the name of a language found in texts, which may be one that no answer can name."""
    if tag == "zh":  # in characters that both writings share
        return "Chinese"
    return language_name(tag) if tag in LANGUAGES else f"language {tag}"


def mteb_codes(tag: str) -> tuple[str, ...]:
    """Return MTEB's codes of a language, none for `several`; ProfileError if unknown."""
    return () if tag == SEVERAL else _language(tag).codes


def _language(tag: str) -> Language:
    found = LANGUAGES.get(tag)
    if found is not None:
        return found
    near = [f"{known} ({LANGUAGES[known].name})" for known in _nearest(tag)]
    hint = f"do you mean {' or '.join(near)}?" if near else "write en, zh-Hant, ja, de, ..."
    raise ProfileError(f"{one_line(tag, 40)!r} is no language known here; {hint}")


def _nearest(tag: str) -> tuple[str, ...]:
    """Return the tags that may have been meant: by spelling, by name, by code, by likeness."""
    wanted = tag.strip().lower().replace("_", "-")
    first = wanted.partition("-")[0]
    by_name = {language.name.lower(): known for known, language in LANGUAGES.items()}
    exact = [known for known in LANGUAGES if known.lower() == wanted]
    named = [known for name, known in by_name.items() if wanted in (name, *name.split())]
    coded = [
        known
        for known, language in LANGUAGES.items()
        if first in {code.partition("-")[0].lower() for code in (known, *language.codes)}
    ]
    alike = [by_name[name] for name in difflib.get_close_matches(wanted, by_name, n=2)]
    begun = [known for known in LANGUAGES if len(wanted) > 2 and known == wanted[:2]]
    return tuple(exact or named or coded or dict.fromkeys((*begun, *alike)))
