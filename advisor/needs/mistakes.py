"""The usual mistakes, each said where an answer makes it."""

from __future__ import annotations

from collections.abc import Callable

from advisor.needs.answers import Answers
from advisor.needs.languages import SEVERAL

LONG_DOCUMENT_WORDS = 400
"""About 512 tokens of English, the limit of most small models."""
FEW_PAIRS = 500
"""Below this fine-tuning seldom pays (methods, 11)."""
SHORT_MS = 20


def mistakes(answers: Answers) -> tuple[str, ...]:
    """Return the mistakes these answers make, a line each."""
    return tuple(sentence for made, sentence in _MISTAKES if made(answers))


def _share_no_language(answers: Answers) -> bool:
    documents, queries = set(answers.document_languages or ()), set(answers.query_languages or ())
    both = documents | queries
    return bool(documents and queries) and not documents & queries and SEVERAL not in both


def _accuracy_in_no_time(answers: Answers) -> bool:
    hurried = answers.latency_ms is not None and answers.latency_ms < SHORT_MS
    strong = answers.machine in ("server", "gpu-server")
    return answers.priority == "accuracy" and hurried and not strong


_MISTAKES: tuple[tuple[Callable[[Answers], bool], str], ...] = (
    (
        _share_no_language,
        "Queries and documents share no language: only models trained across both will do, and "
        "BM25 finds next to nothing.",
    ),
    (
        _accuracy_in_no_time,
        f"Accuracy first, within {SHORT_MS} ms on a small machine: the limit will decide, not the "
        "accuracy.",
    ),
    (
        lambda answers: answers.machine == "edge" and answers.priority == "accuracy",
        "Accuracy first on an edge device: the larger models are too slow there.",
    ),
    (
        lambda answers: (answers.document_words or 0) > LONG_DOCUMENT_WORDS,
        f"Documents of over {LONG_DOCUMENT_WORDS} words: models that read 512 tokens see only the "
        "beginning; split the documents, or keep to models that read more.",
    ),
    (
        lambda answers: 0 < (answers.labelled_pairs or 0) < FEW_PAIRS,
        f"Fewer than {FEW_PAIRS} labelled pairs: they do more as judged test queries than as "
        "training data.",
    ),
)
