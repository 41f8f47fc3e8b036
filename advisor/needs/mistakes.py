"""The usual mistakes, each said where an answer or a choice makes it."""

from __future__ import annotations

from collections.abc import Callable

from advisor.needs.answers import Answers
from advisor.needs.languages import SEVERAL
from advisor.needs.questions import LONG_DOCUMENT_WORDS

FEW_PAIRS = 500
"""Below this fine-tuning seldom pays (methods, 11)."""
SHORT_MS = 20


def mistakes(answers: Answers) -> tuple[str, ...]:
    """Return the mistakes these answers make, a line each."""
    return tuple(sentence for made, sentence in _MISTAKES if made(answers))


def mistake_of_choice(models: int) -> str | None:
    """Return the mistake that comparing so few models makes, None when there is none."""
    if models != 1:
        return None
    return (
        "Only one model is compared, so its public score decides; of five close models the "
        "leaderboard's first is the best 26 to 32 % of the time."
    )


def _share_no_language(answers: Answers) -> bool:
    documents, queries = set(answers.document_languages or ()), set(answers.query_languages or ())
    both = documents | queries
    return bool(documents and queries) and not documents & queries and SEVERAL not in both


def _accuracy_alone(answers: Answers) -> bool:
    said = (answers.latency_ms, answers.memory_mib, answers.index_minutes, answers.usd_per_month)
    unlimited = all(limit is None for limit in said)
    return answers.priority == "accuracy" and unlimited and answers.machine != "edge"


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
        _accuracy_alone,
        "Accuracy alone: between good models quality differs by points and cost by a factor of "
        "ten. Say below what a query may take, or the largest model that fits goes first.",
    ),
    (
        lambda answers: answers.machine == "edge" and answers.priority == "accuracy",
        "Accuracy first on an edge device: the larger models are too slow there.",
    ),
    (
        lambda answers: (
            (answers.document_words or 0) > LONG_DOCUMENT_WORDS and not answers.chunking
        ),
        f"Documents of over {LONG_DOCUMENT_WORDS} words: models that read 512 tokens see only the "
        "beginning; split the documents, or keep to models that read more.",
    ),
    (
        lambda answers: 0 < (answers.labelled_pairs or 0) < FEW_PAIRS,
        f"Fewer than {FEW_PAIRS} labelled pairs: they do more as judged test queries than as "
        "training data.",
    ),
)
