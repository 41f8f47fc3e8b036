"""What would change the advice: other priorities, fewer limits, more queries."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from advisor.advice.changes import changes_to, flip
from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise, recommend
from advisor.advice.rule import pick_with, reach_from
from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.results import Latency, Result
from advisor.corpus.dataset import Dataset, Document, Evidence, Query
from advisor.errors import NothingMeasured
from advisor.needs.requirements import Machine, Requirements


def what_would_change(
    wanted: Requirements, results: Sequence[Result], data: Dataset, seed: int
) -> tuple[str, ...]:
    return changes_to(Measurements(tuple(results), data, seed), wanted)


def needs(give_up: float = 0.02, **limits: Any) -> Requirements:
    machine = Machine(source="detected", cores=2, memory_mib=16_000)
    return Requirements(machine=machine, give_up_ndcg=give_up, **limits)


def dataset(queries: int, evidence: Evidence = "human") -> Dataset:
    asked = tuple(Query(f"q{i:03d}", f"question {i}") for i in range(queries))
    corpus = tuple(Document(f"d{i:03d}", f"text {i}") for i in range(300))
    qrels = {query.id: {f"d{i % 300:03d}": 1} for i, query in enumerate(asked)}
    return Dataset(name="made", corpus=corpus, queries=asked, qrels=qrels, evidence=evidence)


def measured(name: str, values: np.ndarray[Any, Any], *, ms: float = 10.0) -> Result:
    scores = {f"q{i:03d}": float(value) for i, value in enumerate(values)}
    latency = Latency(
        p50=ms, p95=1.2 * ms, p99=None, n=210, blocks=3, noise=0.02, noisy=False,
        covers="encoding", cpu_share=1.0, basis="measured",
    )  # fmt: skip
    return Result(
        candidate=Candidate(name=name, kind="dense", disk_bytes=1),
        status="measured",
        latency=latency,
        peak_mib=10 * ms,
        per_query={"nDCG@10": scores, "Recall@10": scores},
    )


def drawn(queries: int, mean: float, spread: float = 0.1, seed: int = 0) -> np.ndarray[Any, Any]:
    values = np.random.default_rng(seed).normal(mean, spread, queries)
    return np.asarray(np.clip(values - values.mean() + mean, 0, 1))


def best_middle_and_cheap(queries: int = 200) -> list[Result]:
    """The best is slow, one .012 below it is quick, one .035 below it is the quickest."""
    best = drawn(queries, 0.6)
    return [
        measured("best", best, ms=60.0),
        measured("middle", best - 0.012 + drawn(queries, 0.0, 0.005, seed=1), ms=10.0),
        measured("cheap", best - 0.035 + drawn(queries, 0.0, 0.005, seed=2), ms=2.0),
    ]


def test_every_point_given_up_from_which_another_is_picked_is_said_with_its_priority() -> None:
    data, results = dataset(200), best_middle_and_cheap()
    picks = [recommend(needs(up), results, data, 0).pick for up in (0.01, 0.02, 0.05)]
    assert picks == ["best", "middle", "cheap"]
    assert what_would_change(needs(0.02), results, data, 0)[:2] == (
        "giving up less than .0102 nDCG@10 (accuracy first: .01): best",
        "giving up .0331 nDCG@10 or more (speed and cost first: .05): cheap",
    )
    assert what_would_change(needs(0.05), results, data, 0)[:2] == (
        "giving up less than .0331 nDCG@10 (quality and cost in balance: .02): middle",
        "giving up less than .0102 nDCG@10 (accuracy first: .01): best",
    )


def test_the_turning_points_are_where_the_rule_turns() -> None:
    data, results = dataset(200), best_middle_and_cheap()
    known = Measurements(tuple(results), data, 0)
    turns = sorted(reach_from(known, needs()))
    assert turns[0] == 0.0
    for turn, before, after in zip(turns[1:], ("best", "middle"), ("middle", "cheap"), strict=True):
        assert pick_with(known, needs(turn - 1e-5)) == before
        assert pick_with(known, needs(turn + 1e-5)) == after


def test_where_a_price_or_a_load_hands_over_is_found_to_a_hundredth() -> None:
    def pick_at(value: float) -> str:
        return "one" if value < 345.6 else "other"

    for start, factor, pick in ((10.0, 10**0.25, "other"), (1_000.0, 10**-0.25, "one")):
        found = flip(pick_at, start, factor)
        assert found is not None
        assert found[0] == pytest.approx(345.6, rel=0.01)
        assert found[1] == pick
    assert flip(pick_at, 0.1, 10**0.25) is None


def test_more_documents_hand_over_to_the_model_with_short_vectors() -> None:
    data = dataset(200)
    base = drawn(200, 0.6)
    quick = with_dim(measured("quick-long", base, ms=5.0), 3_072)
    slow = with_dim(measured("slow-short", base, ms=20.0), 64)
    asked = needs(0.02, n_documents=1_000, queries_per_day=1_000)
    assert recommend(asked, [quick, slow], data, 0).pick == "quick-long"
    said = what_would_change(asked, [quick, slow], data, 0)
    (found,) = [one for one in said if "documents or more" in one]
    assert found.endswith(": slow-short")
    number = int(found.split(" ")[0].replace(",", ""))
    for times, pick in ((0.95, "quick-long"), (1.05, "slow-short")):
        other = needs(0.02, n_documents=round(times * number), queries_per_day=1_000)
        assert recommend(other, [quick, slow], data, 0).pick == pick


def test_deciding_again_with_other_answers_draws_nothing_anew() -> None:
    known = Measurements(tuple(best_middle_and_cheap()), dataset(200), 0)
    advise(known, needs(0.02))
    drawn_once = known.drawn
    drawn_once.setflags(write=False)
    assert advise(known, needs(0.05)).pick == "cheap"
    assert known.drawn is drawn_once


def test_nothing_is_said_where_one_model_is_best_quickest_and_smallest() -> None:
    data = dataset(200)
    results = [measured("good", drawn(200, 0.7), ms=2.0), measured("bad", drawn(200, 0.2, seed=1))]
    assert recommend(needs(), results, data, 0).kind == "clear"
    assert what_would_change(needs(), results, data, 0) == ()


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"max_latency_p95_ms": 30.0}, "without the latency limit: best"),
        ({"max_memory_mib": 300}, "without the memory limit: best"),
    ],
)
def test_a_limit_that_keeps_the_pick_out_is_said_and_one_that_does_not_is_not(
    limit: dict[str, Any], said: str
) -> None:
    data, results = dataset(200), best_middle_and_cheap()
    assert said in what_would_change(needs(0.01, **limit), results, data, 0)
    wide = {key: 100 * value for key, value in limit.items()}
    assert not any(
        "without" in one for one in what_would_change(needs(0.01, **wide), results, data, 0)
    )


def test_where_a_limit_leaves_models_over_that_words_alone_beat_it_is_said_so() -> None:
    data = dataset(200)
    words = msgspec.structs.replace(
        measured("BM25", drawn(200, 0.55, seed=3), ms=0.1),
        candidate=Candidate(name="BM25", kind="baseline", disk_bytes=1),
    )
    good, poor = measured("good", drawn(200, 0.7), ms=60.0), measured("poor", drawn(200, 0.3))
    said = what_would_change(needs(), [good, poor, words], data, 0)
    assert "a latency limit below 72 ms (p95 of good): BM25 alone is enough then, or poor" in said


def test_where_every_model_breaks_a_limit_the_pick_without_it_is_said() -> None:
    data, results = dataset(200), best_middle_and_cheap()
    wanted = needs(0.01, max_latency_p95_ms=0.001)
    assert recommend(wanted, results, data, 0).pick is None
    assert what_would_change(wanted, results, data, 0) == ("without the latency limit: best",)


def test_for_a_tie_that_is_not_resolved_it_is_said_how_many_more_queries_would_do() -> None:
    data = dataset(30)
    results = [measured("a", drawn(30, 0.50, 0.2)), measured("b", drawn(30, 0.53, 0.2, seed=1))]
    advice = recommend(needs(), results, data, 0)
    assert (advice.kind, advice.flavour) == ("tie", "unresolved")
    assert advice.queries_to_settle is not None
    more = advice.queries_to_settle - 30
    assert what_would_change(needs(), results, data, 0)[-1] == (
        f"about {more:,} more queries would settle b against a"
    )


def with_dim(result: Result, dim: int) -> Result:
    return msgspec.structs.replace(result, loaded=protocol.Loaded(seconds=0.1, dim=dim))


def probable_results() -> list[Result]:
    return [measured("a", drawn(60, 0.50, 0.2)), measured("b", drawn(60, 0.55, 0.2, seed=1))]


def test_a_probable_verdict_is_told_what_would_make_it_clear() -> None:
    data, results = dataset(60), probable_results()
    assert recommend(needs(), results, data, 0).kind == "probable"
    assert (
        "more queries would settle b against a" in what_would_change(needs(), results, data, 0)[-1]
    )


def test_more_queries_are_not_asked_for_where_they_could_not_help() -> None:
    made = dataset(60, "title-body")
    assert recommend(needs(), probable_results(), made, 0).kind == "probable"
    equal = [measured(name, drawn(400, 0.5)) for name in ("a", "b")]
    nearly = [measured("a", drawn(400, 0.5)), measured("b", drawn(400, 0.5) + 0.0001)]
    alone = [measured("a", drawn(60, 0.5))]
    few = [measured("a", drawn(10, 0.5)), measured("b", drawn(10, 0.6, seed=1))]
    for data, results in (
        (made, probable_results()),
        (dataset(60, "agreement"), probable_results()),
        (dataset(400), equal),
        (dataset(400), nearly),
        (dataset(60), alone),
        (dataset(10), few),
    ):
        said = what_would_change(needs(), results, data, 0)
        assert not any("queries" in sentence for sentence in said), (data.evidence, said)


@pytest.mark.parametrize("queries", [1, 2])
def test_one_or_two_queries_change_nothing(queries: int) -> None:
    results = [measured("a", drawn(queries, 0.5)), measured("b", drawn(queries, 0.9, seed=1))]
    assert what_would_change(needs(), results, dataset(queries), 0) == ()


def test_without_a_measurement_there_is_nothing_to_change() -> None:
    failed = Result(candidate=Candidate(name="a", kind="dense"), status="failed", reason="junk")
    with pytest.raises(NothingMeasured):
        what_would_change(needs(), [failed], dataset(30), 0)
