"""`embed-advisor models` and `embed-advisor model`, as a script or a person calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).parent / "embed-advisor")


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *words], capture_output=True, text=True, check=False)


def test_words_and_options_narrow_the_list() -> None:
    done = call("models", "chinese", "--max-params", "150M", "--license", "commercial")
    assert done.returncode == 0
    assert "bge-small-zh-v1.5" in done.stdout
    assert "all-MiniLM-L6-v2" not in done.stdout
    assert "of 2" in done.stdout.splitlines()[-1]
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_the_list_is_given_as_json_with_what_is_unknown_left_out() -> None:
    done = call("models", "--kind", "hosted", "--json")
    cards = json.loads(done.stdout)
    assert {card["kind"] for card in cards} == {"hosted"}
    assert len(cards) > 20


def test_a_model_has_a_page_with_its_traps_and_sources() -> None:
    done = call("model", "e5-large-v2")
    assert done.returncode == 0
    for words in ("English only", "wordpiece", "'query: '", "tasks", "source"):
        assert words in done.stdout


def test_a_hosted_model_shows_its_price_and_the_date() -> None:
    done = call("model", "openai/text-embedding-3-small")
    assert "0.02 USD a million tokens" in done.stdout
    assert "confidence" in done.stdout


def test_a_hosted_model_shows_what_its_api_allows_and_when_it_ends() -> None:
    assert "2,048 texts a request" in call("model", "openai/text-embedding-3-small").stdout
    assert "takes it away on 2028-05-14" in call("model", "google/gemini-embedding-001").stdout


def test_a_name_that_circulates_and_does_not_exist_is_answered_with_the_real_one() -> None:
    done = call("model", "google/embedding-gemma-en-large")
    assert done.returncode == 2
    assert "Use google/embeddinggemma-300m" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("models", "--kind", "wild"), "--kind"),
        (("models", "--sort", "wild"), "--sort"),
        (("models", "--max-params", "many"), "--max-params"),
        (("models", "--language", "klingon"), "klingon"),
        (("model", "\x1b]0;owned\x07"), "not in the catalogue"),
    ],
)
def test_wrong_input_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
