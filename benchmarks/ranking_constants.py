"""What the ranking's constants rest on, measured per benchmark on the public scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.catalogue.card import ModelCard
from advisor.catalogue.classes import size_class
from benchmarks.public_scores import PublicBoard, Scores, filled, without

HIDINGS = 6
SHARE_HIDDEN = 5
"""One model in so many has tasks hidden at a time, so that the others still fit the factors."""
FEWEST = 8
"""Fewer untrained models than this do not fit a line."""


class Calibration(NamedTuple):
    """The three figures of one benchmark."""

    estimate_error: float
    """Points of error where half of the tasks are missing (ranking.ESTIMATE_ERROR)."""
    trained: float
    """Points by which tasks trained on exceed what the others promise (ranking.TRAINED)."""
    trained_error: float
    close: float
    """Correlation of the remainders within an organisation and size class."""
    related: float
    """The same within an organisation, in different size classes."""
    strangers: float


def calibrate(board: PublicBoard, cards: Sequence[ModelCard]) -> Calibration:
    """Measure one benchmark."""
    inflation, error = _inflation(board)
    return Calibration(_estimate_error(board), inflation, error, *_kinship(board, cards))


def _estimate_error(board: PublicBoard) -> float:
    """Hide tasks of fully measured models and compare; scaled to half of the tasks missing."""
    random = np.random.default_rng(0)
    known = ~np.isnan(board.scores)
    most = known.mean(axis=1) >= 0.9
    full = np.flatnonzero(known.all(axis=1) if known.all(axis=1).sum() >= FEWEST else most)
    n, scaled = len(board.tasks), []
    for kept in range(2, n - 1):
        for _ in range(HIDINGS):
            chosen = random.choice(full, max(1, len(full) // SHARE_HIDDEN), replace=False)
            hidden = board.scores.copy()
            for place in chosen:
                hidden[place, random.permutation(n)[kept:]] = np.nan
            off = filled(hidden)[chosen].mean(axis=1) - np.nanmean(board.scores[chosen], axis=1)
            scaled.extend(off**2 * kept / (n - kept))
    return float(np.sqrt(np.median(scaled)) / 0.6745)  # the median resists a few odd models


def _inflation(board: PublicBoard) -> tuple[float, float]:
    """Compare tasks trained on with what the model's untrained tasks foretell, by model."""
    clean = np.where(board.trained, np.nan, board.scores)
    by_model: dict[int, list[float]] = {}
    for place, task in enumerate(board.tasks):
        rest = without(PublicBoard(board.tasks, clean, board.trained), task)
        factor = filled(rest.scores).mean(axis=1)
        known = ~np.isnan(board.scores[:, place]) & ~np.isnan(factor)
        fit = known & ~board.trained[:, place]
        if fit.sum() < FEWEST:
            continue
        slope, mean = np.polyfit(factor[fit], board.scores[fit, place], 1)
        for model in np.flatnonzero(known & board.trained[:, place]):
            off = board.scores[model, place] - mean - slope * factor[model]
            by_model.setdefault(int(model), []).append(float(off))
    means = [float(np.mean(offs)) for offs in by_model.values()]
    if len(means) < 2:
        return 0.0, float("inf")
    return float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(len(means)))


def _kinship(board: PublicBoard, cards: Sequence[ModelCard]) -> tuple[float, float, float]:
    """Correlate what the factor leaves over, by how two models are related."""
    places = np.flatnonzero((~np.isnan(board.scores)).mean(axis=1) > 0.9)
    rest = _remainders(board.scores[places])
    norm = np.sqrt((rest**2).sum(axis=1))
    alike = (rest @ rest.T) / np.maximum(np.outer(norm, norm), 1e-9)
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    for a, first in enumerate(places):
        for b in range(a):
            one, other = cards[int(first)], cards[int(places[b])]
            same = one.organisation == other.organisation
            kind = 2 if not same else int(size_class(one) != size_class(other))
            found[kind].append(float(alike[a, b]))
    close, related, strangers = (float(np.mean(part)) if part else 0.0 for part in found)
    return close, related, strangers


def _remainders(scores: Scores) -> Scores:
    whole = filled(scores)
    factor = whole.mean(axis=1) - whole.mean()
    centred = whole - whole.mean(axis=0)
    slopes = (centred * factor[:, None]).sum(axis=0) / (factor**2).sum()
    rest = np.where(np.isnan(scores), 0.0, centred - np.outer(factor, slopes))
    return np.asarray(rest / np.maximum(rest.std(axis=0), 1e-9))
