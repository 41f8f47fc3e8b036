"""Judging at the desk: the pools, the judgements on disk, and the verdict's data with them."""

from __future__ import annotations

import errno
from pathlib import Path

from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset
from advisor.deciding.judged_here import Judgements, as_tsv, finished, pools_of, rejudged
from advisor.desk.messages import Counted, Exported, Judge, Pooled
from advisor.desk.queries import ToJudge
from advisor.errors import UsageError
from advisor.evaluation.power import gap_shown
from advisor.evaluation.yardstick import yardstick

MOST_QUERIES = 200
"""More than anybody judges in one sitting."""
MOST_CHARACTERS = 4_000
"""Of a document to judge."""


class Judging:
    """What is judged of one set of texts; pools are those of the run at hand."""

    def __init__(self, whole: Dataset, cache: Path) -> None:
        """Take up what was judged of these texts before; DataError where that is damaged."""
        self._name = whole.name
        self._judgements = Judgements(cache, whole.texts_fingerprint())
        self._pools: dict[str, tuple[str, ...]] = {}
        self._depth = 0

    @property
    def count(self) -> int:
        """How many documents are judged."""
        return self._judgements.count

    def pool(self, outcome: Outcome, seed: int) -> Pooled:
        """Put the pools together; UsageError where nothing is left to judge."""
        if outcome.dataset.task != "retrieval":
            raise UsageError("There is nothing to judge: this data is no search.")
        self._make_pools(outcome, seed)
        texts = {document.id: document.text for document in outcome.dataset.corpus}
        asked = {query.id: query.text for query in outcome.dataset.queries}
        grades = self._judgements.grades
        to_judge = tuple(
            ToJudge(
                id=query,
                text=asked[query][:MOST_CHARACTERS],
                documents={one: texts[one][:MOST_CHARACTERS] for one in documents},
                grades={one: grade for one, grade in grades.get(query, {}).items() if one in texts},
            )
            for query, documents in list(self._pools.items())[:MOST_QUERIES]
        )
        if not to_judge:
            raise UsageError("There is nothing to judge: every document found is judged already.")
        return Pooled(queries=to_judge, depth=self._depth)

    def judge(self, request: Judge) -> Counted:
        """Keep what was judged, on disk at once, and say what it can show."""
        pool_of_query = self._pools.get(request.query)
        if pool_of_query is None or not set(request.grades) <= set(pool_of_query):
            raise UsageError("This document is not among those to judge.")
        if request.grades:
            self._judgements.put(request.query, request.grades)
        grades = self._judgements.grades
        done = finished(grades, self._pools)
        counted = sum(1 for query in done if max(grades[query].values(), default=0) > 0)
        gap = gap_shown(counted, yardstick("retrieval").spread)
        return Counted(judged=self._judgements.count, queries=counted, smallest_gap=gap)

    def applied(self, outcome: Outcome, seed: int) -> Outcome:
        """Return the outcome with what was judged here; UsageError where nothing is judged."""
        if outcome.dataset.task != "retrieval":
            return outcome
        self._make_pools(outcome, seed)
        judged = rejudged(outcome, self._judgements.grades, self._pools, self._depth)
        if not judged.dataset.is_judged:
            raise UsageError(
                "Nothing is judged yet, so there is no quality to compare. j leads to judging: a "
                "query counts once all its documents were gone through."
            )
        return judged

    def export(self, folder: Path) -> Exported:
        """Write the judgements as qrels into a new file of the folder; OSError as from writing."""
        folder.mkdir(parents=True, exist_ok=True)
        stem = "".join(char if char.isalnum() else "-" for char in self._name)[:60] or "data"
        for number in range(1, 1_000):
            path = folder / f"{stem}-qrels{'' if number == 1 else f'-{number}'}.tsv"
            try:
                with path.open("xb") as file:
                    file.write(as_tsv(self._judgements.grades))
            except FileExistsError:
                continue
            return Exported(path=str(path))
        raise FileExistsError(errno.EEXIST, "a thousand files of this name are there")

    def _make_pools(self, outcome: Outcome, seed: int) -> None:
        self._depth, self._pools = pools_of(outcome, seed)
