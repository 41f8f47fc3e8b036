"""The page of one model: its factors, its standing, what it needs on a machine, its traps."""

from __future__ import annotations

import msgspec
import pytest

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.catalogue import shipped_catalogue
from advisor.needs.requirements import Machine
from advisor.shortlist.model_page import HERE, model_page

CARDS = shipped_catalogue().cards
SMALL = Machine(source="described", cores=4, memory_mib=1_000)
FACTORS = (
    "context", "tokenizer", "dimensions", "vocabulary", "training data", "cost", "MTEB retrieval",
    "domain",
)  # fmt: skip


def page(name: str | ModelCard, *, here: bool = False) -> dict[str, list[tuple[str, str]]]:
    card = shipped_catalogue().find(name) if isinstance(name, str) else name
    return {part.title: list(part.rows) for part in model_page(card, CARDS, SMALL, here=here)}


def texts(rows: list[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {text}" for label, text in rows)


def test_every_model_of_the_catalogue_has_the_eight_factors() -> None:
    for card in CARDS:
        rows = dict(page(card)["The eight factors"])
        assert tuple(rows) == FACTORS
        assert all(rows.values())


def test_what_it_needs_here_is_said_with_its_basis() -> None:
    told = texts(page("bge-m3")[HERE])
    assert "more than the 1,000 MiB that the machine has" in told
    # 312 M parameters at work, 2 FLOP each and token, 20 tokens, half of 4 cores of 80 GFLOP/s.
    assert "a query: about 78 ms for 20 tokens (16 to 196)" in told
    assert "basis: estimated from 312 M parameters at work on 4 cores of 80 GFLOP/s" in told
    assert "weights: not here; about 2,272 MB to download by its card" in told
    assert "weights: here" in texts(page("bge-m3", here=True)[HERE])


@pytest.mark.parametrize("name", ["openai/text-embedding-3-small", "BM25", "potion-base-8M"])
def test_no_time_is_made_up_where_none_can_be_estimated(name: str) -> None:
    assert " ms " not in texts(page(name)[HERE])


def test_a_box_marks_the_class_on_the_scale_of_the_bar() -> None:
    scores = [
        ModelCard(
            name=f"a/{value}",
            n_parameters=30_000_000,
            languages=("eng-Latn",),
            scores={"en": PublicScore(value=value, tasks=9, of=10, basis="estimated")},
        )
        for value in (25, 50, 75, 100)
    ]
    (part,) = (one for one in model_page(scores[1], scores, SMALL, here=False) if one.legend)
    assert part.rows[0] == ("en", "━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌ ~50.0 (9 of 10 tasks)")
    assert part.rows[1] == ("", "·········├────┼────┤···· 43.8 to 81.2")
    assert part.rows[2] == ("", "rank 3 of 4; best 100.0, median 62.5")
    assert part.legend == "├┼┤ middle half of models up to 50 M, ~ estimated"


def test_traps_are_named() -> None:
    card = msgspec.structs.replace(
        shipped_catalogue().find("e5-small-v2"), remote_code=True, license="cc-by-nc-4.0"
    )
    assert [label for label, _ in page(card)["Known traps"]] == [
        "prompts", "context", "licence", "remote code",
    ]  # fmt: skip


def test_training_on_the_benchmark_is_told_from_silence() -> None:
    assert "DuRetrieval" in texts(page("bge-m3")["Trained on the benchmark"])
    assert "cannot be excluded" in texts(page("voyage-4")["Trained on the benchmark"])
