"""Adding one of the user's own models by its place."""

from pathlib import Path

import pytest

from advisor.bench.locate import Places, find
from advisor.catalogue.adding import Facts, add, notes_about
from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.own import remove_own
from advisor.errors import CatalogueError
from tests.bench.faults import static_model


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_folder_is_added_under_its_name_and_found_by_it(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "my model (2)")
    assert add(str(folder), Facts(languages=("chinese", "en"), license="mit")) == "my-model-2"
    card = load_catalogue().find("my-model-2")
    assert card.folder == str(folder)
    assert card.repo is None
    assert card.languages == ("zho-Hans", "zho-Hant", "eng-Latn")
    found = find(card, Places(models_dirs=(), hub_cache=tmp_path / "hub"))
    assert found is not None
    assert found.path == folder
    remove_own("my-model-2")
    with pytest.raises(CatalogueError):
        load_catalogue().find("my-model-2")


def test_a_folder_that_went_away_is_found_no_longer(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "gone")
    add(str(folder), Facts())
    card = load_catalogue().find("gone")
    folder.rename(tmp_path / "elsewhere")
    assert find(card, Places(models_dirs=(), hub_cache=tmp_path / "hub")) is None


def test_a_repository_of_the_hub_is_added_by_its_name() -> None:
    assert add("me/thing", Facts(max_tokens=512, query_prompt="q: ")) == "me/thing"
    card = load_catalogue().find("thing")
    assert (card.repo, card.max_tokens) == ("me/thing", 512)
    assert card.prompts is not None
    assert card.prompts.query == "q: "


def test_a_shipped_model_is_not_shadowed_without_its_name_being_said() -> None:
    with pytest.raises(CatalogueError, match="in the catalogue already"):
        add("BAAI/bge-m3", Facts())
    assert add("BAAI/bge-m3", Facts(name="BAAI/bge-m3")) == "BAAI/bge-m3"
    assert "stands in" in notes_about("BAAI/bge-m3", load_catalogue().notes)[0]


def test_an_endpoint_needs_the_name_it_knows_the_model_by() -> None:
    with pytest.raises(CatalogueError, match="--api-model"):
        add("http://localhost:8080/v1", Facts())
    assert add("http://localhost:8080/v1", Facts(api_model="bge small")) == "bge-small"
    card = load_catalogue().find("bge-small")
    assert card.kind == "hosted"
    assert card.repo is None


@pytest.mark.parametrize("place", ["nowhere", "", "a/b/c", "~nobody-of-this-name/x", "x\0y"])
def test_a_place_where_nothing_is_is_refused(place: str) -> None:
    with pytest.raises(CatalogueError, match="no folder is there"):
        add(place, Facts())


def test_a_folder_without_a_name_asks_for_one(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "模型")
    with pytest.raises(CatalogueError, match="--name"):
        add(str(folder), Facts())
    assert add(str(folder), Facts(name="mine")) == "mine"
