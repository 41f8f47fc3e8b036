"""Figures of runs in words and cells, the same on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.catalogue import shipped_catalogue
from advisor.errors import CatalogueError
from advisor.record.cells import UNKNOWN, ndcg, number, signed
from advisor.record.decision import CandidatePart
from advisor.record.markdown import escaped, table_row
from benchmarks.reports.kept import Gap, Run
from benchmarks.reports.sets import SETS, WISHES

BOARDS: dict[Board, str] = {
    "en": "MTEB(eng, v2)",
    "zh": "MTEB(cmn, v1)",
    "multilingual": "MTEB(Multilingual, v2)",
    "code": "MTEB(Code, v1)",
}
ROOM_DEPTH = 100
"""Depth at which the rule on fine-tuning looks for what ranks too low."""
MARK = "≈"
"""Beside a name: the weights are an approximation of the published ones."""
MARKED = (
    f"{MARK} approximated weights (4-bit weights expanded): the figures are not those of the "
    "model as it is published, and must not be quoted as such."
)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], texts: Sequence[str] = ()) -> str:
    """Return a table; the first column and those named in `texts` to the left, figures right."""
    sides = ("---" if place == 0 or name in texts else "--:" for place, name in enumerate(columns))
    lines = [table_row(columns), "|" + "|".join(sides) + "|"]
    return "\n".join([*lines, *map(table_row, rows)])


def file_of(name: str) -> str:
    """Return the name of a model's page."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") + ".md"


def with_marks(text: str, runs: Iterable[Run]) -> str:
    """Return a page with the mark behind every name of approximated weights.

    Names of files and repositories stay as they are.
    """
    names = {part.name for run in runs for part in run.record.candidates if part.mark}
    for name in names:
        if "+" not in name:
            # Lines of code, which begin with four blanks, stay as they are.
            found = rf"^(    .*)|(?<![\w/.-]){re.escape(escaped(name))}(?![\w-]|\.\w)"
            text = re.sub(found, _mark_of(escaped(name)), text, flags=re.MULTILINE)
    return text


def _mark_of(name: str) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] or f"{name} {MARK}"


def quality(part: CandidatePart | None) -> str:
    """Return nDCG@10 with its 95 % interval."""
    if part is None or part.quality is None:
        return UNKNOWN
    found = part.quality
    if found.low is None or found.high is None:
        return ndcg(found.mean)
    return f"{ndcg(found.mean)} ({ndcg(found.low)} to {ndcg(found.high)})"


def gap(found: Gap) -> str:
    """Return a paired difference with its interval; a tie is said where it covers 0."""
    if found.low is None or found.high is None:
        return signed(found.mean)
    tie = "" if found.surely_above or found.surely_below else ", tie"
    return f"{signed(found.mean)} ({signed(found.low)} to {signed(found.high)}{tie})"


def place(run: Run, name: str) -> str:
    """Return the rank by mean, and the ranks that the paired intervals leave possible."""
    names = [part.name for part in run.models]
    first, last = run.places(name)
    apart = f" ({first} to {last})" if first != last else ""
    return f"{names.index(name) + 1}{apart} of {len(names)}"


def best(run: Run) -> CandidatePart:
    """Return the model of the highest mean."""
    return run.models[0]


def ties_with_best(run: Run) -> tuple[str, ...]:
    """Return the models whose gap to the best one covers 0, the best itself first."""
    first = best(run).name
    others = (part.name for part in run.models if part.name != first)
    return (first, *(name for name in others if not run.gap(first, name).surely_above))


def latency(part: CandidatePart) -> str:
    """Return p50 and p95, with a sign where the blocks lay too far apart."""
    speed = part.speed
    if speed is None or speed.latency_p50_ms is None:
        return UNKNOWN
    noisy = " (noisy)" if speed.latency_noisy else ""
    return f"{number(speed.latency_p50_ms)} / {number(speed.latency_p95_ms)}{noisy}"


def card_of(part: CandidatePart) -> ModelCard | None:
    """Return the card of a candidate; None for what the catalogue does not hold."""
    if part.repo is None or part.backend == "onnxruntime":
        # A quantised graph is another model than the card's: its public score is not this one's.
        return None
    try:
        return shipped_catalogue().find(part.repo)
    except CatalogueError:
        return None


def public(card: ModelCard) -> list[tuple[str, str]]:
    """Return each public retrieval score as (board, the score and what it rests on)."""
    rows = []
    for board, score in card.scores.items():
        basis = f"{score.tasks} of {score.of} tasks"
        if score.basis == "estimated":
            basis += ", the rest estimated from the others"
        if score.trained_on:
            basis += f", trained on {len(score.trained_on)} of them"
        rows.append((BOARDS[board], f"{score.value:.1f} of 100 ({basis})"))
    return rows


def setting(name: str) -> str:
    """Return what languages a set is in."""
    return SETS[name].setting


def listed(names: Sequence[str]) -> str:
    """Return names as people list them."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def wishes(words: Sequence[str]) -> str:
    """Return what comes first in words; all of them are `whatever comes first`."""
    if len(words) == len(WISHES):
        return "whatever comes first"
    return f"for {listed([f'“{one}”' for one in words])}"


def busy(runs: Iterable[Run]) -> bool:
    """Say whether more was at work on the machine than it has cores, before or after a run."""
    return any(
        max(run.beside.load_before, run.beside.load_after) > run.beside.cores_of_machine
        for run in runs
    )


def millions(count: int | None) -> str:
    """Return a number of parameters in millions."""
    if count is None:
        return UNKNOWN
    return f"{count / 1e6:,.1f} M" if count else "none"


def recall_at_10(part: CandidatePart) -> float | None:
    """Return mean recall among the first ten."""
    return None if part.quality is None else part.quality.metrics.get("Recall@10")


def ahead_of_bm25(run: Run, part: CandidatePart) -> Gap | None:
    """Return a model less BM25; None where BM25 was not measured."""
    baseline = next((one for one in run.record.candidates if one.kind == "baseline"), None)
    if baseline is None or baseline.quality is None or part.quality is None:
        return None
    return run.gap(part.name, baseline.name)


def several(count: int, what: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
