"""How good the shortlist is, replayed on public scores with one task left out at a time.

Usage: python benchmarks/advice_quality.py FACTS [--report FILE]

FACTS is a file of the form that tools/build_catalogue.py reads. The task left out stands for the
user's data: the ranking sees only the others, models that declare to have been trained on it are
out. Prints the tables and writes them as a report.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from advisor.catalogue.card import Board  # noqa: E402
from advisor.catalogue.catalogue import load_catalogue  # noqa: E402
from benchmarks.public_scores import Row, read_boards  # noqa: E402
from benchmarks.ranking_constants import calibrate  # noqa: E402
from benchmarks.replay import Fold, Picker, Setting, folds, leaderboard, ours, rule_of_thumb  # noqa: E402
from benchmarks.report import calibration_table, head, notes, variation_table  # noqa: E402
from benchmarks.variations import CHANGES, best_of, changed, without_the_board  # noqa: E402

NEAR = 2.0
"""Points of regret that still count as good."""
RESAMPLES = 2_000
METHODS: dict[str, Picker] = {
    "leaderboard's first": leaderboard(1),
    "rule of thumb": rule_of_thumb,
    "leaderboard's 4": leaderboard(4),
    "leaderboard's 6": leaderboard(6),
    "leaderboard's 8": leaderboard(8),
    "our 4": ours(4),
    "our 6": ours(6),
    "our 8": ours(8),
}
BALANCED: dict[str, Picker] = {f"our {n}, balanced": ours(n, "balanced") for n in (4, 6, 8)}

Regrets = Mapping[Setting, Mapping[str, float]]
"""By setting and task, only where the method had a model to offer."""


class Estimate(NamedTuple):
    """A mean over settings with its bootstrap standard error over tasks."""

    mean: float
    error: float

    def __str__(self) -> str:
        """Show as `0.31 ± 0.09`."""
        return f"{self.mean:.2f} ± {self.error:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path)
    parser.add_argument(
        "--report", type=Path, default=ROOT / "benchmark_results" / "advice_quality.md"
    )
    options = parser.parse_args(arguments)
    text = report(json.loads(options.facts.read_text(encoding="utf-8")))
    options.report.parent.mkdir(exist_ok=True)
    options.report.write_text(text, encoding="utf-8")
    print(text)


def report(facts: Row) -> str:
    """Return the whole report as Markdown."""
    cards = load_catalogue().cards
    boards = read_boards(facts, cards)
    played = list(folds(cards, boards, facts))
    found = {name: replay(played, pick) for name, pick in METHODS.items()}
    balanced = {name: replay(played, pick) for name, pick in BALANCED.items()}
    calibrations = {board: calibrate(public, cards) for board, public in boards.items()}
    variations = {}
    for name, change in CHANGES.items():
        with changed(change):
            variations[name] = best_of(played, 6)
    variations["constants of the other boards"] = without_the_board(played, calibrations, 6)
    parts = [
        head(facts, played),
        "## Mean regret, in points of nDCG@10 x 100\n",
        table(found),
        "## Share of tasks within 2 points of the best model, in percent\n",
        table(found, near=True),
        "## Against the leaderboard's order\n",
        against(found),
        "## With the default priority, `balanced`\n",
        table(balanced, settings=False),
        variation_table(variations),
        calibration_table(calibrations),
        notes(),
    ]
    return "\n".join(parts)


def replay(played: Sequence[Fold], pick: Picker) -> dict[Setting, dict[str, float]]:
    """Return the regret of one method on every fold where it has something to offer."""
    regrets: dict[Setting, dict[str, float]] = {}
    for fold in played:
        names = pick(fold)
        if names:
            regrets.setdefault(fold.setting, {})[fold.task] = fold.regret(names)
    return regrets


def averaged(regrets: Regrets, board: Board | None = None, *, near: bool = False) -> Estimate:
    """Return the mean over the settings, of one board or all, with its standard error.

    A task counts in up to four settings and two boards, so tasks are what is resampled.
    """
    kept = {s: tasks for s, tasks in regrets.items() if board in (None, s.board)}
    names = sorted({task for tasks in kept.values() for task in tasks})
    values = np.full((len(kept), len(names)), np.nan)
    for row, tasks in enumerate(kept.values()):
        for task, regret in tasks.items():
            values[row, names.index(task)] = 100.0 * (regret <= NEAR) if near else regret
    random = np.random.default_rng(0)
    weights = random.multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
    known = ~np.isnan(values)
    sums, counts = weights @ np.where(known, values, 0.0).T, weights @ known.T
    means = np.nanmean(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), axis=1)
    return Estimate(float(np.nanmean(np.nanmean(values, axis=1))), float(means.std(ddof=1)))


def table(found: Mapping[str, Regrets], *, near: bool = False, settings: bool = True) -> str:
    """Return one line a setting, then the boards' and the overall mean with standard errors."""
    every = list(dict.fromkeys(setting for regrets in found.values() for setting in regrets))
    lines = [f"| | tasks | {' | '.join(found)} |", f"|---|---{'|---:' * len(found)}|"]
    for setting in sorted(every, key=lambda s: (_BOARDS.index(s.board), s.limit)) * settings:
        tasks = max(len(regrets.get(setting, {})) for regrets in found.values())
        cells = [_cell(regrets.get(setting), near=near) for regrets in found.values()]
        lines.append(f"| {setting.words} | {tasks} | {' | '.join(cells)} |")
    for board in (*_BOARDS, None):
        cells = [str(averaged(regrets, board, near=near)) for regrets in found.values()]
        lines.append(f"| **{board or 'all settings'}** | | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


_BOARDS: tuple[Board, ...] = ("en", "zh", "multilingual", "code")


def _cell(tasks: Mapping[str, float] | None, *, near: bool) -> str:
    if not tasks:
        return "–"
    values = np.array(list(tasks.values()))
    return f"{100 * np.mean(values <= NEAR):.0f}" if near else f"{values.mean():.2f}"


def against(found: Mapping[str, Regrets]) -> str:
    """Return the paired differences, and every setting where our order is the worse one."""
    lines = []
    for most in (4, 6, 8):
        mine, theirs = found[f"our {most}"], found[f"leaderboard's {most}"]
        apart = {
            setting: {task: regret - theirs[setting][task] for task, regret in tasks.items()}
            for setting, tasks in mine.items()
        }
        lines.append(f"- Best of {most}, ours less the leaderboard's: {averaged(apart)} points.")
        means = {setting: averaged({setting: tasks}) for setting, tasks in apart.items()}
        worse = [f"{setting.words} by {by}" for setting, by in means.items() if by.mean > 0.005]
        lines.append(f"  Worse in: {'; '.join(worse) or 'no setting'}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
