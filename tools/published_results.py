"""Reads a checkout of MTEB's published results: one JSON file a model and task."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

LAST = ("external", "no_revision_available")
"""Folders of runs whose weights nobody can name."""


class Task(NamedTuple):
    """One task of a benchmark, and what of it the benchmark counts."""

    name: str
    type: str
    splits: tuple[str, ...]
    subsets: tuple[str, ...]


class ModelResults:
    """The results of one model, whatever revision they were made with."""

    def __init__(self, folder: Path, revision: str | None) -> None:
        """Prefer `revision`; then the revision with the most tasks, and nameless runs last."""
        self._folder = folder
        self._revision = revision

    @cached_property
    def files(self) -> dict[str, Path]:
        """The file of every task."""
        found: dict[str, Path] = {}
        for folder in self._revisions():
            for path in sorted(folder.glob("*.json")):
                if path.name != "model_meta.json":
                    found.setdefault(path.stem, path)
        return found

    def _revisions(self) -> list[Path]:
        folders = [path for path in sorted(self._folder.glob("*")) if path.is_dir()]
        return sorted(
            folders,
            key=lambda path: (
                path.name != self._revision,
                path.name in LAST,
                -len(list(path.glob("*.json"))),
            ),
        )

    def score(self, task: Task) -> float | None:
        """Return the main score times 100, the mean over splits and subsets; None if one lacks."""
        values = self._values(task.name)
        wanted = [(split, subset) for split in task.splits for subset in task.subsets]
        if not wanted or not all(pair in values for pair in wanted):
            return None
        return 100 * math.fsum(values[pair] for pair in wanted) / len(wanted)

    def subset(self, name: str, subset: str) -> float | None:
        """Return the main score of one subset times 100, the mean over the splits there are."""
        values = [value for (_, held), value in self._values(name).items() if held == subset]
        return 100 * math.fsum(values) / len(values) if values else None

    def _values(self, name: str) -> Mapping[tuple[str, str], float]:
        path = self.files.get(name)
        if path is None:
            return {}
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return {
                (split, entry["hf_subset"]): float(entry["main_score"])
                for split, entries in held["scores"].items()
                for entry in entries
                if entry.get("main_score") is not None and math.isfinite(entry["main_score"])
            }
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise SystemExit(f"{path}: no result as MTEB writes them ({error!r})") from error


def results_of(checkout: Path, names: Iterable[str], revision: str | None) -> ModelResults:
    """Return the results kept under the first of a model's names that has any."""
    root = checkout / "results" if (checkout / "results").is_dir() else checkout
    folders = [root / name.replace("/", "__").replace(" ", "_") for name in names]
    folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    return ModelResults(folder, revision)
