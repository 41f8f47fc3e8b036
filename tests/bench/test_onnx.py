"""ONNX graphs: a folder with nothing else is one, its content counts, the unknown is refused."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.bench import protocol
from advisor.bench.candidate import ONNX
from advisor.bench.choosing import from_names
from advisor.bench.engine import EngineError
from advisor.bench.hashing import content_hash
from advisor.bench.locate import Places
from advisor.bench.model_folder import graph_of, is_model_folder
from advisor.bench.worker.graph import pooled, pooling_of
from advisor.bench.worker.onnx import OnnxEngine
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Machine, Requirements

NEEDS = Requirements(
    document_languages=("en",),
    query_languages=("en",),
    machine=Machine(source="described", cores=2, memory_mib=8_000),
)


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    """The files of a real model, with a graph in place of its weights."""
    place = tmp_path / "all-MiniLM-L6-v2-int8"
    shutil.copytree(
        models / "all-MiniLM-L6-v2", place, ignore=shutil.ignore_patterns("*.safetensors")
    )
    (place / "onnx").mkdir()
    (place / "onnx" / "model.onnx").write_bytes(b"graph")
    return place


def test_a_folder_with_only_a_graph_is_a_candidate_of_its_own_and_found_by_no_name(
    folder: Path, tmp_path: Path
) -> None:
    places = Places(models_dirs=(tmp_path,), hub_cache=tmp_path / "hub")
    choice = from_names([str(folder)], load_catalogue(), places, NEEDS)
    model = choice.candidates[0]
    assert (model.backend, model.kind, model.public_score) == (ONNX, "dense", None)
    before = model.weights_hash
    (folder / "onnx" / "model.onnx").write_bytes(b"other")
    assert content_hash(folder) != before
    assert not is_model_folder(folder)
    assert from_names(["all-MiniLM-L6-v2"], load_catalogue(), places, NEEDS).absent


def test_several_graphs_without_a_plain_one_say_nothing(folder: Path) -> None:
    (folder / "onnx" / "model_int8.onnx").write_bytes(b"graph")
    graph = graph_of(folder)
    assert graph is not None
    assert graph.path == folder / "onnx" / "model.onnx"
    (folder / "onnx" / "model.onnx").rename(folder / "onnx" / "model_q4.onnx")
    assert graph_of(folder) is None


def test_without_onnxruntime_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(EngineError, match=r"pip install \"embed-advisor\[onnx\]\""):
        OnnxEngine(lambda event: None).load(protocol.Load(path=str(folder), kind="onnx"))


def test_pooling_is_the_models_own(folder: Path) -> None:
    assert pooling_of(folder) == ("mean", True)
    tokens = np.array([[[9.0], [1.0], [3.0]], [[2.0], [4.0], [6.0]]], np.float32)
    mask = np.array([[0, 1, 1], [1, 1, 0]])
    assert pooled(tokens, mask, "mean").tolist() == [[2.0], [3.0]]
    assert pooled(tokens, mask, "lasttoken").tolist() == [[3.0], [4.0]]
    assert pooled(tokens, mask, "cls").tolist() == [[9.0], [2.0]]


def test_a_module_that_is_not_run_is_refused(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    modules.append({"idx": 3, "name": "3", "path": "3_Dense", "type": "x.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    with pytest.raises(EngineError, match="Dense"):
        pooling_of(folder)
