"""What differs between two records: verdict, answers, data, software, figures beyond noise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import msgspec

from advisor.record.cells import UNKNOWN, cells, ndcg, number, wrap
from advisor.record.decision import CandidatePart, DecisionRecord, Quality
from advisor.record.sections import words_of
from advisor.record.told import answer_in_words

SAME_QUALITY = 0.001
"""nDCG@10 on the same queries and judgements moves less than this by arithmetic alone."""
SAME_SPEED = 0.15
"""Speed and memory closer than this, relative, are the same: a shared machine is no steadier."""
_HALF_TO_DEVIATION = 1.96

_SPEEDS = (
    ("latency_p50_ms", "median latency, ms"),
    ("latency_p95_ms", "p95 latency, ms"),
    ("documents_per_s", "documents a second"),
    ("memory_peak_mib", "peak memory, MiB"),
)
_DATA = (
    "name", "content_sha256", "queries", "documents", "judgements", "evidence",
    "document_languages", "query_languages", "seed",
)  # fmt: skip
_MACHINE = ("cpu", "cores", "memory_mib", "gpu", "gpu_memory_mib", "system", "instruction_sets")
_IDENTITY = (
    "repo", "revision", "content_sha256", "dtype", "embed_dim", "max_tokens", "query_prompt",
    "document_prompt", "pooling", "normalized", "license",
)  # fmt: skip


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not the same in both."""

    topic: str
    what: str
    before: str
    after: str


TOPICS = ("verdict", "answers", "data", "machine", "software", "candidates", "quality", "speed")


def differences(before: DecisionRecord, after: DecisionRecord) -> tuple[Difference, ...]:
    """Return what differs, topic by topic in the order of `TOPICS`.

    Quality differs when the means lie further apart than both intervals together allow, or, on the
    same texts and judgements, by more than arithmetic does. Speed and memory differ beyond 15 %
    and beyond the noise either run measured.
    """
    one, two = _by_name(before), _by_name(after)
    both = [name for name in one if name in two]
    same_data = before.data.content_sha256 == after.data.content_sha256
    return (
        *_verdicts(before, after),
        *_mappings("answers", before.answers, after.answers),
        *_fields("data", before.data, after.data, _DATA),
        *_fields("machine", before.hardware, after.hardware, _MACHINE),
        *_mappings("software", before.software, after.software),
        *_candidates(one, two),
        *(found for name in both for found in _quality(name, one[name], two[name], same_data)),
        *(found for name in both for found in _speed(name, one[name], two[name])),
    )


def as_differences(before: DecisionRecord, after: DecisionRecord, width: int = 80) -> str:
    """Return the differences as text no wider than `width`; topics without any are named."""
    found = differences(before, after)
    parts = [
        f"{_title(before)}\n  against\n{_title(after)}",
        *(_topic_text(topic, found, width) for topic in TOPICS),
    ]
    same = [topic for topic in TOPICS if not any(one.topic == topic for one in found)]
    if same:
        parts.append(wrap(f"The same: {', '.join(same)}.", width))
    return "\n\n".join(part for part in parts if part)


def _title(record: DecisionRecord) -> str:
    return wrap(f"{record.record.name}, {record.record.created}", 80)


def _topic_text(topic: str, found: tuple[Difference, ...], width: int) -> str:
    own = [one for one in found if one.topic == topic]
    if not own:
        return ""
    lines = []
    for one in own:
        line = f"{one.what}: {one.before} → {one.after}"
        long = cells(line) + 2 > width
        shown = f"{one.what}:\n    {one.before}\n  → {one.after}" if long else line
        lines += [wrap(text, width, "  ", "    ") for text in shown.split("\n")]
    return "\n".join([topic.capitalize(), *lines])


def _by_name(record: DecisionRecord) -> dict[str, CandidatePart]:
    return {part.name: part for part in record.candidates}


def _verdicts(before: DecisionRecord, after: DecisionRecord) -> Iterator[Difference]:
    one, two = before.verdict, after.verdict
    for field in ("kind", "pick", "leader"):
        yield from _difference("verdict", field, getattr(one, field), getattr(two, field))
    if (one.kind, one.pick, one.leader) != (two.kind, two.pick, two.leader):
        yield from _difference("verdict", "sentence", one.sentence, two.sentence)


def _mappings(
    topic: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        what = words_of(key) if topic == "answers" else key
        yield from _difference(topic, what, before.get(key), after.get(key))


def _fields(
    topic: str, before: msgspec.Struct, after: msgspec.Struct, names: tuple[str, ...]
) -> Iterator[Difference]:
    for name in names:
        yield from _difference(topic, words_of(name), getattr(before, name), getattr(after, name))


def _candidates(
    before: Mapping[str, CandidatePart], after: Mapping[str, CandidatePart]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        one, two = before.get(name), after.get(name)
        status = (one.status if one else None, two.status if two else None)
        yield from _difference("candidates", name, *status)
        if one is not None and two is not None:
            for field in _IDENTITY:
                what = f"{name}, {words_of(field)}"
                yield from _difference("candidates", what, getattr(one, field), getattr(two, field))


def _difference(topic: str, what: str, before: object, after: object) -> Iterator[Difference]:
    if before != after:
        yield Difference(topic=topic, what=what, before=_said(before), after=_said(after))


def _said(value: object) -> str:
    if isinstance(value, str) and len(value) == 64 and value.isalnum():
        return value[:12]  # of a hash its beginning tells it from another
    return UNKNOWN if value is None else answer_in_words(value)


def _quality(
    name: str, before: CandidatePart, after: CandidatePart, same_data: bool
) -> Iterator[Difference]:
    one, two = before.quality, after.quality
    if one is None or two is None or one.metric != two.metric:
        return
    noise = SAME_QUALITY if same_data else _noise(one, two)
    if noise is not None and abs(one.mean - two.mean) > noise:
        what = f"{name}, {one.metric}"
        yield Difference(topic="quality", what=what, before=_interval(one), after=_interval(two))


def _noise(one: Quality, two: Quality) -> float | None:
    """Return how far two means of independent samples lie apart by chance, 95 of 100 times.

    1.96 √(s₁² + s₂²), each s from its own 95 % interval; None where one has no interval.
    """
    halves = [
        (quality.high - quality.low) / 2
        for quality in (one, two)
        if quality.low is not None and quality.high is not None
    ]
    if len(halves) < 2:
        return None
    return _HALF_TO_DEVIATION * math.hypot(*(half / _HALF_TO_DEVIATION for half in halves))


def _interval(quality: Quality) -> str:
    if quality.low is None or quality.high is None:
        return ndcg(quality.mean)
    return f"{ndcg(quality.mean)} ({ndcg(quality.low)} to {ndcg(quality.high)})"


def _speed(name: str, before: CandidatePart, after: CandidatePart) -> Iterator[Difference]:
    one, two = before.speed, after.speed
    if one is None or two is None:
        return
    noise = max(SAME_SPEED, one.latency_noise or 0.0, two.latency_noise or 0.0)
    for field, words in _SPEEDS:
        old, new = getattr(one, field), getattr(two, field)
        if old and new and abs(new - old) > noise * min(old, new):
            what = f"{name}, {words}"
            yield Difference(topic="speed", what=what, before=number(old), after=number(new))
