"""Metrics equal trec_eval's on real runs over real judged sets."""

from pathlib import Path

import pytest
import pytrec_eval

from advisor.corpus.lexical import LexicalIndex
from advisor.corpus.readers import read_dataset
from advisor.evaluation.metrics import METRICS, evaluate

DATA = Path(__file__).resolve().parent.parent / "data"
TREC_NAMES = {
    "nDCG@10": "ndcg_cut_10",
    "Recall@10": "recall_10",
    "RR": "recip_rank",
    "MAP": "map",
    "P@1": "P_1",
    "Hit@10": "success_10",
}
SETS = [
    *(str(DATA / name) for name in ("xquad-mini", "cmrc-mini", "jsquad-mini")),
    "techcorp-zh",
    "techcorp-en",
    "techcorp-zh-en",
    "techcorp-en-zh",
    "xquad-zh-en",
]


def lexical_run(place: str) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, int]]]:
    dataset = read_dataset(place)
    indices, _ = LexicalIndex([document.text for document in dataset.corpus]).top(
        [query.text for query in dataset.queries], 100
    )
    ids = [document.id for document in dataset.corpus]
    run = {
        query.id: tuple(ids[index] for index in row if index >= 0)
        for query, row in zip(dataset.queries, indices.tolist(), strict=True)
    }
    return run, dataset.qrels


@pytest.mark.parametrize("place", SETS, ids=lambda place: Path(place).name)
def test_every_metric_equals_trec_eval_on_a_bm25_run(place: str) -> None:
    run, qrels = lexical_run(place)
    # trec_eval orders by score and breaks ties its own way: falling scores leave no ties.
    scored = {
        query: {document: float(len(ranking) - rank) for rank, document in enumerate(ranking)}
        for query, ranking in run.items()
    }
    reference = pytrec_eval.RelevanceEvaluator(qrels, set(TREC_NAMES.values())).evaluate(scored)
    ours = evaluate(run, qrels, METRICS)
    assert set(TREC_NAMES) == set(METRICS)
    for label, name in TREC_NAMES.items():
        for query, value in ours[label].items():
            # A query that found nothing is missing from trec_eval's answer and is a 0 here.
            expected = reference.get(query, {}).get(name, 0.0)
            assert value == pytest.approx(expected, abs=1e-6), (label, query)
