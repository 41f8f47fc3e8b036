"""Model folders and datasets that provoke faults, made by tests."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from advisor.corpus.dataset import Dataset, Document, Query

WORDS = ["[UNK]", "red", "green", "blue", "cat", "dog", "house"]


def static_model(
    folder: Path, *, weights: NDArray[np.float64] | None = None, seed: int = 0
) -> Path:
    """Write a tiny static model in the layout sentence-transformers reads."""
    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    if weights is None:
        weights = np.random.default_rng(seed).normal(size=(len(WORDS), 8))
    save_file({"embedding.weight": weights.astype(np.float32)}, folder / "model.safetensors")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "config.json").write_text("{}", encoding="utf-8")
    return folder


def small_dataset(documents: int = 30, queries: int = 24) -> Dataset:
    """Return a dataset of colour and animal sentences, one relevant document a query."""
    words = WORDS[1:]
    corpus = tuple(
        Document(f"d{i:03d}", f"{words[i % 6]} {words[(i // 6) % 6]} number {i}")
        for i in range(documents)
    )
    asked = tuple(
        Query(f"q{i:03d}", f"{words[i % 6]} {words[(i // 6) % 6]}") for i in range(queries)
    )
    qrels = {query.id: {f"d{i % documents:03d}": 1} for i, query in enumerate(asked)}
    return Dataset(name="small", corpus=corpus, queries=asked, qrels=qrels, evidence="human")
