"""Runs with a cache behind them: nothing is measured twice, and what changed is measured anew."""

import asyncio
import json
import shutil
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from advisor.bench import protocol
from advisor.bench.cache import MEASURED, VECTORS, cache_dir
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Update
from advisor.bench.hashing import content_hash
from advisor.bench.inventory import survey
from advisor.bench.limit import set_limit
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.results import Result
from advisor.bench.retention import enforce
from advisor.bench.runner import Runner
from advisor.errors import CacheError
from tests.bench.faults import small_dataset, static_model

N = 12


def plan_of(folder: Path, *, documents: int = N) -> Plan:
    """A plan without timing for the model as the folder is now."""
    model = Candidate(
        name="model", kind="dense", folder=str(folder), weights_hash=content_hash(folder)
    )
    dataset = small_dataset(documents=documents, queries=4)
    return Plan(dataset=dataset, candidates=(model,), blocks=0)


async def measured(plan: Plan, processes: Processes) -> tuple[Result, list[Update]]:
    runner = Runner(plan, processes, cache_dir())
    async with aclosing(runner.events()) as events:
        updates = [update async for update in events]
    return runner.results()[0], updates


def fresh(updates: list[Update]) -> list[int] | None:
    """Texts encoded for documents and queries; None when all came from an earlier run."""
    encoded = [update for update in updates if isinstance(update.event, protocol.Encoded)]
    if all(update.earlier for update in encoded):
        return None
    return [update.event.fresh for update in encoded if isinstance(update.event, protocol.Encoded)]


def small_transformer(folder: Path, models: Path) -> Path:
    shutil.copytree(models / "paraphrase-MiniLM-L3-v2", folder)
    return folder


def changed_json(
    name: str, change: Callable[[dict[str, object]], object]
) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        held = json.loads((folder / name).read_text("utf-8"))
        change(held)
        (folder / name).write_text(json.dumps(held), "utf-8")

    return make


def changed_weights(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    name = "embeddings.word_embeddings.weight"
    weights[name] = weights[name] + np.float32(0.01)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def normalized(folder: Path) -> None:
    listed = json.loads((folder / "modules.json").read_text("utf-8"))
    (folder / "2_Normalize").mkdir()
    kind = "sentence_transformers.models.Normalize"
    listed.append({"idx": 2, "name": "2", "path": "2_Normalize", "type": kind})
    (folder / "modules.json").write_text(json.dumps(listed), "utf-8")


CHANGES: dict[str, Callable[[Path], None]] = {
    "tokenizer": changed_json("tokenizer.json", lambda held: held.update(normalizer=None)),
    "length": changed_json("sentence_bert_config.json", lambda held: held.update(max_seq_length=4)),
    "pooling": changed_json(
        "1_Pooling/config.json",
        lambda held: held.update(pooling_mode_mean_tokens=False, pooling_mode_cls_token=True),
    ),
    "modules": normalized,
    "prompts": changed_json(
        "config_sentence_transformers.json",
        lambda held: held.update(prompts={"query": "query: ", "document": "passage: "}),
    ),
    "weights": changed_weights,
}


def test_whatever_changes_in_a_model_folder_is_measured_anew_and_only_that(
    models: Path, tmp_path: Path
) -> None:
    folder = small_transformer(tmp_path / "model", models)

    async def walk() -> None:
        async with Processes(tmp_path / "logs") as processes:
            first, updates = await measured(plan_of(folder), processes)
            assert first.status == "measured", first.reason
            assert fresh(updates) == [N, 4]
            again, updates = await measured(plan_of(folder), processes)
            assert fresh(updates) is None
            assert again.rankings == first.rankings
            for what, change in CHANGES.items():
                change(folder)
                result, updates = await measured(plan_of(folder), processes)
                assert result.status == "measured", (what, result.reason)
                assert fresh(updates) == [N, 4], what
            # A larger sample: what is there is not encoded again.
            _, updates = await measured(plan_of(folder, documents=N + 5), processes)
            assert fresh(updates) == [5, 0]

    asyncio.run(walk())


def test_damaged_vectors_and_steps_are_made_again_and_change_no_number(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "model")

    async def walk() -> None:
        async with Processes(tmp_path / "logs") as processes:
            first, _ = await measured(plan_of(folder), processes)
            for chunk in (cache_dir() / VECTORS).rglob("*.chunk"):
                whole = bytearray(chunk.read_bytes())
                whole[-1] ^= 1
                chunk.write_bytes(whole)
            for kept in (cache_dir() / MEASURED).rglob("*.*"):
                kept.write_bytes(kept.read_bytes()[:-1])
            again, updates = await measured(plan_of(folder), processes)
            assert fresh(updates) == [N, 4]
            assert again.status == "measured", again.reason
            assert again.rankings == first.rankings

    asyncio.run(walk())


def test_a_run_whose_cache_is_cleared_under_it_keeps_its_own_and_ends_within_the_limit(
    tmp_path: Path,
) -> None:
    folder = static_model(tmp_path / "model")
    set_limit(cache_dir(), 0)

    async def walk() -> None:
        async with Processes(tmp_path / "logs") as processes:
            runner = Runner(plan_of(folder), processes, cache_dir())
            async with aclosing(runner.events()) as events:
                async for update in events:
                    if isinstance(update.event, protocol.Encoded | protocol.Searched):
                        assert enforce(cache_dir(), 0).removed == 0
                        assert survey(cache_dir()).entries
                    if isinstance(update.event, Ended):
                        assert update.event.status == "measured"
            assert not survey(cache_dir()).entries

    asyncio.run(walk())


def test_a_cache_that_cannot_be_written_ends_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / MEASURED).touch()
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(tmp_path / "cache"))
    folder = static_model(tmp_path / "model")
    with pytest.raises(CacheError, match="cannot be written"):
        Runner(plan_of(folder), Processes(tmp_path / "logs"), cache_dir())

    async def start() -> None:
        async with Processes(tmp_path / "cache" / MEASURED / "logs"):
            raise AssertionError("it started without a place for its logs")

    with pytest.raises(CacheError, match="cannot be written"):
        asyncio.run(start())
