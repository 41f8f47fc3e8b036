"""What a person types for a model or for several, as the list of candidates shows it."""

from pathlib import Path

import pytest

from advisor.ui.named import named_model
from tests.bench.faults import static_model
from tests.bench.tiny_models import cross_encoder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    static_model(folder / "static")
    cross_encoder(folder / "reader")
    return folder


@pytest.mark.parametrize(
    ("said", "name", "state", "reason"),
    [
        ("{}/static + bm25", "static + BM25", "measure", "fused with BM25"),
        ("{}/static>{}/reader", "static > reader", "measure", "50 best of static read again by"),
        ("bm25 > {}/reader", "BM25 > reader", "measure", "50 best of BM25 read again by reader"),
        ("{}/reader", "reader", "measure", "a cross-encoder: it reads again"),
        ("{}/reader + bm25", "{}/reader + bm25", "unusable", "reader only reranks"),
        ("{}/static > {}/static", "{}/static > {}/static", "unusable", "static is no cross-enc"),
        ("{}/static > {}/away", "static > {}/away", "unusable", "away"),
        ("all-MiniLM-L6-v2 + bm25", "all-MiniLM-L6-v2 + BM25", "unusable", "not on this machine"),
    ],
)
def test_what_is_made_of_several_models_is_shown_as_what_it_is(
    folders: Path, said: str, name: str, state: str, reason: str
) -> None:
    found = named_model(said.replace("{}", str(folders)), ())
    assert (found.name, found.state) == (name.replace("{}", str(folders)), state)
    assert reason in found.reason
