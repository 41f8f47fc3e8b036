"""The guide to choosing: scenarios with their picks, the decision tree, fine-tuning."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.catalogue.classes import language_group
from advisor.record.cells import ndcg
from advisor.record.markdown import bullets, escaped
from benchmarks.reports import public_only, tree, tuning
from benchmarks.reports.advice import latency_words
from benchmarks.reports.comparison import all_models, failed_models
from benchmarks.reports.kept import Run, mean_of
from benchmarks.reports.sets import SETTINGS, WISHES
from benchmarks.reports.told import MARKED, busy, card_of, setting, table, ties_with_best, wishes


def guide(runs: Sequence[Run]) -> str:
    """Return the page."""
    return "\n\n".join(
        (
            "# Which embedding model to take",
            _preamble(runs),
            "## Scenarios",
            "The pick of the product by what comes first: *accuracy first* gives up .01 nDCG@10 "
            "for a cheaper model, *balanced* .02, *speed and cost first* .05. The word says how "
            "surely the best model of those compared is known (clear, probable, tie, "
            "insufficient); the pick is the cheapest that is probably within those points of it."
            + _doubt(runs),
            _scenarios(runs),
            *_settings(runs),
            "## Other cases: public scores only",
            "Nothing below was run. It is the first model of the product's shortlist for each "
            "shipped profile, by public scores of the catalogue, with what they rest on; a "
            "leaderboard alone names the best of five close models 26 to 32 % of the time, so "
            "measure before you take one.",
            _profiles(),
            "## Decision tree",
            "The questions are those of the interview; at the ends stand the pick, its nDCG@10, "
            "the set and the word of the verdict.",
            tree.drawing(runs),
            "## Fine-tuning",
            tuning.section(runs),
        )
    ) + "\n"  # fmt: skip


def _doubt(runs: Sequence[Run]) -> str:
    if not busy(runs):
        return ""
    return (
        " Cost follows the measured times, and the machine was busy with other work: which of "
        "several equals of one architecture is the cheapest may be chance."
    )


def _profiles() -> str:
    columns = ("profile", "what it is for", "first by public scores")
    return table(columns, public_only.for_profiles(), texts=columns)


def _preamble(runs: Sequence[Run]) -> str:
    first, last = (pick(run.record.record.created[:10] for run in runs) for pick in (min, max))
    days = first if first == last else f"{first} to {last}"
    names = ", ".join(part.name for part in all_models(runs))
    gone = ", ".join(part.name for part in failed_models(runs))
    hardware = runs[0].record.hardware
    return "\n\n".join(
        (
            f"Made from runs of {days} on {escaped(hardware.cpu)} (cores in use: "
            f"{hardware.cores}, {hardware.gpu or 'no GPU'}"
            + ("; busy with other work" if busy(runs) else "")
            + "). Run were: "
            + escaped(names)
            + " and BM25."
            + (f" Could not be run: {escaped(gone)}." if gone else ""),
            bullets(
                (
                    "Every figure of quality is measured, except where it is called a public "
                    "score.",
                    MARKED,
                    _not_here(runs),
                )
            ),
            "These are small sets of general and support texts. Yours decide: `embed-advisor run "
            "PROFILE --data YOUR_DATA` makes the same comparison on them.",
        )
    )  # fmt: skip


def _not_here(runs: Sequence[Run]) -> str:
    """Say what these runs cannot speak of."""
    parts = all_models(runs)
    groups = {language_group(card) for part in parts if (card := card_of(part)) is not None}
    largest = max((part.n_parameters or 0 for part in parts), default=0)
    chinese = (
        ""
        if "Chinese" in groups
        else "No weights made for Chinese alone (bge-zh, text2vec, m3e and their like) were at "
        "hand. "
    )
    return (
        f"{chinese}No model above {largest / 1e6:,.0f} M parameters, no reranker and no hosted "
        "model was run: nothing is said of them but their public scores. A pick here is the best "
        "of these, not of all."
    )


def _scenarios(runs: Sequence[Run]) -> str:
    rows = []
    for languages in SETTINGS:
        for run in runs:
            if setting(run.name) == languages:
                cells = (_cell(runs, run, wish.key) for wish in WISHES)
                word = run.beside.wishes["balanced"].kind
                rows.append((languages, run.name, *cells, word))
    columns = ("documents and queries", "set", *(wish.words for wish in WISHES), "word")
    return table(columns, rows, texts=columns)


def _cell(runs: Sequence[Run], run: Run, wish: str) -> str:
    pick = run.beside.wishes[wish].pick
    if pick is None:
        return "no pick"
    part = run.part(pick)
    if part is None or part.quality is None:
        return pick
    told = [f"{pick} {ndcg(mean_of(part))}", latency_words(part)]
    return ", ".join(one for one in told if one)


def _settings(runs: Sequence[Run]) -> list[str]:
    sections = []
    run_here = {part.repo for run in runs for part in run.record.candidates if part.repo}
    for languages in SETTINGS:
        own = [run for run in runs if setting(run.name) == languages]
        if not own:
            continue
        why = [line for run in own for line in _why(runs, run)]
        public = public_only.for_setting(languages, run_here)
        sections.append(
            f"### {escaped(languages[:1].upper() + languages[1:])}\n\n"
            f"Measured:\n\n{bullets(why)}\n\n"
            f"By public scores alone, worth adding to your own run:\n\n{public}"
        )
    return sections


def _why(runs: Sequence[Run], run: Run) -> list[str]:
    """Return the sentences of the verdicts, those that say the same together."""
    said: dict[str, list[str]] = {}
    for wish in WISHES:
        said.setdefault(run.beside.wishes[wish.key].sentence, []).append(wish.words)
    lines = [f"{run.name}, {wishes(words)}: {one}" for one, words in said.items()]
    ties = ties_with_best(run)
    if len(ties) > 1:
        names = ", ".join(name for name in ties)
        lines.append(
            f"{run.name}: within chance of the best (the 95 % interval of the paired difference "
            f"covers 0): {names}"
        )
    return lines
