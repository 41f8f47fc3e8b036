"""What a user would write: sentence-transformers as its quickstart has it, then nDCG@10.

Usage: python benchmarks/plain_encode.py DATA MODEL_FOLDER...

Batches of 32 in float32; E5 models get their prompts. Prints one JSON object: nDCG@10 by model.
It knows nothing of this package, so that it can be compared with it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytrec_eval
from sentence_transformers import SentenceTransformer

TOP = 100


def rows(path: Path) -> list[dict[str, str]]:
    """Read a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    """Encode, search, judge, print."""
    data, folders = Path(sys.argv[1]), sys.argv[2:]
    corpus, queries = rows(data / "corpus.jsonl"), rows(data / "queries.jsonl")
    qrels: dict[str, dict[str, int]] = {}
    for line in (data / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        qrels.setdefault(query, {})[document] = int(grade)
    texts = [(row.get("title", "") + " " + row["text"]).strip() for row in corpus]
    found = {}
    for folder in folders:
        name = Path(folder).name
        model = SentenceTransformer(folder, device="cpu")
        passage, query = ("passage: ", "query: ") if "e5" in name else ("", "")
        encoded = model.encode([passage + text for text in texts], normalize_embeddings=True)
        asked = model.encode([query + row["text"] for row in queries], normalize_embeddings=True)
        run = {}
        for row, scores in zip(queries, asked @ encoded.T, strict=True):
            best = np.argsort(-scores, kind="stable")[:TOP]
            run[row["_id"]] = {corpus[i]["_id"]: float(scores[i]) for i in best}
        judged = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10"}).evaluate(run)
        found[name] = float(np.mean([values["ndcg_cut_10"] for values in judged.values()]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
