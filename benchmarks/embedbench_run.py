"""The comparison of `benchmarks/speed.py` by embedbench, as its users would run it.

Usage: python benchmarks/embedbench_run.py DATA MODEL_FOLDER...

DATA is a folder in BEIR layout, written anew in embedbench's own: a document is relevant or not.
Prints one JSON object: nDCG@10 by model. embedbench puts E5's prompts itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TOP = "10"


def main() -> None:
    """Write the data, run it, print."""
    data, folders = Path(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as place:
        dataset, out = Path(place) / "data.jsonl", Path(place) / "out"
        dataset.write_text("".join(json.dumps(row) + "\n" for row in rows_of(data)), "utf-8")
        order = [
            sys.executable, "-m", "embedbench", "bench", "--dataset", str(dataset), "--k", TOP,
            "--models", ",".join(f"hf:{folder}" for folder in folders),
            "--output-dir", str(out), "--no-plots", "--no-progress",
        ]  # fmt: skip
        done = subprocess.run(order, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(
                f"embedbench ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        found = json.loads((out / "results.json").read_text("utf-8"))
    print(json.dumps(ndcg_of(found)))


def rows_of(data: Path) -> Iterator[dict[str, Any]]:
    """Yield documents, then queries with what is relevant for them."""
    relevant: dict[str, list[str]] = {}
    for line in (data / "qrels" / "test.tsv").read_text("utf-8").split("\n")[1:]:
        if line:
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                relevant.setdefault(query, []).append(document)
    for row in json_lines(data / "corpus.jsonl"):
        text = f"{row.get('title', '')} {row['text']}".strip()
        yield {"type": "document", "doc_id": row["_id"], "text": text}
    for row in json_lines(data / "queries.jsonl"):
        if row["_id"] in relevant:
            asked = {"query_id": row["_id"], "query": row["text"]}
            yield {"type": "query", **asked, "relevant_doc_ids": relevant[row["_id"]]}


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Read a JSONL file."""
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def ndcg_of(found: dict[str, Any]) -> dict[str, float]:
    """Read nDCG@10 by the folder's name; a model that failed has none."""
    return {
        Path(model["spec"].removeprefix("hf:")).name: model["metrics_by_k"][TOP]["ndcg"]
        for model in found["models"]
        if model.get("metrics_by_k")
    }


if __name__ == "__main__":
    main()
