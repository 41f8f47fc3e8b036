"""Real models through the whole command give the numbers of plain sentence-transformers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("embed-advisor")
DATA = Path(__file__).resolve().parent / "data" / "xquad-mini"
NAMES = ["all-MiniLM-L6-v2", "potion-base-8M", "multilingual-e5-small"]

PLAIN = """
import json, sys
import numpy as np
import pytrec_eval
from sentence_transformers import SentenceTransformer

data, folder = sys.argv[1:3]
def rows(name):
    return [json.loads(line) for line in open(f"{data}/{name}.jsonl", encoding="utf-8")]
corpus, queries = rows("corpus"), rows("queries")
qrels = {}
for line in open(f"{data}/qrels/test.tsv", encoding="utf-8").read().splitlines()[1:]:
    query, document, grade = line.split("\\t")
    qrels.setdefault(query, {})[document] = int(grade)
model = SentenceTransformer(folder, device="cpu")
texts = [(row.get("title", "") + " " + row["text"]).strip() for row in corpus]
documents = model.encode_document(texts, normalize_embeddings=True, batch_size=32)
asked = model.encode_query([row["text"] for row in queries], normalize_embeddings=True)
scores = asked @ documents.T
run = {
    query["_id"]: {document["_id"]: float(s) for document, s in zip(corpus, row)}
    for query, row in zip(queries, scores)
}
found = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10", "recip_rank"}).evaluate(run)
bare = model.encode([row["text"] for row in queries], prompt=None, prompt_name=None,
                    normalize_embeddings=True) if model.default_prompt_name is None else None
typed = {
    query["_id"]: {document["_id"]: float(s) for document, s in zip(corpus, row)}
    for query, row in zip(queries, bare @ documents.T)
}
without = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10"}).evaluate(typed)
most = min(64, max(8, len(texts) // 10))
chosen = list(range(0, len(texts), max(1, len(texts) // most)))[:most]
selves = model.encode_query([texts[place] for place in chosen], normalize_embeddings=True)
found_first = (selves @ documents.T).argmax(axis=1)
print(json.dumps({
    "without": float(np.mean([values["ndcg_cut_10"] for values in without.values()])),
    "selves": float(np.mean([texts[p] == texts[f] for p, f in zip(chosen, found_first)])),
} | {
    measure: float(np.mean([values[measure] for values in found.values()]))
    for measure in ("ndcg_cut_10", "recip_rank")
}))
"""


@pytest.fixture(scope="module")
def said(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What one run over all three models says of each."""
    place = tmp_path_factory.mktemp("run")
    done = subprocess.run(
        [PROGRAM, "run", "plain-rag", "--data", DATA, "--models-dir", models, "--full", "--json",
         "--models", ",".join(NAMES)],
        cwd=place, capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(place), "EMBED_ADVISOR_CACHE": str(place / "c")},
    )  # fmt: skip
    return {candidate["name"]: candidate for candidate in json.loads(done.stdout)["candidates"]}


@pytest.mark.parametrize("name", NAMES)
def test_quality_equals_plain_sentence_transformers_and_trec_eval(
    said: dict[str, dict[str, object]], models: Path, name: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(DATA), str(models / name)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = json.loads(done.stdout.splitlines()[-1])
    metrics = said[name]["metrics"]
    assert isinstance(metrics, dict)
    # The record keeps four digits.
    assert metrics["nDCG@10"] == pytest.approx(expected["ndcg_cut_10"], abs=6e-5)
    diagnosis = said[name]["diagnosis"]
    assert isinstance(diagnosis, dict)
    assert diagnosis["self_retrieval"] == pytest.approx(expected["selves"], abs=6e-5)
    if diagnosis["query_prompt"]:
        change = expected["without"] - expected["ndcg_cut_10"]
        assert diagnosis["without_prompt"] == pytest.approx(change, abs=6e-5)
    else:
        assert diagnosis["without_prompt"] is None
    assert metrics["RR"] == pytest.approx(expected["recip_rank"], abs=6e-5)


def test_an_approximation_is_marked_wherever_its_numbers_show(
    said: dict[str, dict[str, object]],
) -> None:
    assert "4-bit" in str(said["multilingual-e5-small"]["mark"])
    assert said["all-MiniLM-L6-v2"]["mark"] is None


def test_the_prompts_in_use_are_named(said: dict[str, dict[str, object]]) -> None:
    diagnosis = said["multilingual-e5-small"]["diagnosis"]
    assert isinstance(diagnosis, dict)
    assert (diagnosis["query_prompt"], diagnosis["document_prompt"]) == ("query: ", "passage: ")
    plain = said["all-MiniLM-L6-v2"]["diagnosis"]
    assert isinstance(plain, dict)
    assert plain["query_prompt"] is None
