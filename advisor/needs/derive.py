"""From answers to requirements: limits and priorities with units."""

from __future__ import annotations

from advisor.needs.answers import AnswerSet, refuse_unsupported
from advisor.needs.requirements import Machine, Priority, Requirements

GIVE_UP: dict[Priority, float] = {"accuracy": 0.01, "balanced": 0.02, "speed": 0.05}
"""nDCG@10 given up for a cheaper model, by priority (methods, 3)."""


def requirements_from(answers: AnswerSet, machine: Machine) -> Requirements:
    """Return what the answers mean on this machine.

    ProfileError when the task is one this program does not measure.
    """
    refuse_unsupported(answers)
    values = answers.values
    priority = values.priority or "balanced"
    give_up = values.give_up_ndcg if values.give_up_ndcg is not None else GIVE_UP[priority]
    task = values.task if values.task not in (None, "images-or-audio") else "search"
    return Requirements(
        task=task,  # type: ignore[arg-type]
        exact_terms=bool(values.exact_terms),
        document_languages=values.document_languages or (),
        query_languages=values.query_languages or values.document_languages or (),
        domain=values.domain or "general",
        priority=priority,
        give_up_ndcg=give_up,
        min_recall_at_10=values.min_recall_at_10,
        max_latency_p95_ms=values.latency_ms,
        peak_queries_per_s=values.queries_per_s,
        max_index_minutes=values.index_minutes,
        machine=machine,
        max_memory_mib=values.memory_mib,
        hosted_allowed=bool(values.hosted_allowed),
        max_usd_per_month=values.usd_per_month,
        machine_kind=values.machine or "this",
        usd_per_hour=values.usd_per_hour,
        n_documents=values.documents,
        documents_per_month=values.documents_per_month or 0,
        document_words=values.document_words,
        chunking=bool(values.chunking),
        queries_per_day=values.queries_per_day,
        vector_store=values.vector_store,
        commercial_use=bool(values.commercial_use),
        labelled_pairs=values.labelled_pairs or 0,
        judging_usd_per_hour=values.judging_usd_per_hour,
    )
