"""Public scores as a prior: which count, how much, and that the measurement stands beside."""

import numpy as np
import pytest

from advisor.advice.measurements import Measurements
from advisor.advice.prior import prior_of
from advisor.advice.recommendation import advise, recommend
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.needs.requirements import Machine, Requirements

NEEDS = Requirements(machine=Machine(source="detected", cores=2))


def dataset(queries: int, a_document: int = 1) -> Dataset:
    return Dataset(
        name="made",
        corpus=tuple(Document(f"d{i}", f"text {i}") for i in range(300)),
        queries=tuple(Query(f"q{i:03d}", f"question {i}") for i in range(queries)),
        qrels={f"q{i:03d}": {f"d{i // a_document}": 1} for i in range(queries)},
        evidence="human",
    )


def candidate(name: str, score: float | None, **more: object) -> Candidate:
    board = None if score is None else "en"
    return Candidate(name=name, kind="dense", public_score=score, public_board=board, **more)  # type: ignore[arg-type]


def result(one: Candidate, mean: float, n: int, seed: int) -> Result:
    values = np.random.default_rng(seed).normal(mean, 0.2, n)
    values += mean - values.mean()
    scores = {f"q{i:03d}": float(value) for i, value in enumerate(values)}
    return Result(candidate=one, status="measured", per_query={"nDCG@10": scores})


def spread(pair: list[Result]) -> list[float]:
    one, other = (result.per_query["nDCG@10"] for result in pair)
    return [one[query] - other[query] for query in one]


def test_the_prior_moves_close_models_towards_their_public_scores_and_less_with_more_queries() -> (
    None
):
    gaps = {}
    for n in (20, 200):
        results = [
            result(candidate("good", 60.0), 0.50, n, 0),
            result(candidate("poor", 40.0), 0.51, n, 1),
        ]
        found = {one.name: one for one in recommend(NEEDS, results, dataset(n)).assessments}
        assert found["poor"].quality.mean == pytest.approx(0.51)
        believed = found["good"].posterior, found["poor"].posterior
        assert believed[0] is not None
        assert believed[1] is not None
        gaps[n] = believed[0] - believed[1]
        s_d = np.std(spread(results), ddof=1)
        v, tau = s_d**2 / (2 * n), 0.05
        assert found["good"].weight == pytest.approx(tau**2 / (tau**2 + v))
    assert gaps[20] > gaps[200] > -0.01
    assert gaps[20] > 0.01


def test_a_model_that_leads_by_its_public_score_is_said_to() -> None:
    results = [
        result(candidate("good", 70.0), 0.50, 20, 0),
        result(candidate("poor", 30.0), 0.53, 20, 1),
    ]
    advice = recommend(NEEDS, results, dataset(20))
    assert advice.leader == "good"
    assert advice.kind in ("probable", "tie")
    assert advice.prior is not None
    assert "of 2 of the 2 models" in advice.prior


def test_a_score_trained_on_the_benchmark_or_of_other_weights_is_not_trusted() -> None:
    models = [
        candidate("a", 60.0), candidate("b", 50.0), candidate("none", None),
        candidate("trained", 90.0, public_doubt="trained on 9 of the 10 public tasks"),
        candidate("approximate", 80.0, mark="an approximation"),
    ]  # fmt: skip
    prior = prior_of(models)
    assert prior is not None
    assert prior.untrusted == (False, False, False, True, True)
    assert prior.means[:2] == pytest.approx((0.522, 0.435))
    assert prior.means[2] is None
    assert prior.tau == 0.05


@pytest.mark.parametrize("scores", [(None, None), (50.0, None)])
def test_fewer_than_two_public_scores_make_no_prior(scores: tuple[float | None, ...]) -> None:
    assert prior_of([candidate(f"m{i}", score) for i, score in enumerate(scores)]) is None


def test_a_baseline_neither_has_a_prior_nor_moves_one() -> None:
    n = 30
    pair = [
        result(candidate("a", 60.0), 0.50, n, 0),
        result(candidate("b", 40.0), 0.52, n, 1),
    ]
    lexical = result(Candidate(name="BM25", kind="baseline"), 0.2, n, 2)
    alone = Measurements(tuple(pair), dataset(n)).posterior
    beside = Measurements((*pair, lexical), dataset(n)).posterior
    assert beside.mean[0] - beside.mean[1] == pytest.approx(alone.mean[0] - alone.mean[1], abs=1e-6)
    assert beside.covariance[:2, :2] == pytest.approx(alone.covariance, abs=1e-7)


def test_queries_of_one_document_count_together() -> None:
    n = 60
    results = [
        result(candidate("a", None), 0.50, n, 0),
        result(candidate("b", None), 0.60, n, 1),
    ]
    apart = Measurements(tuple(results), dataset(n))
    together = Measurements(tuple(results), dataset(n, a_document=4))
    assert (apart.units, together.units) == (60, 15)
    assert apart.clusters is None
    advice = advise(together, NEEDS)
    assert (advice.n, advice.units, advice.kind) == (60, 15, "insufficient")
    assert any("come from 15 documents" in note for note in advice.notes)
