"""The tables of a model's page: quality, speed, size of vectors, how it reads the texts."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from advisor.evaluation.words import percent
from advisor.record.cells import UNKNOWN, ndcg, number, signed
from advisor.record.markdown import bullets, escaped
from benchmarks.reports.kept import Run
from benchmarks.reports.told import (
    ahead_of_bm25,
    best,
    busy,
    gap,
    latency,
    place,
    quality,
    recall_at_10,
    setting,
    several,
    table,
)

FLOAT_BYTES, GIB = 4, 2**30
MILLION = 1_000_000
BUSY = (
    "The machine was busy with other work ([how busy](../comparison.md#machine)), so ratios hold "
    "better than times. "
)


def quality_section(name: str, runs: Sequence[Run]) -> str:
    """Return nDCG@10 on every set, with rank and paired differences."""
    rows = []
    for run in runs:
        part = run.part(name)
        assert part is not None and part.quality is not None
        baseline = ahead_of_bm25(run, part)
        first = best(run)
        ahead = UNKNOWN
        if first.name != name:
            ahead = f"{gap(run.gap(name, first.name))} of {first.name}"
        elif len(run.models) > 1:
            second = run.models[1].name
            ahead = f"is the best; {gap(run.gap(name, second))} of {second}"
        rows.append(
            (
                run.name, quality(part), place(run, name), gap(baseline) if baseline else UNKNOWN,
                ahead, _three(recall_at_10(part)), _three(part.quality.metrics.get("RR")),
            )
        )  # fmt: skip
    columns = (
        "set", "nDCG@10 (95 %)", "rank", "ahead of BM25", "ahead of the best model", "recall@10",
        "RR",
    )  # fmt: skip
    settings = [f"{run.name}: {setting(run.name)}" for run in runs]
    return (
        f"{table(columns, rows)}\n\nDifferences are paired by query, negative where this model is "
        "behind. *Tie*: the 95 % interval covers 0. In brackets behind a rank stand the ranks that "
        f"the intervals leave possible. {escaped('; '.join(settings))}."
    )


def _three(value: float | None) -> str:
    return UNKNOWN if value is None else ndcg(value)


def speed_section(name: str, runs: Sequence[Run]) -> str:
    """Return times and memory of every set."""
    rows = []
    for run in runs:
        part = run.part(name)
        speed = part.speed if part is not None else None
        if part is None or speed is None:
            continue
        rows.append(
            (
                run.name, latency(part), number(speed.documents_per_s),
                number(speed.tokens_per_s), number(speed.load_s),
                f"{number(speed.memory_peak_mib)} ({number(speed.memory_model_mib)})",
            )
        )  # fmt: skip
    columns = (
        "set", "p50 / p95, ms a query", "documents/s", "tokens/s", "load, s",
        "peak MiB (of it the model)",
    )  # fmt: skip
    ratio = _slower_than_quickest(name, runs)
    return (
        f"{table(columns, rows)}\n\n{ratio}{BUSY if busy(runs) else ''}Compare times within a set, "
        "not with other machines."
    )


def _slower_than_quickest(name: str, runs: Sequence[Run]) -> str:
    """Say how it stands to the quickest that has layers: ratios hold better than times."""
    factors = []
    for run in runs:
        known = {
            part.name: part.speed.latency_p50_ms
            for part in run.models
            if part.speed is not None and part.speed.latency_p50_ms is not None
        }
        layered = [
            known[part.name]
            for part in run.models
            if part.name in known and part.n_active_parameters
        ]
        if name in known and layered:
            factors.append(known[name] / min(layered))
    if not factors:
        return ""
    return (
        "The median of a query takes "
        f"{number(median(factors))} times that of the quickest transformer of the same set "
        f"(median of {several(len(factors), 'set')}). "
    )


def index_section(name: str, runs: Sequence[Run]) -> str:
    """Return the size of its vectors and of smaller forms of them."""
    part = runs[-1].part(name)
    assert part is not None
    if part.kind == "sparse":
        return (
            f"A sparse model: weights of up to {part.embed_dim or 0:,} terms go into an inverted "
            "index, whose size follows the terms a text gets; it was not measured."
        )
    if not part.embed_dim:
        return UNKNOWN
    size = FLOAT_BYTES * part.embed_dim
    lines = [
        f"{size:,} bytes a vector in float32: {size * MILLION / GIB:.2f} GiB for a million "
        "documents, before the graph of the index."
    ]
    rows = []
    for run in runs:
        held = run.part(name)
        for form in held.variants if held is not None else ():
            if form.advised or form.form in ("int8", "binary", "binary, rescored"):
                note = "" if form.trained else "not trained for this cut"
                rows.append(
                    (
                        f"{run.name}: {form.form}, {form.dim}", f"{form.bytes:,}",
                        f"{signed(form.change)} ({signed(form.low)} to {signed(form.high)})",
                        "yes" if form.advised else note,
                    )
                )  # fmt: skip
    if rows:
        columns = ("set: form, dimensions", "bytes", "nDCG@10", "advised")
        lines.append(table(columns, rows, texts=("advised",)))
        lines.append(
            "Advised is the smallest form whose interval stays above −.01. Few documents "
            "understate what binary vectors lose at a million."
        )
    return "\n\n".join(lines)


def reading_section(name: str, runs: Sequence[Run]) -> str:
    """Return what it cut off and did not know of the texts."""
    rows, findings = [], []
    for run in runs:
        part = run.part(name)
        found = part.diagnosis if part is not None else None
        if found is None:
            continue
        without = UNKNOWN
        if found.without_prompt is not None:
            without = (
                f"{signed(found.without_prompt)} ({signed(found.without_prompt_low)} to "
                f"{signed(found.without_prompt_high)})"
            )
        rows.append(
            (
                run.name, _share(found.truncated_share), _share(found.lost_token_share),
                _share(found.unknown_share), number(found.tokens_per_character), without,
            )
        )  # fmt: skip
        findings += [f"{run.name}: {finding}" for finding in found.findings]
    if not rows:
        return UNKNOWN
    columns = (
        "set", "documents cut off", "tokens lost", "unknown tokens", "tokens a character",
        "nDCG@10 without its query prompt",
    )  # fmt: skip
    told = bullets(findings) or "No finding: nothing about the texts makes the scores less."
    return f"{table(columns, rows)}\n\n{told}"


def _share(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return "0 %" if value == 0 else percent(value)
