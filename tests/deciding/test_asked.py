"""The command of a record asks for the same run again, and says nothing of this machine."""

from __future__ import annotations

import shlex

import pytest

from advisor.corpus.amount import Amount
from advisor.corpus.chunking import Chunking
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions
from advisor.deciding.asked import Asked


def named(name: str) -> Dataset:
    return Dataset(name=name, corpus=(), queries=(), qrels={}, evidence="human")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Amount(), "--seed 0"),
        (Amount(queries=30, seed=3), "--queries 30 --seed 3"),
        (Amount(documents=500), "--documents 500 --seed 0"),
        (Amount(size="quick"), "--sample quick --seed 0"),
        (Amount(full=True, seed=1), "--full --seed 1"),
    ],
)
def test_the_command_says_the_amount_as_the_user_did(amount: Amount, words: str) -> None:
    said_command = Asked(amount=amount).command("plain-rag", named("techcorp-zh"))
    assert said_command == f"embed-advisor run plain-rag --data techcorp-zh {words}"


def test_the_command_names_models_without_a_path_of_this_machine() -> None:
    models = ("bm25", "org/model", "/home/somebody/models/ours/", "mine=/home/somebody/tuned")
    command = Asked(amount=Amount(), models=models).command("x", named("d"))
    assert "--models bm25,model,ours,tuned" in command
    assert "somebody" not in command


@pytest.mark.parametrize("name", ["two words", "it's", "$(reboot)", "a;b", "-x", "中文"])
def test_what_a_shell_would_take_apart_is_quoted(name: str) -> None:
    asked = Asked(amount=Amount(), models=(name,), settings=(f"k={name}",))
    command = asked.command(name, named(name))
    words = shlex.split(command)
    assert words[2] == name
    assert words[words.index("--data") + 1] == name
    assert words[words.index("--models") + 1] == name
    assert words[words.index("--set") + 1] == f"k={name}"


def test_everything_that_was_asked_is_asked_again_but_the_endpoints_address() -> None:
    asked = Asked(
        amount=Amount(queries=30),
        reading=ReadOptions(
            encoding="cp1252",
            columns=(("id", "number"), ("text", "body")),
            task="search",
            skip=True,
        ),
        bf16=False,
        load_qps=2.5,
        views=True,
        judged_here=False,
        queries_model="writer",
    )
    data = Dataset(
        name="d", corpus=(), queries=(), qrels={}, evidence="human",
        chunking=Chunking(by="tokens", size=128, overlap=16),
    )  # fmt: skip
    assert asked.command("x", data) == (
        "embed-advisor run x --data d --encoding cp1252 --columns id=number,text=body "
        "--task search --skip --chunks tokens:128/16 --queries 30 --no-bf16 --views "
        "--no-judged-here --queries-from http://HOST/v1 --queries-model writer --load 2.5 --seed 0"
    )
