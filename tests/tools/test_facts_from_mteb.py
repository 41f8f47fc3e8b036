"""A facts file from a stand-in for mteb's registry and a small made-up tree of results."""

from __future__ import annotations

import datetime
import enum
import importlib
import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import build_catalogue
import facts_from_mteb
from facts_from_mteb import board_tasks, catalogue_name, facts, load_registry, registry_row
from published_results import ModelResults, Task, results_of
from score_estimates import estimates, fill


class Side(enum.Enum):
    """Names prompts in the registry."""

    QUERY = "query"


ENGLISH = [f"Task{number}" for number in range(6)]
BOARDS = {"MTEB(eng, v2)": [*ENGLISH, "SomeSTS"], "MTEB(Law, v1)": ["LawA", "LawB"]}
ONE = Task("Task0", "Retrieval", ("test",), ("default",))


def meta(name: str, **changes: Any) -> SimpleNamespace:
    """One model of the registry, as mteb's ModelMeta has it."""
    held: dict[str, Any] = {
        "name": name, "revision": "r1", "release_date": datetime.date(2025, 1, 2),
        "n_parameters": 30_000_000, "n_embedding_parameters": 10, "n_active_parameters": 20,
        "memory_usage_mb": 1.0, "max_tokens": 512.0, "embed_dim": 8, "license": "mit",
        "open_weights": True, "framework": ["Sentence Transformers"],
        "reference": "https://example.org", "use_instructions": False, "adapted_from": None,
        "superseded_by": None, "modalities": ["text"], "model_type": ["dense"],
        "similarity_fn_name": SimpleNamespace(value="cosine"), "extra_requirements_groups": None,
        "output_dtypes": None, "loader_kwargs": {}, "languages": ["eng-Latn"],
        "get_training_datasets": lambda: {"Task1", "Elsewhere"},
    }  # fmt: skip
    return SimpleNamespace(**{**held, **changes})


class Registry:
    """What stands in for the module mteb."""

    def __init__(self, *metas: SimpleNamespace) -> None:
        self._metas = metas

    def get_model_metas(self) -> list[SimpleNamespace]:
        return list(self._metas)

    def get_benchmark(self, name: str) -> SimpleNamespace:
        tasks = [
            SimpleNamespace(
                metadata=SimpleNamespace(name=task, type="STS" if "STS" in task else "Retrieval"),
                eval_splits=["test"],
                hf_subsets=["default"],
            )
            for task in BOARDS[name]
        ]
        return SimpleNamespace(tasks=tasks)


def publish(
    checkout: Path, model: str, scores: Mapping[str, float], revision: str = "r1", **more: Any
) -> None:
    """Write one model's results as MTEB publishes them."""
    folder = checkout / "results" / model.replace("/", "__") / revision
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model_meta.json").write_text("{}", encoding="utf-8")
    for task, score in scores.items():
        entry = {"hf_subset": "default", "main_score": score, "ndcg_at_10": score, **more}
        held = {"task_name": task, "scores": {"test": [entry]}}
        (folder / f"{task}.json").write_text(json.dumps(held), encoding="utf-8")


def rows(checkout: Path, *metas: SimpleNamespace, **options: Any) -> dict[str, dict[str, Any]]:
    names = options.pop("names", [held.name for held in metas])
    made = facts(Registry(*metas), checkout, names, options.pop("top", 0))
    return {row["name"]: row for row in made["models"]}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Four models, the last with two tasks missing."""
    for number in range(4):
        left = ENGLISH[:4] if number == 3 else ENGLISH
        scores = {task: 0.1 * (number + 1) + 0.02 * at for at, task in enumerate(left)}
        publish(tmp_path, f"lab/model-{number}", scores)
    publish(tmp_path, "lab/model-0", {"SomeSTS": 0.7, "LawA": 0.5})
    return tmp_path


METAS = [meta(f"lab/model-{number}") for number in range(4)]


def test_a_row_is_what_the_registry_says() -> None:
    row = registry_row(
        meta(
            "mongodb/voyage-9", max_tokens=float("inf"), embed_dim=[8, 4],
            loader_kwargs={"trust_remote_code": True, "instruction_template": lambda: "",
                           "model_prompts": {Side.QUERY: "q: ", "x": 3}},
        )
    )  # fmt: skip
    assert (row["name"], row["mteb_name"]) == ("voyageai/voyage-9", "mongodb/voyage-9")
    assert (row["max_tokens"], row["embed_dim"]) == ("inf", [8, 4])
    assert row["model_prompts"] == {"query": "q: "}
    assert row["instruction_template"] is None
    assert row["trust_remote_code"] is True
    assert row["training_datasets"] == ["Elsewhere", "Task1"]
    assert row["release_date"] == "2025-01-02"
    assert row["similarity"] == "cosine"


def test_undeclared_training_data_stays_unknown() -> None:
    assert (
        registry_row(meta("a/b", get_training_datasets=lambda: None))["training_datasets"] is None
    )


def test_a_board_is_kept_by_type_and_task_with_its_coverage(checkout: Path) -> None:
    board = rows(checkout, *METAS)["lab/model-0"]["scores"]["MTEB(eng, v2)"]
    assert board["retrieval_tasks"]["Task5"] == 20.0
    assert board["by_type"]["Retrieval"] == {"mean": 15.0, "n": 6, "of": 6}
    assert board["by_type"]["STS"] == {"mean": 70.0, "n": 1, "of": 1}
    assert (board["n_tasks"], board["n_tasks_bench"], board["complete"]) == (7, 7, True)
    assert board["mean_task_type"] == 42.5
    assert board["trained_on"] == ["Task1"]


def test_a_brief_board_is_kept_as_its_mean(checkout: Path) -> None:
    board = rows(checkout, *METAS)["lab/model-0"]["scores"]["MTEB(Law, v1)"]
    assert board == {"retrieval_mean": 50.0, "retrieval_n": 1, "retrieval_complete": False}


def test_missing_tasks_are_estimated_and_marked(checkout: Path) -> None:
    made = rows(checkout, *METAS)
    whole = made["lab/model-2"]["estimated_retrieval_mean"]["en"]
    assert (whole["value"], whole["target_tasks_measured"], whole["of"]) == (35.0, 6, 6)
    part = made["lab/model-3"]["estimated_retrieval_mean"]["en"]
    assert (part["target_tasks_measured"], part["all_tasks_used"], part["trust"]) == (4, 4, "ok")
    # The plain mean of the four is 43; the two that are missing are the easier ones.
    assert 43 < part["value"] < 48


def test_a_model_without_results_has_no_scores_and_no_estimate(checkout: Path) -> None:
    row = rows(checkout, *METAS, meta("lab/new"))["lab/new"]
    assert (row["scores"], row["estimated_retrieval_mean"], row["result_tasks"]) == ({}, {}, 0)


def test_kept_are_the_named_and_the_best_of_each_size(checkout: Path) -> None:
    large = meta("lab/model-1", n_parameters=7_000_000_000)
    metas = [METAS[0], large, METAS[2], METAS[3]]
    made = rows(checkout, *metas, names=["lab/model-0"], top=1)
    assert {name: row["why"] for name, row in made.items()} == {
        "lab/model-0": ["named"],
        "lab/model-1": ["top-en"],
        "lab/model-3": ["top-en"],
    }


@pytest.mark.parametrize(
    "changes",
    [{"model_type": ["cross-encoder"]}, {"modalities": ["image"]}, {"n_parameters": 0}],
)
def test_what_is_no_text_embedding_is_left_out(checkout: Path, changes: dict[str, Any]) -> None:
    assert "lab/odd" not in rows(checkout, *METAS, meta("lab/odd", **changes))


def test_bm25_stays_although_it_has_no_parameters(checkout: Path) -> None:
    bm25 = meta("mteb/baseline-bm25s", n_parameters=0, model_type=["sparse"])
    assert "mteb/baseline-bm25s" in rows(checkout, bm25)


def test_the_registrys_revision_comes_before_others_and_nameless_runs_last(tmp_path: Path) -> None:
    publish(tmp_path, "lab/m", {"Task0": 0.1, "Task1": 0.1}, revision="other")
    publish(tmp_path, "lab/m", {"Task0": 0.2}, revision="r1")
    publish(tmp_path, "lab/m", {"Task0": 0.3, "Task1": 0.3, "Task2": 0.3}, revision="external")
    found = results_of(tmp_path, ["lab/m"], "r1")
    scores = [found.score(ONE._replace(name=f"Task{number}")) for number in range(3)]
    assert scores == pytest.approx([20, 10, 30])


def test_a_task_with_a_missing_language_is_not_measured(tmp_path: Path) -> None:
    publish(tmp_path, "lab/m", {"Task0": 0.1}, hf_subset="en")
    found = results_of(tmp_path, ["lab/m"], None)
    assert found.score(ONE._replace(subsets=("en",))) == pytest.approx(10)
    assert found.score(ONE._replace(subsets=("en", "fr"))) is None
    assert found.subset("Task0", "en") == pytest.approx(10)
    assert found.subset("Task0", "fr") is None


def test_a_score_that_is_no_number_counts_as_not_measured(tmp_path: Path) -> None:
    publish(tmp_path, "lab/m", {"Task0": float("nan")})
    assert results_of(tmp_path, ["lab/m"], None).score(ONE) is None


def test_a_file_that_is_no_result_is_named(tmp_path: Path) -> None:
    publish(tmp_path, "lab/m", {"Task0": 0.1})
    path = tmp_path / "results" / "lab__m" / "r1" / "Task0.json"
    path.write_text('{"scores": [1]}', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"Task0\.json"):
        ModelResults(tmp_path / "results" / "lab__m", None).score(ONE)


def test_a_model_keeps_its_results_under_its_old_name(tmp_path: Path) -> None:
    publish(tmp_path, "voyageai/voyage-9", {"Task0": 0.4})
    names = ["mongodb/voyage-9", catalogue_name("mongodb/voyage-9")]
    assert results_of(tmp_path, names, None).score(ONE) == pytest.approx(40)


def test_a_benchmark_this_mteb_does_not_have_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert board_tasks(Registry(), "MTEB(none, v9)") == []
    assert "no such benchmark" in capsys.readouterr().err


def test_filling_gaps_finds_the_scores_of_a_one_factor_world() -> None:
    generator = np.random.default_rng(1)
    strength, steep = generator.normal(size=40), generator.uniform(4, 9, size=12)
    table = 50 + generator.normal(0, 8, size=12) + np.outer(strength, steep)
    holes = generator.random(table.shape) < 0.3
    filled = fill(np.where(holes, np.nan, table))
    assert np.abs(filled - table)[holes].mean() < 1.5
    assert (filled[~holes] == table[~holes]).all()


def test_too_few_scores_estimate_nothing() -> None:
    assert estimates({"a": {"T": 1.0}}, ["T", "U"]) == {}
    assert estimates({}, []) == {}


def test_the_facts_go_into_the_catalogue(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, made, out = tmp_path / "names", tmp_path / "facts.json", tmp_path / "models.json"
    names.write_text("lab/model-3\n", encoding="utf-8")
    monkeypatch.setattr(facts_from_mteb, "load_registry", lambda: Registry(*METAS))
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"{name} 9")
    facts_from_mteb.main([str(checkout), str(made), "--names", str(names), "--top", "1"])
    held = json.loads(made.read_text(encoding="utf-8"))
    assert held["source"]["mteb_pypi"] == "mteb 9"
    build_catalogue.main([str(made), "--out", str(out)])
    cards = {card["name"]: card for card in json.loads(out.read_text(encoding="utf-8"))["cards"]}
    assert cards["lab/model-3"]["scores"]["en"]["basis"] == "estimated"


def test_without_mteb_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SystemExit, match="pip install mteb"):
        load_registry()


def test_a_checkout_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="clone the results first"):
        facts_from_mteb.main([str(tmp_path / "none"), str(tmp_path / "facts.json")])
