"""Neighbourhoods of documents, and the memory of batches, by real sessions."""

from pathlib import Path

import numpy as np
import pytest

from advisor.advice.neighbourhood import shared_neighbours
from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.bench.steps import BATCHES
from advisor.corpus.dataset import Dataset
from tests.bench.faults import WORDS, small_dataset, static_model
from tests.bench.test_runner import candidate, plan_of, run

Measured = tuple[Dataset, dict[str, Result], Path]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Two static models, the second with vectors that nearly all point one way."""
    place = tmp_path_factory.mktemp("near")
    rng = np.random.default_rng(0)
    narrow = rng.normal(size=(len(WORDS), 8)) * 0.1 + 1.0
    models = [
        candidate(static_model(place / "wide")),
        candidate(static_model(place / "narrow", weights=narrow)),
    ]
    results, _ = run(plan_of(*models, blocks=1, memory=True), place)
    return small_dataset(), {one.candidate.name: one for one in results}, place


def vectors_of(folder: Path, data: Dataset) -> np.ndarray:
    """Encode the documents with the library itself, in the order of their ids."""
    from sentence_transformers import SentenceTransformer

    texts = [one.text for one in sorted(data.corpus, key=lambda one: one.id)]
    model = SentenceTransformer(str(folder), device="cpu")
    return np.asarray(model.encode(texts, normalize_embeddings=True), np.float64)


def test_the_figures_are_those_of_the_vectors_themselves(measured: Measured) -> None:
    data, results, place = measured
    for name, result in results.items():
        near = result.views.near
        assert near is not None
        vectors = vectors_of(place / name, data)
        cosines = vectors @ vectors.T
        n = len(vectors)
        others = cosines[~np.eye(n, dtype=bool)]
        assert near.mean_cosine == pytest.approx(others.mean(), abs=1e-5)
        assert near.documents == n
        np.fill_diagonal(cosines, -np.inf)
        for own, row in zip(cosines, near.neighbours, strict=True):
            assert own[list(row)].min() >= np.sort(own)[-near.k] - 1e-6
        counts = np.bincount(np.ravel(near.neighbours), minlength=n)
        assert near.never == pytest.approx((counts == 0).mean())
    wide, narrow = (results[name].views.near for name in ("wide", "narrow"))
    assert wide is not None and narrow is not None
    assert (wide.mean_cosine or 0) < 0.7 < (narrow.mean_cosine or 0)


def test_what_two_models_share_is_symmetric(measured: Measured) -> None:
    shared = shared_neighbours(list(measured[1].values()))
    assert shared["wide"]["narrow"] == shared["narrow"]["wide"]
    assert 0.0 < shared["wide"]["narrow"] < 1.0


def test_memory_grows_with_the_batch_and_is_of_a_process_of_its_own(measured: Measured) -> None:
    for result in measured[1].values():
        filled = result.filled
        assert filled is not None
        assert filled.batches == tuple(size for size in BATCHES if size <= 30)
        assert list(filled.peaks_mib) == sorted(filled.peaks_mib)
        assert filled.bare_mib is not None
        assert filled.peaks_mib[0] >= filled.bare_mib


def test_a_batch_that_kills_the_process_costs_only_its_figure(tmp_path: Path) -> None:
    model: Candidate = candidate(static_model(tmp_path / "model"))

    def strike(runner: object, processes: object, update: object) -> None:
        event = getattr(update, "event", None)
        if isinstance(event, protocol.Progress) and event.phase == "reading memory by batch":
            state = runner._states["model"]  # type: ignore[attr-defined]
            state.session.kill()

    results, _ = run(plan_of(model, blocks=1, memory=True), tmp_path, strike)
    assert results[0].status == "measured"
    assert results[0].filled is not None
