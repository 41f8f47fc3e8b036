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
from advisor.catalogue.reading import base, is_chinese, lists_all
from advisor.needs.requirements import Requirements
from advisor.shortlist.speed import document_tokens

BENCHMARKS: dict[Board, str] = {
    "en": "MTEB(eng, v2)",
    "zh": "MTEB(cmn, v1)",
    "multilingual": "MTEB(Multilingual, v2)",
    "code": "MTEB(Code, v1)",
}
SPREAD: dict[Board, float] = {"en": 5.0, "zh": 3.0, "multilingual": 9.0, "code": 7.0}
"""How far a model's quality on new data lies from what the board says (tau in methods 2)."""

MODELS_SPREAD = 11.0
"""Standard deviation of fully measured models on a board, in points (10 to 15 on the four)."""
ESTIMATE_ERROR = 2.1
"""Error of an estimated score where half of the tasks were measured, in points.

Found by hiding tasks of fully measured models: 1.9 English, 1.5 Chinese, 2.4 multilingual, 2.7
code (benchmark_results/advice_quality.md). It grows with the root of missing by measured tasks.
"""
TRAINED = 2.0
"""Penalty for a model trained on every task of the board, in proportion below that.

Tasks a model declares to have been trained on lie so far above what its other tasks promise:
0.2 +- 1.3 English, -1.2 +- 1.1 Chinese, 5.6 +- 1.3 multilingual, 0.7 +- 0.9 code; declared is a
lower bound, so a little more than their mean.
"""
UNDECLARED = 1.0
"""Penalty for training data that is not declared: half of the tasks is assumed."""
NARROW = 3.0
"""Penalty for a model on one board only: one that was fitted to it would look the same."""
MOSTLY = 0.5
"""A score of which so much was trained on, or so much was not measured, is no prior."""
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
    doubt: str = ""
    """Why the value is no measure of other data at all: most of it was trained on, or guessed."""


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
    held.sort(key=lambda pair: (-_order(pair[1]), pair[0].name.lower()))
    return tuple(
        Ranked(card=card, rank=place, evidence=evidence)
        for place, (card, evidence) in enumerate(held, start=1)
    )


def _order(evidence: PublicEvidence) -> float:
    return -math.inf if evidence.rank_value is None else evidence.rank_value


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
            basis=_unknown(card, board, what),
        )
    missing, trained = _missing_penalty(score), _training_penalty(card, score)
    narrow, cut = _narrow_penalty(card), _truncation_penalty(card, requirements)
    return PublicEvidence(
        board=board,
        value=score.value,
        uncertainty=round(math.hypot(SPREAD[board], estimate_error(score), trained, narrow), 2),
        rank_value=round(score.value + domain_move - missing - trained - narrow - cut, 3),
        basis=_basis(card, board, what, score, requirements),
        doubt=_doubt(score),
    )


def _doubt(score: PublicScore) -> str:
    if len(score.trained_on) >= MOSTLY * score.of:
        return f"trained on {len(score.trained_on)} of the {score.of} public tasks"
    if score.tasks < (1 - MOSTLY) * score.of:
        return f"{score.tasks} of the {score.of} public tasks measured"
    return ""


def _score(
    card: ModelCard, board: Board, requirements: Requirements
) -> tuple[PublicScore | None, str]:
    wanted = _TYPES.get(requirements.task)
    if wanted and board != "code":
        return card.type_scores.get(board, {}).get(wanted), wanted
    score = card.scores.get(board)
    if board == "multilingual" and score and _one_language(card) and score.tasks < score.of:
        # What is missing are the languages it does not read, and no estimate can know that.
        return None, "retrieval"
    return score, "retrieval"


def _one_language(card: ModelCard) -> bool:
    return lists_all(card) and len({base(code) for code in card.languages}) == 1


def estimate_error(score: PublicScore) -> float:
    """Return the standard error in points that missing tasks leave in a score."""
    return ESTIMATE_ERROR * math.sqrt((score.of - score.tasks) / max(score.tasks, 0.5))


def _missing_penalty(score: PublicScore) -> float:
    """Return what shrinking takes off a model that lies one spread above the mean.

    The posterior mean of a score with error e among models with spread s keeps s^2/(s^2 + e^2) of
    its distance to their mean (Efron & Morris 1975); candidates lie about one spread above it.
    """
    error = estimate_error(score)
    return MODELS_SPREAD * error**2 / (error**2 + MODELS_SPREAD**2)


def _training_penalty(card: ModelCard, score: PublicScore) -> float:
    if not card.training_declared:
        return UNDECLARED
    return TRAINED * min(1.0, len(score.trained_on) / score.of)


def _narrow_penalty(card: ModelCard) -> float:
    # Static models are averages of word vectors: there is next to nothing in them to fit.
    return NARROW if len(card.scores) < 2 and card.kind != "static" else 0.0


def _truncation_penalty(card: ModelCard, requirements: Requirements) -> float:
    if requirements.document_words is None or card.max_tokens is None or requirements.chunking:
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


def _unknown(card: ModelCard, board: Board, what: str) -> str:
    if what == "retrieval" and board in card.scores:
        return f"on {BENCHMARKS[board]} measured in its own language only"
    kind = "" if what == "retrieval" else f"{what} "
    return f"no public {kind}score on {BENCHMARKS[board]}"


def _known(score: PublicScore) -> str:
    if score.tasks == score.of:
        return f"all {score.of} tasks measured"
    if not score.tasks:
        return f"estimated from other tasks, none of its {score.of} measured"
    if score.basis == "estimated":
        return f"estimated from {score.tasks} of {score.of} tasks"
    return f"{score.tasks} of {score.of} tasks measured"


def _basis(
    card: ModelCard, board: Board, what: str, score: PublicScore, requirements: Requirements
) -> str:
    head = f"{score.value:.1f} of 100 in {BENCHMARKS[board]} {what}"
    known = _known(score)
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
