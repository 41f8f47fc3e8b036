"""Replay of shortlisting: one public task is left out and stands for the user's data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from advisor.catalogue.card import Board, ModelCard
from advisor.needs.requirements import Machine, Priority, Requirements
from advisor.shortlist.constraints import broken_limits
from advisor.shortlist.rule_of_thumb import rules_of_thumb
from advisor.shortlist.shortlist import shortlist
from benchmarks.public_scores import PublicBoard, Row, cards_without, plain_means, without
from benchmarks.task_facts import document_words, domain

LIMITS: tuple[float, ...] = (50e6, 150e6, 600e6, math.inf)
"""Parameters a model must stay below."""
LANGUAGES: dict[Board, str] = {"en": "en", "zh": "zh-Hans", "multilingual": "several", "code": "en"}
# Nothing but quality and size is in question, so the machine can be anything.
ANY_MACHINE = Machine(
    source="described", cores=64, memory_mib=10**7, gpu="any", gpu_memory_mib=10**7
)


class Setting(NamedTuple):
    """A kind of retrieval and a limit to the parameters."""

    board: Board
    limit: float

    @property
    def words(self) -> str:
        """`en, under 50 M`."""
        most = "no limit" if math.isinf(self.limit) else f"under {self.limit / 1e6:.0f} M"
        return f"{self.board}, {most}"


class Fold(NamedTuple):
    """One task left out, with the models that could be taken and what they score on it."""

    setting: Setting
    task: str
    cards: tuple[ModelCard, ...]
    """Those within the limits and not trained on the task, their scores without the task."""
    truth: Mapping[str, float]
    means: Mapping[str, float]
    """Plain means of the board's other tasks, for models with most of them."""

    def regret(self, names: Sequence[str]) -> float:
        """Return what the best of `names` lacks of the best model there is, in points."""
        return max(self.truth.values()) - max(self.truth[name] for name in names)

    def requirements(self, priority: Priority = "accuracy") -> Requirements:
        """Return the needs of the person whose data the task stands for."""
        needs = _needs(self.setting.board)
        return msgspec.structs.replace(
            needs,
            priority=priority,
            domain=domain(self.task),
            document_words=document_words(self.task, self.setting.board),
        )


Picker = Callable[[Fold], Sequence[str]]
"""Names of models, for a fold; empty where the method has nothing to offer."""


def _needs(board: Board) -> Requirements:
    tags = (LANGUAGES[board],)
    return Requirements(
        task="code-search" if board == "code" else "search",
        document_languages=tags,
        query_languages=tags,
        machine=ANY_MACHINE,
    )


def folds(
    cards: Sequence[ModelCard], boards: Mapping[Board, PublicBoard], facts: Row
) -> Iterator[Fold]:
    """Yield every setting with every task of its board that leaves a choice of models."""
    recomputed: dict[str, list[ModelCard]] = {}
    for board, public in boards.items():
        fits = [card.kind != "bm25" and not broken_limits(card, _needs(board)) for card in cards]
        for place, task in enumerate(public.tasks):
            known = ~np.isnan(public.scores[:, place]) & ~public.trained[:, place] & np.array(fits)
            if task not in recomputed:
                recomputed[task] = cards_without(task, cards, boards, facts)
            means = plain_means(without(public, task))
            for limit in LIMITS:
                pool = [i for i in range(len(cards)) if known[i] and _size(cards[i]) < limit]
                if len(pool) < 2:
                    continue
                yield Fold(
                    setting=Setting(board, limit),
                    task=task,
                    cards=tuple(recomputed[task][i] for i in pool),
                    truth={cards[i].name: float(public.scores[i, place]) for i in pool},
                    means={cards[i].name: float(means[i]) for i in pool if not np.isnan(means[i])},
                )


def _size(card: ModelCard) -> float:
    """Parameters; a model of unknown size comes in only where there is no limit."""
    return math.nextafter(math.inf, 0) if card.n_parameters is None else card.n_parameters


def leaderboard(most: int) -> Picker:
    """Take the highest plain means, as a reader of the public table does."""
    return lambda fold: sorted(fold.means, key=lambda name: (-fold.means[name], name))[:most]


def rule_of_thumb(fold: Fold) -> Sequence[str]:
    """Take the first model of the classic guides that is in the pool."""
    names = [name for name, _ in rules_of_thumb(fold.requirements()) if name in fold.truth]
    return names[:1]


def ours(most: int, priority: Priority = "accuracy") -> Picker:
    """Take the product's shortlist, without what it compares beside it."""

    def pick(fold: Fold) -> Sequence[str]:
        found = shortlist(
            fold.requirements(priority), fold.cards, lambda _: True, most, remote_code=True
        )
        return [item.card.name for item in found.candidates if not item.beside]

    return pick
