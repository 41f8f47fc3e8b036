"""Weights are found where people keep them, and half of a model is never taken for a whole one."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest

from advisor.bench import hashing
from advisor.bench.cache import cache_dir
from advisor.bench.locate import (
    Places,
    available,
    content_hash,
    default_places,
    find,
    given_folder,
)
from advisor.bench.snapshots import hub_cache
from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.errors import CatalogueError, ProfileError, UsageError

OLD, NEW = "a" * 40, "b" * 40
CARD = ModelCard(name="acme/tiny")
MODULES = [
    {"path": "", "type": "sentence_transformers.models.Transformer"},
    {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    {"path": "3_Normalize", "type": "sentence_transformers.models.Normalize"},
]
FILES = {
    "modules.json": json.dumps(MODULES),
    "config.json": "{}",
    "tokenizer.json": "{}",
    "model.safetensors": "weights",
    "1_Pooling/config.json": "{}",
    "2_Dense/config.json": "{}",
    "2_Dense/model.safetensors": "dense",
}

INDEX = '{"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}'


def model(folder: Path, *, without: str = "", **information: object) -> Path:
    """Write a model folder, less one file."""
    for name, content in FILES.items():
        if name != without:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    if information:
        (folder / "MODEL_INFO.json").write_text(json.dumps(information))
    return folder


def snapshot(
    cache: Path, revision: str = NEW, *, repo: str = "acme/tiny", without: str = ""
) -> Path:
    """Write a snapshot as the Hub's library does: links to blobs."""
    folder = cache / f"models--{repo.replace('/', '--')}"
    for name, content in FILES.items():
        if name == without:
            continue
        blob = folder / "blobs" / f"{revision[0]}{abs(hash(name))}"
        link = folder / "snapshots" / revision / name
        for path in (blob, link):
            path.parent.mkdir(parents=True, exist_ok=True)
        blob.write_text(content)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return folder / "snapshots" / revision


def main_is(cache: Path, revision: str) -> None:
    refs = cache / "models--acme--tiny" / "refs"
    refs.mkdir(exist_ok=True)
    (refs / "main").write_text(revision)


def inside(folder: Path) -> Places:
    return Places(models_dirs=(folder,), hub_cache=folder / "no hub cache")


# Model folders -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiny", "Tiny", "acme__tiny", "acme/tiny", "Acme/Tiny"])
@pytest.mark.parametrize("wanted", [CARD, "acme/tiny", "ACME/tiny"])
def test_a_model_is_found_however_its_folder_is_called(
    tmp_path: Path, name: str, wanted: ModelCard | str
) -> None:
    found = find(wanted, inside(model(tmp_path / name).parents[name.count("/")]))
    assert found is not None
    assert found.path == tmp_path / name
    assert found.origin == "models folder"
    assert found.disk_bytes == sum(map(len, FILES.values()))


def test_a_short_name_is_enough(tmp_path: Path) -> None:
    model(tmp_path / "acme" / "tiny")
    assert find("tiny", inside(tmp_path)) is not None


def test_a_folder_may_say_which_model_it_is(tmp_path: Path) -> None:
    model(
        tmp_path / "whatever",
        hf_id="acme/tiny",
        licence="Apache-2.0",
        languages=["en", "de"],
        approximation="4-bit approximation of the published weights",
        revision=OLD,
    )
    found = find(CARD, inside(tmp_path))
    assert found is not None
    assert (found.repo, found.revision, found.license) == ("acme/tiny", OLD, "apache-2.0")
    assert found.languages == "en, de"
    assert found.mark == "4-bit approximation of the published weights"


def test_a_folder_of_another_organisation_is_not_taken_for_the_model(tmp_path: Path) -> None:
    model(tmp_path / "tiny", hf_id="other/tiny")
    assert find(CARD, inside(tmp_path)) is None
    assert find("tiny", inside(tmp_path)) is not None


def test_of_two_folders_with_one_repository_the_one_called_like_it_wins(tmp_path: Path) -> None:
    model(tmp_path / "a-copy", hf_id="acme/tiny")
    model(tmp_path / "tiny", hf_id="acme/tiny")
    found = find(CARD, inside(tmp_path))
    assert found is not None
    assert found.name == "tiny"


@pytest.mark.parametrize(
    "information", ["", "{", "[]", '{"hf_id": 3}', "\udcff".encode("utf-8", "surrogateescape")]
)
def test_broken_information_is_no_information(tmp_path: Path, information: str | bytes) -> None:
    folder = model(tmp_path / "tiny")
    content = information if isinstance(information, bytes) else information.encode()
    (folder / "MODEL_INFO.json").write_bytes(content)
    found = find(CARD, inside(tmp_path))
    assert found is not None
    assert found.repo is None


def test_what_a_folder_says_cannot_reach_the_terminal_as_a_control(tmp_path: Path) -> None:
    model(tmp_path / "tiny", licence="MIT\x1b[31m", approximation="x\ny\u202e", hf_id="a/b\x07")
    found = find(CARD, inside(tmp_path))
    assert found is not None
    shown = f"{found.license}{found.mark}{found.repo}"
    assert not any(ord(char) < 32 or char == "\u202e" for char in shown)


def test_unsafe_weights_are_found_and_left_to_the_loader(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_text("pickle")
    assert find(CARD, inside(tmp_path)) is not None


@pytest.mark.parametrize("missing", ["configuration", "weights"])
def test_a_folder_without_its_parts_is_no_model(tmp_path: Path, missing: str) -> None:
    folder = model(tmp_path / "tiny")
    for path in [*folder.rglob("*.json"), *folder.rglob("*.safetensors")]:
        if (path.suffix == ".json") == (missing == "configuration"):
            path.unlink()
    assert find(CARD, inside(tmp_path)) is None


def test_another_engines_weights_alone_are_no_model(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    (folder / "onnx").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "onnx" / "model.safetensors").write_text("x")
    assert find(CARD, inside(tmp_path)) is None


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    folder = model(tmp_path / "tiny")
    (folder / "again").symlink_to(folder)
    (folder / "itself.json").symlink_to("itself.json")
    assert find(CARD, inside(tmp_path)) is not None
    assert content_hash(folder)


def test_the_models_folder_may_be_a_model_itself(tmp_path: Path) -> None:
    found = find(CARD, inside(model(tmp_path / "tiny")))
    assert found is not None


def test_the_first_folder_wins_and_the_hub_cache_comes_last(tmp_path: Path) -> None:
    first, second, hub = tmp_path / "1", tmp_path / "2", tmp_path / "hub"
    snapshot(hub)
    model(second / "tiny")
    places = Places((first, second), hub)
    assert getattr(find(CARD, places), "path", None) == second / "tiny"
    model(first / "tiny")
    assert getattr(find(CARD, places), "path", None) == first / "tiny"


# The Hub cache -------------------------------------------------------------------------------


def test_main_names_the_snapshot(tmp_path: Path) -> None:
    snapshot(tmp_path, NEW)
    old = snapshot(tmp_path, OLD)
    main_is(tmp_path, OLD)
    found = find(CARD, Places((), tmp_path))
    assert found is not None
    assert (found.path, found.repo, found.revision) == (old, "acme/tiny", OLD)
    assert (found.name, found.origin) == ("tiny", "Hub cache")


def test_the_cards_own_revision_is_preferred(tmp_path: Path) -> None:
    snapshot(tmp_path, NEW)
    snapshot(tmp_path, OLD)
    main_is(tmp_path, NEW)
    found = find(ModelCard(name="acme/tiny", revision=OLD), Places((), tmp_path))
    assert found is not None
    assert found.revision == OLD


def test_without_main_the_newest_complete_snapshot_is_taken(tmp_path: Path) -> None:
    os.utime(snapshot(tmp_path, OLD), (1, 1))
    os.utime(snapshot(tmp_path, NEW), (2, 2))
    broken = snapshot(tmp_path, "c" * 40, without="model.safetensors")
    os.utime(broken, (3, 3))
    found = find(CARD, Places((), tmp_path))
    assert found is not None
    assert found.revision == NEW


@pytest.mark.parametrize(
    "missing",
    [
        "model.safetensors",
        "2_Dense/model.safetensors",
        "2_Dense/config.json",
        "1_Pooling/config.json",
        "tokenizer.json",
    ],
)
def test_half_a_download_is_not_here(tmp_path: Path, missing: str) -> None:
    folder = snapshot(tmp_path, without=missing)
    main_is(tmp_path, NEW)
    (folder.parent.parent / "blobs" / "0123.89abcdef.incomplete").write_text("half")
    assert find(CARD, Places((), tmp_path)) is None


def test_a_link_to_a_blob_that_is_gone_is_not_here(tmp_path: Path) -> None:
    link = snapshot(tmp_path) / "tokenizer.json"
    link.resolve().unlink()
    assert find(CARD, Places((), tmp_path)) is None


@pytest.mark.parametrize(
    ("shards", "index", "is_here"),
    [
        (
            2,
            '{"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}',
            1,
        ),
        (
            1,
            '{"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}',
            0,
        ),
        (2, "not json", 0),
        (2, '{"weight_map": [1, 2]}', 0),
    ],
)
def test_a_shard_that_is_missing_makes_the_model_incomplete(
    tmp_path: Path, shards: int, index: str, is_here: int
) -> None:
    folder = snapshot(tmp_path, without="model.safetensors")
    (folder / "model.safetensors.index.json").write_text(index)
    for number in range(1, shards + 1):
        (folder / f"model-{number}-of-2.safetensors").write_text("x")
    assert (find(CARD, Places((), tmp_path)) is not None) == bool(is_here)


def test_a_module_that_lies_in_the_root_may_say_so_with_a_dot(tmp_path: Path) -> None:
    modules = [{"path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
    path = snapshot(tmp_path) / "modules.json"
    path.unlink()
    path.write_text(json.dumps(modules))
    assert find(CARD, Places((), tmp_path)) is not None


def test_a_snapshot_is_what_its_place_says_whatever_a_file_in_it_claims(tmp_path: Path) -> None:
    path = snapshot(tmp_path)
    (path / "MODEL_INFO.json").write_text('{"hf_id": "other/model", "licence": "MIT"}')
    found = find(CARD, Places((), tmp_path))
    assert found is not None
    assert (found.repo, found.license) == ("acme/tiny", None)


def test_a_short_name_that_two_organisations_use_names_neither(tmp_path: Path) -> None:
    snapshot(tmp_path)
    assert find("tiny", Places((), tmp_path)) is not None
    snapshot(tmp_path, repo="other/tiny")
    assert find("tiny", Places((), tmp_path)) is None


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"HF_HUB_CACHE": "/a/hub", "HF_HOME": "/b"}, "/a/hub"),
        ({"HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}, "/b/hub"),
        ({"XDG_CACHE_HOME": "/c"}, "/c/huggingface/hub"),
        ({"HOME": "/d"}, "/d/.cache/huggingface/hub"),
        ({"HOME": "/d", "HF_HOME": "~/hf"}, "/d/hf/hub"),
        ({"WORK": "/w", "HF_HUB_CACHE": "$WORK/hub"}, "/w/hub"),
    ],
)
def test_the_hub_cache_is_where_the_library_has_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], place: str
) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert hub_cache() == Path(place)


# Many cards ----------------------------------------------------------------------------------


def test_all_cards_are_looked_up_with_one_listing_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model(tmp_path / "models" / "tiny")
    for number in range(20):
        snapshot(tmp_path / "hub", repo=f"acme/other-{number}")
    listed: list[Path] = []
    iterdir = Path.iterdir

    def list_it(path: Path) -> Iterator[Path]:
        listed.append(path)
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", list_it)
    places = Places((tmp_path / "models",), tmp_path / "hub")
    assert set(available([CARD, *load_catalogue().cards], places)) == {"acme/tiny"}
    assert listed.count(tmp_path / "hub") == 1
    assert not any("snapshots" in path.parts for path in listed)


def test_a_hosted_model_is_nowhere(tmp_path: Path) -> None:
    model(tmp_path / "tiny")
    hosted = ModelCard(name="acme/tiny", kind="hosted", open_weights=False)
    assert available([hosted], inside(tmp_path)) == {}


def test_folders_that_are_gone_hold_nothing(tmp_path: Path) -> None:
    assert available([CARD], inside(tmp_path / "gone")) == {}


# Places --------------------------------------------------------------------------------------


@pytest.fixture
def configure() -> Callable[[str], Path]:
    def write(content: str) -> Path:
        path = platformdirs.user_config_path("embed-advisor") / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    return write


def test_the_given_folder_comes_before_the_configured_and_the_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], Path]
) -> None:
    monkeypatch.chdir(tmp_path)
    configured = configure('models_dir = ["nets", "/nowhere/at/all"]').parent / "nets"
    for folder in (tmp_path / "given", configured, tmp_path / ".models"):
        folder.mkdir()
    places = default_places(Path("given"))
    assert places.models_dirs[:3] == (tmp_path / "given", configured, tmp_path / ".models")
    assert places.hub_cache == Path(os.environ["HF_HOME"]) / "hub"


def test_one_configured_folder_may_be_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], Path]
) -> None:
    monkeypatch.chdir(tmp_path)
    configure(f"models_dir = {json.dumps(str(tmp_path))}")
    assert default_places(None).models_dirs[0] == tmp_path


def test_a_folder_named_twice_is_looked_into_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".models").mkdir()
    assert default_places(Path("./.models")).models_dirs.count(tmp_path / ".models") == 1


def test_a_given_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--models-dir .*: there is no such folder"):
        default_places(tmp_path / "gone")


def test_a_folder_whose_name_is_no_text_is_an_error(tmp_path: Path) -> None:
    folder = model(tmp_path / "model\udcff")
    with pytest.raises(CatalogueError, match="not a name in UTF-8; rename"):
        given_folder(folder)
    with pytest.raises(UsageError, match="not a name in UTF-8; rename"):
        default_places(folder)


@pytest.mark.parametrize("content", ["models_dir = ", "models_dir = 3", "models_dir = [1]"])
def test_a_broken_configuration_names_its_file(
    content: str, configure: Callable[[str], Path]
) -> None:
    path = configure(content)
    with pytest.raises(ProfileError) as caught:
        default_places(None)
    assert str(path) in str(caught.value)


# A folder named by the user ------------------------------------------------------------------


def test_a_given_folder_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model(tmp_path / "my-model")
    monkeypatch.chdir(tmp_path)
    folder = given_folder(Path("./my-model"))
    assert (folder.name, folder.origin, folder.repo) == ("my-model", "given folder", None)
    monkeypatch.chdir(tmp_path / "my-model")
    assert given_folder(Path()).name == "my-model"


def test_a_given_snapshot_knows_its_repository_and_revision(tmp_path: Path) -> None:
    path = snapshot(tmp_path)
    for given in (path, path.parent.parent):
        folder = given_folder(given)
        assert (folder.path, folder.repo, folder.revision) == (path, "acme/tiny", NEW)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("nothing", "is not there"),
        ("file", "is a file"),
        ("empty", "is empty"),
        ("documents", "neither modules.json nor config.json"),
        ("configuration", "holds no weights"),
    ],
)
def test_what_is_no_model_folder_is_refused_with_the_reason(
    tmp_path: Path, kind: str, says: str
) -> None:
    path = tmp_path / "given"
    if kind == "file":
        path.write_text("x")
    elif kind != "nothing":
        path.mkdir()
    if kind in ("documents", "configuration"):
        name = "notes.txt" if kind == "documents" else "config.json"
        (path / name).write_text("{}")
    with pytest.raises(CatalogueError, match=says):
        given_folder(path)


# Content hashes ------------------------------------------------------------------------------


def test_the_same_files_have_the_same_hash_wherever_they_lie(tmp_path: Path) -> None:
    plain = model(tmp_path / "one", hf_id="acme/tiny")
    assert content_hash(plain) == content_hash(snapshot(tmp_path / "hub"))


@pytest.mark.parametrize("name", list(FILES))
def test_every_file_that_counts_changes_the_hash(tmp_path: Path, name: str) -> None:
    folder = model(tmp_path / "tiny")
    before = content_hash(folder)
    (folder / name).write_text("[]")
    assert content_hash(folder) != before
    (folder / name).unlink()
    assert content_hash(folder) != before


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE.txt",
        "MODEL_INFO.json",
        "picture.png",
        "onnx/model.onnx",
        "openvino/openvino_model.bin",
        "pytorch_model.bin",
        "train_script.py",
        ".gitattributes",
        "checkpoint-500/model.safetensors",
    ],
)
def test_what_decides_nothing_does_not_change_the_hash(tmp_path: Path, name: str) -> None:
    folder = model(tmp_path / "tiny")
    before = content_hash(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("something")
    assert content_hash(folder) == before


def test_moving_content_between_files_changes_the_hash(tmp_path: Path) -> None:
    one, two = model(tmp_path / "one"), model(tmp_path / "two")
    (one / "vocab.txt").write_text("x")
    (two / "merges.txt").write_text("x")
    assert content_hash(one) != content_hash(two)


def test_pickles_count_where_they_are_the_weights(tmp_path: Path) -> None:
    folder = model(tmp_path / "tiny", without="model.safetensors")
    (folder / "pytorch_model.bin").write_text("one")
    before = content_hash(folder)
    (folder / "pytorch_model.bin").write_text("two")
    assert content_hash(folder) != before


@pytest.fixture
def big(tmp_path: Path) -> Path:
    folder = model(tmp_path / "big")
    (folder / "model.safetensors").write_bytes(bytes(3 * hashing.STEP + 7))
    return folder


def test_a_big_file_is_read_once(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content_hash(big)
    read: list[Path] = []
    digest = hashing._digest

    def read_it(path: Path) -> str:
        read.append(path)
        return digest(path)

    monkeypatch.setattr(hashing, "_digest", read_it)
    assert content_hash(big) == before
    assert "model.safetensors" not in {path.name for path in read if path.parent == big}


def test_a_big_file_that_changes_is_read_again(big: Path) -> None:
    before = content_hash(big)
    weights = big / "model.safetensors"
    stat = weights.stat()
    with weights.open("r+b") as file:
        file.write(b"changed")
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert content_hash(big) != before


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[1]", b'{"a": [1]}', b"\xff\xfe", b"[" * 100_000, b'{"a":[1,2,3,"x"]}']
)
def test_a_damaged_memo_costs_only_time(big: Path, damage: bytes) -> None:
    before = content_hash(big)
    memo = cache_dir() / "weights.json"
    assert memo.is_file()
    memo.write_bytes(damage)
    assert content_hash(big) == before
    assert json.loads(memo.read_bytes())


def test_a_cache_that_cannot_be_written_to_costs_only_time(
    big: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(tmp_path / "file" / "cache"))
    assert content_hash(big)


def test_a_link_to_weights_on_another_disk_is_followed(big: Path, tmp_path: Path) -> None:
    before = content_hash(big)
    weights = big / "model.safetensors"
    weights.rename(tmp_path / "elsewhere")
    weights.symlink_to(tmp_path / "elsewhere")
    assert content_hash(big) == before


def test_what_is_no_file_is_never_opened(big: Path) -> None:
    before = content_hash(big)
    os.mkfifo(big / "pipe.json")
    (big / "zero.json").symlink_to("/dev/zero")
    assert content_hash(big) == before


def test_a_folder_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read whole"):
        content_hash(tmp_path / "gone")
