"""The measurements as the decision takes them: aligned, believed, and drawn once for every answer.

Answers may change at every key press, measurements do not: whatever takes longer than a moment is
done here, once, and the decision rule reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from advisor.advice.contest import competes
from advisor.advice.costs.scale import Texts, texts_of
from advisor.advice.cross_lingual import CrossLingual, cross_lingual, languages_in
from advisor.advice.neighbourhood import shared_neighbours
from advisor.advice.prior import Prior, prior_of
from advisor.bench.dropped import Dropped
from advisor.bench.results import Result
from advisor.corpus.dataset import RANKED, Dataset
from advisor.corpus.grouping import GroupOfQueries, grouped
from advisor.evaluation import posterior as beliefs
from advisor.evaluation.clusters import covariance_of_means, sources
from advisor.evaluation.estimate import Interval
from advisor.evaluation.intervals import gap_interval, mean_interval, quality_interval
from advisor.evaluation.metrics import evaluate
from advisor.evaluation.pooling import depth_for, pool
from advisor.evaluation.significance import max_t_test

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measurements:
    """Results, data and seed, and everything about them that no answer changes."""

    results: tuple[Result, ...]
    dataset: Dataset
    seed: int = 0
    only: tuple[str, ...] | None = None
    """The queries that count, in order, where not all do: see `on`."""
    _intervals: dict[tuple[str, ...], Interval] = field(default_factory=dict, repr=False)
    _tests: dict[tuple[str, ...], dict[str, float]] = field(default_factory=dict, repr=False)
    """What was asked for before, by names."""
    _parts: dict[tuple[str, ...], Measurements] = field(default_factory=dict, repr=False)
    """The same on some of the queries, by these."""

    @cached_property
    def measured(self) -> tuple[Result, ...]:
        """Those with a quality."""
        return tuple(result for result in self.results if result.per_query)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of those with a quality; their places are the rows and columns of everything here."""
        return tuple(result.candidate.name for result in self.measured)

    @cached_property
    def competing(self) -> tuple[Result, ...]:
        """Those that stand for themselves in the contest (`advisor.advice.contest`)."""
        return tuple(result for result in self.measured if competes(result))

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """Where those that a race left behind stood."""
        return tuple(result.dropped for result in self.results if result.dropped is not None)

    @cached_property
    def queries(self) -> tuple[str, ...]:
        """The shared queries, in order."""
        if self.only is not None:
            return self.only
        return tuple(sorted(self.measured[0].scores)) if self.measured else ()

    @cached_property
    def clusters(self) -> tuple[str, ...] | None:
        """For each query the document it came from; None where each has its own."""
        return sources(self.queries, self.dataset.qrels, self.dataset.origins)

    @cached_property
    def units(self) -> int:
        """Independent queries: the documents they came from, where several came from one."""
        return len(set(self.clusters)) if self.clusters else len(self.queries)

    @cached_property
    def scores(self) -> Scores:
        """nDCG@10 per candidate and query, (K, n)."""
        rows = [result.scores for result in self.measured]
        return np.array([[row[query] for query in self.queries] for row in rows], np.float64)

    @cached_property
    def prior(self) -> Prior | None:
        """What public scores say; None for a flat prior, as for tasks that are no search."""
        if self.dataset.task not in RANKED:
            return None
        return prior_of([result.candidate for result in self.measured])

    @cached_property
    def posterior(self) -> beliefs.Posterior:
        """The belief about all that were measured; ValueError with fewer than two units."""
        prior = self.prior
        if prior is None:
            return beliefs.posterior(self.scores, clusters=self.clusters)
        return beliefs.posterior(
            self.scores,
            prior.means,
            prior.tau,
            prior.untrusted,
            self.clusters,
            [not competes(result) for result in self.measured],
        )

    @cached_property
    def drawn(self) -> Scores:
        """Draws of the posterior, (draws, K)."""
        return beliefs.draw(self.posterior, seed=self.seed)

    @cached_property
    def between_languages(self) -> dict[str, CrossLingual]:
        """How each does between languages, by candidate; empty where there is only one."""
        languages = languages_in(self.dataset)
        found = (
            (one.candidate.name, cross_lingual(one, self.dataset, languages))
            for one in self.measured
        )
        return {name: between for name, between in found if between is not None}

    @cached_property
    def shared_neighbours(self) -> dict[str, dict[str, float]]:
        """Neighbours of documents in common, by candidate and other candidate."""
        return shared_neighbours(self.measured)

    @cached_property
    def drawn_as_measured(self) -> Scores:
        """Draws of the belief without public scores, (draws, K).

        What has no public score is held against the models in this one: a prior that moves the
        models alone would otherwise decide between them and a baseline.
        """
        if self.prior is None:
            return self.drawn
        flat = beliefs.posterior(self.scores, clusters=self.clusters)
        return beliefs.draw(flat, seed=self.seed)

    @cached_property
    def texts(self) -> Texts:
        """How long the texts are, for costs."""
        return texts_of(self.dataset, self.measured)

    @cached_property
    def judged_at_10(self) -> dict[str, float]:
        """Share of judged documents among the first ten, by candidate."""
        return {
            result.candidate.name: _judged_at_10(result, self.dataset) for result in self.measured
        }

    def on(self, queries: Iterable[str]) -> Measurements:
        """Return the same on some of the shared queries, for a group of them."""
        chosen = tuple(sorted(queries))
        if chosen not in self._parts:
            self._parts[chosen] = Measurements(self.results, self.dataset, self.seed, chosen)
        return self._parts[chosen]

    @cached_property
    def groups(self) -> tuple[GroupOfQueries, ...]:
        """The queries by category and by language, as far as the data has several of them."""
        return grouped(self.dataset, self.queries)

    @cached_property
    def pool_size(self) -> float | None:
        """Documents to judge for a query on average: the first ones of all lists together.

        None where nobody has a list.
        """
        runs = {one.candidate.name: one.rankings for one in self.measured if one.rankings}
        if not runs or not self.queries:
            return None
        depth = depth_for(runs, self.queries)
        sizes = [len(pool(runs, query, depth, self.seed)) for query in self.queries]
        return sum(sizes) / len(sizes)

    def place(self, name: str) -> int:
        """Return the row of a candidate."""
        return self.names.index(name)

    def quality(self, name: str) -> Interval:
        """Return the mean as measured with its interval."""
        if (name,) not in self._intervals:
            row = self.scores[self.place(name)].tolist()
            self._intervals[name,] = quality_interval(row, clusters=self.clusters)
        return self._intervals[name,]

    def gap(self, leader: str, name: str) -> Interval:
        """Return leader minus the other as measured, paired by query."""
        if (leader, name) not in self._intervals:
            row = self._difference(leader, name).tolist()
            self._intervals[leader, name] = gap_interval(row, clusters=self.clusters)
        return self._intervals[leader, name]

    def gain(self, over: str, name: str) -> Interval:
        """Return the second minus the first by Student's t, paired by query.

        For what is made of the other and ranks nearly as it does, where the halves of queries that
        `gap` takes in would outweigh what was measured.
        """
        row = (-self._difference(over, name)).tolist()
        return mean_interval(row, clusters=self.clusters)

    def spread(self, leader: str, name: str) -> float:
        """Return the standard deviation of the differences, as of independent queries.

        Where several queries come from one document it is the one that gives the same error of
        the mean: sqrt(n × the cluster-robust variance of the mean).
        """
        row = self._difference(leader, name)[np.newaxis, :]
        variance, _ = covariance_of_means(row, self.clusters)
        of_the_mean = max(0.0, float(variance[0, 0]))
        return float(np.sqrt(of_the_mean * len(self.queries)))

    def p_values(self, leader: str, others: Sequence[str]) -> dict[str, float]:
        """Return p values of the others against the leader, corrected for their number."""
        key = (leader, *others)
        if key not in self._tests:
            family = {name: self._difference(leader, name).tolist() for name in others}
            self._tests[key] = max_t_test(family, self.seed, self.clusters)
        return self._tests[key]

    def _difference(self, leader: str, name: str) -> Scores:
        return np.asarray(self.scores[self.place(leader)] - self.scores[self.place(name)])


def _judged_at_10(result: Result, dataset: Dataset) -> float:
    values = evaluate(result.rankings, dataset.qrels, ["Judged@10"])["Judged@10"]
    return sum(values.values()) / len(values)
