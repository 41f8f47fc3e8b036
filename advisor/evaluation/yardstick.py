"""What each task is measured by: its main metric, the others, and what one value belongs to."""

from __future__ import annotations

from typing import Final, NamedTuple

from advisor.corpus.dataset import Task
from advisor.evaluation.metrics import MAIN_METRIC, METRICS


class Yardstick(NamedTuple):
    """The metrics of a task, and the words for what is counted."""

    main: str
    """The metric that the verdict is about."""
    labels: tuple[str, ...]
    """All metrics, the main one first."""
    unit: str
    """What one value belongs to, and what more of would make a verdict surer."""
    units: str
    document: str
    documents: str
    """What stands on the other side."""
    spread: float = 0.3
    """Usual standard deviation of the differences between two good models, a unit each: of nDCG
    by methods, 2; of the others as seen on jsts-ja and banking77."""
    is_one_sided: bool = False
    """Whether the other side is the same texts again, so that one number says how many."""
    baseline: str = "TF-IDF"
    """The floor that every model is compared with."""

    def many(self, n: int) -> str:
        """Return "1 pair", "20 pairs"."""
        return f"{n:,} {self.unit if n == 1 else self.units}"

    def many_documents(self, n: int) -> str:
        """Return "1 document", "20 documents"."""
        return f"{n:,} {self.document if n == 1 else self.documents}"

    def size(self, n: int, documents: int) -> str:
        """Return "20 queries on 500 documents", "20 pairs"."""
        if self.is_one_sided:
            return self.many(n)
        # Texts are not classified on texts.
        between = " on " if self.document == "document" else ", "
        return f"{self.many(n)}{between}{self.many_documents(documents)}"


_RANKED: Final = (tuple(METRICS), "query", "queries", "document", "documents")

YARDSTICKS: Final[dict[Task, Yardstick]] = {
    "retrieval": Yardstick(MAIN_METRIC, *_RANKED, baseline="BM25"),
    "reranking": Yardstick(MAIN_METRIC, *_RANKED, baseline="BM25"),
    "similarity": Yardstick(
        "Spearman", ("Spearman", "Pearson"), "pair", "pairs", "second text", "second texts",
        0.42, is_one_sided=True,
    ),
    "classification": Yardstick(
        "Accuracy", ("Accuracy", "F1 macro"), "text", "texts", "text to learn from",
        "texts to learn from", 0.42,
    ),
    "clustering": Yardstick(
        "V-measure", ("V-measure", "NMI", "ARI", "Purity"), "text", "texts", "text", "texts",
        0.16, is_one_sided=True,
    ),
}  # fmt: skip


def yardstick(task: str) -> Yardstick:
    """Return what a task is measured by; a task of a later version counts as retrieval."""
    return next(
        (found for name, found in YARDSTICKS.items() if name == task), YARDSTICKS["retrieval"]
    )
