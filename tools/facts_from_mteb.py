"""Makes a facts file of the mteb package's registry and a checkout of its published results.

Usage: python tools/facts_from_mteb.py RESULTS FACTS [--names FILE] [--top N]

RESULTS is a checkout of github.com/embeddings-benchmark/results; FACTS is written and goes into
tools/build_catalogue.py. Kept are the models of the shipped catalogue (or of FILE, one name a
line) and the best N of each size class on each benchmark.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from published_results import ModelResults, Task, results_of
from score_estimates import estimates
from text_boards import BOARDS, BRIEF, EXTRA, board_row, brief_row

ROOT = Path(__file__).resolve().parent.parent
RENAMED = {"mongodb/": "voyageai/"}
"""Organisations that go by another name in the catalogue: Voyage's users know it as Voyage."""
SIZES = (50e6, 150e6, 600e6)
TYPES = {"dense", "sparse", "late-interaction"}
BM25 = "mteb/baseline-bm25s"

Row = dict[str, Any]


def load_registry() -> Any:  # noqa: ANN401 - a module that is not installed here
    """Import mteb; it is no dependency of the program."""
    try:
        return importlib.import_module("mteb")
    except ImportError as error:
        raise SystemExit(
            "mteb is not installed: `pip install mteb` into an environment of its own and run "
            "this script with its Python"
        ) from error


def catalogue_name(name: str) -> str:
    """The name under which the catalogue holds a model of the registry."""
    for old, new in RENAMED.items():
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def registry_row(meta: Any) -> Row:  # noqa: ANN401 - mteb's ModelMeta
    """What the registry says of one model."""
    kwargs = meta.loader_kwargs or {}
    template = kwargs.get("instruction_template")
    similarity = meta.similarity_fn_name
    datasets = meta.get_training_datasets()
    return {
        "name": catalogue_name(meta.name),
        "mteb_name": meta.name,
        "revision": meta.revision,
        "release_date": None if meta.release_date is None else str(meta.release_date),
        "n_parameters": meta.n_parameters,
        "n_embedding_parameters": meta.n_embedding_parameters,
        "n_active_parameters": meta.n_active_parameters,
        "memory_usage_mb": meta.memory_usage_mb,
        "max_tokens": "inf" if meta.max_tokens == float("inf") else meta.max_tokens,
        "embed_dim": _plain(meta.embed_dim),
        "license": None if meta.license is None else str(meta.license),
        "open_weights": bool(meta.open_weights),
        "framework": [str(entry) for entry in meta.framework or ()],
        "reference": None if meta.reference is None else str(meta.reference),
        "use_instructions": meta.use_instructions,
        "adapted_from": meta.adapted_from,
        "superseded_by": meta.superseded_by,
        "modalities": list(meta.modalities or ()),
        "model_type": list(meta.model_type or ()),
        "similarity": None if similarity is None else str(getattr(similarity, "value", similarity)),
        "extra_requirements_groups": _plain(meta.extra_requirements_groups),
        "output_dtypes": _plain(meta.output_dtypes),
        "model_prompts": _prompts(kwargs.get("model_prompts")),
        "instruction_template": template if isinstance(template, str) else None,
        "trust_remote_code": kwargs.get("trust_remote_code"),
        "languages": None if meta.languages is None else [str(tag) for tag in meta.languages],
        "n_languages": None if meta.languages is None else len(meta.languages),
        "training_datasets": None if datasets is None else sorted(datasets),
        "corrections": None,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - lists and enumerations of the registry
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(entry) for entry in value]
    return getattr(value, "value", value)


def _prompts(prompts: Any) -> Row | None:  # noqa: ANN401 - foreign
    if not isinstance(prompts, dict):
        return None
    return {str(_plain(key)): text for key, text in prompts.items() if isinstance(text, str)}


def facts(registry: Any, checkout: Path, names: Iterable[str], top: int) -> Row:  # noqa: ANN401
    """The whole facts file: rows of the models in `names` and of the best of each class."""
    metas = [meta for meta in registry.get_model_metas() if _is_text_model(meta)]
    boards = {name: board_tasks(registry, name) for name in (*BOARDS, *BRIEF)}
    rows = [_row(meta, checkout, boards) for meta in metas]
    _estimate(rows, boards)
    wanted = set(names)
    for row in rows:
        row["why"] = ["named"] if row["name"] in wanted else []
    for short, _ in BOARDS.values():
        for row in best(rows, short, top):
            row["why"].append(f"top-{short}")
    kept = sorted((row for row in rows if row["why"]), key=lambda row: str(row["name"]))
    return {"source": {}, "models": kept}


def _is_text_model(meta: Any) -> bool:  # noqa: ANN401 - mteb's ModelMeta
    kinds = set(meta.model_type or ("dense",))
    # Of the baselines that are no models only BM25 is one to compare with.
    known = meta.name is not None and (meta.n_parameters != 0 or meta.name == BM25)
    return known and bool(kinds & TYPES) and "text" in (meta.modalities or ("text",))


def board_tasks(registry: Any, name: str) -> list[Task]:  # noqa: ANN401 - the module
    """The tasks of a benchmark with what it counts of each; none where it does not exist."""
    try:
        benchmark = registry.get_benchmark(name)
    except (KeyError, ValueError):
        print(f"{name}: this mteb has no such benchmark", file=sys.stderr)
        return []
    return [
        Task(
            task.metadata.name,
            str(task.metadata.type),
            tuple(task.eval_splits),
            tuple(task.hf_subsets),
        )
        for task in benchmark.tasks
    ]


def _row(meta: Any, checkout: Path, boards: dict[str, list[Task]]) -> Row:  # noqa: ANN401
    row = registry_row(meta)
    results = results_of(checkout, (meta.name, row["name"]), meta.revision)
    row["result_tasks"] = len(results.files)
    trained = set(row["training_datasets"] or ())
    scores: Row = {}
    for name, tasks in boards.items():
        found = {task: score for task in tasks if (score := results.score(task)) is not None}
        if found:
            brief = name in BRIEF
            scores[name] = brief_row(tasks, found) if brief else board_row(tasks, found, trained)
    row["scores"] = scores
    row["extra_retrieval"] = _extra(results)
    return row


def _extra(results: ModelResults) -> dict[str, float]:
    found: dict[str, float] = {}
    for label in dict.fromkeys(label for labels in EXTRA.values() for label in labels):
        name, _, subset = label.partition("/")
        score = results.subset(name, subset or "default")
        if score is not None:
            found[label] = round(score, 2)
    return found


def _estimate(rows: Sequence[Row], boards: dict[str, list[Task]]) -> None:
    """Put the estimated retrieval mean of each board into every row."""
    for row in rows:
        row["estimated_retrieval_mean"] = {}
    for name, (short, _) in BOARDS.items():
        target = [task.name for task in boards[name] if task.type == "Retrieval"]
        measured = {
            row["name"]: {
                **row["extra_retrieval"],
                **(row["scores"].get(name) or {}).get("retrieval_tasks", {}),
            }
            for row in rows
        }
        others = [label for label in EXTRA.get(short, ()) if label not in target]
        found = estimates(measured, target, others)
        for row in rows:
            if row["name"] in found:
                row["estimated_retrieval_mean"][short] = found[row["name"]]


def best(rows: Iterable[Row], short: str, top: int) -> list[Row]:
    """The best of each size class on a board, of those whose mean can be trusted."""
    classes: dict[int | str, list[Row]] = {}
    for row in rows:
        estimate = row["estimated_retrieval_mean"].get(short)
        if estimate and estimate["trust"] == "ok":
            classes.setdefault(_size(row), []).append(row)
    found = []
    for members in classes.values():
        members.sort(key=lambda row: -float(row["estimated_retrieval_mean"][short]["value"]))
        found += members[:top]
    return found


def _size(row: Row) -> int | str:
    if not row["open_weights"] or row["n_parameters"] is None:
        return "unknown"
    parameters: float = row["n_parameters"]
    return sum(parameters > limit for limit in SIZES)


def catalogue_names() -> list[str]:
    """The names in the shipped catalogue."""
    path = ROOT / "advisor" / "catalogue" / "models.json"
    cards = json.loads(path.read_text(encoding="utf-8"))["cards"]
    return [BM25 if card["name"] == "bm25" else card["name"] for card in cards]


def main(arguments: list[str] | None = None) -> None:
    """Read registry and results and write the facts."""
    parser = argparse.ArgumentParser(description="Make a facts file for tools/build_catalogue.py.")
    parser.add_argument("results", type=Path, help="checkout of MTEB's published results")
    parser.add_argument("facts", type=Path, help="JSON file to write")
    parser.add_argument("--names", type=Path, help="file of names to keep, one a line")
    parser.add_argument("--top", type=int, default=5, help="best so many of each class (5)")
    chosen = parser.parse_args(arguments)
    if not chosen.results.is_dir():
        raise SystemExit(f"{chosen.results}: there is no such folder; clone the results first")
    lines = chosen.names.read_text(encoding="utf-8").split("\n") if chosen.names else None
    names = catalogue_names() if lines is None else [line.strip() for line in lines]
    made = facts(load_registry(), chosen.results, names, chosen.top)
    made["source"] = {
        "mteb_pypi": importlib.metadata.version("mteb"),
        "results": str(chosen.results.name),
        "score_unit": "nDCG@10 x100 for Retrieval; main_score x100 for the rest",
    }
    text = json.dumps(made, ensure_ascii=False, indent=None, separators=(",", ":"))
    chosen.facts.write_text(text + "\n", encoding="utf-8")
    print(f"{len(made['models'])} models in {chosen.facts}", file=sys.stderr)


if __name__ == "__main__":
    main()
