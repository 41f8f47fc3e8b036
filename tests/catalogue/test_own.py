"""The user's own models: added, removed, beside the shipped ones; a hostile file is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.catalogue.catalogue import load_catalogue, shipped_catalogue
from advisor.catalogue.own import MOST_BYTES, SCHEMA, add_own, load_own, own_path, remove_own
from advisor.catalogue.own_model import OwnModel, card_of, from_folder
from advisor.errors import CatalogueError

HUB = OwnModel(name="acme/support", hub="acme/support", languages=("en", "zh-Hans"))
SERVED = OwnModel(name="acme/served", endpoint="http://localhost:8080/v1", api_model="served")


def written(text: str | bytes) -> Path:
    path = own_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(text: str | bytes) -> str:
    path = written(text)
    with pytest.raises(CatalogueError) as caught:
        load_own()
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < 900
    assert "\x1b" not in str(caught.value)
    return str(caught.value)


def entry(*lines: str) -> str:
    return "\n".join(("[[models]]", *lines)) + "\n"


def test_without_a_file_there_are_none_and_the_catalogue_is_the_shipped_one() -> None:
    assert load_own() == ()
    assert load_catalogue() is shipped_catalogue()


def test_a_folder_a_hub_id_and_an_endpoint_become_cards(models: Path) -> None:
    add_own(from_folder("acme/mini", models / "all-MiniLM-L6-v2"))
    add_own(HUB)
    add_own(SERVED)
    catalogue = load_catalogue()
    folder, hub, served = (catalogue.find(f"acme/{name}") for name in ("mini", "support", "served"))
    assert (folder.tokenizer, folder.vocab_size) == ("wordpiece", 30_522)
    assert folder.place == str(models / "all-MiniLM-L6-v2")
    assert hub.languages == ("eng-Latn", "zho-Hans")
    assert (served.kind, served.api_model, served.open_weights) == ("hosted", "served", False)
    assert served.place == "http://localhost:8080/v1"
    assert len(catalogue.cards) == len(shipped_catalogue().cards) + 3
    assert not catalogue.notes


def test_what_was_added_is_read_back_as_it_was() -> None:
    model = OwnModel(
        name="acme/all", folder="/srv/models/all", n_parameters=5, max_tokens=512, embed_dim=8,
        license="mit", pooling="mean", query_prompt="query: ", document_prompt="文: ", note="ours",
    )  # fmt: skip
    add_own(model)
    assert load_own() == (model,)
    card = card_of(model)
    assert card.prompts is not None
    assert (card.prompts.query, card.use_instructions) == ("query: ", True)


def test_a_change_is_seen_at_once_and_an_unchanged_file_is_not_read_again() -> None:
    add_own(HUB)
    before = load_catalogue()
    assert load_catalogue() is before
    add_own(SERVED)
    assert load_catalogue().find("acme/served").kind == "hosted"
    remove_own("ACME/support")
    with pytest.raises(CatalogueError):
        load_catalogue().find("acme/support")


def test_adding_a_name_again_changes_the_entry() -> None:
    add_own(HUB)
    add_own(OwnModel(name="Acme/Support", hub="acme/other"))
    assert [model.hub for model in load_own()] == ["acme/other"]


def test_an_own_model_never_takes_a_shipped_ones_place_silently() -> None:
    add_own(OwnModel(name="BAAI/bge-m3", endpoint="https://embed.acme.example/v1", api_model="m3"))
    catalogue = load_catalogue()
    card = catalogue.find("baai/BGE-m3")
    assert card.kind == "hosted"
    assert "in the place of the shipped card" in (card.note or "")
    assert catalogue.notes == (
        "BAAI/bge-m3: your own entry in models.toml stands in for the shipped card",
    )
    assert len(catalogue.cards) == len(shipped_catalogue().cards)


def test_a_short_name_shared_with_a_shipped_model_asks_for_the_full_one() -> None:
    add_own(OwnModel(name="acme/bge-m3", hub="acme/bge-m3"))
    with pytest.raises(CatalogueError, match="give the full name"):
        load_catalogue().find("bge-m3")


def test_removing_what_is_not_there_names_what_is() -> None:
    add_own(HUB)
    with pytest.raises(CatalogueError, match="none of your own models; those are: acme/support"):
        remove_own("BAAI/bge-m3")


def test_a_broken_file_takes_nothing_away_and_is_told_where_it_matters() -> None:
    written("[[models]\n")
    catalogue = load_catalogue()
    assert catalogue.cards == shipped_catalogue().cards
    assert catalogue.trouble is not None
    assert "models.toml" in catalogue.trouble
    with pytest.raises(CatalogueError, match=r"not in the catalogue.*not readable as TOML"):
        catalogue.find("acme/support")


def test_a_broken_file_is_not_overwritten() -> None:
    path = written("[[models]\n")
    with pytest.raises(CatalogueError, match="not readable as TOML"):
        add_own(HUB)
    assert path.read_text() == "[[models]\n"


def test_the_file_is_for_its_owner_alone() -> None:
    add_own(HUB)
    assert own_path().stat().st_mode & 0o077 == 0
    assert SCHEMA in own_path().read_text()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['hub = "a/b"'], "models[1]"),
        (['name = "a b"', 'hub = "a/b"'], "models[1].name"),
        (['name = "../x"', 'hub = "a/b"'], "models[1].name"),
        (['name = "a/b"'], "exactly one of folder, hub and endpoint, found 0"),
        (['name = "a/b"', 'hub = "a/b"', 'folder = "/x"'], "found 2"),
        (['name = "a/b"', 'hub = "just-a-name"'], "expected organisation/model"),
        (['name = "a/b"', 'hub = "a/b/../c"'], "expected organisation/model"),
        (['name = "a/b"', 'folder = "models/x"'], "expected a path from the root on"),
        (['name = "a/b"', 'endpoint = "http://h/v1"'], "give api_model"),
        (['name = "a/b"', 'hub = "a/b"', 'api_model = "x"'], "api_model is for an endpoint"),
        (['name = "a/b"', 'endpoint = "file:///etc/passwd"', 'api_model = "x"'], "http(s)://"),
        (['name = "a/b"', 'endpoint = "http://u:p@h"', 'api_model = "x"'], "environment"),
        (['name = "a/b"', 'endpoint = "http://h/?key=1"', 'api_model = "x"'], "environment"),
        (['name = "a/b"', 'endpoint = "http://h:99999/v1"', 'api_model = "x"'], "no address"),
        (['name = "a/b"', 'hub = "a/b"', 'api_key = "sk-1"'], "do not belong into this file"),
        (['name = "a/b"', 'hub = "a/b"', "colour = 1"], "unknown; known are name, folder"),
        (['name = "a/b"', 'hub = "a/b"', "embed_dim = 0"], "models[1].embed_dim"),
        (['name = "a/b"', 'hub = "a/b"', "embed_dim = 99999999999"], "models[1].embed_dim"),
        (['name = "a/b"', 'hub = "a/b"', "embed_dim = nan"], "finite number"),
        (['name = "a/b"', 'hub = "a/b"', "max_tokens = true"], "found true"),
        (['name = "a/b"', 'hub = "a/b"', 'max_tokens = "512"'], "found '512'"),
        (['name = "a/b"', 'hub = "a/b"', "n_parameters = 1" + "0" * 4_000], "n_parameters"),
        (['name = "a/b"', 'hub = "a/b"', 'revision = "main"'], "models[1].revision"),
        (['name = "a/b"', 'hub = "a/b"', 'tokenizer = "magic"'], "models[1].tokenizer"),
        (['name = "a/b"', 'hub = "a/b"', 'languages = ["klingon"]'], "languages"),
        (['name = "a/b"', 'hub = "a/b"', 'query_prompt = "\\u001b[31m"'], "control characters"),
        (['name = "a/b"', 'hub = "a/b"', f'note = "{"x" * 501}"'], "models[1].note"),
    ],
)  # fmt: skip
def test_an_entry_that_will_not_do_is_refused_with_place_and_reason(
    lines: list[str], said: str
) -> None:
    assert said in refused(entry(*lines))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        ("models = 3", "expected `array`"),
        ("models = [3]", "models[1]"),
        ("other = 1", "unknown field"),
        ('schema = "embed-advisor-models/9"', "expected 'embed-advisor-models/1'"),
        ("x = 1" + "0" * 5_000, "not readable as TOML"),
        ("x = " + "[" * 5_000, "not readable as TOML"),
        ("a" + ".a" * 3_000 + " = 1", "at most 2,500 dots in a line"),
        ("# " + "x" * MOST_BYTES, "larger than"),
        (entry('name = "a/b"', 'hub = "a/b"') * 2, "is there twice"),
        (entry('name = "a/b"', 'hub = "a/b"') * 501, "models"),
    ],
)
def test_a_file_that_will_not_do_is_refused(text: str | bytes, said: str) -> None:
    assert said in refused(text)


def test_a_byte_order_mark_does_no_harm() -> None:
    written(b"\xef\xbb\xbf" + entry('name = "a/b"', 'hub = "a/b"').encode())
    assert [model.name for model in load_own()] == ["a/b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CatalogueError, match="cannot be written"):
        add_own(HUB, tmp_path / "models.toml")


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("")
    with pytest.raises(CatalogueError, match=r"cannot be (read|written)"):
        add_own(HUB, tmp_path / "config" / "models.toml")


def test_a_folder_that_is_not_there_is_not_added(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such folder"):
        from_folder("acme/none", tmp_path / "none")


def test_a_model_that_will_not_do_is_not_saved() -> None:
    with pytest.raises(CatalogueError, match=r"acme/big.*embed_dim"):
        add_own(OwnModel(name="acme/big", hub="acme/big", embed_dim=10**9))
    assert load_own() == ()
