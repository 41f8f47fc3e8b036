"""What passes the gate can be shown on any terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.text import REPLACEMENT, blanked, one_line, plain


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x9b31m",
        "\u202eevil",
        "\x00",
        "\r",
        "\x7f",
        "\ud800",
        "\u200b",
    ],
)
def test_controls_bidi_and_lone_surrogates_become_a_sign(hostile: str) -> None:
    shown = plain(f"a{hostile}b")
    assert REPLACEMENT in shown
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in shown)


def test_ordinary_text_of_any_script_stays_as_it_is() -> None:
    for text in ("plain", "繁體中文", "日本語", "naïve Việt ệ", "a\tb\nc", "עברית", "हिन्दी"):
        assert plain(text) == text


def test_a_flood_of_marks_is_cut() -> None:
    assert len(plain("e" + "\u0301" * 1000)) == 5


@given(st.text())
def test_whatever_comes_in_can_be_encoded_and_holds_no_control(text: str) -> None:
    shown = plain(text)
    shown.encode("utf-8")
    assert all(
        char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in shown
    )


@given(st.text(), st.integers(1, 40))
def test_one_line_is_one_line_and_keeps_to_its_width(text: str, width: int) -> None:
    line = one_line(text, width)
    assert len(line) <= width
    assert "\n" not in line


def test_a_long_name_is_cut_in_the_middle() -> None:
    assert one_line("abcdefghijklmnop", 7) == "abc…nop"
    assert one_line("abcdefghijklmnop", 8) == "abcd…nop"
    assert one_line("short", 8) == "short"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("get https://ann:s3cret@host/a: refused", "get https://…@host/a: refused"),
        ("https://ann:s3@cret@host/a", "https://…@host/a"),
        ("socks5h://s3cret@127.0.0.1:1080", "socks5h://…@127.0.0.1:1080"),
        ("https://host/f?Expires=1&X-Amz-Signature=s3cret&b=2",
         "https://host/f?Expires=1&X-Amz-Signature=…&b=2"),
        ("https://host/?api_key=s3cret#top", "https://host/?api_key=…#top"),
        ("{'Authorization': 'Bearer s3crets3crets3cret'}", "{'Authorization': 'Bearer …'}"),
        ("token hf_s3crets3crets3crets3cret is wrong", "token … is wrong"),
        ("key sk-proj-s3crets3crets3crets3cret.", "key …."),
    ],
)  # fmt: skip
def test_passwords_and_keys_are_left_out_of_whatever_is_shown(said: str, shown: str) -> None:
    assert blanked(said) == plain(said) == one_line(said) == shown
    assert plain(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://host:8080/a/b@c?key", "a=b, ann@host", "https://host/?monkey=1", "task-sk-1",
        "s3://bucket/folder", "bearer of news", "x://", "@://@",
    ],
)  # fmt: skip
def test_what_only_looks_a_little_like_a_secret_stays(text: str) -> None:
    assert plain(text) == text
