"""The side panel of the interview: models left, who just left and why, who is in front."""

from __future__ import annotations

from textual.content import Content

from advisor.needs.questions import QUESTIONS
from advisor.record.cells import number
from advisor.shortlist.path import Step, TreePath
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, cut, joined, lines, shown

LABELS = {
    "task": "task", "document_languages": "documents' language",
    "query_languages": "queries' language", "exact_terms": "exact terms", "domain": "domain",
    "priority": "priority", "give_up_ndcg": "points given up", "min_recall_at_10": "least recall",
    "machine": "machine", "memory_mib": "memory", "latency_ms": "latency",
    "queries_per_s": "peak rate", "hosted_allowed": "hosted APIs", "usd_per_month": "budget",
    "documents": "documents", "document_words": "words a document",
    "queries_per_day": "queries a day", "vector_store": "vector database",
    "commercial_use": "commercial use", "labelled_pairs": "labelled pairs",
    "index_minutes": "time to index",
}  # fmt: skip
assert set(LABELS) == {question.key for question in QUESTIONS}
MOST_GONE = 4


def panel(path: TreePath, last: str | None, width: int) -> Content:
    """Return the panel, `width` cells wide; `last` is the key just answered."""
    costly = [step for step in path.steps if step.left]
    parts: list[Content | str] = [
        joined(Content.styled(f"{path.considered:>4}", STRONG), " models"),
        *(_minus(step, width) for step in costly),
        joined(Content.styled(f"{path.remaining:>4}", f"bold {ACCENT}"), " left"),
    ]
    if path.clash:
        return lines(*parts, "", shown(path.clash, ERROR))
    parts += ["", Content.styled("in front now", MUTED)]
    for one in path.in_front:
        score = number(one.score)
        name = cut(one.name, width - len(score) - 2)
        gap = " " * (width - name.cell_length - len(score) - 1)
        parts.append(joined(name, gap, shown(score, MUTED)))
    gone = next((step for step in path.steps if step.key == last and step.left), None)
    if gone is not None:
        parts += ["", Content.styled("just left", MUTED), *_gone(gone, width)]
    return lines(*parts)


def _minus(step: Step, width: int) -> Content:
    label = cut(LABELS[step.key], width - 7, MUTED)
    return joined(shown(f"{-len(step.left):>4}", MUTED), " ", label)


def _gone(step: Step, width: int) -> list[Content]:
    told = [cut(name, width) for name, _ in step.left[:MOST_GONE]]
    told.append(shown(f" {step.left[0][1]}", MUTED))
    return told
