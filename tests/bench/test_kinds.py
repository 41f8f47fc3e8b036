"""Sparse, multi-vector and reranking models: each measured as what it is, as the library itself."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytrec_eval
from sentence_transformers import CrossEncoder, MultiVectorEncoder, SparseEncoder

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.folder_kind import kind_of
from advisor.bench.plan import Texts
from advisor.bench.reranking import reranked
from advisor.bench.results import Result
from tests.bench.faults import small_dataset, static_model
from tests.bench.test_runner import BM25, candidate, plan_of, run
from tests.bench.tiny_models import cross_encoder, multi_vector_model, sparse_model

DATASET = small_dataset()
TEXTS = Texts(DATASET)
Scores = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    static_model(folder / "static")
    sparse_model(folder / "sparse")
    multi_vector_model(folder / "multi-vector")
    cross_encoder(folder / "cross-encoder")
    return folder


def by_the_library(model: Any) -> Scores:
    """Score every document for every query by the model's own similarity."""
    documents = model.encode_document(TEXTS.documents)
    matrix = model.similarity(model.encode_query(TEXTS.queries), documents)
    return {
        query: dict(zip(TEXTS.document_ids, row, strict=True))
        for query, row in zip(TEXTS.query_ids, matrix.tolist(), strict=True)
    }


def agrees(result: Result, scores: Scores) -> None:
    """Check the measured ranking and nDCG@10 against direct scores and trec_eval."""
    for query, ranking in result.rankings.items():
        direct = [scores[query][document] for document in ranking]
        assert all(a >= b - 1e-4 for a, b in pairwise(direct))
        assert sorted(ranking) == sorted(scores[query])
        assert max(direct) - min(direct) > 1e-2
    places = {
        query: {document: float(-at) for at, document in enumerate(ranking)}
        for query, ranking in result.rankings.items()
    }
    judge = pytrec_eval.RelevanceEvaluator(dict(DATASET.qrels), {"ndcg_cut.10"})
    for query, measures in judge.evaluate(places).items():
        assert result.per_query["nDCG@10"][query] == pytest.approx(measures["ndcg_cut_10"])


@pytest.mark.parametrize("kind", ["static", "sparse", "multi-vector", "cross-encoder"])
def test_a_folder_says_its_kind(folders: Path, kind: str) -> None:
    assert kind_of(folders / kind) == kind


@pytest.mark.parametrize(
    ("kind", "load"), [("sparse", SparseEncoder), ("multi-vector", MultiVectorEncoder)]
)
def test_a_model_of_many_rows_ranks_as_the_library_does_and_keeps_its_rows(
    folders: Path, tmp_path: Path, kind: str, load: Callable[..., Any]
) -> None:
    model = Candidate(
        name="model", kind=kind, folder=str(folders / kind), weights_hash=kind, threads=1  # type: ignore[arg-type]
    )  # fmt: skip
    (result,), _ = run(plan_of(model), tmp_path / "logs")
    assert result.status == "measured", result.reason
    agrees(result, by_the_library(load(str(folders / kind), device="cpu")))
    assert result.loaded
    assert result.loaded.dim == (52 if kind == "sparse" else 8)
    assert result.latency
    assert result.latency.p50
    assert result.throughput
    assert result.throughput.tokens_per_s
    # Another depth is another run, but nothing is encoded again for it.
    (again,), updates = run(plan_of(model, depth=5), tmp_path / "logs2")
    assert all(again.rankings[query] == own[:5] for query, own in result.rankings.items())
    fresh = [told.event.fresh for told in updates if isinstance(told.event, protocol.Encoded)]
    assert set(fresh) == {0}


def test_a_reranker_orders_the_best_of_the_first_stage_and_costs_both(
    folders: Path, tmp_path: Path
) -> None:
    first = candidate(folders / "static")
    reader = Candidate(
        name="reader", kind="reranked", folder=str(folders / "cross-encoder"), weights_hash="reader"
    )
    both = msgspec.structs.replace(reranked(first, reader), top_k=12)
    assert both.name == "static > reader"
    (before, after), _ = run(plan_of(first, both), tmp_path / "logs")
    assert after.status == "measured", after.reason
    model = CrossEncoder(str(folders / "cross-encoder"), device="cpu")
    text = {document.id: document.text for document in DATASET.corpus}
    asked = {query.id: query.text for query in DATASET.queries}
    for query, ranking in before.rankings.items():
        top = ranking[:12]
        scores = model.predict([(asked[query], text[document]) for document in top])
        direct = dict(zip(top, scores.tolist(), strict=True))
        mine = [direct[document] for document in after.rankings[query][:12]]
        assert all(a >= b - 1e-5 for a, b in pairwise(mine))
        assert max(mine) - min(mine) > 1e-3
        assert after.rankings[query][12:] == ranking[12:]
    assert before.latency
    assert after.latency
    assert before.latency.p50
    assert after.latency.p50
    assert after.latency.p50 > before.latency.p50
    assert after.latency.covers == f"{before.latency.covers}; then reading the 12 best again"
    assert before.peak_mib
    assert after.peak_mib
    assert after.peak_mib > before.peak_mib
    assert after.throughput == before.throughput


def test_a_reranker_without_a_first_stage_fails_alone(folders: Path, tmp_path: Path) -> None:
    reader = Candidate(name="reader", kind="reranked", folder=str(folders / "cross-encoder"))
    lost = reranked(Candidate(name="gone", kind="dense"), reader)
    results, _ = run(plan_of(BM25, lost), tmp_path / "logs")
    assert [result.status for result in results] == ["measured", "failed"]
    assert results[1].reason == "its part gone is not in the run"
