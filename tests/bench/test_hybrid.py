"""Hybrids: fused from what is measured, under a name of their own, with both parts' costs."""

import os
import signal
from pathlib import Path

import pytest
import pytrec_eval

from advisor.bench import protocol
from advisor.bench.events import Update
from advisor.bench.hybrid import fused, hybrid_of
from advisor.bench.naming import model_named_in
from advisor.bench.processes import Processes
from advisor.bench.runner import Runner
from tests.bench.faults import small_dataset, static_model
from tests.bench.test_runner import BM25, candidate, pid_of, plan_of, run


def test_reciprocal_ranks_are_added_and_equal_sums_come_in_order_of_the_ids() -> None:
    # a: 1/61 + 1/63; c: 1/63 + 1/61, the same; b: 1/62 twice, which is less; d: 1/62 once.
    assert fused([["a", "b", "c"], ["c", "d", "a"]], 10) == ("a", "c", "b", "d")
    assert fused([["b", "a"], []], 1) == ("b",)
    assert fused([[], []], 5) == ()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("all-MiniLM-L6-v2 + BM25", "all-MiniLM-L6-v2"),
        ("mine=/folder/a+b+bm25", "mine=/folder/a+b"),
        ("bm25", None),
        ("+ bm25", None),
        ("bm25 + model", None),
    ],
)
def test_a_hybrid_is_named_by_its_model_and_bm25(name: str, model: str | None) -> None:
    assert model_named_in(name) == model


def test_the_best_model_gets_a_hybrid_made_of_both_runs(tmp_path: Path) -> None:
    models = [candidate(static_model(tmp_path / f"m{seed}", seed=seed)) for seed in (0, 1)]
    plan = plan_of(BM25, *models, hybrids=1)
    results, updates = run(plan, tmp_path / "logs")
    by_name = {result.candidate.name: result for result in results}
    quality = {name: sum(result.per_query["nDCG@10"].values()) for name, result in by_name.items()}
    best = max(("m0", "m1"), key=quality.__getitem__)
    assert list(by_name) == ["BM25", "m0", "m1", f"{best} + BM25"]
    hybrid, dense, lexical = results[3], by_name[best], by_name["BM25"]
    assert hybrid.status == "measured"
    assert hybrid.candidate.parts == (best, "BM25")
    # The fused run by trec_eval, from scores that it ranks itself.
    scores = {
        query: {
            document: sum(
                1 / (60 + 1 + ranking.index(document))
                for ranking in (dense.rankings[query], lexical.rankings[query])
                if document in ranking
            )
            for document in {*dense.rankings[query], *lexical.rankings[query]}
        }
        for query in dense.rankings
    }
    # trec_eval orders equal scores by falling id, we by rising: a grain settles it.
    for held in scores.values():
        for place, document in enumerate(sorted(held)):
            held[document] -= 1e-9 * place
    judge = pytrec_eval.RelevanceEvaluator(dict(plan.dataset.qrels), {"ndcg_cut.10"})
    for query, measures in judge.evaluate(scores).items():
        assert hybrid.per_query["nDCG@10"][query] == pytest.approx(measures["ndcg_cut_10"])
    assert dense.latency and lexical.latency and hybrid.latency
    assert dense.latency.p50 and lexical.latency.p50 and hybrid.latency.p50
    assert hybrid.latency.n == dense.latency.n
    assert hybrid.latency.p50 >= dense.latency.p50
    assert dense.peak_mib and lexical.peak_mib
    assert hybrid.peak_mib == pytest.approx(dense.peak_mib + lexical.peak_mib)
    assert dense.throughput and hybrid.throughput
    assert hybrid.throughput.documents_per_s <= dense.throughput.documents_per_s
    assert {type(told.event) for told in updates if told.candidate == hybrid.candidate.name} >= {
        protocol.Timed,
        protocol.Loaded,
    }


def test_a_hybrid_fails_with_its_part_and_says_so(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))

    def kill(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, protocol.Loaded) and update.candidate == "model":
            os.kill(pid_of(runner), signal.SIGKILL)

    plan = plan_of(model, BM25, hybrid_of(model, BM25, "named by you"), hybrids=2)
    results, _ = run(plan, tmp_path / "logs", kill)
    assert [result.status for result in results] == ["failed", "measured", "failed"]
    assert results[2].reason is not None
    assert results[2].reason.startswith("its part model was not measured: killed")
    again, _ = run(plan, tmp_path / "logs2")
    assert [result.candidate.name for result in again] == ["model", "BM25", "model + BM25"]
    assert again[2].per_query
    assert len(again[2].rankings) == len(small_dataset().queries)
