"""What is known of one candidate while it is measured, in words."""

from __future__ import annotations

from textual.content import Content

from advisor.bench import proof
from advisor.bench.board import Line
from advisor.bench.protocol import Loaded
from advisor.record.cells import number
from advisor.text import one_line
from advisor.ui.text import ACCENT, MUTED, STRONG, WARN, joined, lines, shown


def details(line: Line) -> Content:
    """Return everything known of the candidate, a few short lines."""
    state = line.status or line.phase
    parts = [joined(shown(line.name, STRONG), "   ", shown(state, ACCENT))]
    if line.earlier:
        parts.append(shown("measured in an earlier run on this machine and read again", MUTED))
    if line.reason:
        parts.append(joined(Content.styled("! ", WARN), shown(line.reason)))
    if line.loaded is not None:
        parts += _loaded(line.loaded)
    parts += _diagnosis(line)
    if line.proved is not None and line.proved.texts:
        parts.append(shown(proof.in_words(line.proved), MUTED))
    if line.partial and line.quality is not None and line.status is None:
        parts.append(shown(f"a round of {line.quality.n:,} of {line.queries:,} queries", MUTED))
    parts += _speed(line)
    return lines(*parts)


def _loaded(loaded: Loaded) -> list[Content]:
    limit = f"{loaded.max_tokens:,} tokens" if loaded.max_tokens else "no token limit"
    facts = [loaded.dtype, loaded.device, limit]
    if loaded.dim:
        facts.append(f"{loaded.dim:,} dimensions")
    if loaded.pooling:
        facts.append(f"{loaded.pooling} pooling")
    if loaded.similarity not in ("cosine", "dot"):
        facts.append(f"ranks by {one_line(loaded.similarity, 40)}")
    facts.append(f"loaded in {loaded.seconds:.1f} s")
    if loaded.similarity == "bm25":
        return [shown("exact words; no model, nothing to load", MUTED)]
    return [shown(" · ".join(facts), MUTED), _prompts(loaded)]


def _prompts(loaded: Loaded) -> Content:
    if loaded.prompt_source == "none":
        return shown("no prompt before queries and documents", MUTED)
    source = "the model" if loaded.prompt_source == "model" else "the catalogue"
    query, document = one_line(loaded.query_prompt, 60), one_line(loaded.document_prompt, 60)
    both = f"query prompt “{query}”" + (f", document prompt “{document}”" if document else "")
    return shown(f"{both}, from {source}", MUTED)


def _diagnosis(line: Line) -> list[Content]:
    parts = [joined(Content.styled("! ", WARN), shown(said)) for said in line.findings]
    cut = line.diagnosis.truncated_share if line.diagnosis is not None else None
    if cut is not None and not parts:
        parts.append(shown(f"{100 * cut:.0f} % of the documents are cut off", MUTED))
    return parts


def _speed(line: Line) -> list[Content]:
    parts = []
    if line.rate and line.total:
        left = f"{line.done:,} of {line.total:,} {line.unit}".strip()
        parts.append(shown(f"{line.phase}: {left}, {number(line.rate)} a second", MUTED))
    if line.p50_ms is not None:
        p95 = f", p95 {number(line.p95_ms)} ms" if line.p95_ms is not None else ""
        calls = f"{len(line.calls):,} single queries: median {number(line.p50_ms)} ms{p95}"
        parts.append(shown(calls, MUTED))
    if line.peak_mib:
        parts.append(shown(f"at most {line.peak_mib:,.0f} MiB of memory", MUTED))
    return parts
