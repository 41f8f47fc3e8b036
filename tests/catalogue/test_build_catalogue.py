"""The script that builds the catalogue, run on a facts file of three invented models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from advisor.catalogue.catalogue import Catalogue, CatalogueFile

SCRIPT = Path(__file__).parents[2] / "tools" / "build_catalogue.py"

CORRECTIONS = """
as_of = "2026-01-01"
[[left_out]]
names = ["lab/boaster"]
reason = "too good"
source = "none"
[[corrections]]
names = ["lab/reader"]
set = { max_tokens = 128 }
add_languages = ["fra-Latn"]
drop_scores = ["code"]
reason = "ships 128"
source = "none"
[licences]
"not specified" = ""
[llm_based]
words = ["qwen"]
[prompts]
instruction = "find it"
[[prompts.by_hand]]
names = ["nobody/nothing"]
query = "q: "
source = "none"
[[wrong_names]]
name = "lab/rider"
instead = "lab/reader"
why = "A slip."
[[tokenizers]]
of = "Round"
kind = "unigram"
rows = [100]
native = true
[[tokenizers]]
of = "Chatty"
kind = "byte-bpe"
rows = [50]
[[pooling]]
how = "cls"
names = ["lab/reader"]
basis = "knowledge"
[[cards]]
name = "lab/by-hand"
kind = "sparse"
n_embedding_parameters = 3200
embed_dim = 32
training_datasets = ["NQ"]
basis = { card = "knowledge" }
[[cards]]
name = "lab/reader"
max_tokens = 9
"""


def row(name: str, **changes: Any) -> dict[str, Any]:
    """One row of a facts file."""
    return {
        "name": name, "revision": "0" * 40, "release_date": "2025-01-01", "n_parameters": 10,
        "n_active_parameters": 5, "memory_usage_mb": 1.0, "max_tokens": 512.0, "embed_dim": 8,
        "license": "mit", "open_weights": True, "languages": ["eng-Latn", "cmn-Hans"],
        "n_languages": 2, "similarity": "cosine", "use_instructions": False,
        "model_prompts": None, "instruction_template": None, "trust_remote_code": None,
        "adapted_from": None, "training_datasets": [], "n_embedding_parameters": None,
        "framework": ["Sentence Transformers"], "model_type": ["dense"], "reference": "https://example.org",
        "estimated_retrieval_mean": {
            "en": {"value": 40.004, "target_tasks_measured": 2, "of": 2},
            "zh": {"value": 12.0, "target_tasks_measured": 1, "of": 2},
            "code": {"value": -1.8, "target_tasks_measured": 1, "of": 2},
        },
        "scores": {
            "MTEB(eng, v2)": {
                "by_type": {"STS": {"mean": 70.0, "n": 4, "of": 4},
                            "Clustering": {"mean": 30.0, "n": 1, "of": 4}},
                "retrieval_mean": 40.0, "retrieval_tasks": {"FiQA": 30.0, "NQ": 50.0},
                "trained_on": ["NQ", "SomeClassification"],
            },
            "MTEB(cmn, v1)": {"by_type": {}, "retrieval_mean": 9.0, "retrieval_tasks": {}},
            "MTEB(Law, v1)": {"retrieval_mean": 33.0, "retrieval_n": 8},
        },
        **changes,
    }  # fmt: skip


@pytest.fixture
def built(tmp_path: Path) -> Catalogue:
    """The catalogue that the script builds from the invented facts, twice the same."""
    rows = [
        row("lab/reader"),
        row("lab/boaster"),
        row("lab/qwen-chat", instruction_template="Do: {instruction} ", license="not specified"),
        row("lab/Words", max_tokens="inf", n_active_parameters=0, embed_dim=[8, 2, 4]),
        row("lab/paid", open_weights=False, license=None, model_prompts={"query": "search_query"}),
    ]
    text = run(tmp_path, rows)
    assert run(tmp_path, list(reversed(rows))) == text
    return read(text)


def run(folder: Path, rows: list[dict[str, Any]]) -> str:
    """Run the script on `rows` and return what it wrote."""
    facts, hand, out = folder / "facts.json", folder / "hand.toml", folder / "models.json"
    facts.write_text(json.dumps({"source": {"made": "up"}, "models": rows}), encoding="utf-8")
    hand.write_text(CORRECTIONS, encoding="utf-8")
    options = [str(facts), "--corrections", str(hand), "--out", str(out)]
    subprocess.run([sys.executable, str(SCRIPT), *options], check=True, timeout=60)
    return out.read_text(encoding="utf-8")


def read(text: str) -> Catalogue:
    """Read a built catalogue the way the program does."""
    held = msgspec.json.decode(text.encode(), type=CatalogueFile)
    return Catalogue(held.cards, held.wrong_names)


def test_the_order_of_the_facts_does_not_change_the_result(built: Catalogue) -> None:
    assert [card.short_name for card in built.cards] == [
        "by-hand", "paid", "qwen-chat", "reader", "Words",
    ]  # fmt: skip


def test_a_correction_wins_over_the_facts(built: Catalogue) -> None:
    card = built.find("reader")
    assert card.max_tokens == 128
    assert card.languages == ("eng-Latn", "zho-Hans", "fra-Latn")


def test_measured_estimated_and_impossible_scores_are_told_apart(built: Catalogue) -> None:
    scores = built.find("qwen-chat").scores
    assert scores["en"].basis == "measured"
    assert scores["en"].trained_on == ("NQ",)
    assert (scores["zh"].basis, scores["zh"].measured_mean) == ("estimated", 9.0)
    assert "code" not in scores


def test_a_mean_over_too_few_tasks_is_not_kept(built: Catalogue) -> None:
    assert set(built.find("qwen-chat").type_scores["en"]) == {"similarity"}
    assert built.find("qwen-chat").domain_scores["legal"].value == 33.0


def test_kinds_prompts_and_licences_follow_from_the_facts(built: Catalogue) -> None:
    assert built.find("Words").kind == "static"
    assert built.find("Words").max_tokens is None
    assert (built.find("Words").embed_dim, built.find("Words").matryoshka_dims) == (8, (2, 4, 8))
    assert built.find("paid").kind == "hosted"
    assert built.find("paid").license == "proprietary"
    assert built.find("paid").prompts is None
    chat = built.find("qwen-chat")
    assert chat.llm_based and chat.license is None
    assert chat.prompts is not None and chat.prompts.query == "Do: find it "


def test_every_line_is_one_model_with_its_source(tmp_path: Path) -> None:
    lines = run(tmp_path, [row("lab/reader")]).splitlines()
    assert len(lines) == 1 + 2 + 1
    assert json.loads(lines[1].rstrip(","))["source"] is None
    assert json.loads(lines[2].rstrip(","))["source"] == "https://example.org"


def only(folder: Path, **changes: Any) -> Any:
    """The card of one row with `changes`."""
    return read(run(folder, [row("lab/reader", **changes)])).find("lab/reader")


def test_the_facts_win_over_a_card_by_hand_of_the_same_name(built: Catalogue) -> None:
    assert built.find("reader").max_tokens == 128


def test_the_rows_of_the_embedding_table_tell_the_tokenizer(tmp_path: Path) -> None:
    card = only(tmp_path, n_embedding_parameters=100 * 64, embed_dim=64)
    assert (card.tokenizer, card.vocab_size) == ("unigram", 100)
    assert card.basis["tokenizer"] == "family: Round"
    assert card.remote_code is False


def test_where_two_families_fit_the_models_own_width_decides(tmp_path: Path) -> None:
    card = only(tmp_path, n_embedding_parameters=100 * 64, embed_dim=128)
    assert (card.tokenizer, card.vocab_size) == ("byte-bpe", 50)
    assert card.remote_code is None


def test_a_table_of_no_known_family_leaves_the_tokenizer_unknown(tmp_path: Path) -> None:
    card = only(tmp_path, n_embedding_parameters=7 * 11)
    assert (card.tokenizer, card.vocab_size, card.remote_code) == (None, None, None)


def test_a_card_by_hand_is_completed_like_the_others(built: Catalogue) -> None:
    card = built.find("by-hand")
    assert (card.tokenizer, card.vocab_size) == ("unigram", 100)
    assert card.basis["card"] == "knowledge"


def test_pooling_says_what_it_rests_on(built: Catalogue) -> None:
    assert built.find("reader").pooling == "cls"
    assert built.find("reader").basis["pooling"] == "knowledge"


def test_translations_and_subsets_of_a_training_set_count_once(tmp_path: Path) -> None:
    names = [
        "HotpotQA", "HotpotQA-PL", "HotpotQAHardNegatives.v2", "MultilingualNanoNQRetrieval",
        "NQ", "NQ-PLHardNegatives", "MIRACLRetrieval", "ImdbVNClassification",
    ]  # fmt: skip
    card = only(tmp_path, training_datasets=names)
    assert card.training_datasets == ("HotpotQA", "ImdbClassification", "MIRACLRetrieval", "NQ")
    assert card.n_training_datasets == len(names)


def test_a_list_that_was_cut_short_keeps_its_count(tmp_path: Path) -> None:
    card = only(tmp_path, training_datasets=["NQ", "... 135 in all"])
    assert (card.training_datasets, card.n_training_datasets) == (("NQ",), 135)
    assert card.basis["training_datasets"] == "the first 1 of 135 names registered"


@pytest.mark.parametrize(
    ("model_type", "kind"),
    [(["dense"], "dense"), (["sparse"], "sparse"), (["late-interaction"], "multi-vector")],
)
def test_the_registry_tells_the_kind(tmp_path: Path, model_type: list[str], kind: str) -> None:
    assert only(tmp_path, model_type=model_type).kind == kind
