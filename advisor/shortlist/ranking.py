"""Ranking by public scores: which board fits the user, what it says, and how far to trust it.

Rank value = public score, moved by the domain's own benchmark where there is one, minus small
penalties in points of nDCG x 100: for tasks that were not measured, for tasks the model was
trained on, for scores that no other board confirms, and for documents longer than the model
reads. Measuring decides; this only orders.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import msgspec

from advisor.catalogue.card import Board, Field, ModelCard, PublicScore, TaskType
from advisor.needs.requirements import Requirements
from advisor.shortlist.reading import is_chinese
from advisor.shortlist.speed import document_tokens

BENCHMARKS: dict[Board, str] = {
    "en": "MTEB(eng, v2)",
    "zh": "MTEB(cmn, v1)",
    "multilingual": "MTEB(Multilingual, v2)",
    "code": "MTEB(Code, v1)",
}
SPREAD: dict[Board, float] = {"en": 5.0, "zh": 3.0, "multilingual": 9.0, "code": 7.0}
"""How far a model's quality on new data lies from what the board says (tau in methods 2)."""

MISSING = 4.0
"""Penalty for a score that is all estimate, in points; in proportion for partly measured ones."""
WEAKLY_KNOWN = 0.4
"""Below this share of measured tasks the penalty for missing ones is doubled."""
TRAINED = 2.0
"""Penalty for a model trained on every task of the board, in proportion below that."""
UNDECLARED = 1.0
"""Penalty for training data that is not declared: half of the tasks is assumed."""
NARROW = 3.0
"""Penalty for a model on one board only: one that was fitted to it would look the same."""
TRUNCATED = 6.0
"""Penalty for a model that reads next to nothing of a long document; chunking helps, so small."""

_TYPES: dict[str, TaskType] = {
    "similarity": "similarity",
    "classification": "classification",
    "clustering": "clustering",
}
_DOMAINS: dict[str, Field] = {
    "legal": "legal",
    "law": "legal",
    "biomedical": "biomedical",
    "medical": "biomedical",
    "finance": "finance",
}


class PublicEvidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What public benchmarks say about a model for this user."""

    board: Board
    value: float | None
    """Mean of the board's tasks, 0 to 100; None where the model is not on it."""
    uncertainty: float
    """Standard deviation in points of what to expect on other data."""
    rank_value: float | None
    """`value` after the domain's benchmark and the penalties: what the order follows."""
    basis: str
    """Where the value comes from and what speaks against it, in one sentence."""


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A model that met every limit, in its place."""

    card: ModelCard
    rank: int
    """1 is first."""
    evidence: PublicEvidence


def board_for(requirements: Requirements) -> Board:
    """Return the public benchmark that fits the user's task and languages best."""
    if requirements.task == "code-search" or requirements.domain == "code":
        return "code"
    tags = {*requirements.document_languages, *requirements.query_languages}
    if tags == {"en"}:
        return "en"
    if tags and all(is_chinese(tag) for tag in tags):
        return "zh"
    return "multilingual"


def rank(cards: Sequence[ModelCard], requirements: Requirements) -> tuple[Ranked, ...]:
    """Order models by what public scores say for this user; those without a score come last."""
    board = board_for(requirements)
    moves = _domain_moves(cards, board, requirements)
    held = [(card, evidence_for(card, requirements, moves.get(card.name, 0.0))) for card in cards]
    # The name breaks ties, so that the same catalogue always gives the same list.
    held.sort(key=lambda pair: (-(pair[1].rank_value or -math.inf), pair[0].name.lower()))
    return tuple(
        Ranked(card=card, rank=place, evidence=evidence)
        for place, (card, evidence) in enumerate(held, start=1)
    )


def evidence_for(
    card: ModelCard, requirements: Requirements, domain_move: float = 0.0
) -> PublicEvidence:
    """Return what public benchmarks say about one model for this user."""
    board = board_for(requirements)
    score, what = _score(card, board, requirements)
    if score is None:
        return PublicEvidence(
            board=board,
            value=None,
            uncertainty=2 * SPREAD[board],
            rank_value=None,
            basis=f"no public score on {BENCHMARKS[board]}",
        )
    missing, trained = _missing_penalty(score), _training_penalty(card, score)
    narrow, cut = _narrow_penalty(card), _truncation_penalty(card, requirements)
    return PublicEvidence(
        board=board,
        value=score.value,
        uncertainty=round(math.hypot(SPREAD[board], missing, trained, narrow), 2),
        rank_value=round(score.value + domain_move - missing - trained - narrow - cut, 3),
        basis=_basis(card, board, what, score, requirements),
    )


def _score(
    card: ModelCard, board: Board, requirements: Requirements
) -> tuple[PublicScore | None, str]:
    wanted = _TYPES.get(requirements.task)
    if wanted and board != "code":
        return card.type_scores.get(board, {}).get(wanted), wanted
    return card.scores.get(board), "retrieval"


def _missing_penalty(score: PublicScore) -> float:
    measured = score.tasks / score.of
    return MISSING * (1 - measured) * (2 if measured < WEAKLY_KNOWN else 1)


def _training_penalty(card: ModelCard, score: PublicScore) -> float:
    if not card.training_declared:
        return UNDECLARED
    return TRAINED * min(1.0, len(score.trained_on) / score.of)


def _narrow_penalty(card: ModelCard) -> float:
    # Static models are averages of word vectors: there is next to nothing in them to fit.
    return NARROW if len(card.scores) < 2 and card.kind != "static" else 0.0


def _truncation_penalty(card: ModelCard, requirements: Requirements) -> float:
    if requirements.document_words is None or card.max_tokens is None:
        return 0.0
    return TRUNCATED * max(0.0, 1 - card.max_tokens / document_tokens(requirements))


def _domain_moves(
    cards: Sequence[ModelCard], board: Board, requirements: Requirements
) -> dict[str, float]:
    """How far the domain's benchmark moves each model: half way to what it says.

    Both benchmarks are compared by how far a model lies from the mean of the models on both.
    """
    domain = _DOMAINS.get(requirements.domain)
    both = [
        (card.name, card.scores[board].value, card.domain_scores[domain].value)
        for card in cards
        if domain and board in card.scores and domain in card.domain_scores
    ]
    if len(both) < 2:
        return {}
    general, special = fmean(row[1] for row in both), fmean(row[2] for row in both)
    return {name: ((there - special) - (here - general)) / 2 for name, here, there in both}


def _basis(
    card: ModelCard, board: Board, what: str, score: PublicScore, requirements: Requirements
) -> str:
    head = f"{score.value:.1f} of 100 in {BENCHMARKS[board]} {what}"
    known = (
        f"all {score.of} tasks measured"
        if score.tasks == score.of
        else f"estimated from {score.tasks} of {score.of} tasks"
        if score.basis == "estimated"
        else f"{score.tasks} of {score.of} tasks measured"
    )
    parts = [head, known]
    domain = _DOMAINS.get(requirements.domain)
    if domain and domain in card.domain_scores:
        parts.append(f"{card.domain_scores[domain].value:.1f} in the {domain} benchmark")
    if not card.training_declared:
        parts.append("training data not declared")
    elif score.trained_on:
        parts.append(f"trained on {len(score.trained_on)} of the tasks")
    if _narrow_penalty(card):
        parts.append("no other board to check it by")
    if _truncation_penalty(card, requirements):
        need = document_tokens(requirements)
        parts.append(f"reads {card.max_tokens:,} of about {need:,.0f} tokens of a document")
    return ", ".join(parts)
