"""What was looked at beside the comparison, as text: load, queries, languages, chunks, memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.record.beside import BatchMemory, Look
from advisor.record.cells import UNKNOWN, aligned, ndcg, number, shorten, signed, wrap
from advisor.record.chunk_text import chunk_rows
from advisor.record.decision import DecisionRecord
from advisor.text import one_line


def under_load(record: DecisionRecord, width: int) -> str:
    """Return how each candidate served the rate that was asked for."""
    tested = [
        (part.name, part.speed)
        for part in record.candidates
        if part.speed and part.speed.load_rate_qps is not None
    ]
    if not tested:
        return ""
    rate, within = tested[0][1].load_rate_qps, tested[0][1].load_within_ms
    head = f"under {rate:g} queries/s, one process"
    most = f"≤ {within:g} ms at" if within is not None else ""
    lines = [_load_row((head, "served/s", "p50 ms", "p95 ms", most), width)]
    for name, speed in tested:
        figures = (speed.load_achieved_qps, speed.load_p50_ms, speed.load_p95_ms)
        highest = f"{number(speed.load_highest_qps)}/s" if within is not None else ""
        lines.append(_load_row((name, *map(number, figures), highest), width))
    return "\n".join(lines)


def _load_row(row: Sequence[str], width: int) -> str:
    label = max(20, width - 2 - 4 * 11)
    return aligned(("", shorten(row[0], label), *row[1:]), (1, label, 9, 9, 9, 11)).rstrip()


def changed_queries(record: DecisionRecord, width: int) -> str:
    """Return what small changes of the queries do to each candidate."""
    looks = {part.name: part.changed_queries for part in record.candidates if part.changed_queries}
    kinds = list(dict.fromkeys(look.kind for own in looks.values() for look in own))
    if not kinds:
        return ""
    lines = [_change_row(("change of nDCG@10 by", *kinds), width)]
    for name, own in looks.items():
        found = {look.kind: look for look in own}
        figures = (_change(found[kind]) if kind in found else UNKNOWN for kind in kinds)
        lines.append(_change_row((name, *figures), width))
    return "\n".join(lines)


def _change(look: Look) -> str:
    half = f" ±{ndcg((look.high - look.low) / 2)}" if look.low is not None and look.high else ""
    return f"{signed(look.change)}{half}"


def _change_row(row: Sequence[str], width: int) -> str:
    columns = len(row) - 1
    label = max(16, width - 3 - 14 * columns)
    return aligned(("", shorten(row[0], label), *row[1:]), (1, label, *[12] * columns)).rstrip()


def chunks(record: DecisionRecord, width: int) -> str:
    """Return what cutting documents into chunks brought each; empty where none was cut."""
    rows = chunk_rows(record)
    if not rows:
        return ""
    widths = (1, max(16, width - 2 - 6 * 9), 7, 7, 7, 7, 7, 7)
    head = ("", "nDCG@10 in chunks", "a doc", "chunks", "cut off", "change", "from", "to")
    lines = [aligned(head, widths)]
    lines += [aligned(("", shorten(name, widths[1]), *rest), widths) for name, *rest in rows]
    return "\n".join(line.rstrip() for line in lines)


def cross_lingual(record: DecisionRecord, width: int) -> str:
    """Return how each candidate finds documents of one language for queries in another."""
    found = {
        part.name: {(one.query_language, one.document_language): one for one in part.cross_lingual}
        for part in record.candidates
        if part.cross_lingual
    }
    pairs = list(dict.fromkeys(pair for own in found.values() for pair in own))
    if not pairs:
        return ""
    cells = 15  # for "zh-Hans→other"
    most = max(1, (width - 25) // cells)
    tables = []
    for start in range(0, len(pairs), most):
        some = pairs[start : start + most]
        lines = [_columns(("nDCG@10, query → text", *map(_direction, some)), width, cells)]
        for name, own in found.items():
            figures = (ndcg(own[pair].ndcg) if pair in own else UNKNOWN for pair in some)
            lines.append(_columns((name, *figures), width, cells))
        tables.append("\n".join(lines))
    tables += [
        "\n".join([wrap(head, width, "  ", "  "), *(_columns(row, width) for row in rows)])
        for head, rows in _between_languages(record)
        if rows
    ]
    return "\n\n".join(tables)


def _between_languages(record: DecisionRecord) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield what else is known between languages: a head, and a row a candidate."""
    parts = record.candidates
    expected = next((one.same_language_expected for one in parts if one.same_language_expected), 0)
    yield (
        f"of the first ten in the query's language; by chance {_share(expected)}",
        [
            (part.name, _share(part.same_language_share))
            for part in parts
            if part.same_language_share is not None
        ],
    )
    pairs = max((one.translations.pairs for one in parts if one.translations), default=0)
    yield (
        f"{pairs:,} translations: queries that find theirs first, and documents that do",
        [
            (part.name, _share(part.translations.forth), _share(part.translations.back))
            for part in parts
            if part.translations
        ],
    )
    pairs = max((one.asked_twice.pairs for one in parts if one.asked_twice), default=0)
    yield (
        f"of the first ten in common when one question is asked in two languages ({pairs:,} times)",
        [(part.name, _share(part.asked_twice.overlap)) for part in parts if part.asked_twice],
    )


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


def _direction(pair: tuple[str, str]) -> str:
    return "→".join(pair)


def neighbourhood(record: DecisionRecord, width: int) -> str:
    """Return the figures of the documents' neighbourhoods."""
    found = [(part.name, part.neighbourhood) for part in record.candidates if part.neighbourhood]
    if not found:
        return ""
    heads = ("skew", "never", "any two", "relevant", "threshold")
    lines = [_columns((f"{found[0][1].k} nearest documents", *heads), width)]
    for name, near in found:
        cosines = (near.mean_cosine, near.relevant_cosine, near.threshold_cosine)
        figures = (number(near.skew), f"{100 * near.never_share:.0f} %", *map(number, cosines))
        lines.append(_columns((name, *figures), width))
    pairs = sorted(
        (share, name, other)
        for name, near in found
        for other, share in near.shared.items()
        if name < other
    )
    if pairs:
        (least, one, other), (most, left, right) = pairs[0], pairs[-1]
        said = f"{one_line(one, 30)} and {one_line(other, 30)} share {100 * least:.0f} % of them"
        if len(pairs) > 1:
            said += f", {one_line(left, 30)} and {one_line(right, 30)} {100 * most:.0f} %"
        lines.append(wrap(said, width, "  ", "    "))
    return "\n".join(lines)


def memory(record: DecisionRecord, width: int) -> str:
    """Return the peak of a process by the texts in a batch, and what is above the bare runtime."""
    found = [(part.name, part.memory) for part in record.candidates if part.memory]
    batches = sorted({one.batch for _, own in found for one in own})
    if not batches:
        return ""
    heads = [f"batch {batch}" for batch in batches]
    lines = [_columns(("peak MiB (above runtime)", *heads), width)]
    for name, own in found:
        by_batch = {one.batch: one for one in own}
        figures = (_peak(by_batch.get(batch)) for batch in batches)
        lines.append(_columns((name, *figures), width))
    return "\n".join(lines)


def _peak(one: BatchMemory | None) -> str:
    if one is None:
        return UNKNOWN
    above = f" ({number(one.model_mib)})" if one.model_mib is not None else ""
    return f"{number(one.peak_mib)}{above}"


def _columns(row: Sequence[str], width: int, cells: int = 12) -> str:
    """Put a name and figures side by side; a figure has about so many cells with their gap."""
    columns = len(row) - 1
    label = max(22, min(40, width - 3 - cells * columns))
    each = max(8, min(14, (width - 3 - label) // max(1, columns) - 2))
    cut = (shorten(one, each) for one in row[1:])
    return aligned(("", shorten(row[0], label), *cut), (1, label, *[each] * columns)).rstrip()
