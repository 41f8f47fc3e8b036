"""Whether the verdict is calibrated: samples of real full runs, decided as the product decides.

`python -m benchmarks.calibration DATA MODELS_DIR [--report FILE]`. DATA is a folder of data sets,
MODELS_DIR a folder of models. Each model is measured on each set in full once; the per-query scores
are kept in --runs. Then samples of 10, 25, 50 and 100 queries and shortlists of six models are
drawn from them, and what is said of a sample is held against the full set.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from advisor.corpus.readers import read_dataset
from advisor.deciding.steps import needs_of
from advisor.needs.answers import Answers, AnswerSet
from advisor.needs.hardware import detect
from benchmarks.full_runs import full_runs
from benchmarks.samples import (
    WAYS,
    Full,
    covered,
    draws,
    exchanged,
    measurements,
    pairs_covered,
    regrets,
    with_itself,
    word_of,
)

SIZES = (10, 25, 50, 100)
TARGET = {10: 1.4, 50: 0.4}
"""Mean regret in points that is aimed at, by number of queries."""
COVERAGE, WRONG, TIE = 0.93, 0.05, 0.95


class Chosen(NamedTuple):
    """Regret of the ways over the samples of one size, in points."""

    mean: Mapping[str, float]
    behind: float
    """Ours less the better of measuring and prior alone."""
    error: float
    """Standard error of that, over samples."""


class Said(NamedTuple):
    """How the words hold, over the samples of one size."""

    samples: int
    words: Mapping[str, float]
    clear: int
    clear_wrong: int
    coverage: float
    pair_coverage: float
    """Of the gap between one of the shortlist and each other."""
    itself_tied: float
    equals_clear: float
    equals_probable: float


def load(folder: Path, models: Path, runs: Path, *, only_kept: bool) -> Full | None:
    """Read a data set and measure it; None with fewer than three models."""
    data = read_dataset(str(folder))
    needs = needs_of(AnswerSet(values=Answers(), sources={}), data, detect())
    found = full_runs(data, models, runs, needs.requirements, only_kept=only_kept)
    if len(found) < 3:
        return None
    queries = tuple(sorted(found[0][1].ndcg))
    return Full(
        data=data,
        requirements=needs.requirements,
        candidates=tuple(candidate for candidate, _ in found),
        queries=queries,
        scores=np.array([[run.ndcg[query] for query in queries] for _, run in found]),
    )


def chosen(full: Full, n: int, repeats: int) -> Chosen:
    """Return the regrets; a way counts where it has something to say about every shortlist."""
    rows = [regrets(full, one) for one in draws(full, n, repeats)]
    ways = {way: np.array([row.get(way, np.nan) for row in rows]) for way in WAYS}
    means = {
        way: float(np.nanmean(values)) for way, values in ways.items() if not np.isnan(values).all()
    }
    rivals = [way for way in ("measured", "prior") if way in means]
    known = ~np.isnan(np.array([ways[way] for way in rivals])).any(axis=0)
    better = min(rivals, key=lambda way: float(ways[way][known].mean()))
    off = ways["ours"][known] - ways[better][known]
    return Chosen(means, float(off.mean()), float(off.std(ddof=1) / len(off) ** 0.5))


def said(full: Full, n: int, repeats: int) -> Said:
    """Return how often each word is said, and how often it is wrong."""
    words: list[str] = []
    wrong, tied = 0, 0
    held: list[bool] = []
    pairs: list[bool] = []
    equals: list[str] = []
    for seed, one in enumerate(draws(full, n, repeats, seed=1)):
        known = measurements(full, one, seed)
        word, leader = word_of(known)
        words.append(word)
        truth = full.scores[list(one.models)].mean(axis=1)
        leads = [full.candidates[place].name for place in one.models].index(leader)
        wrong += word == "clear" and truth[leads] < truth.max() - 1e-9
        held += covered(full, one)
        pairs += pairs_covered(full, one)
        tied += word_of(with_itself(full, one, seed))[0] in ("tie", "insufficient")
        equals.append(word_of(exchanged(full, one, seed))[0])
    return Said(
        samples=repeats,
        words={word: words.count(word) / len(words) for word in sorted(set(words))},
        clear=words.count("clear"),
        clear_wrong=wrong,
        coverage=float(np.mean(held)),
        pair_coverage=float(np.mean(pairs)),
        itself_tied=tied / repeats,
        equals_clear=equals.count("clear") / repeats,
        equals_probable=equals.count("probable") / repeats,
    )


def report(sets: Sequence[Full], repeats: int, word_repeats: int) -> str:
    """Return the tables as Markdown."""
    lines = [_head(sets, repeats, word_repeats), "## Regret of the pick, in points\n"]
    lines.append(
        "| set | n | ours | highest measured | prior only | rule of thumb | ours less the better |"
    )
    lines.append("|---|--:|--:|--:|--:|--:|--:|")
    missed: list[str] = []
    by_size: dict[int, list[float]] = {}
    for full in sets:
        for n in SIZES:
            if n > len(full.queries) / 2:
                continue
            found = chosen(full, n, repeats)
            by_size.setdefault(n, []).append(found.mean["ours"])
            cells = [f"{found.mean[way]:.2f}" if way in found.mean else "–" for way in WAYS]
            off = f"{found.behind:+.2f} ± {found.error:.2f}"
            lines.append(f"| {full.data.name} | {n} | {' | '.join(cells)} | {off} |")
            if found.behind > 2 * found.error:
                missed.append(
                    f"{full.data.name}, n = {n}: {found.behind:.2f} points behind the better of "
                    "measuring and prior alone, more than two standard errors"
                )
    for n, aim in TARGET.items():
        mean = float(np.mean(by_size[n])) if n in by_size else float("nan")
        lines.append(f"\nMean of the sets at n = {n}: {mean:.2f} points (aim: at most {aim}).")
        if not mean <= aim:
            missed.append(f"mean regret {mean:.2f} at n = {n}, aim {aim}")
    lines.append("\n## Words and intervals\n")
    lines.append(
        "| set | n | coverage of 95 % | of gaps | clear | of it wrong | probable | tie | "
        "insufficient | itself: tie | equals: clear | equals: probable |"
    )
    lines.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for full in sets:
        for n in SIZES:
            if n <= len(full.queries) / 2:
                told = said(full, n, word_repeats)
                lines.append(_words_row(full.data.name, n, told))
                missed += _misses(full.data.name, n, told)
    lines.append("\n## Missed\n")
    lines += [f"- {one}" for one in missed] or ["Nothing."]
    return "\n".join(lines) + "\n"


def _words_row(name: str, n: int, told: Said) -> str:
    wrong = f"{told.clear_wrong} of {told.clear}"
    shares = [told.words.get(word, 0.0) for word in ("clear", "probable", "tie", "insufficient")]
    clear, *rest = (f"{share:.0%}" for share in shares)
    return (
        f"| {name} | {n} | {told.coverage:.1%} | {told.pair_coverage:.1%} | {clear} | {wrong} | "
        f"{' | '.join(rest)} | {told.itself_tied:.0%} | {told.equals_clear:.1%} | "
        f"{told.equals_probable:.0%} |"
    )


def _misses(name: str, n: int, told: Said) -> list[str]:
    where = f"{name}, n = {n}"
    found = []
    if told.coverage < COVERAGE:
        found.append(f"{where}: intervals cover {told.coverage:.1%}, aim {COVERAGE:.0%}")
    if told.pair_coverage < COVERAGE:
        found.append(f"{where}: intervals of gaps cover {told.pair_coverage:.1%}")
    if told.clear and told.clear_wrong > WRONG * told.clear:
        found.append(f"{where}: clear is wrong {told.clear_wrong} times of {told.clear}")
    if told.itself_tied < TIE:
        found.append(f"{where}: a model against itself ties {told.itself_tied:.0%}")
    # A test at 5 % is wrong in 5 % of samples, give or take what so many samples can show.
    if told.equals_clear > WRONG + 2 * (WRONG * (1 - WRONG) / told.samples) ** 0.5:
        found.append(f"{where}: of two equal models one is clear {told.equals_clear:.1%}")
    return found


def _head(sets: Sequence[Full], repeats: int, word_repeats: int) -> str:
    each = "\n".join(
        f"- {full.data.name}: {len(full.data.corpus):,} documents, {len(full.queries):,} queries, "
        f"{len(full.candidates)} models ("
        + ", ".join(
            f"{one.name} {mean:.3f}"
            for one, mean in zip(full.candidates, full.scores.mean(axis=1), strict=True)
        )
        + ")"
        for full in sets
    )
    return f"""# How far the verdict can be trusted

Made by `python -m benchmarks.calibration DATA MODELS_DIR`. Every model was measured on every set in
full; samples of n queries (without replacement, n up to half of the set's) and of up to six models
are decided as the product decides. The truth is the mean nDCG@10 of the full set.

{each}

Regret: the best model of the shortlist on the full set less the pick, points of nDCG × 100;
{repeats:,} samples each. *Ours* is the highest posterior mean with public scores as a prior; slope
and spread of the prior are those of the program, nothing was fitted to these sets. *Prior only* and
*rule of thumb* count where they have something to say about the shortlist; *ours less the better*
is on those samples, ± its standard error over samples.

Words: {word_repeats:,} samples each. *Itself*: one model entered twice. *Equals*: two models whose
scores were exchanged at random query by query, so that neither is better. Several sets may share
documents (those named xquad do): they are not independent evidence. Under 20 independent queries
the word is always insufficient.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not kept, sample, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("--runs", type=Path, default=Path(".full_runs"))
    parser.add_argument("--sets", default="", help="names of folders in DATA; all by default")
    parser.add_argument("--only-kept", action="store_true", help="measure nothing anew")
    parser.add_argument("--repeats", type=int, default=1_000)
    parser.add_argument("--word-repeats", type=int, default=200)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args(arguments)
    names = [name for name in options.sets.split(",") if name] or sorted(
        path.name for path in options.data.iterdir() if (path / "corpus.jsonl").is_file()
    )
    loaded = (
        load(options.data / name, options.models, options.runs, only_kept=options.only_kept)
        for name in names
    )
    text = report([one for one in loaded if one], options.repeats, options.word_repeats)
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
