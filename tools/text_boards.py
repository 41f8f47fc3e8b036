"""The public benchmarks whose results are kept, and what a model's row says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from published_results import Task

BOARDS: dict[str, tuple[str, str]] = {
    "MTEB(eng, v2)": ("en", "English"),
    "MTEB(cmn, v1)": ("zh", "Chinese"),
    "MTEB(Multilingual, v2)": ("ml", "many languages"),
    "MTEB(Code, v1)": ("code", "code"),
}
"""Kept task by task, with a short name and whom they are for."""
BRIEF = (
    "MTEB(Law, v1)", "MTEB(Medical, v1)", "RTEB(fin, beta)", "RTEB(eng, beta)", "RTEB(Law, beta)",
    "RTEB(Health, beta)", "LongEmbed", "CoIR", "MTEB(fra, v1)", "MTEB(jpn, v1)", "MTEB(rus, v1)",
    "MTEB(Europe, v1)", "MTEB(kor, v1)", "MTEB(spa, v1)", "MTEB(deu, v1)", "NanoBEIR",
)  # fmt: skip
"""Kept as their retrieval mean alone."""
EXTRA: dict[str, tuple[str, ...]] = {
    "en": (
        "NFCorpus", "SciFact", "NQ", "DBPedia", "QuoraRetrieval", "CQADupstackEnglishRetrieval",
        "CQADupstackPhysicsRetrieval", "CQADupstackAndroidRetrieval", "HagridRetrieval",
        "AILAStatutes", "AILACasedocs", "LegalSummarization", "LegalBenchCorporateLobbying",
        "LegalBenchConsumerContractsQA", "CUREv1/en", "MedicalQARetrieval", "StackOverflowQA",
        "StatcanDialogueDatasetRetrieval/english", "MLQARetrieval/eng-eng",
        "WikipediaRetrievalMultilingual/en", "LEMBQMSumRetrieval", "LEMBNarrativeQARetrieval",
        "LEMBSummScreenFDRetrieval", "LEMBWikimQARetrieval", "PublicHealthQA/english",
        "ChatDoctorRetrieval", "FinQARetrieval", "HC3FinanceRetrieval", "FinanceBenchRetrieval",
    ),
    "zh": (
        "MIRACLRetrievalHardNegatives/zh", "MLQARetrieval/zho-zho",
        "BelebeleRetrieval/zho_Hans-zho_Hans", "LeCaRDv2", "PublicHealthQA/chinese",
        "XQuADRetrieval/zh", "XPQARetrieval/cmn-cmn",
    ),
}  # fmt: skip
"""Retrieval tasks of the same language beside a board's own, from which gaps are estimated."""

Row = dict[str, Any]


def board_row(tasks: Sequence[Task], scores: Mapping[Task, float], trained: set[str]) -> Row:
    """What a row says of a board that is kept task by task."""
    types = dict.fromkeys(task.type for task in tasks)
    by_type = {kind: part for kind in types if (part := _part(tasks, scores, kind))}
    names = [task.name for task in tasks]
    row: Row = {
        "n_tasks": len(scores),
        "n_tasks_bench": len(tasks),
        "by_type": by_type,
        "complete": len(scores) == len(tasks),
        "mean_task": round(_mean(scores.values()), 2),
        **brief_row(tasks, scores),
        "retrieval_tasks": {
            task.name: round(score, 2) for task, score in scores.items() if task.type == "Retrieval"
        },
        "trained_on": sorted(trained.intersection(names)),
        "zero_shot_pct": 100 - 100 * len(trained.intersection(names)) / len(names),
    }
    if len(by_type) == len(types):
        row["mean_task_type"] = round(_mean(part["mean"] for part in by_type.values()), 2)
    return row


def brief_row(tasks: Sequence[Task], scores: Mapping[Task, float]) -> Row:
    """What a row says of a board's retrieval as a whole."""
    part = _part(tasks, scores, "Retrieval")
    return {
        "retrieval_mean": part["mean"] if part else None,
        "retrieval_n": part["n"] if part else 0,
        "retrieval_complete": bool(part) and part["n"] == part["of"],
    }


def _part(tasks: Sequence[Task], scores: Mapping[Task, float], kind: str) -> Row:
    values = [score for task, score in scores.items() if task.type == kind]
    if not values:
        return {}
    of = sum(task.type == kind for task in tasks)
    return {"mean": round(_mean(values), 2), "n": len(values), "of": of}


def _mean(values: Any) -> float:  # noqa: ANN401 - any iterable of numbers
    held = list(values)
    return float(sum(held) / len(held))
