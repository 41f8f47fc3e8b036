"""What a record says, in sentences made of its own figures, for every view of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from advisor.corpus.dataset import RANKED
from advisor.evaluation.words import percent
from advisor.record.cells import ndcg, number, signed
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.text import one_line

FLOAT_BYTES = 4
MOST_NAMES = 8
"""Names of models that were left out for one reason; the record has all of them."""
_MINUTE, _HOUR = 60, 3_600


def chosen(record: DecisionRecord) -> CandidatePart | None:
    """Return the candidate that was picked."""
    pick = record.verdict.pick
    return next((part for part in record.candidates if part.name == pick), None)


def size_in_words(record: DecisionRecord) -> str:
    """Say how much was measured on, and of how much: `50 of 1,000 queries, 500 documents`.

    Where documents and what is scored are the same texts, or pairs, they are named once.
    """
    data, words = record.data, record.measure
    scored = words.many(data.queries)
    if data.queries_of:
        scored = f"{data.queries:,} of {data.queries_of:,} {words.units}"
    if data.task in ("similarity", "clustering"):
        return scored
    documents = words.many_documents(data.documents)
    if data.documents_of:
        documents = f"{data.documents:,} of {data.documents_of:,} {words.documents}"
    return f"{scored}, {documents}"


def consequences(record: DecisionRecord) -> tuple[str, ...]:
    """Return a sentence for each; none without a pick."""
    part = chosen(record)
    if part is None:
        return ()
    return tuple(
        (*_reading(part, record), *_keeping(part), *_running(part, record), *_minding(part))
    )


def why_not(record: DecisionRecord) -> Iterator[tuple[str, str]]:
    """Yield name and reason of every candidate that was not taken."""
    for part in record.candidates:
        reason = part.why_not or part.reason
        if reason and part.name != record.verdict.pick:
            yield part.name, reason


def how_sure(record: DecisionRecord) -> Iterator[str]:
    """Yield what the verdict rests on and its probabilities."""
    data, verdict, words = record.data, record.verdict, record.measure
    yield (
        f"{size_in_words(record)} of {data.name}, "
        f"{data.judgements:,} judgements; evidence: {data.evidence}."
    )
    if verdict.smallest_gap_ndcg is not None:
        gap = f"{verdict.smallest_gap_ndcg:.2f} {words.main}"
        yield f"So many {words.units} can show gaps of about {gap}."
    picked = next((part.quality for part in record.candidates if part.name == verdict.pick), None)
    if picked is not None and picked.p_within is not None and verdict.give_up_ndcg is not None:
        yield (
            f"{verdict.pick} is within {verdict.give_up_ndcg:g} {words.main} of the best with "
            f"{percent(picked.p_within)} probability."
        )
    if picked is not None and picked.p_best is not None:
        yield f"It is itself the best of those compared with {percent(picked.p_best)} probability."
    if verdict.queries_to_settle is not None and verdict.runner_up is not None:
        yield (
            f"About {words.many(verdict.queries_to_settle)} in all would settle {verdict.leader} "
            f"against {verdict.runner_up}."
        )


def left_out(record: DecisionRecord) -> Iterator[str]:
    """Yield which models were not measured, together by reason."""
    for gone in record.rejected:
        more = len(gone.models) - MOST_NAMES
        others = f" and {more} more" if more > 0 else ""
        yield f"{', '.join(gone.models[:MOST_NAMES])}{others}: {gone.reason}"


def answer_in_words(value: object) -> str:
    """Return an answer as people write it: lists with commas, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)


def verify_command(record: DecisionRecord, path: str = "RECORD.toml") -> str:
    """Return the command that checks whether the decision still holds."""
    return f"embed-advisor verify {path} --data {shlex.quote(one_line(record.data.name))}"


def _reading(part: CandidatePart, record: DecisionRecord) -> Iterator[str]:
    sides = [(part.query_prompt, "query"), (part.document_prompt, "document")]
    if record.data.task not in RANKED:
        sides = [(part.query_prompt, "text")]
    for prompt, what in sides:
        if prompt:
            yield f"Every {what} is encoded with {prompt!r} before it, as it was measured."
    found = part.diagnosis
    if part.max_tokens and found is not None and found.truncated_share is not None:
        share, lost = found.truncated_share, found.lost_token_share
        what = "document" if part.chunks is None else "chunk"
        cut = f"{percent(share)} of the {what}s are longer" if share else f"no {what} is longer"
        lost_words = f", and {percent(lost)} of all tokens are not read" if lost else ""
        yield f"It reads {part.max_tokens:,} tokens: {cut}{lost_words}."


def _keeping(part: CandidatePart) -> Iterator[str]:
    if part.chunks is not None:
        yield (
            f"A document is about {part.chunks.per_document:.1f} chunks, each with a vector of its "
            "own; its best chunk is its score."
        )
    if part.embed_dim:
        size = FLOAT_BYTES * part.embed_dim
        yield (
            f"A vector has {part.embed_dim:,} dimensions and takes {size:,} bytes in float32, "
            f"before the index around it; compare by {part.similarity or 'cosine'}."
        )
    advised = next((form for form in part.variants if form.advised), None)
    if advised is not None:
        yield (
            f"Vectors may be kept in {advised.form} at {advised.dim} dimensions ({advised.bytes:,} "
            f"bytes): nDCG@10 {signed(advised.change)}, 95 % interval {signed(advised.low)} to "
            f"{signed(advised.high)}."
        )
    yield "Another model later means that every document is encoded again."


def _running(part: CandidatePart, record: DecisionRecord) -> Iterator[str]:
    speed = part.speed
    if speed is None:
        return
    latency = speed.latency_p95_ms or speed.latency_p50_ms
    if latency is not None:
        word = "p95" if speed.latency_p95_ms is not None else "median"
        threads = f" on {part.threads} thread{'s'[: part.threads > 1]}" if part.threads else ""
        what = "query" if record.data.task in RANKED else "text"
        yield f"One {what} takes {number(latency)} ms ({word}){threads}: {speed.latency_covers}."
    documents = record.answers.get("documents")
    if speed.documents_per_s and isinstance(documents, int) and documents:
        seconds = documents / speed.documents_per_s
        yield (
            f"At the measured {number(speed.documents_per_s)} documents a second, {documents:,} "
            f"documents take about {_duration(seconds)} to encode on this machine."
        )
    if speed.memory_peak_mib is not None:
        yield f"Its process takes {number(speed.memory_peak_mib)} MiB at its peak."


def _minding(part: CandidatePart) -> Iterator[str]:
    if part.license:
        yield f"Its licence is {part.license}."
    found = part.diagnosis
    if found is not None:
        yield from found.findings
        if found.without_prompt is not None and found.without_prompt < 0:
            loss = ndcg(-found.without_prompt)
            yield f"Without its prompt before queries it loses {loss} nDCG@10."


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < 2 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:,.0f} h"
