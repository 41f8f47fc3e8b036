"""OpenVINO graphs: a folder with one is a candidate, and gives the vectors of its own model."""

import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertModel

from advisor.bench import protocol
from advisor.bench.candidate import OPENVINO
from advisor.bench.choosing import from_names
from advisor.bench.engine import EngineError
from advisor.bench.hashing import content_hash
from advisor.bench.locate import Places
from advisor.bench.vectors import text_hash
from advisor.bench.worker.open_vino import OpenVinoEngine
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Machine, Requirements
from tests.bench.tiny_models import base_model

openvino = pytest.importorskip("openvino")
NEEDS = Requirements(machine=Machine(source="described", cores=2, memory_mib=8_000))
TEXTS = ["red cat number 1", "blue house", "green dog number 2 red", "cat"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with mean pooling, as sentence-transformers saves it."""
    place = tmp_path_factory.mktemp("models")
    transformer = Transformer(str(base_model(place / "base", BertModel)))
    modules = [transformer, Pooling(16, "mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(place / "tiny"))
    return place / "tiny"


@pytest.fixture(scope="module")
def folder(model: Path) -> Path:
    """The same with an OpenVINO graph in place of its weights."""
    place = model.with_name("tiny-openvino")
    shutil.copytree(model, place, ignore=shutil.ignore_patterns("*.safetensors"))
    bert = BertModel.from_pretrained(model)
    bert.train(mode=False)
    example = {
        name: torch.ones((1, 4), dtype=torch.int64)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer
        graph = openvino.convert_model(bert, example_input=example)
    (place / "openvino").mkdir()
    openvino.save_model(graph, place / "openvino" / "openvino_model.xml", compress_to_fp16=False)
    return place


def vectors(folder: Path, cache: Path) -> np.ndarray:
    """Encode the texts as a session does and read the vectors back."""
    engine = OpenVinoEngine(lambda event: None)
    loaded = engine.load(protocol.Load(path=str(folder), kind="openvino", vectors=str(cache)))
    assert isinstance(loaded, protocol.Loaded)
    assert (loaded.pooling, loaded.dim, loaded.dtype) == ("mean", 16, "float32")
    texts = cache / "texts.json"
    protocol.write_texts(texts, TEXTS)
    engine.encode(protocol.Encode(side="documents", texts=str(texts)))
    store, _ = engine._stores["documents"]
    return store.take([text_hash(text) for text in TEXTS])


def test_its_vectors_are_those_of_the_model_it_was_made_from(
    model: Path, folder: Path, tmp_path: Path
) -> None:
    expected = SentenceTransformer(str(model), device="cpu").encode(TEXTS)
    assert np.abs(vectors(folder, tmp_path) - expected).max() < 1e-5


def test_a_folder_with_only_a_graph_is_a_candidate_whose_weights_count(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "copy"
    shutil.copytree(folder, place)
    places = Places(models_dirs=(tmp_path,), hub_cache=tmp_path / "hub")
    found = from_names([str(place)], load_catalogue(), places, NEEDS).candidates[0]
    weights = place / "openvino" / "openvino_model.bin"
    assert (found.backend, found.kind, found.is_plain) == (OPENVINO, "dense", False)
    assert (found.disk_bytes or 0) > weights.stat().st_size
    for file in (place / "openvino").iterdir():
        shutil.move(file, place / file.name)  # beside the configuration, as some publish it
    assert content_hash(place) == found.weights_hash
    (place / "openvino_model.bin").write_bytes(b"other")
    assert content_hash(place) != found.weights_hash


def test_without_openvino_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EngineError, match=r"pip install \"embed-advisor\[openvino\]\""):
        OpenVinoEngine(lambda event: None).load(protocol.Load(path=str(folder), kind="openvino"))
