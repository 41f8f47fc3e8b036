"""The advice: which word, which pick, and why not the others."""

import msgspec
import numpy as np
import pytest

from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise, recommend
from advisor.bench.candidate import Candidate, CandidateKind
from advisor.bench.dropped import Dropped
from advisor.bench.protocol import Diagnosed
from advisor.bench.results import Latency, Result, Throughput
from advisor.corpus.dataset import Dataset, Document, Evidence, Query
from advisor.errors import NothingMeasured
from advisor.evaluation.estimate import Interval
from advisor.needs.requirements import Machine, Requirements

MACHINE = Machine(source="detected", cores=2, memory_mib=16_000)


def needs(**changes: object) -> Requirements:
    return Requirements(machine=MACHINE, **changes)  # type: ignore[arg-type]


def dataset(
    queries: int = 60, evidence: Evidence = "human", judged: int = 1, documents: int = 300
) -> Dataset:
    asked = tuple(Query(f"q{i:03d}", f"question {i}") for i in range(queries))
    corpus = tuple(Document(f"d{i:03d}", f"text {i}") for i in range(documents))
    qrels = {
        query.id: {f"d{(i + j) % documents:03d}": int(j == 0) for j in range(judged)}
        for i, query in enumerate(asked)
    }
    return Dataset(name="made", corpus=corpus, queries=asked, qrels=qrels, evidence=evidence)


def measured(
    name: str,
    quality: float | np.ndarray,
    data: Dataset,
    *,
    ms: float = 10.0,
    kind: CandidateKind = "dense",
    spread: float = 0.2,
    seed: int = 0,
    disk: int = 1,
    named: bool = False,
    **more: object,
) -> Result:
    """A result whose per-query nDCG lies around `quality`."""
    ids = [query.id for query in data.queries]
    values = quality
    if not isinstance(values, np.ndarray):
        drawn = np.random.default_rng(seed).normal(values, spread, len(ids))
        values = np.clip(drawn - drawn.mean() + values, 0, 1)
    scores = dict(zip(ids, values.tolist(), strict=True))
    latency = Latency(
        p50=ms, p95=1.2 * ms, p99=None, n=210, blocks=3, noise=0.02, noisy=False,
        covers="encoding", cpu_share=1.0, basis="measured",
    )  # fmt: skip
    return Result(
        candidate=Candidate(name=name, kind=kind, disk_bytes=disk, named=named),
        status="measured",
        latency=latency,
        throughput=Throughput(
            tokens_per_s=None, documents_per_s=100.0, characters_per_s=None, basis="measured"
        ),
        per_query={"nDCG@10": scores, "Recall@10": scores},
        **more,  # type: ignore[arg-type]
    )


def failed(name: str) -> Result:
    return Result(
        candidate=Candidate(name=name, kind="dense"), status="failed", reason="its weights are junk"
    )


def test_a_model_against_itself_is_a_tie_of_equals() -> None:
    data = dataset()
    advice = recommend(needs(), [measured("a", 0.5, data), measured("b", 0.5, data)], data)
    assert (advice.kind, advice.flavour) == ("tie", "equal")
    assert set(advice.within_reach) == {"a", "b"}
    assert "as good as equal" in advice.sentence


def test_a_much_better_model_is_clear_and_is_taken() -> None:
    data = dataset()
    results = [measured("good", 0.7, data), measured("bad", 0.2, data, seed=1)]
    advice = recommend(needs(), results, data)
    assert (advice.kind, advice.pick, advice.leader) == ("clear", "good", "good")
    assert advice.within_reach == ("good",)
    assert "worse than good (clear)" in advice.why_not["bad"]


def test_two_models_that_cannot_be_told_apart_are_a_tie_with_the_queries_it_would_take() -> None:
    data = dataset(30)
    results = [measured("a", 0.50, data), measured("b", 0.53, data, seed=1)]
    advice = recommend(needs(), results, data)
    assert (advice.kind, advice.flavour) == ("tie", "unresolved")
    assert advice.queries_to_settle is not None
    assert advice.queries_to_settle > 30
    assert f"{advice.queries_to_settle:,} queries" in advice.sentence


def test_the_cheapest_within_the_given_up_points_is_taken_and_the_best_is_named() -> None:
    data = dataset(200)
    best = measured("best", 0.60, data, ms=60.0, spread=0.1)
    shared = np.array(list(best.per_query["nDCG@10"].values()))
    cheap = measured("cheap", np.clip(shared - 0.012, 0, 1), data, ms=10.0)
    advice = recommend(needs(give_up_ndcg=0.02), [best, cheap], data)
    assert (advice.kind, advice.leader, advice.pick) == ("clear", "best", "cheap")
    assert "The best is best, which costs 6.0 × as much" in advice.sentence
    assert advice.why_not["best"].startswith("best quality, but at 6.0 × the cost of cheap")
    assert "within the 0.020 you give up" in advice.why_not["best"]
    strict = recommend(needs(give_up_ndcg=0.005), [best, cheap], data)
    assert strict.pick == "best"


def test_of_equally_good_and_fast_models_the_smaller_is_taken() -> None:
    data = dataset()
    results = [
        measured("large", 0.5, data, disk=500),
        measured("small", 0.5, data, disk=50, ms=10.3),
    ]
    assert recommend(needs(), results, data).pick == "small"


def test_noise_never_makes_a_model_cheap_that_takes_twice_as_long() -> None:
    data = dataset(200)
    quick = measured("quick", 0.60, data, ms=20.0, spread=0.1, disk=500)
    assert quick.latency is not None
    loud = Latency(
        p50=20.0, p95=130.0, p99=None, n=201, blocks=3, noise=2.4, noisy=True, covers="encoding",
        cpu_share=1.0, basis="measured",
    )  # fmt: skip
    quick = Result(
        candidate=quick.candidate, status="measured", per_query=quick.per_query, latency=loud
    )
    shared = np.array(list(quick.per_query["nDCG@10"].values()))
    slow = measured("slow", np.clip(shared - 0.01, 0, 1), data, ms=50.0, disk=400)
    assert recommend(needs(), [quick, slow], data).pick == "quick"


@pytest.mark.parametrize("queries", [2, 10, 19])
def test_under_twenty_queries_nothing_is_recommended(queries: int) -> None:
    data = dataset(queries)
    advice = recommend(needs(), [measured("a", 0.9, data), measured("b", 0.1, data, seed=1)], data)
    assert (advice.kind, advice.pick) == ("insufficient", None)
    assert "fewer than 20 queries" in advice.sentence


def test_one_query_is_not_enough_for_anything() -> None:
    data = dataset(1)
    advice = recommend(needs(), [measured("a", 0.9, data), measured("b", 0.1, data)], data)
    assert advice.kind == "insufficient"
    assert set(advice.why_not) == {"a", "b"}


def test_agreement_of_models_is_never_a_verdict() -> None:
    data = dataset(evidence="agreement")
    results = [measured("a", 0.9, data), measured("b", 0.1, data, seed=1)]
    assert recommend(needs(), results, data).kind == "insufficient"


def test_queries_made_from_titles_are_never_more_than_probable() -> None:
    data = dataset(evidence="title-body")
    results = [measured("a", 0.9, data), measured("b", 0.1, data, seed=1)]
    advice = recommend(needs(), results, data)
    assert advice.kind == "probable"
    assert any("never more than probable" in note for note in advice.notes)


def test_a_model_over_a_hard_limit_is_not_taken_however_good() -> None:
    data = dataset()
    results = [
        measured("slow", 0.9, data, ms=200.0),
        measured("fast", 0.5, data, seed=1),
        measured("poor", 0.1, data, seed=2),
    ]
    advice = recommend(needs(max_latency_p95_ms=50.0), results, data)
    assert (advice.pick, advice.leader) == ("fast", "fast")
    assert advice.why_not["slow"] == "over your limit: p95 latency 240.0 ms, limit 50 ms"


def test_the_only_model_within_the_limits_is_taken_as_such() -> None:
    data = dataset()
    results = [measured("slow", 0.9, data, ms=200.0), measured("fast", 0.5, data, seed=1)]
    advice = recommend(needs(max_latency_p95_ms=50.0), results, data)
    assert advice.pick == "fast"
    assert "the only measured model that meets your limits" in advice.sentence


def test_when_every_model_breaks_a_limit_none_is_taken_and_the_best_is_named() -> None:
    data = dataset()
    results = [measured("a", 0.6, data), measured("b", 0.5, data, seed=1)]
    advice = recommend(needs(min_recall_at_10=0.95), results, data)
    assert advice.pick is None
    assert "None of the measured models meets your limits" in advice.sentence
    assert "recall@10 0.600, minimum 0.95" in advice.sentence


def test_a_baseline_that_is_enough_is_said_first_and_still_not_taken() -> None:
    data = dataset()
    results = [
        measured("a", 0.6, data),
        measured("b", 0.3, data, seed=1),
        measured("BM25", 0.61, data, kind="baseline", seed=2, spread=0.05),
    ]
    advice = recommend(needs(), results, data)
    assert advice.baseline_suffices
    assert advice.sentence.startswith("BM25 alone is enough")
    assert advice.pick == "a"


def test_public_scores_that_move_the_models_do_not_move_them_below_a_baseline() -> None:
    data = dataset()
    means = {"good": (0.7, 60.0), "poor": (0.26, 45.0), "poorer": (0.22, 45.0)}
    models = [
        msgspec.structs.replace(
            result,
            candidate=msgspec.structs.replace(
                result.candidate, public_score=score, public_board="zh"
            ),
        )
        for seed, (name, (mean, score)) in enumerate(means.items())
        for result in [measured(name, mean, data, seed=seed)]
    ]
    baseline = measured("BM25", 0.64, data, kind="baseline", seed=9)
    known = Measurements((*models, baseline), data)
    # The prior alone would put the good model below what BM25 was measured at.
    assert known.posterior.mean[0] < 0.64
    assert not advise(known, needs()).baseline_suffices


def test_a_baseline_the_user_named_may_be_taken() -> None:
    data = dataset()
    results = [
        measured("a", 0.3, data),
        measured("BM25", 0.8, data, kind="baseline", seed=2, named=True, ms=0.1),
    ]
    assert recommend(needs(), results, data).pick == "BM25"


def test_a_useless_model_is_explained_by_its_language() -> None:
    data = dataset()
    bad = measured("english", 0.05, data, seed=1)
    card = Candidate(
        name="english", kind="dense", doubts={"languages": "reads English only; you ask in Chinese"}
    )
    bad = Result(candidate=card, status="measured", per_query=bad.per_query, latency=bad.latency)
    advice = recommend(needs(), [measured("good", 0.8, data), bad], data)
    assert "it reads English only" in advice.why_not["english"]


def test_a_useless_model_is_explained_by_what_it_cuts_off() -> None:
    data = dataset()
    bad = measured("short", 0.05, data, seed=1, diagnosis=Diagnosed(truncated_share=0.8))
    advice = recommend(needs(), [measured("good", 0.8, data), bad], data)
    assert "cuts off 80 % of the documents" in advice.why_not["short"]


def test_a_single_model_is_compared_with_nothing() -> None:
    data = dataset()
    advice = recommend(needs(), [measured("a", 0.9, data), failed("b")], data)
    assert advice.kind == "insufficient"
    assert "only model" in advice.sentence
    assert advice.why_not["b"] == "failed: its weights are junk"


def test_nothing_measured_is_an_error_with_every_reason() -> None:
    data = dataset()
    with pytest.raises(NothingMeasured, match="its weights are junk"):
        recommend(needs(), [failed("a")], data)


def test_a_pool_that_covers_two_models_unequally_gives_no_verdict() -> None:
    data = dataset(judged=12)
    ids = [query.id for query in data.queries]
    covered = {q: tuple(data.qrels[q])[:10] for q in ids}
    uncovered = {q: ("d299", "d298", "d297", *tuple(data.qrels[q])[:7]) for q in ids}
    results = [
        measured("pooled", 0.5, data, rankings=covered),
        measured("new", 0.48, data, seed=1, rankings=uncovered),
    ]
    advice = recommend(needs(), results, data)
    assert advice.kind == "insufficient"
    assert "judged@10" in advice.sentence


def test_a_busy_machine_does_not_break_a_models_limit() -> None:
    data = dataset()
    steady = measured("a", 0.5, data)
    busy = Latency(
        p50=10.0, p95=300.0, p99=None, n=210, blocks=4, noise=9.0, noisy=True, covers="encoding",
        cpu_share=0.5, basis="measured",
    )  # fmt: skip
    disturbed = Result(
        candidate=Candidate(name="b", kind="dense"),
        status="measured",
        per_query=measured("b", 0.9, data, seed=1).per_query,
        latency=busy,
    )
    assert recommend(needs(max_latency_p95_ms=50.0), [steady, disturbed], data).pick == "b"
    assert recommend(needs(max_latency_p95_ms=5.0), [steady, disturbed], data).pick is None


def test_small_corpora_and_noise_are_said() -> None:
    data = dataset(documents=60)
    loud = measured("loud", 0.5, data)
    assert loud.latency is not None
    noisy = Latency(
        p50=10.0, p95=30.0, p99=None, n=210, blocks=4, noise=0.4, noisy=True, covers="encoding",
        cpu_share=0.5, basis="measured",
    )  # fmt: skip
    loud = Result(
        candidate=loud.candidate, status="measured", per_query=loud.per_query, latency=noisy
    )
    notes = " ".join(recommend(needs(), [loud, measured("b", 0.2, data)], data).notes)
    assert "With 60 documents" in notes
    assert "latency of loud is noisy: its blocks differ by 40 %" in notes


def gone_from_a_race(name: str, leader: str, chance: float) -> Result:
    figures = Interval(mean=0.3, low=0.2, high=0.4, n=32)
    left = Dropped(
        queries=32, documents=500, leader=leader, p_at_least=chance, quality=figures, behind=figures
    )
    return Result(
        candidate=Candidate(name=name, kind="dense"),
        status="stopped early",
        reason=left.sentence(),
        dropped=left,
    )


def test_who_was_dropped_is_not_compared_and_takes_its_chance_from_the_leader() -> None:
    data = dataset(100)
    left = [measured("good", 0.7, data), measured("bad", 0.2, data, seed=1)]
    alone = recommend(needs(), left, data)
    raced = recommend(needs(), [*left, gone_from_a_race("worst", "good", 0.03)], data)
    assert (raced.kind, raced.pick) == ("clear", "good")
    assert "best of 3 with 97 % probability" in raced.sentence
    assert raced.assessments == alone.assessments
    assert raced.why_not["worst"].startswith("dropped after 32 queries on 500 documents: 3.0 %")
    assert any(
        "1 of 3 left on a part of the data, with less than 5.0 %" in note for note in raced.notes
    )
    doubtful = [gone_from_a_race(f"worst{n}", "good", 0.03) for n in range(3)]
    assert recommend(needs(), [*left, *doubtful], data).kind == "probable"


def test_a_hybrid_that_nobody_named_changes_no_verdict_unless_it_is_better() -> None:
    data = dataset()
    models = [measured("a", 0.6, data), measured("b", 0.4, data)]
    usual = recommend(needs(), models, data)
    hybrid = measured("a + BM25", 0.6, data, kind="hybrid")
    beside = recommend(needs(), [*models, hybrid], data)
    assert (beside.sentence, beside.kind) == (usual.sentence, "clear")
    assert beside.why_not["a + BM25"].startswith("a model with exact words, for comparison: 0.000")
    named = recommend(
        needs(), [*models, measured("a + BM25", 0.6, data, kind="hybrid", named=True)], data
    )
    assert named.kind == "tie"
    better = recommend(needs(), [*models, measured("a + BM25", 0.8, data, kind="hybrid")], data)
    assert (better.pick, better.kind) == ("a + BM25", "clear")
    over = measured("a + BM25", 0.8, data, kind="hybrid", ms=80.0)
    kept = recommend(needs(max_latency_p95_ms=50.0), [*models, over], data)
    assert kept.pick == "a"
    assert kept.why_not["a + BM25"].startswith("over your limit")
