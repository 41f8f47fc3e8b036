"""What pipelines gained in this run, told where it is worth it or a minimum is missed."""

import msgspec

from advisor.advice.recommendation import recommend
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.needs.requirements import Machine, Requirements
from tests.record import made

NEEDS = Requirements(machine=Machine(source="detected", cores=2))


def fused(gain: float, level: float = 0.6, recall: float = 0.9) -> Result:
    """`one` with BM25 beside it: each query's quality changed by about the gain."""
    alone = made.per_query(level)["nDCG@10"]
    values = {
        query: min(1.0, value + gain * (1 + (i % 3) / 10))
        for i, (query, value) in enumerate(alone.items())
    }
    hybrid = Candidate(name="one + BM25", kind="hybrid", parts=("one", "BM25"))
    latency = made.result().latency
    assert latency is not None
    assert latency.p50 is not None
    return made.result(
        candidate=hybrid,
        per_query={"nDCG@10": values, "Recall@10": dict.fromkeys(values, recall)},
        latency=msgspec.structs.replace(latency, p50=2 * latency.p50),
    )


def steps(requirements: Requirements, *others: Result) -> tuple[str, ...]:
    results = [made.result(), made.result("two", 0.3), *others]
    return recommend(requirements, results, made.dataset()).next_steps


def test_a_hybrid_that_surely_gained_is_a_next_step_with_its_gain_and_latency() -> None:
    (step,) = steps(NEEDS, fused(0.015))
    assert step.startswith("Put BM25 beside it, around one: nDCG@10 +0.016")
    assert "recall@10 0.900, at 2.0 times the latency, measured here" in step


def test_a_gain_that_is_small_is_no_next_step() -> None:
    assert steps(NEEDS, fused(0.004)) == ()


def test_a_missed_minimum_tells_the_measured_gain_instead_of_what_could_be() -> None:
    wanted = msgspec.structs.replace(NEEDS, min_recall_at_10=0.95)
    told = steps(wanted, fused(0.0), made.baseline())
    (hybrid,) = (step for step in told if "beside it" in step)
    assert "nDCG@10 +0.000" in hybrid
    assert "recall@10 0.900" in hybrid
    assert not any("at the most" in step for step in told)
