"""Languages have a name and MTEB's codes, and an unknown one is answered with the nearest."""

import re

import pytest

from advisor.errors import ProfileError
from advisor.needs.languages import LANGUAGES, SEVERAL, language_name, mteb_codes


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_language_has_a_name_and_codes_of_language_and_script(tag: str) -> None:
    assert language_name(tag) == LANGUAGES[tag].name
    assert mteb_codes(tag) == LANGUAGES[tag].codes
    assert all(re.fullmatch(r"[a-z]{3}-[A-Z][a-z]{3}", code) for code in mteb_codes(tag))


def test_no_two_languages_share_a_name_or_a_code() -> None:
    codes = [code for language in LANGUAGES.values() for code in language.codes]
    assert len(set(codes)) == len(codes)
    assert len({language.name for language in LANGUAGES.values()}) == len(LANGUAGES)


def test_the_two_ways_to_write_chinese_are_apart() -> None:
    assert mteb_codes("zh-Hans")[0] == "zho-Hans"
    assert mteb_codes("zh-Hant")[0] == "zho-Hant"


def test_several_languages_have_a_name_and_no_code() -> None:
    assert language_name(SEVERAL) == "several languages"
    assert mteb_codes(SEVERAL) == ()


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("EN", "en (English)"),
        (" en ", "en (English)"),
        ("en-US", "en (English)"),
        ("zh", "zh-Hans (Simplified Chinese) or zh-Hant (Traditional Chinese)"),
        ("zh-TW", "zh-Hans (Simplified Chinese) or zh-Hant (Traditional Chinese)"),
        ("zh_hant", "zh-Hant (Traditional Chinese)"),
        ("Chinese", "zh-Hans (Simplified Chinese) or zh-Hant (Traditional Chinese)"),
        ("Japanese", "ja (Japanese)"),
        ("jpn", "ja (Japanese)"),
        ("Portugese", "pt (Portuguese)"),
        ("swedsh", "sv (Swedish)"),
        ("Deutsch", "de (German)"),
    ],
)
def test_what_may_have_been_meant_is_suggested(tag: str, meant: str) -> None:
    for ask in (language_name, mteb_codes):
        with pytest.raises(ProfileError, match="is no language known here") as caught:
            ask(tag)
        assert meant in str(caught.value)


@pytest.mark.parametrize("tag", ["", " ", "x", "-", "qqq", "國語", "9" * 50_000])
def test_a_word_like_no_language_is_answered_with_examples_and_not_with_a_list(tag: str) -> None:
    with pytest.raises(ProfileError, match="write en, zh-Hant, ja, de") as caught:
        language_name(tag)
    assert len(str(caught.value)) < 120


def test_a_tag_with_control_characters_is_shown_without_them() -> None:
    with pytest.raises(ProfileError) as caught:
        language_name("\x1b[2J\u202e")
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
