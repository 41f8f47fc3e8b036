"""Tasks other than search: real models give the figures of plain libraries, to four digits."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sentence_transformers import SentenceTransformer
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.plan import Plan
from advisor.bench.results import Result
from advisor.bench.solving import REPEATS, Given, ranked_among
from advisor.bench.task_choice import for_task
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions
from advisor.corpus.readers import read_dataset
from tests.bench.test_runner import run

DATA = Path(__file__).resolve().parent.parent / "data"
NAMES = ("potion-base-8M", "all-MiniLM-L6-v2", "multilingual-e5-small")
BASELINE = Candidate(name="TF-IDF", kind="baseline")
EXACT = 1e-4
MODELS = Path(__file__).resolve().parent.parent.parent / ".models"


@cache
def model(name: str) -> Any:
    return SentenceTransformer(str(MODELS / name), device="cpu")


@cache
def vectors(name: str, texts: tuple[str, ...]) -> Any:
    # E5 asks for "query: " before every text of a task without queries.
    prompt = "query: " if "e5" in name else None
    return model(name).encode(list(texts), prompt=prompt)


def texts_of(items: Any) -> tuple[str, ...]:
    return tuple(item.text for item in items)


def labels_of(items: Any) -> list[str]:
    return [item.category for item in items]


def data(name: str, task: str | None = None) -> Dataset:
    return read_dataset(str(DATA / name), ReadOptions(task=task))  # type: ignore[arg-type]


def reranking_sets(folder: Path) -> Dataset:
    """Pairs that people find alike, each with five texts of other pairs."""
    lines = (DATA / "jsts-mini" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    rows = [
        {
            "query": pair["text1"],
            "positive": [pair["text2"]],
            "negative": [pairs[(at + step) % len(pairs)]["text2"] for step in range(1, 6)],
        }
        for at, pair in enumerate(pairs)
        if pair["score"] >= 3
    ]
    path = folder / "sets.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_dataset(str(path))


def measured(dataset: Dataset, logs: Path, names: tuple[str, ...] = NAMES) -> dict[str, Result]:
    candidates = tuple(
        Candidate(name=name, kind="dense", folder=str(MODELS / name), weights_hash=name, threads=1)
        for name in names
    )
    results, _ = run(Plan(dataset=dataset, candidates=(*candidates, BASELINE), blocks=0), logs)
    assert all(result.status == "measured" for result in results), results
    return {result.candidate.name: result for result in results}


def means(result: Result) -> dict[str, float]:
    return {label: float(np.mean([*own.values()])) for label, own in result.per_query.items()}


def test_similarity_is_the_correlation_of_cosines_with_peoples_scores(tmp_path: Path) -> None:
    dataset = data("jsts-mini")
    results = measured(dataset, tmp_path)
    people = [dataset.scores[query.id] for query in dataset.queries]
    for name in NAMES:
        one, other = (
            vectors(name, texts_of(dataset.queries)),
            vectors(name, texts_of(dataset.corpus)),
        )
        cosines = 1 - metrics.pairwise.paired_cosine_distances(one, other)
        assert means(results[name]) == pytest.approx(
            {
                "Spearman": stats.spearmanr(people, cosines).statistic,
                "Pearson": stats.pearsonr(people, cosines).statistic,
            },
            abs=EXACT,
        )
    assert means(results["TF-IDF"])["Spearman"] > 0.3
    loaded = results["multilingual-e5-small"].loaded
    assert loaded is not None
    assert (loaded.query_prompt, loaded.document_prompt) == ("query: ", "query: ")


def test_classification_is_that_of_a_logistic_regression_on_the_vectors(tmp_path: Path) -> None:
    dataset = data("banking77-mini")
    results = measured(dataset, tmp_path, NAMES[:2])
    learnt, wanted = labels_of(dataset.corpus), labels_of(dataset.queries)
    for name in NAMES[:2]:
        fitted = LogisticRegression(max_iter=1_000, random_state=0)
        fitted.fit(vectors(name, texts_of(dataset.corpus)), learnt)
        said = fitted.predict(vectors(name, texts_of(dataset.queries)))
        assert means(results[name]) == pytest.approx(
            {
                "Accuracy": metrics.accuracy_score(wanted, said),
                "F1 macro": metrics.f1_score(wanted, said, average="macro"),
            },
            abs=EXACT,
        )
    assert means(results["TF-IDF"])["Accuracy"] > 1 / 8


def test_clustering_is_that_of_k_means_on_the_vectors(tmp_path: Path) -> None:
    dataset = data("banking77-mini", "clustering")
    results = measured(dataset, tmp_path, NAMES[:2])
    wanted = labels_of(dataset.queries)
    in_order = sorted(dataset.corpus)
    for name in NAMES[:2]:
        own = vectors(name, texts_of(in_order))
        runs = [KMeans(8, n_init=1, random_state=seed).fit_predict(own) for seed in range(REPEATS)]
        true = labels_of(in_order)
        tables = [metrics.cluster.contingency_matrix(true, found) for found in runs]
        expected = {
            "V-measure": np.mean([metrics.v_measure_score(true, found) for found in runs]),
            "NMI": np.mean([metrics.normalized_mutual_info_score(true, found) for found in runs]),
            "ARI": np.mean([metrics.adjusted_rand_score(true, found) for found in runs]),
            "Purity": np.mean([table.max(axis=0).sum() / len(wanted) for table in tables]),
        }
        assert means(results[name]) == pytest.approx(expected, abs=EXACT)


def test_each_query_ranks_its_own_texts(tmp_path: Path) -> None:
    dataset = reranking_sets(tmp_path)
    results = measured(dataset, tmp_path, NAMES[:2])
    text = {document.id: document.text for document in dataset.corpus}
    for name in NAMES[:2]:
        precisions = []
        for query in dataset.queries:
            own = sorted(dataset.qrels[query.id])
            scores = model(name).similarity(
                vectors(name, (query.text,)), vectors(name, tuple(text[one] for one in own))
            )[0]
            relevant = [dataset.qrels[query.id][one] for one in own]
            precisions.append(metrics.average_precision_score(relevant, scores.numpy()))
        assert means(results[name])["MAP"] == pytest.approx(np.mean(precisions), abs=EXACT)
    for result in results.values():
        for asked, ranking in result.rankings.items():
            assert sorted(ranking) == sorted(dataset.qrels[asked])


def test_what_was_not_found_stands_last_among_a_querys_own_texts() -> None:
    given = Given(among=((0, 2, 5),))
    found = np.array([[5, 1, 0]], np.int32), np.array([[0.9, 0.8, 0.1]], np.float32)
    indices, _ = ranked_among(given, *found)
    assert indices.tolist() == [[5, 0, 2]]


def test_what_is_not_for_a_task_is_left_out_with_its_reason() -> None:
    dense = Candidate(name="dense", kind="dense")
    sparse = Candidate(name="sparse", kind="sparse")
    hybrid = Candidate(name="hybrid", kind="hybrid", parts=("dense", "BM25"))
    bm25 = Candidate(name="BM25", kind="baseline")
    choice = Choice(candidates=(dense, sparse, hybrid, bm25))
    assert for_task(choice, "retrieval") == choice
    clustering = for_task(choice, "clustering")
    assert [one.name for one in clustering.candidates] == ["dense", "TF-IDF"]
    assert dict(clustering.dropped)["sparse"] == (
        "not for this task: clustering needs one vector a text"
    )
    ranking = for_task(choice, "reranking")
    assert [one.name for one in ranking.candidates] == ["dense", "sparse", "BM25"]
