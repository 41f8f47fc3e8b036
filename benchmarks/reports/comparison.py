"""All models on all sets side by side: quality with ties, speed, memory, how busy the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.record.cells import UNKNOWN, ndcg, number, signed
from advisor.record.decision import CandidatePart
from advisor.record.markdown import bullets, escaped, table_row
from benchmarks.reports.kept import Run, mean_of
from benchmarks.reports.sets import SETS
from benchmarks.reports.told import (
    MARKED,
    file_of,
    gap,
    latency,
    millions,
    quality,
    table,
    ties_with_best,
)

TIE = "="
CHANGES = {
    "typo": "two letters swapped",
    "case": "in capitals",
    "punctuation": "left out",
    "width": "letters and digits in full width",
}


def comparison(runs: Sequence[Run]) -> str:
    """Return the page."""
    return "\n\n".join(
        (
            "# All models on all sets",
            "nDCG@10 with its 95 % interval: of 0 to 1, how far up the right documents stand "
            f"among the first ten. **Bold** is the highest mean of the set, {TIE} a tie with it "
            "(the 95 % interval of the paired difference covers 0; single pairs, not corrected "
            "for their number, so a model without the sign may still be one of several equals). "
            f"{MARKED}",
            "## Quality",
            _quality(runs),
            "Models that could not be run: " + "; ".join(_failed(runs)) + "."
            if list(_failed(runs))
            else "",
            "## What BM25 beside a model brings",
            _hybrids(runs),
            "## Time of one query and speed of encoding",
            "p50 / p95 in ms of one query at a time, then documents a second in batches. *Noisy*: "
            "three blocks spread over the run lay more than 15 % apart. Look at ratios within a "
            "column rather than at times.",
            _times(runs),
            "## Size",
            _sizes(runs),
            "## Small changes of the queries",
            _changes(runs),
            "## The sets",
            bullets(map(_set_line, runs)),
            "## Machine",
            bullets(_machine(runs)),
        )
    ).replace("\n\n\n\n", "\n\n") + "\n"  # fmt: skip


def all_models(runs: Sequence[Run]) -> tuple[CandidatePart, ...]:
    """Return the models that were measured on any set, the best mean over the sets first."""
    parts: dict[str, CandidatePart] = {}
    scores: dict[str, list[float]] = {}
    for run in runs:
        for part in run.models:
            parts[part.name] = part
            scores.setdefault(part.name, []).append(mean_of(part))
    order = sorted(parts, key=lambda name: (-sum(scores[name]) / len(scores[name]), name))
    return tuple(parts[name] for name in order)


def failed_models(runs: Sequence[Run]) -> tuple[CandidatePart, ...]:
    """Return the models that no run could measure."""
    known = {part.name for part in all_models(runs)}
    gone = {
        part.name: part
        for run in runs
        for part in run.record.candidates
        if part.quality is None and part.name not in known and part.kind != "hybrid"
    }
    return tuple(gone.values())


def _failed(runs: Sequence[Run]) -> Iterator[str]:
    for part in failed_models(runs):
        yield f"{escaped(part.name)} ({escaped(part.reason or part.status)})"


def _quality(runs: Sequence[Run]) -> str:
    columns = ("model", *(run.name for run in runs))
    lines = [table_row(columns), "|---|" + "--:|" * len(runs)]
    for part in all_models(runs):
        cells = " | ".join(_quality_cell(run, part.name) for run in runs)
        lines.append(f"| [{escaped(part.name)}](models/{file_of(part.name)}) | {cells} |")
    baseline = " | ".join(_baseline(run) for run in runs)
    lines.append(f"| BM25 | {baseline} |")
    return "\n".join(lines)


def _quality_cell(run: Run, name: str) -> str:
    text = escaped(quality(run.part(name)))
    ties = ties_with_best(run)
    if name == ties[0]:
        return f"**{text}**"
    return f"{text} {TIE}" if name in ties else text


def _baseline(run: Run) -> str:
    part = next((one for one in run.record.candidates if one.kind == "baseline"), None)
    if part is None or part.quality is None:
        return UNKNOWN
    ahead = run.gap(part.name, ties_with_best(run)[0])
    if ahead.surely_above:
        return f"**{escaped(quality(part))}, above every model**"
    sign = "" if ahead.surely_below else f" {TIE}"
    return f"{escaped(quality(part))}{sign}"


def _hybrids(runs: Sequence[Run]) -> str:
    rows = []
    for run in runs:
        for part in run.record.candidates:
            if part.kind == "hybrid" and part.quality is not None and part.parts:
                model = next((name for name in part.parts if name != "BM25"), None)
                if model is not None:
                    change = gap(run.gap(part.name, model))
                    rows.append((run.name, part.name, quality(part), change))
    columns = ("set", "hybrid (reciprocal rank fusion)", "nDCG@10", "ahead of the model alone")
    return table(columns, rows, texts=columns[:2])


def _times(runs: Sequence[Run]) -> str:
    rows = []
    for part in all_models(runs):
        cells = []
        for run in runs:
            held = run.part(part.name)
            speed = held.speed if held is not None else None
            rate = number(speed.documents_per_s) if speed is not None else UNKNOWN
            cells.append(f"{latency(held)}; {rate}" if held is not None else UNKNOWN)
        rows.append((part.name, *cells))
    return table(("model", *(run.name for run in runs)), rows)


def _sizes(runs: Sequence[Run]) -> str:
    rows = []
    for part in all_models(runs):
        speed = part.speed
        peaks = [
            held.speed.memory_peak_mib
            for run in runs
            if (held := run.part(part.name)) is not None
            and held.speed is not None
            and held.speed.memory_peak_mib is not None
        ]
        rows.append(
            (
                part.name, part.kind, millions(part.n_parameters),
                millions(part.n_active_parameters), number(speed.disk_mib if speed else None),
                f"{part.embed_dim or 0:,}", number(max(peaks, default=None)),
                part.license or UNKNOWN,
            )
        )  # fmt: skip
    columns = (
        "model", "kind", "parameters", "at work", "files, MiB", "dimensions",
        "highest peak, MiB", "licence",
    )  # fmt: skip
    return table(columns, rows, texts=("kind", "licence"))


def _changes(runs: Sequence[Run]) -> str:
    """Show what each small change of the queries does, where it was looked at."""
    kinds = list(
        dict.fromkeys(
            look.kind for run in runs for part in run.models for look in part.changed_queries
        )
    )
    if not kinds:
        return "Not looked at on these sets."
    rows = []
    for run in runs:
        for part in run.models:
            looks = {look.kind: look for look in part.changed_queries}
            if looks:
                cells = (
                    f"{signed(looks[kind].change)} ({signed(looks[kind].low)} to "
                    f"{signed(looks[kind].high)})"
                    if kind in looks
                    else UNKNOWN
                    for kind in kinds
                )
                rows.append((f"{run.name}: {part.name}", *cells))
    told = "; ".join(f"*{kind}*: {CHANGES.get(kind, kind)}" for kind in kinds)
    head = f"Change of nDCG@10 when every query is changed a little. {told}."
    return f"{head}\n\n{table(('set: model', *kinds), rows)}"


def _set_line(run: Run) -> str:
    data, known = run.record.data, SETS[run.name]
    of = f" of {data.queries_of:,}" if data.queries_of else ""
    return (
        f"{run.name}: {known.setting}; {known.what}; {data.documents:,} documents, "
        f"{data.queries:,}{of} queries, {data.judgements:,} judgements; {known.shows}; "
        f"{known.licence}"
        + (f"; gaps of about {_smallest(run)} can be shown" if _smallest(run) else "")
    )


def _smallest(run: Run) -> str:
    gap_shown = run.record.verdict.smallest_gap_ndcg
    return "" if gap_shown is None else ndcg(gap_shown)


def _machine(runs: Sequence[Run]) -> Iterator[str]:
    machines = dict.fromkeys(
        f"{run.record.hardware.cpu}, {run.record.hardware.system}, sets "
        f"{', '.join(run.record.hardware.instruction_sets)}"
        for run in runs
    )
    yield from machines
    for run in runs:
        hardware, beside = run.record.hardware, run.beside
        yield (
            f"{run.name}: {run.record.record.created}, on {hardware.cores} of "
            f"{beside.cores_of_machine} cores; load of the machine (processes at work) "
            f"{number(beside.load_before)} before and {number(beside.load_after)} after"
        )
    software = runs[-1].record.software
    yield ", ".join(f"{name} {version}" for name, version in software.items())
