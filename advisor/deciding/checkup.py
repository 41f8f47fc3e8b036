"""The data doctor: everything that is odd about a place with data, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from advisor.corpus.dataset import RANKED, Dataset, Task
from advisor.corpus.examining import Examiner
from advisor.corpus.language import language_shares
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Finding, Problems
from advisor.corpus.readers import read_dataset
from advisor.deciding.word_search import WordSearch, word_search
from advisor.errors import DataError
from advisor.evaluation.power import gap_shown
from advisor.evaluation.yardstick import yardstick
from advisor.needs.languages import found_language_name
from advisor.text import one_line

LEAST_QUERIES = 20
"""Below so many no verdict is given."""
_FEW = 100
_MIXED = 0.1
"""Other languages than the first count from this share on."""
_CEILING, _FLOOR = 0.95, 0.05


class Checkup(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; figures are absent where there is no dataset to take them from."""

    name: str
    findings: tuple[Finding, ...]
    """Errors first, then warnings, then notes."""
    documents: int | None = None
    queries: int | None = None
    judgements: int | None = None
    evidence: str | None = None
    task: Task = "retrieval"
    """What it is measured as."""
    smallest_gap: float | None = None
    """Smallest true nDCG@10 gap that so many queries show with 80 % power (spread .3 assumed)."""
    longest_tokens: int | None = None
    """Of a document, estimated from its characters."""
    bm25_ndcg: float | None = None
    """nDCG@10 of word search, of at most 200 queries in at most 20,000 documents."""
    notes: tuple[str, ...] = ()
    """What was decided while reading, a sentence each."""

    def count(self, severity: str) -> int:
        """Kinds of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def stops(self, *, skipping: bool) -> bool:
        """Tell whether a run would refuse the data, rows that cannot be read left out or not."""
        return any(
            finding.severity == "error" and not (skipping and finding.remedy == "skip")
            for finding in self.findings
        )


_OF_SEARCHES: Final = ("same-text", "near-copy", "same-query", "upper-case")
"""What texts of other tasks may well be: they are found by nobody, and repeat each other."""
_ORDER = ("error", "warning", "note")


def check_data(
    place: str, options: ReadOptions, stopped: Callable[[], bool] = lambda: False
) -> Checkup:
    """Read a place as far as it can be read and say all that is found.

    DataError when there is nothing to read, UsageError when `stopped` has become true meanwhile.
    """
    problems = Problems(one_line(place, 80), skip=True)
    examiner = Examiner(problems, stopped)
    asked = msgspec.structs.replace(options, skip=True)
    try:
        dataset = read_dataset(place, asked, problems, examiner.watches)
    except DataError as error:
        if not problems.findings():
            raise
        if not problems.stopping:
            problems.add("unusable", one_line(place, 80), str(error))
        dataset = None
    examiner.finish()
    searched = _look_at_set(dataset, problems, options.seed) if dataset else None
    found = problems.findings()
    if dataset is not None and dataset.task != "retrieval":
        found = tuple(one for one in found if one.kind not in _OF_SEARCHES)
    findings = sorted(found, key=lambda one: _ORDER.index(one.severity))
    if dataset is None:
        return Checkup(name=one_line(place, 80), findings=tuple(findings), notes=problems.said)
    return Checkup(
        name=dataset.name,
        findings=tuple(findings),
        documents=dataset.documents_of,
        queries=len(dataset.queries),
        judgements=dataset.judgements,
        task=dataset.task,
        evidence=dataset.evidence,
        smallest_gap=usual_gap(len(dataset.queries), dataset.task),
        longest_tokens=round(examiner.longest),
        bm25_ndcg=round(searched.ndcg, 4) if searched else None,
        notes=problems.said,
    )


def usual_gap(n: int, task: Task) -> float | None:
    """Return the smallest true gap that so many queries, texts or pairs show with 80 % power."""
    gap = gap_shown(n, yardstick(task).spread)
    return None if gap is None else round(gap, 4)


def _look_at_set(dataset: Dataset, problems: Problems, seed: int) -> WordSearch | None:
    """Tell what is odd about the set as a whole; what words find is looked at for searches."""
    languages = {
        "documents": [document.text for document in dataset.corpus],
        "queries": [query.text for query in dataset.queries],
    }
    main: dict[str, str] = {}
    for side, texts in languages.items():
        shares = language_shares(texts)
        if sum(one.share for one in shares[1:]) >= _MIXED:
            named = ", ".join(
                f"{found_language_name(one.tag)} {one.share:.0%}" for one in shares[:4]
            )
            problems.count(f"mixed-{side}", side, named)
        if shares and shares[0].share >= 0.5:
            main[side] = shares[0].tag
    crosses = len(set(main.values())) > 1
    if crosses:
        asked, answered = (
            found_language_name(main["queries"]),
            found_language_name(main["documents"]),
        )
        problems.count("cross-lingual", dataset.name, f"{asked} queries on {answered} documents")
    _count_queries(dataset, problems)
    if dataset.task != "retrieval":
        return None
    searched = word_search(dataset, seed)
    _judge_search(dataset, searched, problems, crosses=crosses)
    return searched


def _count_queries(dataset: Dataset, problems: Problems) -> None:
    gap, queries, words = (
        usual_gap(len(dataset.queries), dataset.task),
        len(dataset.queries),
        yardstick(dataset.task),
    )
    many = words.many(queries)
    what = "queries" if dataset.task in RANKED else "units"
    shown = f"{many} show gaps of {gap:.2f} {words.main} and more" if gap else many
    if queries < LEAST_QUERIES:
        problems.count(f"few-{what}", dataset.name, shown)
    elif queries < _FEW:
        problems.count(f"weak-{what}", dataset.name, shown)


def _judge_search(
    dataset: Dataset, searched: WordSearch, problems: Problems, *, crosses: bool
) -> None:
    found = (
        f"BM25 has nDCG@10 {searched.ndcg:.2f} on {searched.queries:,} queries and "
        f"{searched.documents:,} documents"
    )
    if searched.shift is not None:
        problems.add("shifted", dataset.name, searched.shift.sentence)
    elif searched.ndcg >= _CEILING:
        problems.count("too-easy", dataset.name, found)
    elif searched.ndcg <= _FLOOR and not crosses:
        problems.count("too-hard", dataset.name, found)
