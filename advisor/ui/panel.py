"""The side panel of the interview: models left, who just left and why, who is in front."""

from __future__ import annotations

import re

from textual.content import Content

from advisor.needs.questions import QUESTIONS
from advisor.record.cells import number, wrap
from advisor.shortlist.path import Step, TreePath
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, cut, joined, lines, shown

LABELS = {
    "task": "task", "document_languages": "documents' language",
    "query_languages": "queries' language", "exact_terms": "exact terms", "domain": "domain",
    "priority": "priority", "give_up_ndcg": "points given up", "min_recall_at_10": "least recall",
    "machine": "machine", "memory_mib": "memory", "latency_ms": "latency",
    "queries_per_s": "peak rate", "hosted_allowed": "hosted APIs", "usd_per_month": "budget",
    "usd_per_hour": "price of the machine",
    "documents": "documents", "documents_per_month": "growth", "document_words": "words a document",
    "chunking": "chunks",
    "queries_per_day": "queries a day", "vector_store": "vector database",
    "commercial_use": "commercial use", "labelled_pairs": "labelled pairs",
    "index_minutes": "time to index", "judging_usd_per_hour": "price of judging",
}  # fmt: skip
"""A few words for each question."""
assert set(LABELS) == {question.key for question in QUESTIONS}

FIGURES = 7
"""Cells of a sign, a count and the gap behind it."""
MOST_REASONS = 5
REASON_LINES = 2
_SIDE_CLAUSE = re.compile(r"; | \(")


def panel(path: TreePath, last: str | None, width: int, height: int) -> Content:
    """Return the panel, fitted into cells; `last` is the key of the answer just given."""
    parts = _counts(path, width)
    if path.clash:
        return lines(*parts, "", shown(path.clash, ERROR))
    parts += ["", Content.styled("in front now", MUTED), *_in_front(path, width)]
    gone = next((step for step in path.steps if step.key == last and step.left), None)
    if gone is not None:
        parts += _fitting(_gone(gone, width), height - len(parts) - 2)
    return lines(*parts)


def _counts(path: TreePath, width: int) -> list[Content | str]:
    other = f"  ({path.not_measurable} more not measurable)" if path.not_measurable else ""
    other = other if width >= 40 else ""
    return [
        joined(Content.styled(f"  {path.considered:>3}", STRONG), "  models", shown(other, MUTED)),
        *(_minus(step, width) for step in path.steps if step.left),
        joined(Content.styled(f"= {path.remaining:>3}", f"bold {ACCENT}"), "  left"),
    ]


def _minus(step: Step, width: int) -> Content:
    return joined(f"− {len(step.left):>3}  ", cut(LABELS[step.key], width - FIGURES, MUTED))


def _in_front(path: TreePath, width: int) -> list[Content]:
    found = []
    for one in path.in_front:
        score = number(one.score)
        name = cut(one.name, width - len(score) - 1)
        gap = " " * (width - name.cell_length - len(score))
        found.append(joined(name, gap, shown(score, MUTED)))
    return found


def _gone(step: Step, width: int) -> list[Content]:
    """Return the models that left, those of the same reason together."""
    reasons: dict[str, list[str]] = {}
    for name, sentence in step.left:
        reasons.setdefault(_SIDE_CLAUSE.split(sentence)[0], []).append(name)
    told: list[Content] = []
    for reason, names in list(reasons.items())[:MOST_REASONS]:
        more = f" +{len(names) - 1}" if len(names) > 1 else ""
        told.append(joined(cut(names[0], width - len(more)), shown(more, MUTED)))
        wrapped = wrap(reason, width, first=" ", rest=" ").split("\n")[:REASON_LINES]
        told += [shown(line, MUTED) for line in wrapped]
    return told


def _fitting(told: list[Content], room: int) -> list[Content | str]:
    """Return what fits below a heading; with no room for one reason nothing is said."""
    return ["", Content.styled("just left", MUTED), *told[:room]] if room >= 2 else []
