"""Builds advisor/catalogue/models.json from a facts file and the hand-kept corrections.

Usage: python tools/build_catalogue.py FACTS [--corrections TOML] [--out JSON]

FACTS is a JSON file with `source` and `models`: rows of MTEB's ModelMeta registry with their
published results. The same input gives the same output, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from catalogue_fields import finished

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from advisor.catalogue.card import ModelCard  # noqa: E402

Row = dict[str, Any]

BOARDS = {
    "en": ("MTEB(eng, v2)", "en"),
    "zh": ("MTEB(cmn, v1)", "zh"),
    "multilingual": ("MTEB(Multilingual, v2)", "ml"),
    "code": ("MTEB(Code, v1)", "code"),
}
TYPES = {"similarity": "STS", "classification": "Classification", "clustering": "Clustering"}
DOMAINS = {
    "legal": ("MTEB(Law, v1)", 8),
    "biomedical": ("MTEB(Medical, v1)", 9),
    "finance": ("RTEB(fin, beta)", 7),
}
# Below this share of measured tasks a plain mean says more about which tasks than about the model.
ENOUGH = 0.75
# The registry's words for what is not one vector a text.
KINDS = {"late-interaction": "multi-vector", "sparse": "sparse"}
NAMED_ALIKE = {"cmn-Hans": "zho-Hans", "ara-Arab": "arb-Arab", "kor-Kore": "kor-Hang"}


def retrieval_score(row: Row, board: str, retrieval_tasks: set[str]) -> Row | None:
    """The public retrieval score of one board, or None where there is none to stand on."""
    benchmark, short = BOARDS[board]
    estimate = (row.get("estimated_retrieval_mean") or {}).get(short)
    if not estimate or not 0 <= estimate["value"] <= 100:
        return None
    results = row.get("scores", {}).get(benchmark) or {}
    score: Row = {
        "value": round(estimate["value"], 2),
        "tasks": estimate["target_tasks_measured"],
        "of": estimate["of"],
    }
    if score["tasks"] < score["of"]:
        score["basis"] = "estimated"
        if results.get("retrieval_mean") is not None:
            score["measured_mean"] = round(results["retrieval_mean"], 2)
    trained = sorted(retrieval_tasks.intersection(results.get("trained_on") or ()))
    if trained:
        score["trained_on"] = trained
    return score


def plain_mean(mean: float | None, tasks: int, of: int) -> Row | None:
    """A mean over tasks as a score, or None where too few of them were measured."""
    if mean is None or tasks < ENOUGH * of or not 0 <= mean <= 100:
        return None
    return {"value": round(mean, 2), "tasks": tasks, "of": of}


def type_scores(row: Row, board: str) -> Row:
    """The means of similarity, classification and clustering on one board."""
    results = row.get("scores", {}).get(BOARDS[board][0]) or {}
    found = {}
    for name, benchmark_type in TYPES.items():
        part = (results.get("by_type") or {}).get(benchmark_type)
        score = plain_mean(part["mean"], part["n"], part["of"]) if part else None
        if score:
            # The facts do not say of which type a task is; most names do.
            trained = sorted(t for t in results.get("trained_on") or () if benchmark_type in t)
            found[name] = score | ({"trained_on": trained} if trained else {})
    return found


def domain_scores(row: Row) -> Row:
    """The retrieval means of the domain benchmarks."""
    found = {}
    for name, (benchmark, of) in DOMAINS.items():
        part = row.get("scores", {}).get(benchmark)
        score = plain_mean(part["retrieval_mean"], part["retrieval_n"], of) if part else None
        if score:
            found[name] = score
    return found


def prompts(row: Row, rules: Row) -> Row | None:
    """The texts before queries and documents: by hand first, else what the registry knows."""
    for rule in rules.get("by_hand", ()):
        if row["name"] in rule["names"]:
            kept = {key: rule[key] for key in ("query", "document") if key in rule}
            return {**kept, "source": rule["source"]}
    if not row["open_weights"]:
        return None  # a hosted API is told the side by a parameter, not by a text
    known = row.get("model_prompts") or {}
    found = {key: known[key] for key in ("query", "document") if key in known}
    if found:
        return {**found, "source": "mteb registry, model_prompts"}
    template = row.get("instruction_template")
    if template and "{instruction}" in template:
        query = template.replace("{instruction}", rules["instruction"])
        return {"query": query, "source": "mteb registry, instruction_template"}
    return None


def kind_of(row: Row) -> str:
    """How the model represents a text."""
    if not row["open_weights"]:
        return "hosted"
    for kind in row.get("model_type") or ():
        if kind in KINDS:
            return KINDS[kind]
    return "static" if row["n_active_parameters"] == 0 else "dense"


def languages_of(row: Row) -> list[str]:
    """The named languages, one spelling each, in the registry's order."""
    return list(dict.fromkeys(NAMED_ALIKE.get(tag, tag) for tag in row["languages"] or ()))


def whole(number: float | str | None) -> int | None:
    """A finite count as an integer; unlimited (the text "inf") and unknown are both None."""
    return int(number) if isinstance(number, (int, float)) else None


def card_of(row: Row, hand: Row, tasks: dict[str, set[str]]) -> Row:
    """One registry row as a card, before corrections."""
    dims = row["embed_dim"] if isinstance(row["embed_dim"], list) else [row["embed_dim"]]
    built_from = f"{row['name']} {row.get('adapted_from') or ''}".lower()
    active = row["n_active_parameters"]
    licence = row["license"]
    if licence is None and not row["open_weights"]:
        licence = "proprietary"
    scores = {board: retrieval_score(row, board, tasks[board]) for board in BOARDS}
    types = {board: type_scores(row, board) for board in BOARDS}
    return {
        "name": row["name"],
        "kind": kind_of(row),
        "llm_based": (active or 0) > 1_000_000_000
        or any(word in built_from for word in hand["llm_based"]["words"]),
        "revision": row["revision"] if row["open_weights"] else None,
        "release_date": row["release_date"],
        "n_parameters": row["n_parameters"],
        "n_active_parameters": active,
        "memory_usage_mb": row["memory_usage_mb"],
        "max_tokens": whole(row["max_tokens"]),
        "embed_dim": max(dims) if dims != [None] else None,
        "matryoshka_dims": sorted(dims) if len(dims) > 1 else [],
        "license": hand["licences"].get(licence, licence) or None,
        "open_weights": row["open_weights"],
        "languages": languages_of(row),
        "n_languages": row["n_languages"],
        "similarity": row["similarity"],
        "use_instructions": row["use_instructions"],
        "prompts": prompts(row, hand["prompts"]),
        "scores": {board: score for board, score in scores.items() if score},
        "type_scores": {board: found for board, found in types.items() if found},
        "domain_scores": domain_scores(row),
        # An empty list says "none of the benchmarks"; from a hosted provider it says nothing.
        "training_declared": row["training_datasets"] is not None
        and (row["open_weights"] or bool(row["training_datasets"])),
        "source": row["reference"],
        "sized_by": (row.get("n_embedding_parameters"), dims),
    }


def corrected(card: Row, hand: Row) -> Row:
    """The card with every correction that names it."""
    name = card["name"]
    for correction in hand["corrections"]:
        if name in correction["names"]:
            card |= correction.get("set", {})
            added = correction.get("add_languages", ())
            if added:
                card["languages"] = list(dict.fromkeys((*card["languages"], *added)))
            for board in correction.get("drop_scores", ()):
                card["scores"].pop(board, None)
                card["type_scores"].pop(board, None)
            if correction.get("drop_scores"):
                card["domain_scores"] = {}
    return card


def build(facts: Row, hand: Row) -> str:
    """The text of models.json: a head, then one card a line, ordered by name."""
    rows = facts["models"]
    left_out = {name for entry in hand["left_out"] for name in entry["names"]}
    tasks = {
        board: {
            task
            for row in rows
            for task in (row.get("scores", {}).get(benchmark) or {}).get("retrieval_tasks") or ()
        }
        for board, (benchmark, _) in BOARDS.items()
    }
    kept = {row["name"]: row for row in rows if row["name"] not in left_out}
    cards = [
        finished(corrected(card_of(row, hand, tasks), hand), row, hand) for row in kept.values()
    ]
    cards += [finished(dict(card), {}, hand) for card in hand["cards"] if card["name"] not in kept]
    for card in cards:
        card["as_of"] = hand["as_of"]
    checked = msgspec.convert(sorted(cards, key=lambda card: card["name"].lower()), list[ModelCard])
    if len({card.name for card in checked}) != len(checked):
        sys.exit("a name is there twice: see cards in the corrections")
    head = {
        "source": {key: facts["source"][key] for key in sorted(facts["source"])},
        "wrong_names": hand["wrong_names"],
    }
    lines = [dump({**msgspec.to_builtins(card), "source": card.source}) for card in checked]
    return dump(head)[:-1] + ',"cards":[\n' + ",\n".join(lines) + "\n]}\n"


def dump(value: Row) -> str:
    """Compact JSON, readable in any language."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str] | None = None) -> None:
    """Read the facts and the corrections and write the catalogue."""
    parser = argparse.ArgumentParser(description="Build the catalogue of models.")
    parser.add_argument("facts", type=Path)
    parser.add_argument(
        "--corrections", type=Path, default=ROOT / "tools" / "catalogue_corrections.toml"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "advisor" / "catalogue" / "models.json")
    chosen = parser.parse_args(arguments)
    facts = json.loads(chosen.facts.read_text(encoding="utf-8"))
    hand = tomllib.loads(chosen.corrections.read_text(encoding="utf-8"))
    chosen.out.write_text(build(facts, hand), encoding="utf-8")


if __name__ == "__main__":
    main()
