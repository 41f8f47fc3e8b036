"""What tests share: the real demo models, a cache of their own, small datasets."""

import os
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parent.parent / ".models"


@pytest.fixture(scope="session")
def models() -> Path:
    """Folder of the demo models; `make setup` fetches them."""
    assert (MODELS / "all-MiniLM-L6-v2").is_dir(), "no models in .models: run `make setup`"
    return MODELS


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache of the tests that need something measured, and not how it comes about.

    What one of them measures all find, those of other processes too.
    """
    own = tmp_path_factory.getbasetemp()
    cache = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "measured"
    cache.mkdir(exist_ok=True)
    return cache


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the user's own cache, configuration and Hub cache."""
    place = tmp_path_factory.mktemp("places")
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(place / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(place / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    monkeypatch.setenv("HF_HOME", str(place / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
