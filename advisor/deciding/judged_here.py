"""Judgements made in the terminal: kept on disk after each one, and laid over what was measured."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from advisor.bench.cache import atomic_write, writing
from advisor.bench.results import Result, Views
from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset, Evidence
from advisor.corpus.problems import counted
from advisor.errors import DataError
from advisor.evaluation.clusters import single_sources
from advisor.evaluation.metrics import METRICS, evaluate
from advisor.evaluation.pooling import depth_for, pool, shuffled
from advisor.text import one_line

SKIPPED = -1
"""Grade of a document that was shown and passed over; TREC writes unjudged ones so."""
GRADES = (SKIPPED, 0, 1, 2)
FOLDER = "judged"
"""Below the cache folder; clearing what was measured leaves it alone."""
_HEADER = ("query-id", "corpus-id", "score")


class Judgements:
    """What a person has judged of one set of texts, in one TSV file of qrels."""

    def __init__(self, cache: Path, texts: str) -> None:
        """Read what is there for texts with this hash; DataError for a file that is damaged."""
        self._path = cache / FOLDER / f"{texts}.tsv"
        self.grades: dict[str, dict[str, int]] = {}
        if self._path.exists():
            self._read()

    def put(self, query: str, documents: Mapping[str, int | None]) -> None:
        """Judge documents of a query, None takes a judgement back; CacheError on a full disk."""
        own = self.grades.setdefault(query, {})
        for document, grade in documents.items():
            if grade is None:
                own.pop(document, None)
            else:
                own[document] = grade
        with writing(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(self._path, as_tsv(self.grades, skipped=True))

    @property
    def count(self) -> int:
        """How many documents are judged, those passed over not among them."""
        return sum(grade >= 0 for own in self.grades.values() for grade in own.values())

    def _read(self) -> None:
        try:
            content = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged("cannot be read") from error
        rows = list(csv.reader(io.StringIO(content), dialect="excel-tab"))
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != len(_HEADER) or row[2] not in map(str, GRADES):
                raise self._damaged(f"line {number} is no judgement")
            self.grades.setdefault(row[0], {})[row[1]] = int(row[2])

    def _damaged(self, what: str) -> DataError:
        return DataError(
            f"{one_line(str(self._path))}: {what}. It holds what was judged here before; correct "
            "it, or move it away to begin anew."
        )


def as_tsv(grades: Mapping[str, Mapping[str, int]], *, skipped: bool = False) -> bytes:
    """Return judgements as BEIR's qrels; with those passed over only where asked for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerow(_HEADER)
    for query, own in grades.items():
        for document, grade in own.items():
            if skipped or grade >= 0:
                writer.writerow((query, document, grade))
    return out.getvalue().encode("utf-8", "surrogatepass")


class Pools(NamedTuple):
    """What there is to judge of a run."""

    depth: int
    """So many of every candidate's first documents."""
    documents: dict[str, tuple[str, ...]]
    """By query; what the data judges itself is not among them."""


def pools_of(outcome: Outcome, seed: int) -> Pools:
    """Pool what the candidates of a run found."""
    runs = {result.candidate.name: result.rankings for result in outcome.results if result.rankings}
    dataset = outcome.dataset
    queries = shuffled((query.id for query in dataset.queries), seed)
    depth = depth_for(runs, queries)
    pools = {
        query: tuple(
            document
            for document in pool(runs, query, depth, seed)
            if document not in dataset.qrels.get(query, {})
        )
        for query in queries
    }
    return Pools(depth, {query: documents for query, documents in pools.items() if documents})


def with_earlier(outcome: Outcome, texts: str, seed: int, cache: Path) -> Outcome:
    """Return the outcome with what was judged here earlier of data whose texts have this hash.

    The outcome itself where nothing was, or no pool of these candidates was gone through;
    DataError where what is kept is damaged.
    """
    grades = Judgements(cache, texts).grades
    if not grades:
        return outcome
    pools = pools_of(outcome, seed)
    return rejudged(outcome, grades, pools.documents, pools.depth)


def finished(
    grades: Mapping[str, Mapping[str, int]], pools: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the queries whose whole pool was gone through.

    Half a pool would favour whoever found the half that was shown first.
    """
    return tuple(
        query
        for query, pool in pools.items()
        if pool and all(document in grades.get(query, {}) for document in pool)
    )


def rejudged(
    outcome: Outcome,
    grades: Mapping[str, Mapping[str, int]],
    pools: Mapping[str, tuple[str, ...]],
    depth: int,
) -> Outcome:
    """Return the outcome with these judgements laid over the data's own; nothing is encoded anew.

    Where the data has judgements, those here fill its holes. Where it has none, only queries whose
    pool was gone through count. What was looked at beside the runs belongs to the old judgements
    and is left out.
    """
    done = finished(grades, pools)
    dataset = _with_grades(outcome.dataset, {query: grades[query] for query in done}, depth)
    if dataset is outcome.dataset:
        return outcome
    results = tuple(_rejudged(result, dataset) for result in outcome.results)
    return Outcome(results, dataset, outcome.parts)


def _with_grades(dataset: Dataset, grades: Mapping[str, Mapping[str, int]], depth: int) -> Dataset:
    known = {document.id for document in dataset.corpus}
    new = {
        query: {doc: grade for doc, grade in own.items() if grade >= 0 and doc in known}
        for query, own in grades.items()
    }
    judged = sum(map(len, new.values()))
    if not judged:
        return dataset
    qrels = {
        query.id: {**dataset.qrels.get(query.id, {}), **new.get(query.id, {})}
        for query in dataset.queries
    }
    relevant = {query for query, own in qrels.items() if max(own.values(), default=0) > 0}
    unanswered = sum(1 for query in new if query not in relevant)
    note = (
        f"Judged here: {counted(judged, 'document')} of {counted(len(new), 'query', 'queries')}, "
        f"out of the first {depth} of every candidate's list; what lay deeper counts as not "
        "relevant. To repeat the run elsewhere, export these judgements and put them beside the "
        "data."
        + (f" For {unanswered:,} of the queries no document was relevant." if unanswered else "")
    )
    weaker: Evidence = "judged-here" if dataset.evidence == "human" else dataset.evidence
    return msgspec.structs.replace(
        dataset,
        queries=tuple(query for query in dataset.queries if query.id in relevant),
        qrels={query: own for query, own in qrels.items() if query in relevant},
        # A second relevant document makes a query no less one of several about the first.
        origins={**single_sources(dataset.qrels), **dataset.origins},
        evidence=weaker,
        notes=(*dataset.notes, note),
    )


def _rejudged(result: Result, dataset: Dataset) -> Result:
    near = result.views.near
    if near is not None:  # what rests on judgements rests on those before
        near = msgspec.structs.replace(near, relevant_cosine=None, threshold_cosine=None)
    views = Views(self_retrieval=result.views.self_retrieval, near=near)
    if not result.rankings:
        return msgspec.structs.replace(result, views=views)
    per_query = evaluate(result.rankings, dataset.qrels, METRICS) if dataset.is_judged else {}
    return msgspec.structs.replace(result, per_query=per_query, views=views)
