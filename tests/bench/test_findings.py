"""What is wrong with how a model reads the texts, said with what to do."""

from typing import Any

import pytest

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.findings import findings, lost_documents

GOOD = {"pooling": "mean", "max_tokens": 512, "prompt_source": "model"}
WELL_READ = {"truncated_share": 0.02, "lost_token_share": 0.01, "unknown_share": 0.0}


def found(
    candidate: dict[str, Any] | None = None,
    loaded: dict[str, Any] | None = None,
    read: dict[str, Any] | None = None,
) -> str:
    usual: dict[str, Any] = {"name": "model", "kind": "dense"}
    return "\n".join(
        findings(
            Candidate(**{**usual, **(candidate or {})}),
            protocol.Loaded(seconds=1.0, **{**GOOD, **(loaded or {})}),
            protocol.Diagnosed(**{**WELL_READ, **(read or {})}),
        )
    )


def test_a_model_that_reads_everything_as_published_has_no_findings() -> None:
    card = {"card_pooling": "mean", "card_max_tokens": 512, "wants_prompt": True}
    assert found(card) == ""
    assert findings(Candidate(name="BM25", kind="baseline"), None, protocol.Diagnosed()) == ()


@pytest.mark.parametrize(
    ("wanted", "pooling", "wrong"),
    [("cls", "mean", True), ("cls", "cls", False), ("last token", "lasttoken", False)],
)
def test_the_wrong_pooling_is_said_with_the_file_that_decides_it(
    wanted: str, pooling: str, wrong: bool
) -> None:
    said = found({"card_pooling": wanted}, {"pooling": pooling})
    assert ("1_Pooling/config.json" in said) is wrong


def test_an_e5_without_prompts_is_told_which_it_wants_whatever_its_card() -> None:
    said = found({"name": "my-e5-base"}, {"prompt_source": "none"})
    assert "'query: ' and 'passage: '" in said
    said = found({"repo": "intfloat/multilingual-e5-small"}, {"prompt_source": "none"})
    assert "'query: '" in said


def test_a_model_whose_prompts_nobody_names_is_said_to_want_some() -> None:
    assert "trained with prompts" in found({"wants_prompt": True}, {"prompt_source": "none"})
    assert found({"wants_prompt": False}, {"prompt_source": "none"}) == ""


def test_cut_documents_are_said_with_the_limit_and_who_sets_it() -> None:
    read = {"truncated_share": 0.4, "lost_token_share": 0.3}
    said = found({"card_max_tokens": 512}, {"max_tokens": 128}, read)
    assert "40 % of the documents are cut off at 128 tokens" in said
    assert "its card says 512" in said
    assert "its card" not in found({"card_max_tokens": 512}, {}, read)


def test_a_model_that_reads_a_tenth_is_said_to_read_a_tenth() -> None:
    said = found({}, {}, {"truncated_share": 1.0, "lost_token_share": 0.9})
    assert "it reads 10 % of your documents, the first 512 tokens of each" in said


def test_a_script_it_does_not_know_is_said() -> None:
    assert "60 % of the tokens are unknown" in found(read={"unknown_share": 0.6})


def test_documents_that_do_not_find_themselves_are_said() -> None:
    assert lost_documents(0.99) is None
    assert lost_documents(None) is None
    assert "only 50 % of the documents" in (lost_documents(0.5) or "")
