"""The calibration benchmark on a made set: what is known comes out, what is missed is said."""

import numpy as np
import pytest

from advisor.bench.candidate import Candidate
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.needs.requirements import Machine, Requirements
from benchmarks.calibration import report
from benchmarks.samples import Full, draws, exchanged, regrets, with_itself, word_of


def full(means: tuple[float, ...] = (0.9, 0.3, 0.2), queries: int = 60) -> Full:
    rng = np.random.default_rng(0)
    ids = tuple(f"q{i:02d}" for i in range(queries))
    data = Dataset(
        name="made",
        corpus=tuple(Document(f"d{i}", "text") for i in range(queries)),
        queries=tuple(Query(one, "asked") for one in ids),
        qrels={one: {f"d{i}": 1} for i, one in enumerate(ids)},
        evidence="human",
    )
    candidates = tuple(Candidate(name=f"m{i}", kind="dense") for i in range(len(means)))
    scores = np.clip(rng.normal(0, 0.1, (len(means), queries)) + np.array(means)[:, None], 0, 1)
    needs = Requirements(machine=Machine(source="detected"), document_languages=("en",))
    return Full(data, needs, candidates, ids, scores)


def test_a_model_far_ahead_is_picked_by_every_sample() -> None:
    made = full()
    for one in draws(made, 10, 5):
        assert regrets(made, one) == {"ours": 0.0, "measured": 0.0}


def test_a_model_entered_twice_is_a_tie_and_exchanged_scores_are_those_of_both() -> None:
    made = full()
    one = next(iter(draws(made, 30, 1)))
    assert word_of(with_itself(made, one, 0))[0] == "tie"
    swapped = exchanged(made, one, 0)
    both = made.scores[list(one.models[:2])][:, one.queries]
    assert swapped.scores.sum() == pytest.approx(both.sum())


def test_the_report_says_what_is_missed() -> None:
    good = report([full()], 5, 3)
    assert "| made | 25 | 0.00 | 0.00 | – | – |" in good
    rng = np.random.default_rng(1)
    noisy = full((0.5, 0.5, 0.5))._replace(scores=(rng.uniform(0, 1, (3, 60)) < 0.5).astype(float))
    missed = report([noisy], 40, 2).partition("## Missed")[2]
    assert "mean regret" in missed
    assert "aim 1.4" in missed
