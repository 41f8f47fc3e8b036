"""Weights that are laid out once give what autocast gives, only sooner, and only under autocast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from torch import nn
from torch.profiler import ProfilerActivity, profile

from advisor.bench.ranking import Floats
from advisor.bench.worker.prepacked import Prepacked

TEXTS = ["Wie wähle ich ein Modell?", "a " * 90, "An embedding is a row of numbers.", "x"]


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """Torch adds up in another order on another number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def minilm(models: Path) -> SentenceTransformer:
    return SentenceTransformer(str(models / "all-MiniLM-L6-v2"), device="cpu")


def in_bf16(model: SentenceTransformer) -> Floats:
    with torch.autocast("cpu", torch.bfloat16):
        return np.asarray(model.encode(TEXTS))


def operations(model: SentenceTransformer) -> set[str]:
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        in_bf16(model)
    return {event.key for event in seen.key_averages()}


def test_a_models_vectors_are_those_of_autocast(minilm: SentenceTransformer) -> None:
    expected = in_bf16(minilm)
    with Prepacked(minilm)():
        assert "mkldnn::_linear_pointwise" in operations(minilm)
        found = in_bf16(minilm)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    cosines = np.sum(found * expected, axis=1)
    assert cosines.min() > 0.99999


def test_without_autocast_the_model_is_what_it_was_to_the_last_bit(
    minilm: SentenceTransformer,
) -> None:
    expected = minilm.encode(TEXTS)
    with Prepacked(minilm)():
        np.testing.assert_array_equal(minilm.encode(TEXTS), expected)
    np.testing.assert_array_equal(minilm.encode(TEXTS), expected)
    assert "mkldnn::_linear_pointwise" not in operations(minilm)


def test_an_error_inside_leaves_the_model_as_it_was(minilm: SentenceTransformer) -> None:
    with pytest.raises(RuntimeError, match="some kernel"), Prepacked(minilm)():
        raise RuntimeError("some kernel")
    assert not any("forward" in vars(module) for module in minilm.modules())


def test_layers_of_other_kinds_are_left_alone() -> None:
    class Adapted(nn.Linear):
        def forward(self, input: torch.Tensor) -> torch.Tensor:
            return super().forward(input) + 1

    model = nn.Sequential(nn.Linear(8, 8), Adapted(8, 8), nn.Linear(8, 4, bias=False))
    rows = torch.randn(3, 8)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        expected = model(rows)
        with Prepacked(model)():
            assert [("forward" in vars(layer)) for layer in model] == [True, False, True]
            torch.testing.assert_close(model(rows), expected)


def test_a_torch_without_the_operations_goes_on_as_before(
    minilm: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = in_bf16(minilm)
    monkeypatch.setattr(torch.ops, "mkldnn", SimpleNamespace())
    with Prepacked(minilm)():
        np.testing.assert_array_equal(in_bf16(minilm), expected)
